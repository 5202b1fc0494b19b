import type { PinStore } from "#engine/ports/pin-store.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";

/** What names stood for in each sub-account. */
export function createPinStore(db: Db, log: ChangeLog = new ChangeLog(db)): PinStore {
  return {
    async list(workspaceId, place) {
      const rows = await db.q
        .selectFrom("reference_pins")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("place", "=", place)
        .orderBy("kind")
        .orderBy("parent")
        .orderBy("name")
        .execute();
      return rows.map(({ workspace_id, seen_at, ...row }) => ({ ...row, workspaceId: workspace_id, seenAt: seen_at }));
    },
    put: ({ workspaceId, place, kind, parent, name, id, label, seenAt }) =>
      log.write(async (q, note) => {
        const meaning = { id, label, seen_at: seenAt };
        await q
          .insertInto("reference_pins")
          .values({ workspace_id: workspaceId, place, kind, parent, name, ...meaning })
          .onConflict((c) => c.columns(["workspace_id", "place", "kind", "parent", "name"]).doUpdateSet(meaning))
          .execute();
        note({ workspaceId, kind: "pin", id: place, what: null });
      }),
    delete: ({ workspaceId, place, kind, parent, name }) =>
      log.write(async (q, note) => {
        await q
          .deleteFrom("reference_pins")
          .where("workspace_id", "=", workspaceId)
          .where("place", "=", place)
          .where("kind", "=", kind)
          .where("parent", "=", parent)
          .where("name", "=", name)
          .execute();
        note({ workspaceId, kind: "pin", id: place, what: null });
      }),
  };
}
