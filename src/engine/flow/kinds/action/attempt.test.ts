import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { createPace } from "#kernel/pace.ts";
import { fakeCaller, type FakeOperation } from "#test/fakes/caller.ts";
import { noScripts } from "#test/fakes/scripts.ts";
import { advance } from "../../../run/runner.ts";
import type { StepRecord } from "../../../types/steps.ts";
import { compileFlow } from "../../flow.ts";

const clock = new TestClock();

/** Executes one action to its rest, and gives its record. */
async function execute(operation: FakeOperation): Promise<StepRecord> {
  const records: StepRecord[] = [];
  const steps = [{ id: "send", app: "app", operation: "send" }];
  await advance(
    { run: { id: "r", workspaceId: "w", flowId: "f", lane: "live", origin: null } as never, event: { payload: {} } as never, steps: [] },
    compileFlow({ name: "F", trigger: { app: "app", operation: "hook" }, steps }, () => 0),
    {
      caller: fakeCaller({ send: operation }).caller,
      scripts: noScripts,
      clock,
      pace: createPace(),
      random: () => 0,
      recorder: { put: (step) => void records.push(step), begin: async () => {}, written: async () => {} },
    },
  );
  return records.at(-1)!;
}

describe("a create that is refused for good, and of which nobody knows whether it took effect", () => {
  const refused = async () => {
    await clock.advance(5000);
    throw new MillraceError("OUTBOUND_REFUSED", { details: { outcome: "unknown", problem: "no" } });
  };

  test("is looked for, and counts as made from when it was found", async () => {
    const began = clock.now();
    const { state, output, attempts } = await execute({ confirm: true, answer: refused, look: () => ({ id: "made" }) });
    expect([state, output]).toEqual(["succeeded", { id: "made" }]);
    expect(attempts.map(({ at, durationMs }) => [at - began, durationMs])).toEqual([
      [0, 5000],
      [5000, 0],
    ]);
    expect(attempts[1]).toMatchObject({ note: "Refused, and yet it had taken effect: found on looking." });
  });

  test("is a plain failure where the look finds nothing: no doubt is left", async () => {
    const { state, attempts } = await execute({ confirm: true, answer: refused, look: () => null });
    expect([state, attempts.map(({ unknown }) => unknown)]).toEqual(["failed", [false]]);
  });

  test("stays in doubt where there is no way to look", async () => {
    const { state, attempts } = await execute({ answer: refused });
    expect([state, attempts.map(({ unknown }) => unknown)]).toEqual(["failed", [true]]);
  });
});
