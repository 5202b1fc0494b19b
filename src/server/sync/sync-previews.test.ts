/** What a first sync would do, read in the background and kept. */
import { expect, test } from "vitest";
import { builtIn } from "#test/support/built-in.ts";
import { TestClock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import type { JsonObject } from "#kernel/json.ts";
import { compileSync } from "#sync/compile.ts";
import { syncDefinition } from "#sync/format.ts";
import type { Side, SideRecord, Sync } from "#sync/types.ts";
import { secondsFor, SyncPreviews } from "./sync-previews.ts";

const catalog = builtIn.of("any");
const types = { a: catalog.recordType("highlevel", "contact")!, b: catalog.recordType("flocksy", "profile")! };
const definition = syncDefinition.parse({
  name: "Contacts and profiles",
  a: { app: "highlevel", type: "contact", connection: "acme" },
  b: { app: "flocksy", type: "profile", connection: "flocksy" },
  match: [[{ a: "email", b: "email" }]],
  fields: [{ a: "phone", b: "phone", way: "both" }],
  create: { a: false, b: true },
  conflict: "newest",
  deletes: { a: "nothing", b: "nothing" },
});
const sync = { id: "syn_1", workspaceId: "w", definition, revision: 1 } as Sync;
const clock = new TestClock();

const lists: Record<Side, JsonObject[]> = {
  a: [
    { id: "a1", email: "x@example.com", phone: "+442079460018", notes: "long ".repeat(100) },
    { id: "a2", email: "y@example.com", phone: "+442079460019" },
  ],
  b: [
    { id: "b1", email: "X@example.com", phone: "+44 20 7946 0018" },
    { id: "b3", email: "z@example.com", name: "Grace" },
  ],
};
const previews = (read?: (side: Side) => AsyncIterable<SideRecord[]>) =>
  new SyncPreviews({
    clock,
    compiled: async () => compileSync(definition, types, { zone: "UTC", now: () => 0 }),
    read: (_, side) => (read ?? pages)(side),
    budget: async (_, side) => (side === "a" ? { perSecond: 10, daily: null } : null),
  });
async function* pages(side: Side): AsyncIterable<SideRecord[]> {
  for (const record of lists[side]) yield [{ id: String(record["id"]), record, changedAt: null, readAt: 0 }];
}

test("counts what would be done, with examples by name, calls and time", async () => {
  const made = previews();
  expect(made.of(sync).state).toBe("none");
  expect(made.start(sync).state).toBe("reading");
  await made.settled();
  const preview = made.of(sync);
  expect(preview).toMatchObject({ state: "ready", read: { a: 2, b: 2 }, counts: { same: 1, createB: 1, left: 1, matched: 0 }, calls: 2 });
  expect(preview.examples["createB"]).toMatchObject([{ a: { id: "a2", name: "y@example.com" }, b: null }]);
  expect(preview.examples["left"]).toMatchObject([{ a: null, b: { name: "Grace" } }]);
  expect(preview.seconds).toBe(1);
});

test("is kept for an hour, and only for the definition it was made of", async () => {
  const made = previews();
  made.start(sync);
  await made.settled();
  expect(made.of({ ...sync, revision: 2 }).state).toBe("none");
  await clock.advance(hourMs + 1);
  expect(made.of(sync).state).toBe("none");
});

test("says what kept it from being made, and can be begun again", async () => {
  const made = previews(async function* () {
    yield [];
    throw new Error("the list broke");
  });
  made.start(sync);
  await made.settled();
  expect(made.of(sync)).toMatchObject({ state: "failed", problem: expect.any(String) });
  expect(made.start(sync).state).toBe("reading");
  await made.close();
});

test("what a day's budget has no room for waits for the next day", () => {
  expect(secondsFor(1_000, { perSecond: 10, daily: null })).toBe(100);
  expect(secondsFor(1_000, { perSecond: 10, daily: { limit: 600, left: 600 } })).toBe(dayMs / 1_000 + 40);
  expect(secondsFor(2_000, { perSecond: 10, daily: { limit: 600, left: 100 } })).toBe((4 * dayMs) / 1_000 + 10);
  expect(secondsFor(8, null)).toBe(2);
});
