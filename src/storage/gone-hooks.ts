import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import { digest } from "#kernel/digest.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Remembers addresses that triggers no longer use, so that requests to them are answered 410. */
export async function keepGone(
  q: Kysely<Schema>,
  workspaceId: string,
  which: (e: ExpressionBuilder<Schema, "triggers">) => Expression<SqlBool>,
  next: string | null,
): Promise<void> {
  const rows = await q.selectFrom("triggers").select("token").where(which).where("workspace_id", "=", workspaceId).execute();
  const gone = rows.flatMap(({ token }) =>
    token === null || token === next ? [] : [{ digest: digest(token), workspace_id: workspaceId, gone_at: null }],
  );
  if (gone.length > 0)
    await q
      .insertInto("gone_hooks")
      .values(gone)
      .onConflict((c) => c.doNothing())
      .execute();
}

/** Whether an address was one of a flow and is no longer. */
export async function isGoneHook(db: Db, token: string): Promise<boolean> {
  const row = await db.q.selectFrom("gone_hooks").select("digest").where("digest", "=", digest(token)).executeTakeFirst();
  return row !== undefined;
}

/**
 * Forgets addresses that have been gone since before `before`, at most `limit`; gives how many. Those that have no time yet get `now`: whoever
 * deletes a flow needs no clock for it.
 */
export const forgetGone = (db: Db, { now, before, limit }: { now: number; before: number; limit: number }): Promise<number> =>
  db.write(async (q) => {
    await q.updateTable("gone_hooks").set({ gone_at: now }).where("gone_at", "is", null).execute();
    const old = q.selectFrom("gone_hooks").select("digest").where("gone_at", "<", before).orderBy("gone_at").limit(limit);
    const { numDeletedRows } = await q.deleteFrom("gone_hooks").where("digest", "in", old).executeTakeFirst();
    return Number(numDeletedRows);
  });
