import { sql } from "kysely";
import { expect, test } from "vitest";
import { keysOfEvent, keysOfStep } from "#engine/people/extract.ts";
import { personSearch } from "#engine/people/search.ts";
import { acceptance, owned, step } from "#test/contracts/run-store.contract.ts";
import { openSqlite } from "#storage/database.ts";
import { createRunStore } from "#storage/run-store.ts";

const none = { accept: [], steps: [], runs: [] };

async function open() {
  const db = await openSqlite({ file: ":memory:" });
  return { db, store: createRunStore(db) };
}

test("pruning takes the keys of a run out of the index, sorted in or waiting for it", async () => {
  const { db, store } = await open();
  const all = [0, 1].map((n) => acceptance(n, { person: `p${n}@example.com` }));
  await store.commit({ ...none, accept: all });
  await store.indexPeople(1);
  await store.commit({
    ...none,
    runs: all.map(({ runs: [was] }) => ({ was: was!, patch: { state: "succeeded", finishedAt: was!.createdAt } })),
  });
  expect(await store.prune("ws_1", all[1]!.event.receivedAt + 1_000, 9)).toBe(2);
  const left = async (table: "run_people" | "people_due") =>
    (await sql<{ n: number }>`select count(*) n from ${sql.table(table)}`.execute(db.q)).rows[0]!.n;
  expect([await left("run_people"), await left("people_due")]).toEqual([0, 0]);
  await db.close();
});

test("runs of an earlier release are read newest first, in pieces, and a search says so until it is done", async () => {
  const { db, store } = await open();
  const all = Array.from({ length: 5 }, (_, n) => acceptance(n));
  for (const { event, runs } of all) {
    event.payload = { email: `p${String((event.payload as { n: number }).n)}@example.com` };
    delete runs[0]!.people;
  }
  const output = { contact: { id: "c_7", email: "met@example.com" } };
  await store.commit({
    ...none,
    accept: all,
    steps: [{ step: step(all[1]!.runs[0]!.id, "contact", { app: "highlevel", output }), lease: owned }],
  });
  await db.q.insertInto("people_progress").values({ before: 99, done: 0, total: 5 }).execute();
  const found = async (typed: string) => (await store.list("ws_1", { person: personSearch(typed) }, { limit: 9 })).map(({ id }) => id);
  const read = async () => {
    const runs = await store.unread(2);
    await store.markRead(
      runs.map(({ runId, event, steps }) => ({ runId, keys: [...keysOfEvent(event!), ...steps.flatMap((each) => keysOfStep(each, []))] })),
    );
    return runs.map(({ runId }) => runId);
  };
  const ids = all.map((a) => a.runs[0]!.id);
  expect([await found("p4@example.com"), await store.peopleProgress()]).toEqual([[], { done: 0, total: 5 }]);
  expect(await read()).toEqual([ids[4], ids[3]]);
  expect([await found("p4@example.com"), await found("p2@example.com")]).toEqual([[ids[4]], []]);
  expect(await store.peopleProgress()).toEqual({ done: 2, total: 5 });
  expect([await read(), await read(), await read()]).toEqual([[ids[2], ids[1]], [ids[0]], []]);
  expect(await store.peopleProgress()).toBeNull();
  while ((await store.indexPeople(2)) > 0);
  expect([await found("p0@example.com"), await found("c_7"), await found("met@example.com")]).toEqual([[ids[0]], [ids[1]], [ids[1]]]);
  await db.close();
});

test("a piece of what is to be read is counted in bytes: an event of a megabyte is a piece of its own", async () => {
  const { db, store } = await open();
  const all = Array.from({ length: 4 }, (_, n) => acceptance(n));
  for (const { event } of all) event.payload = { text: "x".repeat(200_000) };
  await store.commit({ ...none, accept: all });
  await db.q.insertInto("people_progress").values({ before: 99, done: 0, total: 4 }).execute();
  expect(await store.unread(25)).toHaveLength(2);
  await db.close();
});

test("a search by one key reads as many entries as it shows, however many there are", async () => {
  const { db } = await open();
  const plan = await sql<{ detail: string }>`explain query plan select run_seq from run_people
    where workspace_id = ${"w"} and kind = ${"email"} and key = ${"a"} and run_seq < ${99} order by run_seq desc limit 51`.execute(db.q);
  expect(plan.rows.map(({ detail }) => detail)).toEqual([
    "SEARCH run_people USING PRIMARY KEY (workspace_id=? AND kind=? AND key=? AND run_seq<?)",
  ]);
  await db.close();
});

test("what is open is counted by the index of what is open, however many runs are over", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const asked: string[] = [];
  const executor = db.q.getExecutor();
  const { executeQuery } = executor;
  executor.executeQuery = function (...args: Parameters<typeof executeQuery>) {
    asked.push(args[0].sql);
    return executeQuery.apply(executor, args);
  } as typeof executeQuery;
  const store = createRunStore(db);
  await store.counts("ws_1", {});
  await store.counts("ws_1", { flowId: "flow_1" });
  await store.flowTotals("ws_1", 0);
  await store.outages("ws_1");
  const open = asked.filter((text) => text.includes('"finished_at" is null'));
  expect(open).toHaveLength(4);
  for (const text of open) {
    const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(text.replaceAll("?", "'x'"))}`.execute(db.q);
    expect(plan.rows.map(({ detail }) => detail).join("\n"), text).toContain("USING INDEX runs_open");
  }
  await db.close();
});
