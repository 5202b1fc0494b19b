import pino from "pino";
import { expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { ReceptionCount } from "#engine/types/inboxes.ts";
import { openReceptionCounter } from "./reception-counts.ts";

async function setup({ limit, rows = [] }: { limit?: number; rows?: ReceptionCount[] } = {}) {
  const clock = new TestClock();
  const writes: ReceptionCount[][] = [];
  const state = { refuse: false };
  const store = {
    receptionCounts: async (_: string, inboxId: string) => [...rows, ...writes.flat()].filter((h) => h.inboxId === inboxId),
    async addReceptionCounts(counts: readonly ReceptionCount[]) {
      if (state.refuse) throw new Error("the disk is full");
      writes.push([...counts]);
    },
  };
  const receptions = await openReceptionCounter({
    store,
    inboxes: [inbox("a")],
    clock,
    log: pino({ level: "silent" }),
    ...(limit && { limit }),
  });
  return { clock, writes, receptions, state };
}
const inbox = (id: string) => ({ id, workspaceId: "ws_1" });
const kinds = (counts: readonly ReceptionCount[]) => counts.map(({ type, place, count }) => `${type}@${place}:${count}`);

it("is counted in memory, shown at once, and written every few seconds", async () => {
  const { receptions, writes, clock } = await setup();
  for (let i = 0; i < 3; i++) receptions.add("a", "ContactCreate", "place-1");
  receptions.add("a", "", "");
  expect(kinds(await receptions.read(inbox("a")))).toEqual(["ContactCreate@place-1:3", "@:1"]);
  expect(writes).toEqual([]);
  await clock.advance(5_000);
  expect(writes.map(kinds)).toEqual([["ContactCreate@place-1:3", "@:1"]]);
  receptions.add("a", "ContactCreate", "place-1");
  await receptions.close();
  expect(kinds(writes[1]!)).toEqual(["ContactCreate@place-1:1"]);
});

it("is kept when the store refuses, and written when it takes it", async () => {
  const { receptions, writes, clock, state } = await setup();
  state.refuse = true;
  receptions.add("a", "X", "place-1");
  await clock.advance(5_000);
  receptions.add("a", "X", "place-1");
  state.refuse = false;
  await clock.advance(5_000);
  expect(writes.map(kinds)).toEqual([["X@place-1:2"]]);
});

it("takes no place that does not look like an id, and no more kinds than the limit", async () => {
  const row = { inboxId: "a", type: "X", place: "place-0", count: 1, lastAt: 1 };
  const { receptions, writes } = await setup({ limit: 3, rows: [row] });
  for (const place of ["<script>", "no", "x".repeat(65)]) receptions.add("a", "X", place);
  for (const n of [1, 2, 3]) receptions.add("a", "X", `place-${n}`);
  receptions.add("a", "X", "place-0");
  await receptions.close();
  expect(kinds(writes[0]!)).toEqual(["X@:5", "X@place-1:1", "X@place-0:1"]);
});

it("forgets an inbox that is gone", async () => {
  const { receptions, writes } = await setup();
  receptions.add("a", "X", "place-1");
  receptions.add("b", "X", "place-1");
  receptions.forget("a");
  await receptions.close();
  expect(writes.flat().map((h) => h.inboxId)).toEqual(["b"]);
});
