import type { Selectable } from "kysely";
import type { Event } from "#engine/types/events.ts";
import type { LedgerCounts, WebhookReport, LedgerEntry } from "#engine/types/ledger.ts";
import type { Db } from "./database.ts";
import { Locks } from "./locks.ts";
import { marker } from "./rows.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./work.ts";

/** What the ledger of webhook and poll writes with the events it is about. Every function runs inside `db.batch`. */
export interface LedgerWriter {
  /** Notes what a webhook told. False: the poll has told it before, and the webhook is a repeat. */
  hear(event: Event, news: WebhookReport): Work<boolean>;
  /** Whether the ledger still says this of a record. */
  stands(triggerId: string, item: string, was: LedgerEntry | null): Work<boolean>;
  put(told: LedgerEntry): Work<void>;
}

/**
 * A webhook that does not say when it happened may come so long after the poll told the same: senders repeat themselves for an hour or
 * two. One that says when is judged by that alone.
 */
const lateMs = 2 * 3_600_000;

export function createLedgerWriter(db: Db): LedgerWriter {
  const s = prepare(db);
  const locks = new Locks(db);
  function* get(triggerId: string, item: string): Work<LedgerEntry | null> {
    yield* locks.take("ledger", triggerId, item);
    const row = yield* s.get.get<Row>({ trigger_id: triggerId, item });
    return row ? toldOf(row) : null;
  }
  function* put(told: LedgerEntry): Work<void> {
    yield* s.put.run(toldRow(told));
  }
  return {
    *hear(event, news) {
      const was = yield* get(event.triggerId, news.item);
      if (was && isRepeat(was, news)) {
        yield* put({ ...was, by: "both" });
        return false;
      }
      if (!was || news.at > was.at) yield* put(heard(was, event, news));
      return true;
    },
    *stands(triggerId, item, was) {
      return same(yield* get(triggerId, item), was);
    },
    put,
  };
}

/** Where neither says when, only the first webhook after the recovery is taken for it; the next may be a new change. */
function isRepeat({ upTo, by }: LedgerEntry, { at, said, once }: WebhookReport): boolean {
  if (upTo === null) return false;
  if (once || (said && at <= upTo)) return true;
  return !said && by === "poll" && at <= upTo + lateMs;
}

const heard = (was: LedgerEntry | null, event: Event, { item, at }: WebhookReport): LedgerEntry => ({
  triggerId: event.triggerId,
  item,
  by: "webhook",
  at,
  foundAt: null,
  upTo: was?.upTo ?? null,
  eventId: event.id,
});

const same = (a: LedgerEntry | null, b: LedgerEntry | null): boolean =>
  a === b || (a !== null && b !== null && a.by === b.by && a.at === b.at && a.foundAt === b.foundAt && a.eventId === b.eventId);

type Row = Selectable<Schema["told"]>;

const toldRow = (t: LedgerEntry): Row => ({
  trigger_id: t.triggerId,
  item: t.item,
  by: t.by,
  at: t.at,
  found_at: t.foundAt,
  up_to: t.upTo,
  event_id: t.eventId,
});

const toldOf = (r: Row): LedgerEntry => ({
  triggerId: r.trigger_id,
  item: r.item,
  by: r.by as LedgerEntry["by"],
  at: r.at,
  foundAt: r.found_at,
  upTo: r.up_to,
  eventId: r.event_id,
});

const columns = ["trigger_id", "item", "by", "at", "found_at", "up_to", "event_id"] as const;

function prepare(db: Db) {
  const values = Object.fromEntries(columns.map((c) => [c, marker(c)])) as Record<(typeof columns)[number], never>;
  return {
    get: db.statement((q) =>
      q.selectFrom("told").selectAll().where("trigger_id", "=", marker<string>("trigger_id")).where("item", "=", marker<string>("item")),
    ),
    put: db.statement((q) =>
      q
        .insertInto("told")
        .values(values)
        .onConflict((c) => c.columns(["trigger_id", "item"]).doUpdateSet(values)),
    ),
  };
}

/** Records looked up in one query; SQLite takes 32,766 parameters at most. */
const itemsAtOnce = 1000;

/** What the ledger has of these records. */
export async function readTold(db: Db, triggerId: string, items: readonly string[]): Promise<Map<string, LedgerEntry>> {
  const found = new Map<string, LedgerEntry>();
  for (let i = 0; i < items.length; i += itemsAtOnce) {
    const rows = await db.q
      .selectFrom("told")
      .selectAll()
      .where("trigger_id", "=", triggerId)
      .where("item", "in", items.slice(i, i + itemsAtOnce))
      .execute();
    for (const row of rows) found.set(row.item, toldOf(row));
  }
  return found;
}

/** The ledger of one trigger, summed up. */
export async function readLedger(db: Db, triggerId: string, recent: number): Promise<LedgerCounts> {
  const counts = await db.q
    .selectFrom("told")
    .select(["by", (e) => e.fn.countAll<number | bigint>().as("n")])
    .where("trigger_id", "=", triggerId)
    .groupBy("by")
    .execute();
  const count = (by: LedgerEntry["by"]) => Number(counts.find((row) => row.by === by)?.n ?? 0);
  const rows = await db.q
    .selectFrom("told")
    .leftJoin("runs", (on) => on.onRef("runs.event_id", "=", "told.event_id").on("runs.replay_of", "is", null))
    .select(["told.item", "told.at", "told.found_at", "runs.id as run_id"])
    .where("told.trigger_id", "=", triggerId)
    .where("told.by", "=", "poll")
    .orderBy("told.found_at", "desc")
    .orderBy("told.item")
    .limit(recent)
    .execute();
  return {
    webhookOnly: count("webhook"),
    confirmed: count("both"),
    recovered: count("poll"),
    recent: rows.map((r) => ({ item: r.item, at: r.at, foundAt: r.found_at ?? r.at, runId: r.run_id })),
  };
}

/** Forgets old news of a workspace. A record's creation is remembered by the seen set; of a change nobody can ask any more. */
export async function pruneTold(db: Db, workspaceId: string, before: number, limit: number): Promise<number> {
  return db.write(async (q) => {
    const old = await q
      .selectFrom("told")
      .innerJoin("triggers", "triggers.id", "told.trigger_id")
      .select(["told.trigger_id", "told.item"])
      .where("triggers.workspace_id", "=", workspaceId)
      .where("told.at", "<", before)
      .where((e) => e.or([e("told.found_at", "is", null), e("told.found_at", "<", before)]))
      .limit(limit)
      .execute();
    for (const { trigger_id, item } of old)
      await q.deleteFrom("told").where("trigger_id", "=", trigger_id).where("item", "=", item).execute();
    return old.length;
  });
}
