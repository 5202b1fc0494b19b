import { sql, type Insertable, type Kysely, type Selectable, type Transaction } from "kysely";
import type { Change, ChangeFilter, ChangeKind, ChangeNote, ChangeStore, FieldChange } from "#changes/types.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { Db } from "./database.ts";
import { jsonOrNull } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { addDeliveries } from "./webhook-outbox.ts";

export interface ChangeLogOptions {
  clock: Clock;
  /** The name of this process. */
  process: string;
  /** Whether other processes use the store. If none does, what only they need to know is not written. */
  shared: boolean;
}

/** Notes a change in the transaction that makes it. */
export type Note = (note: ChangeNote) => void;

/**
 * Writes changes in the commit that makes them, and afterwards calls the listeners in this process. They are only written in `db.write`, which
 * runs one transaction at a time in all processes that share a store. So their numbers grow with the order of the commits, and a
 * reader who has passed a number has missed nothing before it.
 */
export class ChangeLog {
  readonly #db: Db;
  readonly #options: ChangeLogOptions;
  readonly #committed = new Listeners<[changes: readonly Change[]]>();

  constructor(db: Db, options: ChangeLogOptions = { clock: systemClock, process: newId("proc"), shared: false }) {
    this.#db = db;
    this.#options = options;
  }

  /** Calls the listener with what this log has committed. */
  readonly onCommit = this.#committed.add;

  /** A transaction like `db.write`, with the changes it notes. */
  async write<T>(fn: (q: Transaction<Schema>, note: Note) => Promise<T>): Promise<T> {
    const { result, changes } = await this.#db.write(async (q) => {
      const notes: ChangeNote[] = [];
      const result = await fn(q, (note) => void notes.push(note));
      return { result, changes: await this.#insert(q, notes) };
    });
    if (changes.length > 0) this.#committed.tell(changes);
    return result;
  }

  async #insert(q: Transaction<Schema>, notes: readonly ChangeNote[]): Promise<Change[]> {
    const { clock, process, shared } = this.#options;
    for (const { workspaceId, webhook } of notes) if (webhook) await addDeliveries(q, workspaceId, webhook, clock.now());
    const rows = notes.filter(({ what, live }) => shared || live || what !== null).map((note) => rowOf(note, clock.now(), process));
    if (rows.length === 0) return [];
    return (await q.insertInto("changes").values(rows).returningAll().execute()).map(changeOf);
  }
}

export function createChangeStore(db: Db, log: ChangeLog = new ChangeLog(db)): ChangeStore {
  return {
    async after(seq, limit) {
      return (await db.q.selectFrom("changes").selectAll().where("seq", ">", seq).orderBy("seq").limit(limit).execute()).map(changeOf);
    },
    async newest() {
      const row = await db.q.selectFrom("changes").select("seq").orderBy("seq", "desc").limit(1).executeTakeFirst();
      return row?.seq ?? 0;
    },
    async history(workspaceId, { after, before, limit, ...filter }) {
      let query = matching(db.q, workspaceId, filter).selectAll();
      if (after !== undefined) query = query.where("seq", ">", after);
      if (before !== undefined) query = query.where("seq", "<", before);
      return (
        await query
          .orderBy("seq", after === undefined ? "desc" : "asc")
          .limit(limit)
          .execute()
      ).map(changeOf);
    },
    async people(workspaceId) {
      const rows = await matching(db.q, workspaceId, {})
        .select((e) => ["principal", e.fn.max("seq").as("last")])
        .groupBy("principal")
        .orderBy("last", "desc")
        .limit(mostPeople)
        .execute();
      return rows.map(({ principal }) => principal);
    },
    async last(workspaceId, { kind, what, name }) {
      const row = await db.q
        .selectFrom("changes")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("kind", "=", kind)
        .where("what", "=", what)
        .where("name", "=", name)
        .orderBy("seq", "desc")
        .limit(1)
        .executeTakeFirst();
      return row ? changeOf(row) : null;
    },
    add: (notes) => log.write(async (_, note) => notes.forEach(note)),
    prune: (before, limit) =>
      db.write(async (q) => {
        const newest = q.selectFrom("changes").select((e) => e.fn.max("seq").as("seq")); // kept, or SQLite would give its number again
        const old = q
          .selectFrom("changes")
          .select("seq")
          .where((e) =>
            e.or([
              e.and([e("what", "is not", null), e("at", "<", before.audit)]),
              e.and([e("what", "is", null), e("at", "<", before.internal)]),
            ]),
          )
          .where("seq", "<", newest)
          .orderBy("seq")
          .limit(limit);
        const { numDeletedRows } = await q.deleteFrom("changes").where("seq", "in", old).executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

const mostPeople = 200;

/** The changes of a workspace that people can read and that the filter lets through. */
function matching(q: Kysely<Schema>, workspaceId: string, { text, kinds, exceptKinds, by, record, from, to }: ChangeFilter) {
  let query = q.selectFrom("changes").where("workspace_id", "=", workspaceId).where("what", "is not", null);
  for (const word of wordsOf(text)) query = query.where("search", "like", sql<string>`${likePattern(word)} escape '\\'`);
  if (kinds !== undefined) query = query.where("kind", "in", [...kinds]);
  if (exceptKinds !== undefined) query = query.where("kind", "not in", [...exceptKinds]);
  if (by !== undefined) query = by === null ? query.where("principal", "is", null) : query.where("principal", "=", by);
  if (record !== undefined) query = query.where("record_id", "=", record);
  if (from !== undefined) query = query.where("at", ">=", from);
  if (to !== undefined) query = query.where("at", "<", to);
  return query;
}

const wordsOf = (text = ""): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, 10);

const likePattern = (word: string): string => `%${word.replace(/[\\%_]/g, (char) => `\\${char}`)}%`;

/** What a search looks in. Lower case is made here: SQLite only knows that of ASCII. */
const searchText = ({ what, name, id, fields = [] }: ChangeNote): string =>
  [name ?? "", what, id, ...fields.flatMap(({ before, after }) => [before, after].map(textOf))].join(" ").toLowerCase();

const textOf = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);

const rowOf = (note: ChangeNote, at: number, process: string): Insertable<Schema["changes"]> => ({
  workspace_id: note.workspaceId,
  kind: note.kind,
  record_id: note.id,
  what: note.what,
  name: note.name ?? null,
  principal: note.by ?? null,
  at,
  process,
  detail: jsonOrNull(note.detail),
  fields: note.fields === undefined || note.fields.length === 0 ? null : JSON.stringify(note.fields),
  search: note.what === null ? null : searchText(note),
});

const changeOf = (row: Selectable<Schema["changes"]>): Change => ({
  seq: row.seq,
  workspaceId: row.workspace_id,
  kind: row.kind as ChangeKind,
  id: row.record_id,
  what: row.what,
  name: row.name,
  by: row.principal,
  at: row.at,
  process: row.process,
  detail: row.detail === null ? null : JSON.parse(row.detail),
  fields: row.fields === null ? [] : (JSON.parse(row.fields) as FieldChange[]),
});
