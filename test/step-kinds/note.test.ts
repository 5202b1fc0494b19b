import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { createPace } from "#kernel/pace.ts";
import { compileFlow, parseFlow, type FlowKnowledge } from "#engine/flow/flow.ts";
import { placeInWords } from "#engine/flow/place-words.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import { flowSentence, stepTitle } from "#engine/flow/sentence.ts";
import { spotsOf } from "#engine/lint/places.ts";
import { dryRun } from "#engine/run/dry-run.ts";
import { advance } from "#engine/run/runner.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { fakeCaller } from "#test/fakes/caller.ts";
import { noScripts } from "#test/fakes/scripts.ts";
import { stepsOf } from "../growing/pages.ts";
import { note } from "./note/note.ts";

/** A further kind of step, taken through everything that walks the table: docs/add-a-step-kind.md, step by step. */
const kinds = stepKinds.with({ note });

const knowledge: FlowKnowledge = {
  app: () => ({ title: "App", needsConnection: false }),
  operation: (_, id) => (id === "send" ? { title: "Send a message", effect: "send", inputs: [] } : null),
  trigger: () => ({ kind: "webhook", title: "Webhook" }),
  operations: () => ["send"],
};
const flowWith = (...steps: unknown[]) => ({ name: "Notes", trigger: { app: "app", operation: "hook" }, steps });
const written = { id: "remark", note: "{{ trigger.name }} scored {{ trigger.score }}", level: "warning", onlyIf: "trigger.score < 7" };
const send = { id: "message", app: "app", operation: "send", input: { text: "{{ remark.text }}" } };
const flow = flowWith({ id: "each", forEach: "trigger.people", do: [] }, { id: "low", if: "trigger.score < 9", then: [written, send] });

const parse = (definition: unknown) => parseFlow(definition, knowledge, kinds);
function problemsOf(definition: unknown): string[] {
  try {
    parse(definition);
    return [];
  } catch (error) {
    const { problems } = (error as { details: { problems: { at: string; problem: string; where: string }[] } }).details;
    return problems.map(({ at, problem, where }) => `${at} (${where}): ${problem}`);
  }
}

const clock = new TestClock();
const pace = createPace();

async function run(payload: unknown, done: StepRecord[] = []) {
  const { caller, calls } = fakeCaller({ send: {} });
  const records = new Map<string, StepRecord>();
  const ending = await advance(
    { run: { id: "r", workspaceId: "w", flowId: "f", lane: "live", origin: null } as never, event: { payload } as never, steps: done },
    compileFlow(parse(flow), () => clock.now(), knowledge, { kinds }),
    {
      caller,
      scripts: noScripts,
      clock,
      pace,
      random: () => 0,
      recorder: { put: (step) => void records.set(step.path, step), begin: async () => {}, written: async () => {} },
    },
  );
  return { ending, records, calls };
}

describe("a kind of step that is added to the table", () => {
  test("is read as it is written, at any depth", () => {
    expect(parse(flow)).toEqual(flow);
    expect(kinds.nameOf(written)).toBe("note");
    expect(() => parseFlow(flow, knowledge)).toThrow("this is no kind of step");
  });

  test("has its members, its templates and what it means checked, each problem with its place", () => {
    const faulty = { id: "n", note: `{{ nobody.name }}${"!".repeat(1000)}`, level: "loud", onlyIf: "trigger.score <" };
    expect(problemsOf(flowWith(faulty))).toEqual(["steps[0].level (step 1 'Write a note', Level): takes one of info, warning"]);
    expect(problemsOf(flowWith({ ...faulty, level: "info" }))).toEqual([
      expect.stringMatching(/^steps\[0\]\.note \(step 1 'Write a note', Text\): there is no 'nobody' here/),
      expect.stringMatching(/^steps\[0\]\.onlyIf \(step 1 'Write a note', Condition\): /),
      "steps[0].note (step 1 'Write a note', Text): is longer than 1000 characters",
    ]);
    expect(problemsOf(flowWith({ ...written, filter: "true" }))).toEqual([expect.stringContaining("note and filter")]);
    expect(problemsOf(flowWith({ id: "n", nots: "x" }))).toEqual([expect.stringMatching(/format, stop or note.*'note'/)]);
  });

  test("gives what later steps read, but no answer of a call", () => {
    expect(problemsOf(flowWith(written, { id: "f", format: { a: "{{ remark.text }}", b: "{{ remark._status }}" } }))).toEqual([
      "steps[1].format.b (step 2 'Prepare a, b', Values › b): 'remark._status' is never there: the step 'Note a warning' makes no call",
    ]);
  });

  test("is compiled with what it reads, and executed once", async () => {
    const [, low] = compileFlow(parse(flow), () => 0, knowledge, { kinds }).steps;
    expect(low?.uses).toEqual(expect.arrayContaining(["trigger.name", "trigger.score", "remark.text"]));
    const first = await run({ name: "Ada", score: 5, people: [] });
    expect(first.ending).toEqual({ kind: "succeeded" });
    expect(first.records.get("low/remark")).toMatchObject({ state: "succeeded", output: { level: "warning", text: "Ada scored 5" } });
    expect(first.calls.map(({ input }) => input)).toEqual([{ text: "Ada scored 5" }]);
    const again = await run({ name: "Changed", score: 5, people: [] }, [...first.records.values()]);
    expect([again.records.size, again.calls]).toEqual([0, []]);
  });

  test("has its clause in the flow's sentence, and a title on the page of a run", () => {
    expect(flowSentence(parse(flow), knowledge, kinds)).toBe(
      "When a webhook arrives, then for each of the people, do nothing; after that, if the score is less than 9, note a warning and send a message.",
    );
    expect(stepTitle(written, knowledge, kinds)).toBe("Note a warning");
    expect(stepTitle({ ...written, title: "Low score" }, knowledge, kinds)).toBe("Low score");
    expect(placeInWords(flow, "steps[1].then[0].onlyIf", knowledge, kinds)).toBe("step 2.1 'Note a warning', Condition");
  });

  test("is seen by the lint: its condition, and what stands behind its id", () => {
    const { conditions, places } = spotsOf(parse(flow), kinds);
    expect(conditions.map(({ at, text }) => [at, text])).toEqual([
      ["steps[1].if", "trigger.score < 9"],
      ["steps[1].then[0].onlyIf", "trigger.score < 7"],
    ]);
    const call = places.find(({ step }) => step === "message");
    expect(call?.names.get("remark")).toEqual({ kind: "format", value: { level: "warning", text: written.note } });
  });

  test("takes part in a dry run", async () => {
    const parts = { caller: fakeCaller({ send: { effect: "send" } }).caller, scripts: noScripts, clock, pace, knowledge, kinds };
    const tried = await dryRun(parts, "w", "f", parse(flow), { name: "Ada", score: 8, people: [] });
    expect(tried.outcome).toBe("succeeded");
    expect(tried.skipped).toContainEqual({ step: "low/remark", why: "the note's condition does not hold" });
    expect(tried.steps.map(({ path }) => path)).toEqual(["each", "low", "low/remark", "low/message"]);
  });
});

/** The code itself: where it is, what it imports and what it calls its type are different there. */
const codeOf = (text: string) => text.replaceAll('Step<"note">', "NoteStep").replace(/^(import|type) .*\n+/gm, "");

test.each(["shape.ts", "note.ts"])("docs/add-a-step-kind.md has this kind's %s", (file) => {
  const shown = stepsOf("add-a-step-kind.md").find((step) => step.file === `src/engine/flow/kinds/note/${file}`);
  expect(codeOf(shown!.text)).toBe(codeOf(readFileSync(new URL(`note/${file}`, import.meta.url), "utf8")));
});
