import type { Db } from "./database.ts";
import { takeLock } from "./locks.ts";
import { afterAllRuns, forgetPeople } from "./people.ts";

/** Oldest first. What needs attention stays, however old; an event goes when no run of it is left. */
export async function pruneRunsAndEvents(db: Db, workspaceId: string, before: number, limit: number): Promise<number> {
  const runs = await pruneRuns(db, workspaceId, before, limit);
  // A burst is many events and one run: after the runs, the other events are deleted.
  let events: number;
  do events = await pruneEvents(db, workspaceId, before, limit);
  while (runs < limit && events === limit);
  return runs;
}

/**
 * Rows are numbered as they come, so old rows end at the first row that is not old. Without that bound, every search for the last old row would
 * read the whole table. An old row behind it, which a clock that was set back leaves, is deleted once the bound has passed it.
 */
const pruneRuns = (db: Db, workspaceId: string, before: number, limit: number): Promise<number> =>
  db.write(async (q) => {
    await takeLock(db, q, "people");
    const ofWorkspace = q.selectFrom("runs").select(["seq", "id"]).where("workspace_id", "=", workspaceId).orderBy("seq");
    const recent = await ofWorkspace.where("created_at", ">=", before).limit(1).executeTakeFirst();
    const old = await ofWorkspace
      .where("seq", "<", recent?.seq ?? afterAllRuns)
      .where("created_at", "<", before)
      .where("finished_at", "is not", null)
      .where("attention", "=", 0)
      .limit(limit)
      .execute();
    const ids = old.map((r) => r.id);
    if (ids.length) {
      await forgetPeople(q, ids);
      await q.deleteFrom("steps").where("run_id", "in", ids).execute();
      await q.deleteFrom("runs").where("id", "in", ids).execute();
    }
    return ids.length;
  });

const pruneEvents = (db: Db, workspaceId: string, before: number, limit: number): Promise<number> =>
  db.write(async (q) => {
    await takeLock(db, q, "events");
    const ofWorkspace = q.selectFrom("events").select("seq").where("workspace_id", "=", workspaceId).orderBy("seq");
    const recent = await ofWorkspace.where("received_at", ">=", before).limit(1).executeTakeFirst();
    const orphans = q
      .selectFrom("events as e")
      .select("e.seq")
      .where("e.workspace_id", "=", workspaceId)
      .where("e.seq", "<", recent?.seq ?? afterAllRuns)
      .where("e.received_at", "<", before)
      .where((b) => b.not(b.exists(b.selectFrom("runs").select("runs.id").whereRef("runs.event_id", "=", "e.id"))))
      .orderBy("e.seq")
      .limit(limit);
    const { numDeletedRows } = await q.deleteFrom("events").where("seq", "in", orphans).executeTakeFirst();
    return Number(numDeletedRows);
  });
