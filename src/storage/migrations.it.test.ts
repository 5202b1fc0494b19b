import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, Migrator, sql, SqliteDialect, type Migration } from "kysely";
import { describe, expect, test } from "vitest";
import { sampleKey } from "#test/contracts/api-key-store.contract.ts";
import { sampleSession } from "#test/contracts/session-store.contract.ts";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import { freshDatabase } from "#test/support/postgres/fresh.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { openSqlite, type Db } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createInboxStore } from "./inbox-store.ts";
import { migrations } from "./migrations.ts";
import { ColumnPlugin } from "./postgres/column-plugin.ts";
import { connect } from "./postgres/connect.ts";
import { openPostgres } from "./postgres/open.ts";
import { ConnectionPool } from "./postgres/pool.ts";
import { createQuotaStore } from "./quota-store.ts";
import { createReferenceStore } from "./reference-store.ts";
import { createRunStore } from "./run-store.ts";
import type { Schema } from "./schema.ts";
import { createTriggerStore } from "./trigger-store.ts";
import { createVaultStore } from "./vault-store.ts";
import { createSessionStore } from "./sessions.ts";

/** A database file as an earlier Millrace left it. */
async function asLeftBy(upTo: string): Promise<{ file: string; q: Kysely<Schema> }> {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-migrations-")), "millrace.db");
  const q = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
  await migrateUpTo(q, upTo);
  return { file, q };
}

/** The same on PostgreSQL. */
async function asLeftOnPostgres(upTo: string): Promise<{ url: string; q: Kysely<Schema> }> {
  const url = await freshDatabase({ empty: true });
  const q = connect(new ConnectionPool({ url, max: 2, statementTimeoutMs: 0 }));
  await migrateUpTo(q.withPlugin(new ColumnPlugin()), upTo);
  return { url, q };
}

async function migrateUpTo(q: Kysely<Schema>, upTo: string): Promise<void> {
  const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= upTo)) as Record<string, Migration>;
  const { error } = await new Migrator({ db: q, provider: { getMigrations: async () => earlier } }).migrateToLatest();
  if (error) throw error;
}

test("events and runs from before records were known go on as runs of no record", async () => {
  const { file, q } = await asLeftBy("0001_ground");
  const event = {
    id: "evt_1",
    workspace_id: "ws_1",
    trigger_id: "trg_1",
    event_key: "k",
    payload: '{"n":1}',
    person: null,
    received_at: 5,
  };
  await q
    .insertInto("events")
    .values(event as never)
    .execute();
  const run = {
    id: "run_1",
    workspace_id: "ws_1",
    flow_id: "flow_1",
    version: 1,
    event_id: "evt_1",
    state: "queued",
    lane: "live",
    due_at: 5,
    attention: 0,
    created_at: 5,
  };
  await q
    .insertInto("runs")
    .values(run as never)
    .execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createRunStore(db);
  const context = await store.load("run_1");
  expect(context?.run).toMatchObject({ state: "queued", record: null, settling: false, merged: 0, recovered: false });
  expect(context?.run).not.toHaveProperty("previous");
  expect(context?.event).toMatchObject({ payload: { n: 1 }, record: null, happenedAt: null });
  expect(await store.due(10, 10)).toHaveLength(1);
  const again = acceptance(1, { key: "k" });
  const fresh = acceptance(2);
  const { accepted } = await store.commit({
    accept: [again, fresh],
    steps: [],
    runs: [{ was: context!.run, patch: { state: "succeeded", finishedAt: 9 } }],
  });
  expect(accepted).toEqual([null, fresh.runs]);
  expect((await store.load("run_1"))?.run.state).toBe("succeeded");
  await db.close();
});

test("a first API key from before is replaced, since it was printed; one that was rotated stays", async () => {
  const { file, q } = await asLeftBy("0002_records");
  const key = (id: string, workspace_id: string, loopback_only: number) =>
    ({ id, workspace_id, name: "first", prefix: "mr_", hash: id, loopback_only, created_at: 5 }) as never;
  await q
    .insertInto("api_keys")
    .values([key("key_1", "ws_printed", 1), key("key_2", "ws_rotated", 0)])
    .execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createApiKeyStore(db);
  expect((await store.all()).map(({ id }) => id)).toEqual(["key_2"]);
  const fresh = { ...sampleKey("key_3", "ws_printed"), createdAt: 6 };
  await store.replace(fresh);
  expect((await store.all())[1]).toEqual(fresh);
  const rows = createSessionStore(db);
  const session = { ...sampleSession("h", "ws_printed"), keyId: "key_3" };
  await rows.add(session);
  await rows.touch("h", 2);
  expect(await rows.all()).toEqual([{ ...session, usedAt: 2 }]);
  await rows.remove(["h"]);
  await rows.touch("h", 3);
  expect(await rows.all()).toEqual([]);
  await db.close();
});

test("a migration that was cut short leaves nothing behind, and is done by the next start", async () => {
  const { file, q } = await asLeftBy("0001_ground");
  await q.schema.createTable("inboxes").addColumn("in_the_way", "text").execute(); // stops it half way
  await expect(openSqlite({ file })).rejects.toThrow(/inboxes/);
  const columns = (await q.introspection.getTables()).find((table) => table.name === "events")!.columns.map((column) => column.name);
  expect(columns).not.toContain("record");
  await q.schema.dropTable("inboxes").execute();
  await q.destroy();

  const db = await openSqlite({ file });
  await createRunStore(db).commit({ accept: [acceptance(1)], steps: [], runs: [] });
  await db.close();
});

test("a start does not read the runs that are there for their people: that is left for later, and none is missed", async () => {
  const { file, q } = await asLeftBy("0002_records");
  for (let n = 0; n < 3; n++) {
    const event = {
      id: `evt_${n}`,
      workspace_id: "ws_1",
      trigger_id: "t",
      event_key: `k${n}`,
      payload: `{"email":"p${n}@x.io"}`,
      received_at: n,
    };
    const run = {
      id: `run_${n}`,
      event_id: event.id,
      workspace_id: "ws_1",
      flow_id: "f",
      version: 1,
      state: "succeeded",
      lane: "live",
      due_at: n,
    };
    const rest = { attention: 0, created_at: n, finished_at: n };
    await q
      .insertInto("events")
      .values(event as never)
      .execute();
    await q
      .insertInto("runs")
      .values({ ...run, ...rest } as never)
      .execute();
  }
  await q.destroy();
  const db = await openSqlite({ file });
  const store = createRunStore(db);
  expect(await store.peopleProgress()).toEqual({ done: 0, total: 3 });
  expect((await store.unread(9)).map(({ runId, event }) => [runId, event?.payload])).toEqual([
    ["run_2", { email: "p2@x.io" }],
    ["run_1", { email: "p1@x.io" }],
    ["run_0", { email: "p0@x.io" }],
  ]);
  await db.close();
});

test("people who were waiting to be sorted in still are, those who had been are not again, and new ones follow", async () => {
  const { file, q } = await asLeftBy("0009_sessions");
  const run = (n: number) =>
    ({
      id: `run_${n}`,
      event_id: `evt_${n}`,
      workspace_id: "ws_1",
      flow_id: "f",
      version: 1,
      state: "queued",
      lane: "live",
      due_at: n,
      attention: 0,
      created_at: n,
      people: JSON.stringify([["email", `p${n}@x.io`]]),
    }) as never;
  await q
    .insertInto("runs")
    .values([run(1), run(2)])
    .execute();
  await q
    .insertInto("run_people")
    .values({ workspace_id: "ws_1", kind: "email", key: "p1@x.io", run_id: "run_1" } as never)
    .execute();
  await q.insertInto("people_due").values({ run_id: "run_2" }).execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createRunStore(db);
  expect(await store.unindexed(9)).toBe(1);
  await db.q.insertInto("runs").values(run(3)).execute();
  const runsOf = async (n: number) =>
    (await store.list("ws_1", { person: [{ kind: "email", key: `p${n}@x.io`, exact: true }] }, { limit: 9 })).map(({ id }) => id);
  const all = async () => [await runsOf(1), await runsOf(2), await runsOf(3)];
  expect(await all()).toEqual([["run_1"], ["run_2"], ["run_3"]]);
  expect([await store.indexPeople(9), await store.indexPeople(9)]).toEqual([2, 0]);
  expect(await all()).toEqual([["run_1"], ["run_2"], ["run_3"]]);
  await db.close();
});

test("a connection from before is called connected only if it had been used with success", async () => {
  const { file, q } = await asLeftBy("0002_records");
  const row = { workspace_id: "ws_1", title: "T", app: "highlevel", auth: "token", created_at: 1, updated_at: 1 };
  const before = [
    { ...row, id: "used", name: "used", status: "connected", last_used_at: 7 },
    { ...row, id: "unused", name: "unused", status: "connected" },
    { ...row, id: "broken", name: "broken", status: "broken", reason: "Reconnect it.", last_used_at: 5 },
  ];
  for (const each of before)
    await q
      .insertInto("connections")
      .values(each as never)
      .execute();
  await q.destroy();

  const store = createVaultStore(await openSqlite({ file }));
  expect(await store.get("ws_1", "used")).toMatchObject({ status: "connected", checkedAt: 7, checkedBy: "call" });
  expect(await store.get("ws_1", "unused")).toMatchObject({ status: "untested" });
  expect(await store.get("ws_1", "broken")).toMatchObject({ status: "broken", reason: "Reconnect it." });
});

test("versions of flows take the workspace of their flow, or of their runs where the flow is deleted", async () => {
  const { file, q } = await asLeftBy("0011_people_sorted");
  const flow = { workspace_id: "ws_1", name: "F", status: "on", draft: "{}", version: 1, created_at: 1, updated_at: 1 };
  await q
    .insertInto("flows")
    .values({ ...flow, id: "flow_there" } as never)
    .execute();
  const run = { workspace_id: "ws_2", version: 1, event_id: "e", state: "succeeded", lane: "live", due_at: 1, attention: 0, created_at: 1 };
  await q
    .insertInto("runs")
    .values({ ...run, id: "run_1", flow_id: "flow_deleted" } as never)
    .execute();
  for (const flow_id of ["flow_there", "flow_deleted", "flow_forgotten"])
    await q
      .insertInto("flow_versions")
      .values({ flow_id, version: 1, definition: '{"name":"F"}', published_at: 1 } as never)
      .execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createFlowStore(db);
  const readers = async (id: string) =>
    (await Promise.all(["ws_1", "ws_2"].map(async (ws) => ((await store.version(ws, id, 1)) ? ws : null)))).filter((ws) => ws !== null);
  expect([await readers("flow_there"), await readers("flow_deleted"), await readers("flow_forgotten")]).toEqual([["ws_1"], ["ws_2"], []]);
  await db.close();
});

test("runs and events of an earlier release are numbered in the order of their ids, keep what they have, and their unfinished runs are claimed", async () => {
  const { file, q } = await asLeftBy("0011_people_sorted");
  const many = 10_003; // more than is moved at once
  const event = (n: number) => ({
    id: `evt_${String(n).padStart(6, "0")}`,
    workspace_id: "ws_1",
    trigger_id: "t",
    event_key: `k${n}`,
    payload: `{"n":${n}}`,
    received_at: n,
  });
  const run = (n: number) => ({
    id: `run_${String(n).padStart(6, "0")}`,
    event_id: event(n).id,
    workspace_id: "ws_1",
    flow_id: "f",
    version: 1,
    state: n === many - 1 ? "waiting" : "succeeded",
    lane: "live",
    due_at: n,
    attention: 0,
    created_at: n,
    finished_at: n === many - 1 ? null : n,
    people: JSON.stringify([["email", `p${n}@x.io`]]),
  });
  const people = (n: number) => ({ workspace_id: "ws_1", kind: "email", key: `p${n}@x.io`, run_id: run(n).id });
  const numbers = Array.from({ length: many }, (_, n) => many - 1 - n); // not in the order of their ids
  for (let at = 0; at < many; at += 1_000) {
    const some = numbers.slice(at, at + 1_000);
    await q
      .insertInto("events")
      .values(some.map(event) as never)
      .execute();
    await q
      .insertInto("runs")
      .values(some.map(run) as never)
      .execute();
    await q
      .insertInto("run_people")
      .values(some.map(people) as never)
      .execute();
  }
  await q
    .insertInto("steps")
    .values({ run_id: run(many - 1).id, path: "post", seq: 0, state: "waiting", attempts: "[]", started_at: 1 })
    .execute();
  await q
    .updateTable("people_sorted")
    .set({ up_to: run(many - 2).id } as never)
    .execute();
  await q
    .insertInto("people_progress")
    .values({ before: run(5).id, done: 2, total: 7 } as never)
    .execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createRunStore(db, "proc_1");
  const numbered = await db.q.selectFrom("runs").select(["seq", "id"]).orderBy("seq").execute();
  expect(numbered.map(({ seq }) => seq)).toEqual(Array.from({ length: many }, (_, n) => n + 1));
  expect(numbered.map(({ id }) => id)).toEqual(numbered.map(({ id }) => id).toSorted());
  expect((await store.events("ws_1", "t", 2)).map(({ id }) => id)).toEqual([event(many - 1).id, event(many - 2).id]);
  const runsOf = async (n: number) =>
    (await store.list("ws_1", { person: [{ kind: "email", key: `p${n}@x.io`, exact: true }] }, { limit: 9 })).map(({ id }) => id);
  expect([await runsOf(0), await runsOf(7_777), await runsOf(many - 1)]).toEqual([[run(0).id], [run(7_777).id], [run(many - 1).id]]);
  expect(await store.unindexed(9)).toBe(1);
  expect(await store.peopleProgress()).toEqual({ done: 2, total: 7 });
  expect((await store.unread(99)).map(({ runId }) => runId)).toEqual([4, 3, 2, 1, 0].map((n) => run(n).id));
  const [due] = await store.due(many, 9);
  const { claims } = await store.commit({ accept: [], steps: [], runs: [], claims: [{ runId: due!.id, now: many }] });
  expect(claims).toMatchObject([
    { kind: "claimed", context: { run: { id: run(many - 1).id, lease: { owner: "proc_1", no: 1 } }, steps: [{ path: "post" }] } },
  ]);
  const repeat = acceptance(1, { key: "k3", triggerId: "t" });
  const fresh = acceptance(2, { triggerId: "t", key: "fresh" });
  const { accepted } = await store.commit({ accept: [repeat, fresh], steps: [], runs: [] });
  expect(accepted).toEqual([null, fresh.runs]);
  expect((await store.list("ws_1", {}, { limit: 1 }))[0]!.id).toBe(fresh.runs[0]!.id);
  await db.close();
});

test("the number of a run is not given again, though the newest was deleted", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const store = createRunStore(db);
  const newest = async () => (await db.q.selectFrom("runs").select("seq").orderBy("seq", "desc").executeTakeFirstOrThrow()).seq;
  await store.commit({ accept: [acceptance(1)], steps: [], runs: [] });
  const first = await newest();
  await db.q.deleteFrom("runs").execute();
  await store.commit({ accept: [acceptance(2)], steps: [], runs: [] });
  expect(await newest()).toBeGreaterThan(first);
  await db.close();
});

describe("the ledger, the counts of an inbox and the references of a flow from before keep their rows and go on", () => {
  const entry = { trigger_id: "t", item: "c_1", by: "webhook", at: 5, found_at: null, up_to: null, event_id: "evt_1" };
  const reception = { inbox_id: "inbox_1", type: "ContactCreate", place: "loc_1", count: 2, last_at: 5 };
  const reference = {
    flow_id: "flow_1",
    at: "steps[0].input.tag",
    connection: "acme",
    given: "VIP",
    value: "t_1",
    label: "VIP",
    checked_at: 5,
  };
  const flow = {
    id: "flow_1",
    workspace_id: "ws_1",
    name: "F",
    status: "on",
    draft: "{}",
    version: 1,
    created_at: 1,
    updated_at: 1,
    revision: 1,
  };
  const inbox = { id: "inbox_1", workspace_id: "ws_1", app: "highlevel", name: "main", title: "", token: "tok", legacy: 0, created_at: 1 };

  const quota = { budget: "highlevel|acme", state: '{"day":{"limit":9,"told":{"left":4}}}', saved_at: 5, clean: 1 };

  async function fill(q: Kysely<Schema>): Promise<void> {
    const rows = { told: entry, heard: reception, flow_references: reference, flows: flow, inboxes: inbox, quota_counts: quota };
    for (const [table, row] of Object.entries(rows))
      await q
        .insertInto(table as keyof Schema)
        .values(row as never)
        .execute();
    await q.destroy();
  }

  async function expectKept(db: Db): Promise<void> {
    const inboxes = createInboxStore(db);
    await inboxes.addReceptionCounts([{ inboxId: "inbox_1", type: "ContactCreate", place: "loc_1", count: 1, lastAt: 9 }]);
    expect(await inboxes.receptionCounts("ws_1", "inbox_1")).toMatchObject([
      { type: "ContactCreate", place: "loc_1", count: 3, lastAt: 9 },
    ]);
    const { item, at, event_id: eventId } = entry;
    const ledger = await createTriggerStore(db).ledgerEntries("t", [item]);
    expect(ledger.get(item)).toEqual({ triggerId: "t", item, by: "webhook", at, foundAt: null, upTo: null, eventId });
    const references = createReferenceStore(db);
    const kept = await references.list("ws_1", "flow_1");
    expect(kept).toEqual([
      { flowId: "flow_1", at: "steps[0].input.tag", connection: "acme", text: "VIP", value: "t_1", label: "VIP", checkedAt: 5 },
    ]);
    await references.replace("ws_1", "flow_1", [{ ...kept[0]!, text: "Fan" }]);
    expect(await references.list("ws_1", "flow_1")).toMatchObject([{ text: "Fan" }]);
    expect(JSON.parse((await createQuotaStore(db).load(0))[0]!.state)).toEqual({ day: { limit: 9, reported: { left: 4 } } });
    await db.close();
  }

  test("on SQLite", async () => {
    const { file, q } = await asLeftBy("0020_parts");
    await fill(q);
    await expectKept(await openSqlite({ file }));
  });

  test("on PostgreSQL, where keys are called like their tables", async () => {
    const { url, q } = await asLeftOnPostgres("0020_parts");
    await fill(q);
    const db = await openPostgres({ url });
    const { rows } = await sql<{ name: string }>`
      select constraint_name as name from information_schema.table_constraints
       where constraint_type = 'PRIMARY KEY' and table_name in ('ledger_entries', 'reception_counts') order by 1`.execute(db.q);
    expect(rows.map(({ name }) => name)).toEqual(["ledger_entries_pk", "reception_counts_pk"]);
    await expectKept(db);
  });
});
