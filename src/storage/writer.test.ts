import { sql } from "kysely";
import { expect, test } from "vitest";
import { acceptance, step } from "#test/contracts/run-store.contract.ts";
import type { Writes } from "#engine/ports/run-store.ts";
import { openSqlite, type Statement } from "./database.ts";
import { createRunStore } from "./run-store.ts";

test("an event costs two statements, with its lease and its people, and its end two: what goes by record is paid for by the flows that ask for it", async () => {
  const db = await openSqlite({ file: ":memory:" });
  let n = 0;
  const counting = (statement: Statement): Statement => ({
    run: (values) => (n++, statement.run(values)),
    all: (values) => (n++, statement.all(values)),
    get: (values) => (n++, statement.get(values)),
  });
  const store = createRunStore({ ...db, statement: (build) => counting(db.statement(build)) });
  const cost = async (writes: Partial<Writes>) => {
    n = 0;
    await store.commit({ accept: [], steps: [], runs: [], claims: [], ...writes });
    return n;
  };
  const [plain, named, settling] = [acceptance(0), acceptance(1), acceptance(2)] as const;
  named.event.record = settling.event.record = "c1"; // of the first it is known, and nothing is asked of it
  Object.assign(settling.runs[0]!, { record: "c1", settling: true });
  const end = (was: (typeof plain.runs)[0]) => ({ runs: [{ was, patch: { state: "succeeded" as const, finishedAt: was.createdAt } }] });
  const stepOf = (run: (typeof plain.runs)[0]) => ({ steps: [{ step: step(run.id, "post"), lease: run.lease }] });
  expect(await cost({ accept: [plain, named] })).toBe(4);
  const ofAda = [3, 4].map((n) => acceptance(n, { person: "ada@example.com" }));
  expect(await cost({ accept: ofAda })).toBe(4);
  expect(await cost(stepOf(plain.runs[0]!))).toBe(2); // the lease is read once for all steps of a run
  expect(await cost(end(plain.runs[0]!))).toBe(2);
  expect(await cost({ ...end(named.runs[0]!), ...stepOf(named.runs[0]!) })).toBe(3); // and not at all beside its end
  expect(await cost({ accept: [{ ...settling, settle: { quietMs: 1, mostMs: 10 }, state: {} }] })).toBe(5);
  expect(await cost(end(settling.runs[0]!))).toBe(3);
  await db.close();
});

test("whose turn it is in a record is read off the index, however many wait", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const open = sql`select id from runs where flow_id = ${"f"} and record = ${"r"} and finished_at is null`;
  const steps = async (rest: ReturnType<typeof sql>) =>
    (await sql<{ detail: string }>`explain query plan ${open} and ${rest}`.execute(db.q)).rows.map((row) => row.detail);
  const byState = "SEARCH runs USING INDEX runs_of_record (flow_id=? AND record=? AND state=?";
  expect(await steps(sql`state = 'queued' and seq < ${9} order by seq limit 1`)).toEqual([`${byState} AND rowid<?)`]);
  expect(await steps(sql`state in ('running', 'waiting') and id != ${"x"} limit 1`)).toEqual([`${byState})`]);
  await db.close();
});
