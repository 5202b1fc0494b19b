/** Two stores of a kind on one database: what one has decided holds for the other, and neither keeps anything back from it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { sampleKey } from "#test/contracts/api-key-store.contract.ts";
import { definition, sampleFlow } from "#test/contracts/flow-store.contract.ts";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import { sampleAcceptance, sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { openSqlite, type Db } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createRunStore } from "./run-store.ts";
import { createTriggerStore } from "./trigger-store.ts";

let db: Db;
beforeEach(async () => void (db = await openSqlite({ file: ":memory:" })));
afterEach(() => db.close());

const two = <T>(create: (on: Db) => T): [T, T] => [create(db), create(db)];
const none = { accept: [], steps: [], runs: [] };

test("an event that both accept at once makes one run", async () => {
  const stores = two(createRunStore);
  const made = await Promise.all(stores.map((store, n) => store.commit({ ...none, accept: [acceptance(n, { key: "same" })] })));
  expect(made.map(({ accepted }) => accepted[0]?.length ?? 0).sort((a, b) => a - b)).toEqual([0, 1]);
  expect(await stores[0].list("ws_1", {}, { limit: 9 })).toHaveLength(1);
});

test("runs of a record begin one after another, whichever store is asked", async () => {
  const [one, other] = two(createRunStore);
  const accept = [0, 1].map((n) => {
    const made = acceptance(n);
    return { event: { ...made.event, record: "c1" }, runs: made.runs.map((run) => ({ ...run, record: "c1" })) };
  });
  await one.commit({ ...none, accept });
  const claim = (n: number) => ({ ...none, claims: [{ runId: accept[n]!.runs[0]!.id, now: accept[1]!.runs[0]!.createdAt, inTurn: true }] });
  const claims = await Promise.all([one.commit(claim(0)), other.commit(claim(1))]);
  expect(claims.map((done) => done.claims[0]!.kind)).toEqual(["begun", "behind"]);
});

test("a version that both publish is published once", async () => {
  const [one, other] = two(createFlowStore);
  await one.insert(sampleFlow("a"), sampleTrigger("trg_a", { flowId: "a" }));
  const done = await Promise.allSettled([
    one.publish("ws_1", "a", 1, definition("one"), 10),
    other.publish("ws_1", "a", 1, definition("other"), 20),
  ]);
  expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await other.published("ws_1")).toEqual(new Map([["a", (await one.version("ws_1", "a", 1))!]]));
});

test("what both find in a list is news once, and a change by one is seen by the other", async () => {
  const [one, other] = two(createTriggerStore);
  await createFlowStore(db).insert(sampleFlow("a"), sampleTrigger("trg_a", { flowId: "a" }));
  const end = (id: string, nextAt: number) => ({
    triggerId: "trg_a",
    accept: [sampleAcceptance("trg_a", "same", { id })],
    remember: [],
    forget: [],
    patch: { nextAt },
  });
  const taken = await Promise.all([one.settle(end("one", 5_000)), other.settle(end("other", 6_000))]);
  expect(taken.map(([runs]) => runs === null)).toEqual([false, true]);
  await one.update("ws_1", "trg_a", { active: false });
  expect(await other.byFlow("ws_1", "a")).toMatchObject({ active: false, nextAt: 6_000 });
});

test("of two keys that are made at once one is left", async () => {
  const stores = two(createApiKeyStore);
  await Promise.all(stores.map((store, n) => store.replace(sampleKey(`k${n}`))));
  expect(await stores[0].all()).toHaveLength(1);
});
