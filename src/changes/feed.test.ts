import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { ChangeFeed } from "./feed.ts";
import type { Change } from "./types.ts";

const change = (seq: number, more: Partial<Change> = {}): Change => ({
  seq,
  workspaceId: "ws_1",
  kind: "flow",
  id: `f${seq}`,
  what: "paused",
  name: null,
  by: null,
  at: 1,
  process: "other",
  detail: null,
  fields: [],
  ...more,
});

async function open({ rows = [] as Change[], shared = true } = {}) {
  const clock = new TestClock();
  const state = { asked: 0, refuse: false };
  const store = {
    async after(seq: number, limit: number) {
      state.asked++;
      if (state.refuse) throw new Error("no store");
      return rows.filter((row) => row.seq > seq).slice(0, limit);
    },
    newest: async () => rows.at(-1)?.seq ?? 0,
  };
  const logged: string[] = [];
  const log = { ...silentLog, error: (_: object, message: string) => void logged.push(message) };
  const feed = await ChangeFeed.open({ store, process: "me", shared, clock, log });
  const seen: string[] = [];
  feed.follow(["flow"], ({ id }) => void seen.push(id));
  feed.start();
  return { clock, rows, state, logged, feed, seen };
}

test("what others commit after the feed was opened is delivered within a second, in order and once", async () => {
  const { clock, rows, seen, feed } = await open({ rows: [change(1)] });
  rows.push(change(2), change(3, { kind: "inbox" }), change(4));
  await clock.advance(1_000);
  await clock.advance(5_000);
  expect(seen).toEqual(["f2", "f4"]);
  await feed.close();
});

test("more than fits into a page is read on at once", async () => {
  const { clock, rows, seen, feed } = await open();
  for (let seq = 1; seq <= 1_200; seq++) rows.push(change(seq));
  await clock.advance(1_000);
  expect(seen).toHaveLength(1_200);
  await feed.close();
});

test("what this process commits is delivered at once, not again by the look, and not to those who follow others", async () => {
  const { clock, rows, seen, feed } = await open();
  const others: string[] = [];
  feed.followOthers(["flow"], ({ id }) => void others.push(id));
  const own = change(1, { process: "me" });
  rows.push(own, change(2));
  feed.committed([own]);
  expect(seen).toEqual(["f1"]);
  await clock.advance(1_000);
  expect([seen, others]).toEqual([["f1", "f2"], ["f2"]]);
  await feed.close();
});

test("what a follower could not take is delivered again, and nothing after it before", async () => {
  const { clock, rows, feed, logged } = await open();
  const received: string[] = [];
  let refuse = true;
  feed.followOthers(["flow"], async ({ id }) => {
    if (refuse && id === "f2") throw new Error("not now");
    received.push(id);
  });
  rows.push(change(1), change(2), change(3));
  await clock.advance(3_000);
  expect(received).toEqual(["f1"]);
  expect(logged).toHaveLength(1);
  refuse = false;
  await clock.advance(1_000);
  expect(received).toEqual(["f1", "f2", "f3"]);
  await feed.close();
});

test("a store that does not answer for a while loses nothing, and is reported once", async () => {
  const { clock, rows, state, seen, feed, logged } = await open();
  state.refuse = true;
  rows.push(change(1));
  await clock.advance(5_000);
  expect([seen, logged.length]).toEqual([[], 1]);
  state.refuse = false;
  await clock.advance(1_000);
  expect(seen).toEqual(["f1"]);
  await feed.close();
});

test("a process that has the store to itself never asks it", async () => {
  const { clock, state, seen, feed } = await open({ shared: false });
  feed.committed([change(1, { process: "me" })]);
  await clock.advance(60_000);
  expect([seen, state.asked]).toEqual([["f1"], 0]);
  await feed.close();
});

test("nothing is asked any more once it is closed", async () => {
  const { clock, state, feed } = await open();
  await feed.close();
  await clock.advance(60_000);
  expect(state.asked).toBe(0);
});
