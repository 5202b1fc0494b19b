import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileFlow, parseFlow } from "#engine/flow/flow.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import { knowledge } from "#test/support/built-in.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";

/** docs/flows.md against the check of flows and the catalog as it is. */
const page = readFileSync(new URL("../docs/flows.md", import.meta.url), "utf8");
const examples = (mark: string) =>
  [...page.matchAll(/^```json (\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, info]) => info === mark)
    .map(([, , body]) => JSON.parse(body!) as object);

const around: Record<string, (part: object) => object> = {
  flow: (flow) => flow,
  trigger: (trigger) => ({ name: "Example", trigger, steps: [] }),
  step: (step) => ({ name: "Example", trigger: { app: "http", operation: "webhook" }, steps: [step] }),
  settings: (settings) => ({ name: "Example", trigger: { app: "http", operation: "webhook" }, steps: [], settings }),
};

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
    const steps = examples("step").map((step) => compileFlow(around.step!(step) as FlowDefinition, () => 0).steps[0]!.kind);
    expect(new Set(steps)).toEqual(new Set(["action", "filter", "branch", "forEach", "wait", "format", "stop"]));
  });

  test("tells its first example in the sentence Millrace makes of it", () => {
    expect(page.replaceAll("\n", " ")).toContain(`*${flowSentence(examples("flow")[0] as FlowDefinition, knowledge)}*`);
  });
});
