import type { Run } from "#engine/types/runs.ts";
import type { Db } from "./database.ts";
import { runOf } from "./rows.ts";

/** Runs of these that have not ended. */
export async function findOpen(db: Db, ids: readonly string[]): Promise<Run[]> {
  const rows = await db.q.selectFrom("runs").selectAll().where("id", "in", ids).where("finished_at", "is", null).orderBy("seq").execute();
  return rows.map(runOf);
}

/** Notes that these runs were executing when a process crashed, and returns how many crashes each of the open ones has been in. */
export const countCrashes = (db: Db, ids: readonly string[], process: string): Promise<Map<string, number>> =>
  db.write(async (q) => {
    const marked = (await q.selectFrom("run_crashes").select("run_id").execute()).map((row) => row.run_id);
    const rows = await q
      .selectFrom("runs")
      .select("id")
      .where("id", "in", [...marked, ...ids])
      .where("finished_at", "is", null)
      .execute();
    const open = rows.map((row) => row.id);
    await q.deleteFrom("run_crashes").where("run_id", "not in", open).execute();
    for (const run_id of open.filter((id) => ids.includes(id)))
      await q
        .insertInto("run_crashes")
        .values({ run_id, crashes: 1, process })
        .onConflict((c) =>
          c
            .column("run_id")
            .doUpdateSet((e) => ({ crashes: e("run_crashes.crashes", "+", 1), process }))
            .where("run_crashes.process", "!=", process),
        )
        .execute();
    const counted = await q.selectFrom("run_crashes").selectAll().execute();
    return new Map(counted.map((row) => [row.run_id, row.crashes]));
  });

/** Removes what is noted of crashes. */
export async function forgetCrashes(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length) await db.write((q) => q.deleteFrom("run_crashes").where("run_id", "in", ids).execute());
}
