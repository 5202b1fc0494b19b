import type { Db } from "./database.ts";

export interface SetBack {
  /** The time by the clock that was set back. */
  now: number;
  /** How far it was set back. */
  byMs: number;
  /** When a schedule fires next, from what its trigger keeps. */
  firstTime: (state: string, now: number) => number | null;
}

/** Written later than this by a clock that is right now, a row was written while the clock was ahead. */
const slackMs = 10 * 60_000;
const rowsAtOnce = 500;

/**
 * Corrects due times after a clock that was ahead was set back: what was due "in a minute" by the wrong clock would wait for as long as that was
 * ahead. Polls keep their interval, schedules get their next time, and runs that began to wait meanwhile wait as long as they should.
 */
export async function pullBack(db: Db, setBack: SetBack): Promise<{ triggers: number; runs: number }> {
  return { triggers: await pullTriggers(db, setBack), runs: await pullRuns(db, setBack) };
}

const pullTriggers = (db: Db, { now, byMs, firstTime }: SetBack): Promise<number> =>
  db.write(async (q) => {
    const late = await q.selectFrom("triggers").selectAll().where("active", "=", 1).where("next_at", ">", now).execute();
    let pulled = 0;
    for (const { id, kind, state, next_at, last_at } of late) {
      const meant = kind === "schedule" ? firstTime(state, now) : Math.max(now, next_at! - byMs);
      if (meant === null || meant >= next_at!) continue;
      if (kind !== "schedule" && (last_at === null || last_at <= now + slackMs)) continue; // it looked by the right clock
      await q
        .updateTable("triggers")
        .set({ next_at: meant, last_at: last_at === null ? null : Math.min(last_at, now) })
        .where("id", "=", id)
        .execute();
      pulled++;
    }
    return pulled;
  });

/** Page by page, so that events can be written in between. */
async function pullRuns(db: Db, { now, byMs }: SetBack): Promise<number> {
  let pulled = 0;
  for (let after = 0; ;) {
    const page = await waitingRuns(db, now, after);
    const late = page.filter(({ created_at, step_at }) => Math.max(created_at, step_at ?? 0) > now + slackMs);
    if (late.length > 0) {
      await db.write(async (q) => {
        for (const { id, due_at } of late) {
          await q
            .updateTable("runs")
            .set({ due_at: Math.max(now, due_at - byMs) })
            .where("id", "=", id)
            .where("due_at", "=", due_at)
            .execute();
          await pullWaits(q, id, now, byMs);
        }
      });
    }
    pulled += late.length;
    if (page.length < rowsAtOnce) return pulled;
    after = page.at(-1)!.seq;
  }
}

const waitingRuns = (db: Db, now: number, after: number) =>
  db.q
    .selectFrom("runs")
    .select((e) => [
      "seq",
      "id",
      "due_at",
      "created_at",
      e
        .selectFrom("steps")
        .select((s) => s.fn.max("steps.started_at").as("at"))
        .whereRef("steps.run_id", "=", "runs.id")
        .as("step_at"),
    ])
    .where("finished_at", "is", null)
    .where("due_at", ">", now)
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(rowsAtOnce)
    .execute();

/** A wait step keeps the time it ends. */
async function pullWaits(q: Pick<Db["q"], "selectFrom" | "updateTable">, runId: string, now: number, byMs: number): Promise<void> {
  const waits = await q
    .selectFrom("steps")
    .select(["path", "output"])
    .where("run_id", "=", runId)
    .where("state", "=", "waiting")
    .where("started_at", ">", now + slackMs)
    .execute();
  for (const { path, output } of waits) {
    const kept = output === null ? null : (JSON.parse(output) as { until?: unknown } | null);
    if (typeof kept?.until !== "number") continue;
    const until = Math.max(now, kept.until - byMs);
    await q
      .updateTable("steps")
      .set({ output: JSON.stringify({ ...kept, until }) })
      .where("run_id", "=", runId)
      .where("path", "=", path)
      .execute();
  }
}
