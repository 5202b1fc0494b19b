import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Kysely, Migrator, SqliteDialect, type Migration } from "kysely";
import { expect, test } from "vitest";
import { acceptance } from "#test/contracts/run-store.contract.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { openSqlite } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { migrations } from "./migrations.ts";
import { createRunStore } from "./run-store.ts";
import type { Schema } from "./schema.ts";
import { createVaultStore } from "./vault-store.ts";
import { createSessionStore } from "./sessions.ts";

/** A database file as an earlier Millrace left it. */
async function asLeftBy(upTo: string): Promise<{ file: string; q: Kysely<Schema> }> {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-migrations-")), "millrace.db");
  const q = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new Sqlite(file) }) });
  const known = Object.fromEntries(Object.entries(migrations).filter(([name]) => name <= upTo)) as Record<string, Migration>;
  const { error } = await new Migrator({ db: q, provider: { getMigrations: async () => known } }).migrateToLatest();
  if (error) throw error;
  return { file, q };
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
  const found = await store.load("run_1");
  expect(found?.run).toMatchObject({ state: "queued", record: null, settling: false, merged: 0, recovered: false });
  expect(found?.run).not.toHaveProperty("previous");
  expect(found?.event).toMatchObject({ payload: { n: 1 }, record: null, happenedAt: null });
  expect(await store.due(10, 10)).toHaveLength(1);
  const again = acceptance(1, { key: "k" });
  const fresh = acceptance(2);
  const { accepted } = await store.commit({
    accept: [again, fresh],
    steps: [],
    runs: [{ was: found!.run, patch: { state: "succeeded", finishedAt: 9 } }],
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
  const fresh = { id: "key_3", workspaceId: "ws_printed", name: "first", prefix: "mr_", hash: "key_3", createdAt: 6 };
  await store.replace(fresh);
  expect((await store.all())[1]).toEqual(fresh);
  const rows = createSessionStore(db);
  await rows.add({ hash: "h", workspaceId: "ws_printed", keyId: "key_3", createdAt: 1, usedAt: 1 });
  await rows.touch("h", 2);
  expect(await rows.all()).toEqual([{ hash: "h", workspaceId: "ws_printed", keyId: "key_3", createdAt: 1, usedAt: 2 }]);
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
  await q.insertInto("run_people").values({ workspace_id: "ws_1", kind: "email", key: "p1@x.io", run_id: "run_1" }).execute();
  await q.insertInto("people_due").values({ run_id: "run_2" }).execute();
  await q.destroy();

  const db = await openSqlite({ file });
  const store = createRunStore(db);
  expect(await store.unindexed(9)).toBe(1);
  await db.q.insertInto("runs").values(run(3)).execute();
  const found = async (n: number) =>
    (await store.list("ws_1", { person: [{ kind: "email", key: `p${n}@x.io`, exact: true }] }, { limit: 9 })).map(({ id }) => id);
  const all = async () => [await found(1), await found(2), await found(3)];
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
    { ...row, id: "broken", name: "broken", status: "broken", reason: "Connect it again.", last_used_at: 5 },
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
  expect(await store.get("ws_1", "broken")).toMatchObject({ status: "broken", reason: "Connect it again." });
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
