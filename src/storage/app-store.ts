import type { Selectable } from "kysely";
import { defined } from "#kernel/defined.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** An app that a workspace defined. `definition` is JSON. */
export interface AppRow {
  workspaceId: string;
  name: string;
  definition: string;
  /** 1 at first, and one more with each change. */
  revision: number;
  createdAt: number;
  updatedAt: number;
}

/** Where the apps of workspaces rest. `by`: who changes one, for the list of changes. */
export interface AppStore {
  /** Those of all workspaces, by name. */
  all(): Promise<AppRow[]>;
  /** Adds an app, or replaces the one of its name; gives the row as it is then. */
  put(app: { workspaceId: string; name: string; definition: string; now: number }, by?: string): Promise<AppRow>;
  /** False where there was none. */
  remove(workspaceId: string, name: string, by?: string): Promise<boolean>;
}

export function createAppStore(db: Db, log: ChangeLog = new ChangeLog(db)): AppStore {
  return {
    async all() {
      const rows = await db.q.selectFrom("apps").selectAll().orderBy("workspace_id").orderBy("name").execute();
      return rows.map(fromRow);
    },
    put: ({ workspaceId, name, definition, now }, by) =>
      log.write(async (q, note) => {
        const row = await q
          .insertInto("apps")
          .values({ workspace_id: workspaceId, name, definition, revision: 1, created_at: now, updated_at: now })
          .onConflict((c) =>
            c.columns(["workspace_id", "name"]).doUpdateSet((e) => ({ definition, revision: e("apps.revision", "+", 1), updated_at: now })),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        note({ workspaceId, kind: "app", id: name, what: row.revision === 1 ? "created" : "changed", name, ...defined({ by }) });
        return fromRow(row);
      }),
    remove: (workspaceId, name, by) =>
      log.write(async (q, note) => {
        const { numDeletedRows } = await q
          .deleteFrom("apps")
          .where("workspace_id", "=", workspaceId)
          .where("name", "=", name)
          .executeTakeFirst();
        if (numDeletedRows > 0n) note({ workspaceId, kind: "app", id: name, what: "removed", name, ...defined({ by }) });
        return numDeletedRows > 0n;
      }),
  };
}

const fromRow = (row: Selectable<Schema["apps"]>): AppRow => ({
  workspaceId: row.workspace_id,
  name: row.name,
  definition: row.definition,
  revision: row.revision,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});
