import type { Kysely } from "kysely";
import type { PollFinding, TriggerStore } from "#engine/ports/trigger-store.ts";
import type { SeenItem, Trigger } from "#engine/types/triggers.ts";
import type { AcceptedRuns } from "#engine/types/acceptance.ts";
import { defined } from "#kernel/defined.ts";
import { newId } from "#kernel/ids.ts";
import { ChangeLog, type Note } from "./changes.ts";
import { keepGone } from "./gone-hooks.ts";
import type { Db } from "./database.ts";
import { pruneEntries, readLedger, readEntries } from "./ledger.ts";
import { forUpdate } from "./locks.ts";
import { marker, readBuiltOnce } from "./markers.ts";
import { seenOf, triggerChange, triggerOf } from "./rows.ts";
import type { Schema } from "./schema.ts";
import { readObservations, readWatched } from "./watch.ts";
import { each, type Work } from "./work.ts";
import { transaction, Writer } from "./writer.ts";

/** Keys looked up in one query; SQLite takes 32,766 parameters at most. */
const keysAtOnce = 1000;

export function createTriggerStore(db: Db, owner: string = newId("proc"), log: ChangeLog = new ChangeLog(db)): TriggerStore {
  const reads = prepareReads(db);
  return {
    ...triggerRows(db, log, reads),
    ...seenItems(db, reads),
    ...pollEnds(db, owner),
    ...ledgerRows(db),
  };
}

/** Triggers, and when they are due. */
function triggerRows(
  db: Db,
  log: ChangeLog,
  reads: Reads,
): Pick<TriggerStore, "byToken" | "byFlow" | "list" | "due" | "nextDue" | "update"> {
  return {
    async byToken(token) {
      const row = await db.q.selectFrom("triggers").selectAll().where("token", "=", token).executeTakeFirst();
      return row ? triggerOf(row) : null;
    },
    async byFlow(workspaceId, flowId) {
      const [row] = await reads.byFlow({ flowId, workspaceId });
      return row ? triggerOf(row) : null;
    },
    async list(workspaceId) {
      return (await db.q.selectFrom("triggers").selectAll().where("workspace_id", "=", workspaceId).execute()).map(triggerOf);
    },
    due: async (now, limit) => (await reads.due({ now, limit })).map(triggerOf),
    nextDue: async (after) => (await reads.nextDue({ after }))[0]?.next_at ?? null,
    update: (workspaceId, id, patch, by) =>
      log.write(async (q, note) => {
        const change = triggerChange(patch);
        if (Object.keys(change).length === 0) return;
        if (isSeenOutside(patch)) await noteTrigger(q, note, { workspaceId, id }, patch, by);
        if (patch.token !== undefined) await keepGone(q, workspaceId, (e) => e("id", "=", id), patch.token);
        await q.updateTable("triggers").set(change).where("id", "=", id).where("workspace_id", "=", workspaceId).execute();
      }),
  };
}

/** What polls have seen. */
function seenItems(db: Db, reads: Reads): Pick<TriggerStore, "seen" | "allSeen" | "clearSeen"> {
  return {
    async seen(triggerId, keys) {
      const items = new Map();
      for (let i = 0; i < keys.length; i += keysAtOnce) {
        const rows = await db.q
          .selectFrom("seen")
          .select(["item_key", "hash", "seen_at"])
          .where("trigger_id", "=", triggerId)
          .where("item_key", "in", keys.slice(i, i + keysAtOnce))
          .execute();
        for (const row of rows) items.set(row.item_key, seenOf(row));
      }
      return items;
    },
    allSeen: async (triggerId) => (await reads.allSeen({ triggerId })).map(seenOf),
    clearSeen: (triggerId) => db.write(async (q) => void (await q.deleteFrom("seen").where("trigger_id", "=", triggerId).execute())),
  };
}

/** The end of a poll, in one transaction. */
function pollEnds(db: Db, owner: string): Pick<TriggerStore, "settle"> {
  const writer = new Writer(db, owner);
  const s = prepare(db);

  const remember = (triggerId: string, item: SeenItem) =>
    s.remember.run({ trigger_id: triggerId, item_key: item.key, hash: item.hash, seen_at: item.seenAt });

  /** A webhook that came during the poll has changed the ledger: this finding is decided again at the next poll. */
  function* acceptFinding(triggerId: string, { was, now, accept, remember: item, otherwise }: PollFinding): Work<AcceptedRuns> {
    if (!(yield* writer.ledger.isCurrent(triggerId, now.item, was))) {
      yield* remember(triggerId, otherwise);
      return null;
    }
    yield* writer.ledger.put(now);
    if (item) yield* remember(triggerId, item);
    return accept && (yield* writer.accept(accept));
  }

  return {
    settle: ({ triggerId, accept, remember: items, forget, patch, pollFindings = [], watched = [] }) =>
      transaction(db, writer, function* () {
        yield* each(watched, writer.watch.keep);
        const accepted = yield* each(accept, (acceptance) => writer.accept(acceptance));
        const recovered = yield* each(pollFindings, (finding) => acceptFinding(triggerId, finding));
        for (const item of items) yield* remember(triggerId, item);
        for (const key of forget) yield* s.forget.run({ trigger_id: triggerId, item_key: key });
        const now = yield* s.get.get<Parameters<typeof triggerOf>[0]>({ id: triggerId });
        if (now) yield* s.put.run({ ...now, ...triggerChange(patch) });
        return [...accepted, ...recovered];
      }),
  };
}

/** What webhooks and polls reported. */
function ledgerRows(db: Db): Pick<TriggerStore, "ledgerEntries" | "ledger" | "watched" | "observations" | "pruneLedger"> {
  return {
    ledgerEntries: (triggerId, items) => readEntries(db, triggerId, items),
    ledger: (triggerId, recent) => readLedger(db, triggerId, recent),
    watched: (triggerId, records) => readWatched(db, triggerId, records),
    observations: (triggerId) => readObservations(db, triggerId),
    pruneLedger: (workspaceId, before, limit) => pruneEntries(db, workspaceId, before, limit),
  };
}

const changing = ["kind", "token", "active", "next_at", "every_ms", "state", "last_at", "last_error"] as const;

/** Statements of a poll's end: thousands of polls a minute pass here. */
function prepare(db: Db) {
  return {
    get: db.statement((q) => forUpdate(db, q.selectFrom("triggers").selectAll().where("id", "=", marker<string>("id")))),
    put: db.statement((q) =>
      q
        .updateTable("triggers")
        .set(Object.fromEntries(changing.map((c) => [c, marker(c)])) as Record<(typeof changing)[number], never>)
        .where("id", "=", marker<string>("id")),
    ),
    remember: db.statement((q) =>
      q
        .insertInto("seen")
        .values({ trigger_id: marker("trigger_id"), item_key: marker("item_key"), hash: marker("hash"), seen_at: marker("seen_at") })
        .onConflict((c) => c.columns(["trigger_id", "item_key"]).doUpdateSet({ hash: marker("hash"), seen_at: marker("seen_at") })),
    ),
    forget: db.statement((q) =>
      q.deleteFrom("seen").where("trigger_id", "=", marker<string>("trigger_id")).where("item_key", "=", marker<string>("item_key")),
    ),
  };
}

type Reads = ReturnType<typeof prepareReads>;

/** What the scheduler and every poll read. */
function prepareReads(db: Db) {
  const active = (q: Kysely<Schema>) => q.selectFrom("triggers").where("active", "=", 1).orderBy("next_at");
  return {
    byFlow: readBuiltOnce(db.q, (q) =>
      q
        .selectFrom("triggers")
        .selectAll()
        .where("flow_id", "=", marker<string>("flowId"))
        .where("workspace_id", "=", marker<string>("workspaceId")),
    ),
    due: readBuiltOnce(db.q, (q) =>
      active(q).selectAll().where("next_at", "<=", marker<number>("now")).orderBy("id").limit(marker<number>("limit")),
    ),
    nextDue: readBuiltOnce(db.q, (q) => active(q).select("next_at").where("next_at", ">", marker<number>("after")).limit(1)),
    allSeen: readBuiltOnce(db.q, (q) =>
      q.selectFrom("seen").select(["item_key", "hash", "seen_at"]).where("trigger_id", "=", marker<string>("triggerId")),
    ),
  };
}

type Patch = Parameters<TriggerStore["update"]>[2];

/** Whether other processes need to know of a change: of the address and of being active, not of how far a poll has come. */
const isSeenOutside = ({ token, active, kind }: Patch): boolean => token !== undefined || active !== undefined || kind !== undefined;

/** That a flow was switched on or off is noted with the flow; a new address is only seen here. */
async function noteTrigger(
  q: Kysely<Schema>,
  note: Note,
  { workspaceId, id }: Pick<Trigger, "workspaceId" | "id">,
  { token }: Patch,
  by: string | undefined,
): Promise<void> {
  const trigger = await q
    .selectFrom("triggers")
    .innerJoin("flows", "flows.id", "triggers.flow_id")
    .select(["flow_id", "token", "flows.name"])
    .where("triggers.id", "=", id)
    .where("triggers.workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (!trigger) return;
  const isMoved = trigger.token !== null && token !== undefined && token !== null && token !== trigger.token;
  const { flow_id, name } = trigger;
  note({ workspaceId, kind: "trigger", id: flow_id, what: isMoved ? "address changed" : null, name, ...defined({ by }) });
}
