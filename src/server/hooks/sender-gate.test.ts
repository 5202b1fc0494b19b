import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { MillraceError } from "#kernel/errors.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { SenderGate } from "./sender-gate.ts";

const trigger = { id: "t", flowId: "f" } as Trigger;
const open = (senders?: string[]) => {
  const clock = new TestClock();
  return { clock, gate: new SenderGate({ clock, definition: async () => (senders ? { senders } : {}) }) };
};
const codeOf = (work: Promise<void>) =>
  work.then(
    () => "accepted",
    (error: MillraceError) => error.code,
  );

test.each<[string[], string, boolean]>([
  [["203.0.113.7"], "203.0.113.7", true],
  [["203.0.113.7"], "203.0.113.8", false],
  [["203.0.113.0/24"], "203.0.113.255", true],
  [["203.0.113.0/24"], "203.0.114.0", false],
  [["203.0.113.7"], "::ffff:203.0.113.7", true],
  [["::ffff:203.0.113.0/24"], "203.0.113.9", true],
  [["2001:db8::/32"], "2001:DB8:0:1::5", true],
  [["2001:db8::/32"], "2001:db9::5", false],
  [["203.0.113.7"], "unknown", false],
  [["203.0.113.7"], "", false],
])("a list of %s and a sender %s: %s", async (senders, address, isIn) => {
  expect(await codeOf(open(senders).gate.checkFlow(trigger, address))).toBe(isIn ? "accepted" : "HOOK_SENDER_REFUSED");
});

test("without a list, and with an empty one, everybody may send", async () => {
  expect(await codeOf(open().gate.checkFlow(trigger, "8.8.8.8"))).toBe("accepted");
  expect(await codeOf(open([]).gate.checkFlow(trigger, "8.8.8.8"))).toBe("accepted");
  expect(() => open().gate.checkInbox({ id: "i", senders: null }, "8.8.8.8")).not.toThrow();
});

test("refused senders are counted by address for a day, by flow and inbox", async () => {
  const { gate, clock } = open(["203.0.113.7"]);
  for (const address of ["8.8.8.8", "9.9.9.9", "8.8.8.8"]) {
    await clock.advance(1_000);
    await codeOf(gate.checkFlow(trigger, address));
  }
  expect(() => gate.checkInbox({ id: "i", senders: ["10.0.0.0/8"] }, "8.8.8.8")).toThrow("Events from 8.8.8.8 are not accepted here");
  const now = clock.now();
  expect(gate.refusedAt("f")).toEqual([
    { address: "8.8.8.8", count: 2, lastAt: now },
    { address: "9.9.9.9", count: 1, lastAt: now - 1_000 },
  ]);
  expect([gate.refusedAt("i").length, gate.refusedAt("other")]).toEqual([1, []]);
  await clock.advance(24 * 3_600_000);
  expect(gate.refusedAt("f").map(({ address }) => address)).toEqual(["8.8.8.8"]);
  await clock.advance(1);
  expect(gate.refusedAt("f")).toEqual([]);
});

test("a flood from many addresses stays within bounds, and each request is counted", async () => {
  const { gate } = open(["203.0.113.7"]);
  for (let n = 0; n < 5_000; n++) await codeOf(gate.checkFlow(trigger, `10.0.${n >> 8}.${n & 255}`));
  const refused = gate.refusedAt("f");
  expect([refused.length, refused.reduce((sum, { count }) => sum + count, 0)]).toEqual([51, 5_000]);
});
