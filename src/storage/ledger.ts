import type { Selectable } from "kysely";
import type { Event } from "#engine/types/events.ts";
import type { LedgerCounts, WebhookReport, LedgerEntry } from "#engine/types/ledger.ts";
import type { Db } from "./database.ts";
import { Locks } from "./locks.ts";
import { marker } from "./markers.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./work.ts";

/** What the ledger of webhook and poll writes with the events it is about. Every function runs inside `db.batch`. */
export interface LedgerWriter {
  /** Enters what a webhook reports. False: the poll has reported it before, so the webhook is a repeat. */
  addReport(event: Event, report: WebhookReport): Work<boolean>;
  /** Whether the entry of a record is still this one. */
  isCurrent(triggerId: string, item: string, was: LedgerEntry | null): Work<boolean>;
  put(entry: LedgerEntry): Work<void>;
}

/**
 * A webhook that does not say when it happened may arrive so long after the poll reported the same: senders retry for an hour or
 * two. For one that does, its time alone decides.
 */
const lateMs = 2 * 3_600_000;

export function createLedgerWriter(db: Db): LedgerWriter {
  const s = prepare(db);
  const locks = new Locks(db);
  function* get(triggerId: string, item: string): Work<LedgerEntry | null> {
    yield* locks.take("ledger", triggerId, item);
    const row = yield* s.get.get<Row>({ trigger_id: triggerId, item });
    return row ? entryOf(row) : null;
  }
  function* put(entry: LedgerEntry): Work<void> {
    yield* s.put.run(rowOf(entry));
  }
  return {
    *addReport(event, report) {
      const was = yield* get(event.triggerId, report.item);
      if (was && isRepeat(was, report)) {
        yield* put({ ...was, by: "both" });
        return false;
      }
      if (!was || report.at > was.at) yield* put(webhookEntry(was, event, report));
      return true;
    },
    *isCurrent(triggerId, item, was) {
      return same(yield* get(triggerId, item), was);
    },
    put,
  };
}

/** Where neither says when it happened, only the first webhook after the recovery counts as its repeat; the next may be a new change. */
function isRepeat({ upTo, by }: LedgerEntry, { at, dated: said, once }: WebhookReport): boolean {
  if (upTo === null) return false;
  if (once || (said && at <= upTo)) return true;
  return !said && by === "poll" && at <= upTo + lateMs;
}

const webhookEntry = (was: LedgerEntry | null, event: Event, { item, at }: WebhookReport): LedgerEntry => ({
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

type Row = Selectable<Schema["ledger_entries"]>;

const rowOf = (entry: LedgerEntry): Row => ({
  trigger_id: entry.triggerId,
  item: entry.item,
  by: entry.by,
  at: entry.at,
  found_at: entry.foundAt,
  up_to: entry.upTo,
  event_id: entry.eventId,
});

const entryOf = (row: Row): LedgerEntry => ({
  triggerId: row.trigger_id,
  item: row.item,
  by: row.by as LedgerEntry["by"],
  at: row.at,
  foundAt: row.found_at,
  upTo: row.up_to,
  eventId: row.event_id,
});

const columns = ["trigger_id", "item", "by", "at", "found_at", "up_to", "event_id"] as const;

function prepare(db: Db) {
  const values = Object.fromEntries(columns.map((c) => [c, marker(c)])) as Record<(typeof columns)[number], never>;
  return {
    get: db.statement((q) =>
      q
        .selectFrom("ledger_entries")
        .selectAll()
        .where("trigger_id", "=", marker<string>("trigger_id"))
        .where("item", "=", marker<string>("item")),
    ),
    put: db.statement((q) =>
      q
        .insertInto("ledger_entries")
        .values(values)
        .onConflict((c) => c.columns(["trigger_id", "item"]).doUpdateSet(values)),
    ),
  };
}

/** Records looked up in one query; SQLite takes 32,766 parameters at most. */
const itemsAtOnce = 1000;

/** The entries of these records. */
export async function readEntries(db: Db, triggerId: string, items: readonly string[]): Promise<Map<string, LedgerEntry>> {
  const entries = new Map<string, LedgerEntry>();
  for (let i = 0; i < items.length; i += itemsAtOnce) {
    const rows = await db.q
      .selectFrom("ledger_entries")
      .selectAll()
      .where("trigger_id", "=", triggerId)
      .where("item", "in", items.slice(i, i + itemsAtOnce))
      .execute();
    for (const row of rows) entries.set(row.item, entryOf(row));
  }
  return entries;
}

/** The ledger of one trigger, summed up. */
export async function readLedger(db: Db, triggerId: string, recent: number): Promise<LedgerCounts> {
  const counts = await db.q
    .selectFrom("ledger_entries")
    .select(["by", (e) => e.fn.countAll<number | bigint>().as("n")])
    .where("trigger_id", "=", triggerId)
    .groupBy("by")
    .execute();
  const count = (by: LedgerEntry["by"]) => Number(counts.find((row) => row.by === by)?.n ?? 0);
  const rows = await db.q
    .selectFrom("ledger_entries")
    .leftJoin("runs", (on) => on.onRef("runs.event_id", "=", "ledger_entries.event_id").on("runs.replay_of", "is", null))
    .select(["ledger_entries.item", "ledger_entries.at", "ledger_entries.found_at", "runs.id as run_id"])
    .where("ledger_entries.trigger_id", "=", triggerId)
    .where("ledger_entries.by", "=", "poll")
    .orderBy("ledger_entries.found_at", "desc")
    .orderBy("ledger_entries.item")
    .limit(recent)
    .execute();
  return {
    webhookOnly: count("webhook"),
    confirmed: count("both"),
    recovered: count("poll"),
    recent: rows.map((r) => ({ item: r.item, at: r.at, foundAt: r.found_at ?? r.at, runId: r.run_id })),
  };
}

/** Deletes old entries of a workspace. A record's creation stays in the seen set; an old change cannot be polled any more. */
export async function pruneEntries(db: Db, workspaceId: string, before: number, limit: number): Promise<number> {
  return db.write(async (q) => {
    const old = await q
      .selectFrom("ledger_entries")
      .innerJoin("triggers", "triggers.id", "ledger_entries.trigger_id")
      .select(["ledger_entries.trigger_id", "ledger_entries.item"])
      .where("triggers.workspace_id", "=", workspaceId)
      .where("ledger_entries.at", "<", before)
      .where((e) => e.or([e("ledger_entries.found_at", "is", null), e("ledger_entries.found_at", "<", before)]))
      .limit(limit)
      .execute();
    for (const { trigger_id, item } of old)
      await q.deleteFrom("ledger_entries").where("trigger_id", "=", trigger_id).where("item", "=", item).execute();
    return old.length;
  });
}
