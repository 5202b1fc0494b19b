import { SqliteAdapter, sql, type CreateTableBuilder, type Kysely } from "kysely";
import type { Schema } from "../schema.ts";

/**
 * Runs and events are numbered by the commit that writes them (`seq`), and a run names the process that executes it. Both tables are written
 * anew, in the order of their ids, and so is the index of people, which now carries numbers. Steps stay as they are: clustered by their key
 * they took a third more processor time and twice the space as soon as one was larger than 2 KB, for SQLite keeps no more of an entry in
 * place there.
 */
export async function runOwners(db: Kysely<Schema>): Promise<void> {
  await numberEvents(db);
  await numberRuns(db);
  await numberPeople(db);
  await db.schema
    .createTable("run_owners")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("until", "bigint", (c) => c.notNull())
    .execute();
}

const text = "text" as const;
const time = "bigint" as const;
const count = "integer" as const;

const isSqlite = (db: Kysely<Schema>): boolean => db.getExecutor().adapter instanceof SqliteAdapter;

/** A number that is never given twice, even after the newest row was deleted. In SQLite the number is the row's place as well. */
const numbered = <T extends string>(db: Kysely<Schema>, table: CreateTableBuilder<T>) =>
  isSqlite(db) ? table.addColumn("seq", sql`integer primary key autoincrement`) : table.addColumn("seq", "integer", (c) => c.primaryKey());

/** In SQLite each index ends with the row's place, which is its number. */
const bySeq = (db: Kysely<Schema>, columns: string[]): string[] => (isSqlite(db) ? columns : [...columns, "seq"]);

const eventColumns = [
  "id",
  "workspace_id",
  "trigger_id",
  "event_key",
  "person",
  "received_at",
  "record",
  "happened_at",
  "payload",
] as const;

async function numberEvents(db: Kysely<Schema>): Promise<void> {
  await numbered(db, db.schema.createTable("numbered_events"))
    .addColumn("id", text, (c) => c.notNull())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("trigger_id", text, (c) => c.notNull())
    .addColumn("event_key", text, (c) => c.notNull())
    .addColumn("person", text)
    .addColumn("received_at", time, (c) => c.notNull())
    .addColumn("record", text)
    .addColumn("happened_at", time)
    .addColumn("payload", text, (c) => c.notNull()) // last, so that the rest is read without it
    .execute();
  await moveRows(db, "events", eventColumns);
  await db.schema.createIndex("events_id").unique().on("events").columns(["id"]).execute();
  await db.schema.createIndex("events_of_key").unique().on("events").columns(["trigger_id", "event_key"]).execute();
  await db.schema
    .createIndex("events_by_trigger")
    .on("events")
    .columns(bySeq(db, ["trigger_id"]))
    .execute();
}

const runColumns = [
  "id",
  "workspace_id",
  "flow_id",
  "version",
  "event_id",
  "state",
  "lane",
  "due_at",
  "person",
  "summary",
  "error",
  "attention",
  "replay_of",
  "origin",
  "created_at",
  "finished_at",
  "record",
  "settling",
  "merged",
  "recovered",
  "previous",
  "people",
  "waiting",
  "outage",
  "worked_ms",
] as const;

async function numberRuns(db: Kysely<Schema>): Promise<void> {
  const flag = "integer" as const;
  await numbered(db, db.schema.createTable("numbered_runs"))
    .addColumn("id", text, (c) => c.notNull())
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("flow_id", text, (c) => c.notNull())
    .addColumn("version", count, (c) => c.notNull())
    .addColumn("event_id", text, (c) => c.notNull())
    .addColumn("state", text, (c) => c.notNull())
    .addColumn("lane", text, (c) => c.notNull())
    .addColumn("due_at", time, (c) => c.notNull())
    .addColumn("lease_owner", text)
    .addColumn("lease_no", count, (c) => c.notNull().defaultTo(0))
    .addColumn("cancel_requested", flag, (c) => c.notNull().defaultTo(0))
    .addColumn("attention", flag, (c) => c.notNull())
    .addColumn("created_at", time, (c) => c.notNull())
    .addColumn("finished_at", time)
    .addColumn("settling", flag, (c) => c.notNull().defaultTo(0))
    .addColumn("merged", count, (c) => c.notNull().defaultTo(0))
    .addColumn("recovered", flag, (c) => c.notNull().defaultTo(0))
    .addColumn("worked_ms", time)
    .addColumn("replay_of", text)
    .addColumn("origin", text)
    .addColumn("record", text)
    .addColumn("person", text)
    .addColumn("people", text)
    .addColumn("summary", text)
    .addColumn("error", text)
    .addColumn("waiting", text)
    .addColumn("outage", text)
    .addColumn("previous", text)
    .execute();
  await moveRows(db, "runs", runColumns);
  const index = (name: string, columns: string[]) => db.schema.createIndex(name).on("runs").columns(bySeq(db, columns));
  await db.schema.createIndex("runs_id").unique().on("runs").columns(["id"]).execute();
  await index("runs_by_workspace", ["workspace_id"]).execute();
  await index("runs_by_flow", ["flow_id"]).execute();
  await db.schema.createIndex("runs_by_event").on("runs").columns(["event_id"]).execute();
  await index("runs_open", ["due_at"]).where(sql.ref("finished_at"), "is", sql.lit(null)).execute();
  await index("runs_attention", ["workspace_id"]).where(sql.ref("attention"), "=", sql.lit(1)).execute();
  await index("runs_failed", ["workspace_id"])
    .where(sql<boolean>`state in ('failed', 'held')`)
    .execute();
  await index("runs_recovered", ["workspace_id"]).where(sql.ref("recovered"), "=", sql.lit(1)).execute();
  await index("runs_replay", ["replay_of"]).where(sql.ref("replay_of"), "is not", sql.lit(null)).execute();
  await index("runs_of_record", ["flow_id", "record", "state"])
    .where(sql.ref("finished_at"), "is", sql.lit(null))
    .where(sql.ref("record"), "is not", sql.lit(null))
    .execute();
  await index("runs_to_cancel", ["lease_owner"]).where(sql.ref("cancel_requested"), "=", sql.lit(1)).execute();
}

/** Between two pieces the process answers that it is not ready yet. */
const rowsAtOnce = 10_000;

/** Moves one piece after another until nothing comes after the last. */
async function inPieces<Key>(move: (after: Key | undefined) => Promise<Key | undefined>): Promise<void> {
  let last: string | undefined;
  for (let after = await move(undefined); after !== undefined; after = await move(after)) {
    const key = JSON.stringify(after);
    if (key === last) return;
    last = key;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface PersonRow {
  workspace_id: string;
  kind: string;
  key: string;
  run_id: string;
}

/** Into the new table, oldest first; the new one gets the name of the old. */
async function moveRows(db: Kysely<Schema>, table: "events" | "runs", columns: readonly string[]): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const numbered = `numbered_${table}`;
  await inPieces(async (after: { id: string } | undefined) => {
    const rest = after ? sql`where id > ${after.id}` : sql``;
    await sql`insert into ${sql.table(numbered)} (${names})
      select ${names} from ${sql.table(table)} ${rest} order by id limit ${sql.lit(rowsAtOnce)}`.execute(db);
    return (await sql<{ id: string }>`select id from ${sql.table(numbered)} order by seq desc limit 1`.execute(db)).rows[0];
  });
  await db.schema.dropTable(table).execute();
  await db.schema.alterTable(numbered).renameTo(table).execute();
}

/** What a search for a person finds is a run's number: the newest first, whatever clock made its id. */
async function numberPeople(db: Kysely<Schema>): Promise<void> {
  await db.schema
    .createTable("numbered_people")
    .addColumn("workspace_id", text, (c) => c.notNull())
    .addColumn("kind", text, (c) => c.notNull())
    .addColumn("key", text, (c) => c.notNull())
    .addColumn("run_seq", time, (c) => c.notNull())
    .addPrimaryKeyConstraint("people_of_runs", ["workspace_id", "kind", "key", "run_seq"])
    .$call((table) => (isSqlite(db) ? table.modifyEnd(sql`without rowid`) : table))
    .execute();
  await inPieces(async (after: PersonRow | undefined) => {
    const rest = after
      ? sql`where (workspace_id, kind, key, run_id) > (${after.workspace_id}, ${after.kind}, ${after.key}, ${after.run_id})`
      : sql``;
    const piece = sql`select workspace_id, kind, key, run_id from run_people ${rest}
      order by workspace_id, kind, key, run_id limit ${sql.lit(rowsAtOnce)}`;
    await sql`insert into numbered_people (workspace_id, kind, key, run_seq)
      select p.workspace_id, p.kind, p.key, r.seq from (${piece}) as p join runs as r on r.id = p.run_id`.execute(db);
    return (
      await sql<PersonRow>`select * from (${piece}) as p
        order by workspace_id desc, kind desc, key desc, run_id desc limit 1`.execute(db)
    ).rows[0];
  });
  await db.schema.dropTable("run_people").execute();
  await db.schema.alterTable("numbered_people").renameTo("run_people").execute();
  await numberMark(db, "people_sorted", "up_to", sql<number>`coalesce((select max(seq) from runs where id <= ${sql.ref("up_to")}), 0)`, []);
  await numberMark(
    db,
    "people_progress",
    "before",
    sql<number>`coalesce((select max(seq) from runs where id < ${sql.ref("before")}), 0) + 1`,
    ["done", "total"],
  );
}

/** A table of one row at most, with a run's id in it, which becomes its number. */
async function numberMark(
  db: Kysely<Schema>,
  table: "people_sorted" | "people_progress",
  column: string,
  value: ReturnType<typeof sql<number>>,
  others: string[],
): Promise<void> {
  const created = db.schema.createTable(`numbered_${table}`).addColumn(column, time, (c) => c.notNull());
  await others.reduce((made, other) => made.addColumn(other, count, (c) => c.notNull()), created).execute();
  const rest = sql.join([sql``, ...others.map((other) => sql.ref(other))]);
  await sql`insert into ${sql.table(`numbered_${table}`)} (${sql.ref(column)}${rest}) select ${value}${rest} from ${sql.table(table)}`.execute(
    db,
  );
  await db.schema.dropTable(table).execute();
  await db.schema.alterTable(`numbered_${table}`).renameTo(table).execute();
}
