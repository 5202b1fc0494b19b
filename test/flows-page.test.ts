import { describe, expect, test } from "vitest";
import { compileFlow, parseFlow } from "#engine/flow/flow.ts";
import { stepKindNames } from "#engine/flow/format.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import { knowledge } from "#test/support/built-in.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { around, examples, flowsPage } from "./support/flow-examples.ts";

/** docs/flows.md against the check of flows and the catalog as it is. */
describe("docs/flows.md", () => {
  test.each(Object.keys(around).flatMap((mark) => examples(mark).map((part) => [mark, JSON.stringify(part).slice(0, 80), part] as const)))(
    "%s: %s",
    (mark, _, part) => {
      const flow = around[mark]!(part);
      expect(parseFlow(flow, knowledge)).toEqual(flow);
      expect(() => compileFlow(flow as FlowDefinition, () => 0)).not.toThrow();
    },
  );

  test("shows every kind of trigger and step", () => {
    const kinds = examples("trigger").map(
      (t) => knowledge.trigger((t as { app: string }).app, (t as { operation: string }).operation)!.kind,
    );
    expect(new Set(kinds)).toEqual(new Set(["webhook", "poll", "schedule", "manual"]));
    const steps = examples("step").map((step) => stepKinds.nameOf(step));
    expect(new Set(steps)).toEqual(new Set(stepKindNames.filter((name) => name !== "sync"))); // nobody writes that one: docs/syncs.md
  });

  test("tells its first example in the sentence Millrace makes of it", () => {
    expect(flowsPage.replaceAll("\n", " ")).toContain(`*${flowSentence(examples("flow")[0] as FlowDefinition, knowledge)}*`);
  });
});
