import { expect, test } from "vitest";
import type { Run, RunContext } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import { countWork } from "./example-report.ts";

const step = (operation: string, output: StepRecord["output"] = {}, state: StepRecord["state"] = "succeeded") =>
  ({ operation, output, state }) as StepRecord;
const run = (state: Run["state"], ...steps: StepRecord[]) => ({ run: { state }, steps }) as RunContext;

test("the work of runs is counted from what their steps wrote down", () => {
  const created = step("contacts.guarded_upsert", { created: true });
  const updated = step("contacts.guarded_upsert", { created: false });
  const runs = [
    run("succeeded", created, step("contacts.add_tags"), step("contacts.create_note")),
    run("succeeded", updated, step("contacts.add_tags"), step("contacts.create_task")),
    run("failed", step("contacts.guarded_upsert", { created: true }, "failed")),
    run("held", created, step("contacts.create_note", null, "held")),
    run("filtered"),
    run("waiting", step("contacts.guarded_upsert", undefined, "waiting")),
  ];
  expect(countWork(runs)).toEqual({
    accepted: 6,
    created: 2,
    updated: 1,
    tagged: 2,
    notes: 1,
    tasks: 1,
    filtered: 1,
    failed: 2,
    open: 1,
    repeats: 0,
  });
});
