import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { ChangeLog } from "./changes.ts";
import { changedFields } from "./changed-fields.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** What kinds of parts flows share. */
export type PartKind = "rule" | "mapping";

/** Which part is meant. */
export interface PartRef {
  workspaceId: string;
  kind: PartKind;
  name: string;
}

/** A part as it is now. `definition` is JSON. */
export interface PartRow extends PartRef {
  /** 1 at first, and one more with each change. */
  version: number;
  definition: string;
  createdAt: number;
  updatedAt: number;
}

/** A part as it was once. */
export interface PartVersion {
  version: number;
  definition: string;
  at: number;
  /** Who saved it; null where Millrace did. */
  by: string | null;
}

/** What to save. `replaces`: the version that the writer has seen, 0 where it saw none; without it whatever is there is replaced. */
export interface PartChange extends PartRef {
  definition: string;
  now: number;
  /** What people call it, for the list of changes. */
  title: string;
  replaces?: number;
  by?: string;
}

/** Where the rules and mapping templates of workspaces rest. */
export interface PartStore {
  /** Those of one kind, of all workspaces, by name. */
  all(kind: PartKind): Promise<PartRow[]>;
  list(workspaceId: string, kind: PartKind): Promise<PartRow[]>;
  get(ref: PartRef): Promise<PartRow | null>;
  /** Saves a part as a new version; null where another version is there than the writer has seen. An equal definition makes no new version. */
  put(change: PartChange): Promise<PartRow | null>;
  /** False where there was none. Its versions go with it. */
  remove(ref: PartRef & { title: string; by?: string }): Promise<boolean>;
  /** The newest first. */
  versions(ref: PartRef): Promise<PartVersion[]>;
}

/** How many versions of a part are kept. */
const keptVersions = 50;

export function createPartStore(db: Db, log: ChangeLog = new ChangeLog(db)): PartStore {
  return {
    ...partReads(db),
    ...partChanges(log),
  };
}

/** Parts as they are now, and their versions. */
function partReads(db: Db): Pick<PartStore, "all" | "list" | "get" | "versions"> {
  const rows = () => db.q.selectFrom("parts").selectAll().orderBy("workspace_id").orderBy("name");
  return {
    all: async (kind) => (await rows().where("kind", "=", kind).execute()).map(fromRow),
    list: async (workspaceId, kind) =>
      (await rows().where("workspace_id", "=", workspaceId).where("kind", "=", kind).execute()).map(fromRow),
    async get(ref) {
      const row = await rows()
        .where((e) => e.and(keyOf(ref)))
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },
    async versions(ref) {
      const rows = await db.q
        .selectFrom("part_versions")
        .select(["version", "definition", "saved_at", "principal"])
        .where((e) => e.and(keyOf(ref)))
        .orderBy("version", "desc")
        .execute();
      return rows.map((row) => ({ version: row.version, definition: row.definition, at: Number(row.saved_at), by: row.principal }));
    },
  };
}

/** A part saved and removed. */
function partChanges(log: ChangeLog): Pick<PartStore, "put" | "remove"> {
  return {
    put: ({ definition, now, title, replaces, by, ...ref }) =>
      log.write(async (q, note) => {
        const key = keyOf(ref);
        const before = await q
          .selectFrom("parts")
          .selectAll()
          .where((e) => e.and(key))
          .executeTakeFirst();
        if (replaces !== undefined && replaces !== (before?.version ?? 0)) return null;
        if (before?.definition === definition) return fromRow(before);
        const version = (before?.version ?? 0) + 1;
        const row = await q
          .insertInto("parts")
          .values({ ...key, version, definition, created_at: now, updated_at: now })
          .onConflict((c) => c.columns(["workspace_id", "kind", "name"]).doUpdateSet({ definition, version, updated_at: now }))
          .returningAll()
          .executeTakeFirstOrThrow();
        await q
          .insertInto("part_versions")
          .values({ ...key, version, definition, saved_at: now, principal: by ?? null })
          .execute();
        await q
          .deleteFrom("part_versions")
          .where((e) => e.and(key))
          .where("version", "<=", version - keptVersions)
          .execute();
        const fields = before ? changedFields({ version: before.version }, { version }) : [];
        note({ ...noteOf(ref), what: version === 1 ? "created" : "changed", name: title, fields, ...defined({ by }) });
        return fromRow(row);
      }),
    remove: ({ title, by, ...ref }) =>
      log.write(async (q, note) => {
        const { numDeletedRows } = await q
          .deleteFrom("parts")
          .where((e) => e.and(keyOf(ref)))
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await q
          .deleteFrom("part_versions")
          .where((e) => e.and(keyOf(ref)))
          .execute();
        note({ ...noteOf(ref), what: "removed", name: title, ...defined({ by }) });
        return true;
      }),
  };
}

const keyOf = ({ workspaceId, kind, name }: PartRef) => ({ workspace_id: workspaceId, kind, name });
const noteOf = ({ workspaceId, kind, name }: PartRef) => ({ workspaceId, kind, id: name });

const fromRow = (row: Selectable<Schema["parts"]>): PartRow => ({
  workspaceId: row.workspace_id,
  kind: row.kind as PartKind,
  name: row.name,
  version: row.version,
  definition: row.definition,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});
