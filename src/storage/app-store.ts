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

/** A definition that an app had. */
export interface AppVersionRow {
  revision: number;
  at: number;
  /** Who saved it, as the list of changes calls them. */
  by: string | null;
  operations: number;
  triggers: number;
}

/** How many definitions of an app are kept. */
const keptVersions = 50;

/** Where the apps of workspaces rest. `by`: who changes one, for the list of changes. */
export interface AppStore {
  /** Those of all workspaces, by name. */
  all(): Promise<AppRow[]>;
  /** Adds an app, or replaces the one of its name; gives the row as it is then. */
  put(app: SavedApp, by?: string): Promise<AppRow>;
  /** The definitions that an app had, newest first. */
  versions(workspaceId: string, name: string): Promise<AppVersionRow[]>;
  /** One of them with its definition; null where it is not kept. */
  version(workspaceId: string, name: string, revision: number): Promise<(AppVersionRow & { definition: string }) | null>;
  /** False where there was none. Its versions go with it. */
  remove(workspaceId: string, name: string, by?: string): Promise<boolean>;
}

/** What is saved of an app. The numbers are of its definition, so that a list of versions need not read each. */
export interface SavedApp {
  workspaceId: string;
  name: string;
  definition: string;
  operations: number;
  triggers: number;
  now: number;
}

export function createAppStore(db: Db, log: ChangeLog = new ChangeLog(db)): AppStore {
  return {
    async all() {
      const rows = await db.q.selectFrom("apps").selectAll().orderBy("workspace_id").orderBy("name").execute();
      return rows.map(fromRow);
    },
    ...versionReads(db),
    ...appChanges(log),
  };
}

function versionReads(db: Db): Pick<AppStore, "versions" | "version"> {
  const columns = ["revision", "saved_at", "principal", "operations", "triggers"] as const;
  const ofApp = (workspaceId: string, name: string) =>
    db.q.selectFrom("app_versions").select(columns).where("workspace_id", "=", workspaceId).where("name", "=", name);
  return {
    versions: async (workspaceId, name) => (await ofApp(workspaceId, name).orderBy("revision", "desc").execute()).map(fromVersion),
    async version(workspaceId, name, revision) {
      const row = await ofApp(workspaceId, name).select("definition").where("revision", "=", revision).executeTakeFirst();
      return row ? { ...fromVersion(row), definition: row.definition } : null;
    },
  };
}

/** An app saved and removed, with its versions. */
function appChanges(log: ChangeLog): Pick<AppStore, "put" | "remove"> {
  return {
    put: ({ workspaceId, name, definition, operations, triggers, now }, by) =>
      log.write(async (q, note) => {
        const row = await q
          .insertInto("apps")
          .values({ workspace_id: workspaceId, name, definition, revision: 1, created_at: now, updated_at: now })
          .onConflict((c) =>
            c.columns(["workspace_id", "name"]).doUpdateSet((e) => ({ definition, revision: e("apps.revision", "+", 1), updated_at: now })),
          )
          .returningAll()
          .executeTakeFirstOrThrow();
        const { revision } = row;
        const counts = { operations, triggers };
        await q
          .insertInto("app_versions")
          .values({ workspace_id: workspaceId, name, revision, definition, ...counts, saved_at: now, principal: by ?? null })
          .execute();
        await q
          .deleteFrom("app_versions")
          .where("workspace_id", "=", workspaceId)
          .where("name", "=", name)
          .where("revision", "<=", revision - keptVersions)
          .execute();
        note({ workspaceId, kind: "app", id: name, what: revision === 1 ? "created" : "changed", name, ...defined({ by }) });
        return fromRow(row);
      }),
    remove: (workspaceId, name, by) =>
      log.write(async (q, note) => {
        const { numDeletedRows } = await q
          .deleteFrom("apps")
          .where("workspace_id", "=", workspaceId)
          .where("name", "=", name)
          .executeTakeFirst();
        if (numDeletedRows === 0n) return false;
        await q.deleteFrom("app_versions").where("workspace_id", "=", workspaceId).where("name", "=", name).execute();
        note({ workspaceId, kind: "app", id: name, what: "removed", name, ...defined({ by }) });
        return true;
      }),
  };
}

const fromVersion = (row: Omit<Selectable<Schema["app_versions"]>, "workspace_id" | "name" | "definition">): AppVersionRow => ({
  revision: row.revision,
  at: Number(row.saved_at),
  by: row.principal,
  operations: row.operations,
  triggers: row.triggers,
});

const fromRow = (row: Selectable<Schema["apps"]>): AppRow => ({
  workspaceId: row.workspace_id,
  name: row.name,
  definition: row.definition,
  revision: row.revision,
  createdAt: Number(row.created_at),
  updatedAt: Number(row.updated_at),
});
