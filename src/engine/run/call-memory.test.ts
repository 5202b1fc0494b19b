import { expect, test } from "vitest";
import { fakeCaller } from "#test/fakes/caller.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { StepCall } from "../ports/caller.ts";
import { CallMemory } from "./call-memory.ts";

const call = (more: Partial<StepCall> = {}): StepCall => ({
  workspaceId: "w",
  app: "app",
  operation: "get",
  input: { id: 1 },
  lane: "live",
  dry: true,
  idempotencyKey: "k",
  ...more,
});

function open(answer: (call: StepCall) => unknown = ({ input }) => input) {
  const clock = new TestClock();
  const { caller, calls } = fakeCaller({ get: { effect: "read", answer } });
  const memory = new CallMemory(clock);
  return { clock, calls, memory, one: memory.around(caller, "w f1"), other: memory.around(caller, "w f2") };
}

test("the same dry call is made once for minutes, and another one, or that of another flow, by itself", async () => {
  const { clock, calls, one, other } = open();
  for (const id of [1, 1, 2, 1]) expect((await one.call(call({ input: { id } }))).output).toEqual({ id });
  await one.call(call({ idempotencyKey: "other" }));
  expect(calls).toHaveLength(2);
  await other.call(call());
  for (const more of [
    { connection: "acme" },
    { rows: 3 },
    { settings: { zone: "Europe/Berlin" } },
    { settings: { emptied: new Set(["/id"]) } },
  ]) {
    const before = calls.length;
    await one.call(call(more));
    await one.call(call(more));
    expect(calls.length).toBe(before + 1);
  }
  const before = calls.length;
  await clock.advance(5 * 60_000);
  await one.call(call());
  expect(calls.length).toBe(before + 1);
});

test("a call that writes is always made, and makes what was read old", async () => {
  const { calls, memory, one, other } = open();
  await one.call(call({ dry: false }));
  await one.call(call({ dry: false }));
  await one.call(call());
  await other.call(call());
  memory.forget("w f1");
  await one.call(call());
  await other.call(call());
  expect(calls).toHaveLength(5);
});

test("a failure is asked again soon, and not at once", async () => {
  const { clock, calls, one } = open(() => {
    throw new MillraceError("OUTBOUND_FAILED", { details: {} });
  });
  for (let n = 0; n < 3; n++) await expect(one.call(call())).rejects.toMatchObject({ code: "OUTBOUND_FAILED" });
  expect(calls).toHaveLength(1);
  await clock.advance(6_000);
  await expect(one.call(call())).rejects.toThrow();
  expect(calls).toHaveLength(2);
});

test("what is too large is not kept, and the longest unused goes first", async () => {
  const large = "x".repeat(7 * 1024 * 1024);
  const { calls, one } = open(({ input }) => (input["huge"] ? large + large : large));
  await one.call(call({ input: { huge: true } }));
  await one.call(call({ input: { huge: true } }));
  expect(calls).toHaveLength(2);
  for (let id = 0; id < 12; id++) await one.call(call({ input: { id } }));
  const before = calls.length;
  await one.call(call({ input: { id: 11 } }));
  expect(calls.length).toBe(before);
  await one.call(call({ input: { id: 0 } }));
  expect(calls.length).toBe(before + 1);
});
