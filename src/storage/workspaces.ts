import type { Db } from "./database.ts";

/** Makes a workspace's row unless it is there. */
export async function ensureWorkspace(db: Db, workspace: { id: string; name: string; now: number }): Promise<void> {
  const { id, name, now } = workspace;
  await db.write((q) =>
    q
      .insertInto("workspaces")
      .values({ id, name, created_at: now })
      .onConflict((c) => c.column("id").doNothing())
      .execute(),
  );
}

/** The workspaces of a store. */
export interface WorkspaceStore {
  /** The ids of all, oldest first: work in the background goes through them. */
  ids(): Promise<string[]>;
}

export function createWorkspaceStore(db: Db): WorkspaceStore {
  return {
    async ids() {
      const rows = await db.q.selectFrom("workspaces").select("id").orderBy("created_at").orderBy("id").execute();
      return rows.map(({ id }) => id);
    },
  };
}
