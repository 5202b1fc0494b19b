import type { Selectable } from "kysely";
import type { Acceptance, Observation, AcceptedRuns } from "#engine/types/acceptance.ts";
import type { Event } from "#engine/types/events.ts";
import type { ObservationCount, ObservationOutcome, ObservationSource, WatchedRecord } from "#engine/types/observations.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { cutText } from "#kernel/characters.ts";
import type { JsonObject } from "#kernel/json.ts";
import type { Db } from "./database.ts";
import { Locks } from "./locks.ts";
import { marker } from "./markers.ts";
import type { Schema } from "./schema.ts";
import { each, type Work } from "./work.ts";

/** What a transaction does for change triggers. Every function runs inside `db.batch`. */
export interface WatchWriter {
  /** Compares an observation with the last state, keeps the new one, counts the outcome, and accepts the changes. */
  see(
    event: Pick<Event, "triggerId" | "receivedAt">,
    observation: Observation,
    accept: (acceptance: Acceptance) => Work<AcceptedRuns>,
  ): Work<AcceptedRuns>;
  keep(watched: WatchedRecord): Work<void>;
}

const longestNote = 300;

export function createWatchWriter(db: Db): WatchWriter {
  const s = prepare(db);
  const locks = new Locks(db);
  function* keep(watched: WatchedRecord): Work<void> {
    yield* s.keep.run(rowOf(watched));
  }

  function* triggerOf(id: string): Work<Pick<Trigger, "active" | "state"> | null> {
    const row = yield* s.trigger.get<{ active: number; state: string }>({ id });
    return row ? { active: row.active === 1, state: JSON.parse(row.state) as JsonObject } : null;
  }

  return {
    keep,
    *see({ triggerId, receivedAt }, observation, accept) {
      const trigger = yield* triggerOf(triggerId);
      if (!trigger) return [];
      yield* locks.take("watched", triggerId, observation.record);
      const row = yield* s.get.get<Row>({ trigger_id: triggerId, record: observation.record });
      const { outcome, note, keep: state, accept: changes } = observation.compare(row ? watchedOf(row) : null, trigger);
      if (state) yield* keep(state);
      yield* s.count.run({
        trigger_id: triggerId,
        outcome,
        by: observation.by,
        count: 1,
        last_at: receivedAt,
        last_record: observation.record,
        last_note: cutText(note, longestNote),
      });
      return (yield* each(changes, accept)).flatMap((runs) => runs ?? []);
    },
  };
}

type Row = Selectable<Schema["watched_records"]>;

const rowOf = (w: WatchedRecord): Row => ({
  trigger_id: w.triggerId,
  record: w.record,
  epoch: w.epoch,
  state: JSON.stringify(w.values),
  at: w.at,
  by: w.by,
});

const watchedOf = (r: Row): WatchedRecord => ({
  triggerId: r.trigger_id,
  record: r.record,
  epoch: r.epoch,
  values: JSON.parse(r.state) as JsonObject,
  at: r.at,
  by: r.by as ObservationSource,
});

const columns = ["trigger_id", "record", "epoch", "state", "at", "by"] as const;

function prepare(db: Db) {
  const values = Object.fromEntries(columns.map((c) => [c, marker(c)])) as Record<(typeof columns)[number], never>;
  const example = {
    last_at: marker<number>("last_at"),
    last_record: marker<string>("last_record"),
    last_note: marker<string>("last_note"),
  };
  return {
    trigger: db.statement((q) => q.selectFrom("triggers").select(["active", "state"]).where("id", "=", marker<string>("id"))),
    get: db.statement((q) =>
      q
        .selectFrom("watched_records")
        .selectAll()
        .where("trigger_id", "=", marker<string>("trigger_id"))
        .where("record", "=", marker<string>("record")),
    ),
    keep: db.statement((q) =>
      q
        .insertInto("watched_records")
        .values(values)
        .onConflict((c) => c.columns(["trigger_id", "record"]).doUpdateSet(values)),
    ),
    count: db.statement((q) =>
      q
        .insertInto("observation_counts")
        .values({ trigger_id: marker("trigger_id"), outcome: marker("outcome"), by: marker("by"), count: marker("count"), ...example })
        .onConflict((c) =>
          c
            .columns(["trigger_id", "outcome", "by"])
            .doUpdateSet((e) => ({ count: e("observation_counts.count", "+", e.ref("excluded.count")), ...example })),
        ),
    ),
  };
}

/** Records looked up in one query; SQLite takes 32,766 parameters at most. */
const recordsAtOnce = 1000;

export async function readWatched(db: Db, triggerId: string, records: readonly string[]): Promise<Map<string, WatchedRecord>> {
  const watched = new Map<string, WatchedRecord>();
  for (let i = 0; i < records.length; i += recordsAtOnce) {
    const rows = await db.q
      .selectFrom("watched_records")
      .selectAll()
      .where("trigger_id", "=", triggerId)
      .where("record", "in", records.slice(i, i + recordsAtOnce))
      .execute();
    for (const row of rows) watched.set(row.record, watchedOf(row));
  }
  return watched;
}

export async function readObservations(db: Db, triggerId: string): Promise<ObservationCount[]> {
  const rows = await db.q
    .selectFrom("observation_counts")
    .selectAll()
    .where("trigger_id", "=", triggerId)
    .orderBy("last_at", "desc")
    .execute();
  return rows.map((r) => ({
    outcome: r.outcome as ObservationOutcome,
    by: r.by as ObservationSource,
    count: Number(r.count),
    lastAt: Number(r.last_at),
    lastRecord: r.last_record,
    lastNote: r.last_note,
  }));
}
