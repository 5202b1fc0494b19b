import type { Selectable, Updateable } from "kysely";
import type { StoredError } from "#kernel/errors.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { forgetGone, isGoneHook } from "./gone-hooks.ts";
import type { Schema } from "./schema.ts";

/**
 * `wanted`: the address is to be registered with the app. `subscribed`: it is. `unclear`: it is not known whether it is, and a person has to look.
 * `ending`: it is to be removed from the app.
 */
export type HookSubscriptionState = "wanted" | "subscribed" | "unclear" | "ending";

/** The registration of a flow's address with its app (REST hooks): the desired state and the last known one. */
export interface HookSubscription {
  id: string;
  workspaceId: string;
  triggerId: string;
  flowId: string;
  app: string;
  /** The trigger's, by which the app's rules are found. */
  operation: string;
  connectionId: string;
  address: string;
  /** Stands for everything that the app is told. A trigger has one row of each. */
  fingerprint: string;
  state: HookSubscriptionState;
  /** What the app calls it. */
  remoteId: string | null;
  /** The secret that came with it, sealed under the row's id. */
  jwe: string | null;
  /** When the app was first told; an answer may have got lost since. */
  sentAt: number | null;
  /** Failures in a row. */
  attempts: number;
  /** When there is something to do; null: not by itself. */
  nextAt: number | null;
  /** Until when a process has claimed it. */
  claimedUntil: number | null;
  problem: StoredError | null;
  subscribedAt: number | null;
  /** When the app was last asked whether it still has it. */
  checkedAt: number | null;
  createdAt: number;
}

type Patch = Partial<Omit<HookSubscription, "id" | "workspaceId" | "triggerId" | "flowId" | "app" | "operation" | "createdAt">>;

/** Keeps the registrations of flows' addresses. */
export interface HookSubscriptionStore {
  /** Of one flow, or of the workspace; the oldest first. */
  list(workspaceId: string, flowId?: string): Promise<HookSubscription[]>;
  /** The workspaces that have any. */
  workspaces(): Promise<string[]>;
  /** False where the trigger has one of this fingerprint. */
  add(subscription: HookSubscription): Promise<boolean>;
  update(workspaceId: string, id: string, patch: Patch): Promise<void>;
  /** Changes it only in this state; false where it has another by now. */
  updateIn(state: HookSubscriptionState, workspaceId: string, id: string, patch: Patch): Promise<boolean>;
  remove(workspaceId: string, id: string): Promise<void>;
  /** Those that are due and not claimed, those that end first. */
  due(now: number, limit: number): Promise<HookSubscription[]>;
  /** When the next one is due; null: none. */
  nextDue(): Promise<number | null>;
  /** False if another process has claimed it. */
  claim(workspaceId: string, id: string, now: number, until: number): Promise<boolean>;
  /** Those with a secret. */
  allSealed(): Promise<{ id: string; jwe: string }[]>;
  /** Puts the same secret, sealed anew, in the place of `before`. */
  reseal(id: string, before: string, jwe: string): Promise<void>;
  /** Whether an address was one of a flow and is no longer. */
  isGone(token: string): Promise<boolean>;
  /** Forgets addresses that have been gone since before `before`, at most `limit`; gives how many. What is newly gone is gone since `now`. */
  forgetGone(age: { now: number; before: number; limit: number }): Promise<number>;
}

type Row = Selectable<Schema["hook_subscriptions"]>;

/** Registrations of flows' addresses, in the database. */
export function createHookSubscriptionStore(db: Db, log: ChangeLog = new ChangeLog(db)): HookSubscriptionStore {
  return {
    ...subscriptionReads(db),
    ...subscriptionChanges(log),
    ...claims(db),
    ...sealedSecrets(db),
    forgetGone: (age) => forgetGone(db, age),
  };
}

function subscriptionReads(db: Db): Pick<HookSubscriptionStore, "list" | "workspaces" | "due" | "nextDue" | "isGone"> {
  const all = () => db.q.selectFrom("hook_subscriptions").selectAll();
  return {
    async list(workspaceId, flowId) {
      let query = all().where("workspace_id", "=", workspaceId);
      if (flowId !== undefined) query = query.where("flow_id", "=", flowId);
      return (await query.orderBy("created_at").orderBy("id").execute()).map(fromRow);
    },
    async workspaces() {
      const rows = await db.q.selectFrom("hook_subscriptions").select("workspace_id").distinct().execute();
      return rows.map(({ workspace_id }) => workspace_id);
    },
    async due(now, limit) {
      const rows = await all()
        .where("next_at", "<=", now)
        .where((e) => e.or([e("claimed_until", "is", null), e("claimed_until", "<=", now)]))
        .orderBy((e) => e.case().when("state", "=", "ending").then(0).else(1).end())
        .orderBy("next_at")
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    async nextDue() {
      const row = await db.q
        .selectFrom("hook_subscriptions")
        .select((e) => e.fn.min("next_at").as("at"))
        .executeTakeFirst();
      return row?.at === null || row?.at === undefined ? null : Number(row.at);
    },
    isGone: (token) => isGoneHook(db, token),
  };
}

/** Each change is noted for the pages that show the flow. */
function subscriptionChanges(log: ChangeLog): Pick<HookSubscriptionStore, "add" | "update" | "updateIn" | "remove"> {
  const changed = (workspaceId: string, id: string, patch: Patch, state?: HookSubscriptionState): Promise<boolean> =>
    log.write(async (q, note) => {
      let update = q.updateTable("hook_subscriptions").set(changeOf(patch)).where("id", "=", id).where("workspace_id", "=", workspaceId);
      if (state !== undefined) update = update.where("state", "=", state);
      const row = await update.returning("flow_id").executeTakeFirst();
      if (row) note({ workspaceId, kind: "trigger", id: row.flow_id, what: null, live: true });
      return row !== undefined;
    });
  return {
    add: (subscription) =>
      log.write(async (q, note) => {
        const { numInsertedOrUpdatedRows } = await q
          .insertInto("hook_subscriptions")
          .values(rowOf(subscription))
          .onConflict((c) => c.columns(["trigger_id", "fingerprint"]).doNothing())
          .executeTakeFirst();
        const isNew = (numInsertedOrUpdatedRows ?? 0n) > 0n;
        if (isNew) note({ workspaceId: subscription.workspaceId, kind: "trigger", id: subscription.flowId, what: null, live: true });
        return isNew;
      }),
    update: async (workspaceId, id, patch) => void (await changed(workspaceId, id, patch)),
    updateIn: (state, workspaceId, id, patch) => changed(workspaceId, id, patch, state),
    remove: (workspaceId, id) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("hook_subscriptions")
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId)
          .returning("flow_id")
          .executeTakeFirst();
        if (row) note({ workspaceId, kind: "trigger", id: row.flow_id, what: null, live: true });
      }),
  };
}

function claims(db: Db): Pick<HookSubscriptionStore, "claim"> {
  return {
    claim: (workspaceId, id, now, until) =>
      db.write(async (q) => {
        const { numUpdatedRows } = await q
          .updateTable("hook_subscriptions")
          .set({ claimed_until: until })
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId)
          .where((e) => e.or([e("claimed_until", "is", null), e("claimed_until", "<=", now)]))
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
  };
}

function sealedSecrets(db: Db): Pick<HookSubscriptionStore, "allSealed" | "reseal"> {
  return {
    async allSealed() {
      const rows = await db.q.selectFrom("hook_subscriptions").select(["id", "jwe"]).where("jwe", "is not", null).execute();
      return rows.map(({ id, jwe }) => ({ id, jwe: jwe! }));
    },
    reseal: (id, before, jwe) =>
      db.write(
        async (q) => void (await q.updateTable("hook_subscriptions").set({ jwe }).where("id", "=", id).where("jwe", "=", before).execute()),
      ),
  };
}

const columns = {
  connectionId: "connection_id",
  address: "address",
  fingerprint: "fingerprint",
  state: "state",
  remoteId: "remote_id",
  jwe: "jwe",
  sentAt: "sent_at",
  attempts: "attempts",
  nextAt: "next_at",
  claimedUntil: "claimed_until",
  problem: "problem",
  subscribedAt: "subscribed_at",
  checkedAt: "checked_at",
} as const satisfies Record<keyof Patch, keyof Row>;

function changeOf(patch: Patch): Updateable<Schema["hook_subscriptions"]> {
  const entries = Object.entries(patch).map(([name, value]) => [
    columns[name as keyof Patch],
    name === "problem" && value !== null ? JSON.stringify(value) : value,
  ]);
  return Object.fromEntries(entries);
}

const rowOf = ({ id, workspaceId, triggerId, flowId, app, operation, createdAt, ...rest }: HookSubscription): Row =>
  ({
    id,
    workspace_id: workspaceId,
    trigger_id: triggerId,
    flow_id: flowId,
    app,
    operation,
    created_at: createdAt,
    ...changeOf(rest),
  }) as Row;

const number = (value: number | null): number | null => (value === null ? null : Number(value));

const fromRow = (row: Row): HookSubscription => ({
  id: row.id,
  workspaceId: row.workspace_id,
  triggerId: row.trigger_id,
  flowId: row.flow_id,
  app: row.app,
  operation: row.operation,
  connectionId: row.connection_id,
  address: row.address,
  fingerprint: row.fingerprint,
  state: row.state as HookSubscriptionState,
  remoteId: row.remote_id,
  jwe: row.jwe,
  sentAt: number(row.sent_at),
  attempts: row.attempts,
  nextAt: number(row.next_at),
  claimedUntil: number(row.claimed_until),
  problem: row.problem === null ? null : (JSON.parse(row.problem) as StoredError),
  subscribedAt: number(row.subscribed_at),
  checkedAt: number(row.checked_at),
  createdAt: Number(row.created_at),
});
