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
