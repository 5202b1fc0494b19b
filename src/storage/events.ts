import type { Event } from "#engine/types/events.ts";
import type { Db } from "./database.ts";
import { eventOf } from "./rows.ts";

/** The event of a trigger with this key. */
export async function eventByKey(db: Db, workspaceId: string, triggerId: string, key: string): Promise<Event | null> {
  const own = db.q.selectFrom("events").selectAll().where("workspace_id", "=", workspaceId);
  const row = await own.where("trigger_id", "=", triggerId).where("event_key", "=", key).executeTakeFirst();
  return row ? eventOf(row) : null;
}

/** The ids of the newest events of a trigger, the newest first. */
export async function newestEventIds(db: Db, workspaceId: string, triggerId: string, limit: number): Promise<string[]> {
  const own = db.q.selectFrom("events").select("id").where("workspace_id", "=", workspaceId);
  const rows = await own.where("trigger_id", "=", triggerId).orderBy("seq", "desc").limit(limit).execute();
  return rows.map(({ id }) => id);
}

/** The newest events of a trigger. */
export async function newestEvents(db: Db, workspaceId: string, triggerId: string, limit: number): Promise<Event[]> {
  const own = db.q.selectFrom("events").selectAll().where("workspace_id", "=", workspaceId);
  const rows = await own.where("trigger_id", "=", triggerId).orderBy("seq", "desc").limit(limit).execute();
  return rows.map(eventOf);
}
