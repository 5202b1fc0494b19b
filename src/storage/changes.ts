import type { Insertable, Selectable, Transaction } from "kysely";
import type { Change, ChangeKind, ChangeNote, ChangeStore } from "#changes/types.ts";
import { systemClock, type Clock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import { Listeners } from "#kernel/listeners.ts";
import type { Db } from "./database.ts";
import { jsonOrNull } from "./rows.ts";
import type { Schema } from "./schema.ts";

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
    const rows = notes.filter(({ what }) => shared || what !== null).map((note) => rowOf(note, clock.now(), process));
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
    async history(workspaceId, { after, before, limit }) {
      let query = db.q.selectFrom("changes").selectAll().where("workspace_id", "=", workspaceId).where("what", "is not", null);
      if (after !== undefined) query = query.where("seq", ">", after);
      if (before !== undefined) query = query.where("seq", "<", before);
      return (
        await query
          .orderBy("seq", after === undefined ? "desc" : "asc")
          .limit(limit)
          .execute()
      ).map(changeOf);
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

const rowOf = (
  { workspaceId, kind, id, what, name, by, detail }: ChangeNote,
  at: number,
  process: string,
): Insertable<Schema["changes"]> => ({
  workspace_id: workspaceId,
  kind,
  record_id: id,
  what,
  name: name ?? null,
  principal: by ?? null,
  at,
  process,
  detail: jsonOrNull(detail),
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
});
