import type { Selectable, Updateable } from "kysely";
import { defined } from "#kernel/defined.ts";
import type { WebhookEventType, WebhookSubject } from "#kernel/webhook-events.ts";
import { changedFields } from "./changed-fields.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";
import { retryMs } from "./webhook-outbox.ts";

/** An address that is sent what happens in a workspace. */
export interface WebhookEndpoint {
  id: string;
  workspaceId: string;
  url: string;
  /** What it is sent. */
  events: readonly WebhookEventType[];
  /** The secret that signs, and the one before, sealed under the id. */
  jwe: string;
  /** Until when the one before signs as well; null: there is none. */
  previousUntil: number | null;
  active: boolean;
  /** Why Millrace switched it off, in words; null where it did not. */
  offReason: string | null;
  /** Since when every attempt has failed; null: the last one did not. */
  failingSince: number | null;
  createdAt: number;
}

/** `waiting`: it is still to arrive. `delivered`: the endpoint took it. `failed`: it was given up. */
export type DeliveryState = "waiting" | "delivered" | "failed";

/** One event for one endpoint. */
export interface WebhookDelivery {
  /** The same in every attempt: the receiver knows a repeat by it. */
  id: string;
  endpointId: string;
  workspaceId: string;
  type: string;
  subject: WebhookSubject;
  state: DeliveryState;
  attempts: number;
  /** When it is tried next; null: not by itself. */
  nextAt: number | null;
  /** After that, a failure is the last one. */
  retryUntil: number;
  /** Of the last answer; null where there was none. */
  status: number | null;
  /** How the last answer began, or why there was none. */
  answer: string | null;
  sentAt: number | null;
  createdAt: number;
}

/** The outcome of one attempt. */
export type DeliveryPatch = Partial<Pick<WebhookDelivery, "state" | "attempts" | "nextAt" | "retryUntil" | "status" | "answer" | "sentAt">>;
export type EndpointPatch = Partial<
  Pick<WebhookEndpoint, "url" | "events" | "jwe" | "previousUntil" | "active" | "offReason" | "failingSince">
>;

/** Which deliveries of an endpoint to list: those before that one, the newest first. */
export interface DeliveryPage {
  before?: string;
  state?: DeliveryState;
  limit: number;
}

/** Keeps webhook endpoints and what was sent to them. Events themselves are added by the transactions in which they happen. */
export interface WebhookStore {
  /** The oldest first, with how many deliveries of each wait. */
  endpoints(workspaceId: string): Promise<(WebhookEndpoint & { waiting: number })[]>;
  endpoint(workspaceId: string, id: string): Promise<WebhookEndpoint | null>;
  add(endpoint: WebhookEndpoint, by: string): Promise<void>;
  /** `by` absent: Millrace did it; then only `offReason` is a change that people see. */
  update(workspaceId: string, id: string, patch: EndpointPatch, by?: string): Promise<void>;
  /** With its deliveries. False where there is none. */
  remove(workspaceId: string, id: string, by: string): Promise<boolean>;
  deliveries(workspaceId: string, endpointId: string, page: DeliveryPage): Promise<WebhookDelivery[]>;
  delivery(workspaceId: string, id: string): Promise<WebhookDelivery | null>;
  addDelivery(delivery: WebhookDelivery): Promise<void>;
  /** Those of active endpoints that are due and that no process has claimed; the longest due first. */
  due(now: number, limit: number, exceptEndpoints: readonly string[]): Promise<WebhookDelivery[]>;
  /** False if another process has claimed it, or it is not to be sent any more. */
  claim(id: string, now: number, until: number): Promise<boolean>;
  /** Writes the outcome of an attempt and gives the claim back. */
  settle(id: string, patch: DeliveryPatch): Promise<void>;
  /** What waits for the endpoint is due now: it works again. `retryUntil`: until when it is tried from now on; null: as before. */
  hurry(endpointId: string, now: number, retryUntil: number | null): Promise<void>;
  allSealed(): Promise<{ id: string; jwe: string }[]>;
  /** Puts the same secrets, sealed anew, in the place of `before`. */
  reseal(id: string, before: string, jwe: string): Promise<void>;
  /** Deletes at most `limit` that are not waiting and older. Returns how many. */
  prune(before: number, limit: number): Promise<number>;
}

/** Webhook endpoints and their deliveries, in the database. */
export function createWebhookStore(db: Db, log: ChangeLog = new ChangeLog(db)): WebhookStore {
  return { ...endpointReads(db), ...endpointChanges(log), ...deliveryReads(db), ...deliveryChanges(db) };
}

function endpointReads(db: Db): Pick<WebhookStore, "endpoints" | "endpoint" | "allSealed"> {
  return {
    async endpoints(workspaceId) {
      const rows = await db.q
        .selectFrom("webhook_endpoints as e")
        .selectAll("e")
        .select((e) =>
          e
            .selectFrom("webhook_deliveries as d")
            .select((d) => d.fn.countAll().as("n"))
            .whereRef("d.endpoint_id", "=", "e.id")
            .where("d.state", "=", "waiting")
            .as("waiting"),
        )
        .where("workspace_id", "=", workspaceId)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(({ waiting, ...row }) => ({ ...endpointOf(row), waiting: Number(waiting) }));
    },
    async endpoint(workspaceId, id) {
      const row = await db.q
        .selectFrom("webhook_endpoints")
        .selectAll()
        .where("id", "=", id)
        .where("workspace_id", "=", workspaceId)
        .executeTakeFirst();
      return row ? endpointOf(row) : null;
    },
    allSealed: () => db.q.selectFrom("webhook_endpoints").select(["id", "jwe"]).execute(),
  };
}

function endpointChanges(log: ChangeLog): Pick<WebhookStore, "add" | "update" | "remove"> {
  return {
    add: (endpoint, by) =>
      log.write(async (q, note) => {
        await q.insertInto("webhook_endpoints").values(endpointRow(endpoint)).execute();
        note({
          workspaceId: endpoint.workspaceId,
          kind: "webhook_endpoint",
          id: endpoint.id,
          what: "added",
          name: hostOf(endpoint.url),
          by,
        });
      }),
    update: (workspaceId, id, patch, by) =>
      log.write(async (q, note) => {
        const own = q.selectFrom("webhook_endpoints").selectAll().where("id", "=", id).where("workspace_id", "=", workspaceId);
        const row = await own.executeTakeFirst();
        if (!row) return;
        const before = endpointOf(row);
        await q.updateTable("webhook_endpoints").set(endpointChange(patch)).where("id", "=", id).execute();
        const { events, active, offReason, url, jwe } = patch;
        const shown = changedFields({ ...before }, defined({ events, active, offReason }));
        const hidden = [url !== undefined && url !== before.url ? "url" : "", jwe === undefined ? "" : "secret"];
        const fields = [...shown, ...hidden.filter((field) => field !== "").map((field) => ({ field }))];
        if (fields.length > 0)
          note({ workspaceId, kind: "webhook_endpoint", id, what: "changed", name: hostOf(row.url), fields, ...defined({ by }) });
      }),
    remove: (workspaceId, id, by) =>
      log.write(async (q, note) => {
        const row = await q
          .deleteFrom("webhook_endpoints")
          .where("id", "=", id)
          .where("workspace_id", "=", workspaceId)
          .returning("url")
          .executeTakeFirst();
        if (!row) return false;
        await q.deleteFrom("webhook_deliveries").where("endpoint_id", "=", id).execute();
        note({ workspaceId, kind: "webhook_endpoint", id, what: "removed", name: hostOf(row.url), by });
        return true;
      }),
  };
}

function deliveryReads(db: Db): Pick<WebhookStore, "deliveries" | "delivery" | "due"> {
  const one = (workspaceId: string, id: string) =>
    db.q.selectFrom("webhook_deliveries").selectAll().where("id", "=", id).where("workspace_id", "=", workspaceId).executeTakeFirst();
  return {
    async deliveries(workspaceId, endpointId, { before, state, limit }) {
      let query = db.q
        .selectFrom("webhook_deliveries")
        .selectAll()
        .where("endpoint_id", "=", endpointId)
        .where("workspace_id", "=", workspaceId);
      if (state !== undefined) query = query.where("state", "=", state);
      const last = before === undefined ? undefined : await one(workspaceId, before);
      if (last)
        query = query.where((e) =>
          e.or([e("created_at", "<", last.created_at), e.and([e("created_at", "=", last.created_at), e("id", "<", last.id)])]),
        );
      return (await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(limit).execute()).map(deliveryOf);
    },
    async delivery(workspaceId, id) {
      const row = await one(workspaceId, id);
      return row ? deliveryOf(row) : null;
    },
    async due(now, limit, exceptEndpoints) {
      let query = db.q
        .selectFrom("webhook_deliveries as d")
        .innerJoin("webhook_endpoints as e", "e.id", "d.endpoint_id")
        .selectAll("d")
        .where("d.next_at", "<=", now)
        .where("d.claimed_until", "<=", now)
        .where("e.active", "=", 1);
      if (exceptEndpoints.length > 0) query = query.where("d.endpoint_id", "not in", [...exceptEndpoints]);
      return (await query.orderBy("d.next_at").orderBy("d.id").limit(limit).execute()).map(deliveryOf);
    },
  };
}

function deliveryChanges(db: Db): Pick<WebhookStore, "addDelivery" | "claim" | "settle" | "hurry" | "reseal" | "prune"> {
  return {
    addDelivery: (delivery) =>
      db.write(async (q) => void (await q.insertInto("webhook_deliveries").values(deliveryRow(delivery)).execute())),
    claim: (id, now, until) =>
      db.write(async (q) => {
        const { numUpdatedRows } = await q
          .updateTable("webhook_deliveries")
          .set({ claimed_until: until })
          .where("id", "=", id)
          .where("next_at", "is not", null)
          .where("claimed_until", "<=", now)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      }),
    settle: (id, patch) =>
      db.write(async (q) => {
        const set = { ...deliveryChange(patch), claimed_until: 0 };
        await q.updateTable("webhook_deliveries").set(set).where("id", "=", id).execute();
      }),
    hurry: (endpointId, now, retryUntil) =>
      db.write(async (q) => {
        await q
          .updateTable("webhook_deliveries")
          .set({ next_at: now, ...(retryUntil !== null && { retry_until: retryUntil }) })
          .where("endpoint_id", "=", endpointId)
          .where("state", "=", "waiting")
          .execute();
      }),
    reseal: (id, before, jwe) =>
      db.write(
        async (q) => void (await q.updateTable("webhook_endpoints").set({ jwe }).where("id", "=", id).where("jwe", "=", before).execute()),
      ),
    prune: (before, limit) =>
      db.write(async (q) => {
        const old = q
          .selectFrom("webhook_deliveries")
          .select("id")
          .where("state", "!=", "waiting")
          .where("created_at", "<", before)
          .limit(limit);
        const { numDeletedRows } = await q.deleteFrom("webhook_deliveries").where("id", "in", old).executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

/** A delivery of an event that just happened, to one endpoint. */
export const newDelivery = (
  { id, workspaceId }: Pick<WebhookEndpoint, "id" | "workspaceId">,
  { message, type, subject, now }: { message: string; type: string; subject: WebhookSubject; now: number },
): WebhookDelivery => ({
  id: `${message}_${id}`,
  endpointId: id,
  workspaceId,
  type,
  subject,
  state: "waiting",
  attempts: 0,
  nextAt: now,
  retryUntil: now + retryMs,
  status: null,
  answer: null,
  sentAt: null,
  createdAt: now,
});

const endpointRow = (endpoint: WebhookEndpoint): Selectable<Schema["webhook_endpoints"]> => ({
  id: endpoint.id,
  workspace_id: endpoint.workspaceId,
  url: endpoint.url,
  events: JSON.stringify(endpoint.events),
  jwe: endpoint.jwe,
  previous_until: endpoint.previousUntil,
  active: endpoint.active ? 1 : 0,
  off_reason: endpoint.offReason,
  failing_since: endpoint.failingSince,
  created_at: endpoint.createdAt,
});

const endpointOf = (row: Selectable<Schema["webhook_endpoints"]>): WebhookEndpoint => ({
  id: row.id,
  workspaceId: row.workspace_id,
  url: row.url,
  events: JSON.parse(row.events) as WebhookEventType[],
  jwe: row.jwe,
  previousUntil: numberOf(row.previous_until),
  active: row.active === 1,
  offReason: row.off_reason,
  failingSince: numberOf(row.failing_since),
  createdAt: Number(row.created_at),
});

const endpointChange = (patch: EndpointPatch): Updateable<Schema["webhook_endpoints"]> =>
  defined({
    url: patch.url,
    events: patch.events && JSON.stringify(patch.events),
    jwe: patch.jwe,
    previous_until: patch.previousUntil,
    active: patch.active === undefined ? undefined : patch.active ? 1 : 0,
    off_reason: patch.offReason,
    failing_since: patch.failingSince,
  });

const deliveryRow = (delivery: WebhookDelivery): Selectable<Schema["webhook_deliveries"]> => ({
  id: delivery.id,
  endpoint_id: delivery.endpointId,
  workspace_id: delivery.workspaceId,
  type: delivery.type,
  subject: JSON.stringify(delivery.subject),
  state: delivery.state,
  attempts: delivery.attempts,
  next_at: delivery.nextAt,
  claimed_until: 0,
  retry_until: delivery.retryUntil,
  status: delivery.status,
  answer: delivery.answer,
  sent_at: delivery.sentAt,
  created_at: delivery.createdAt,
});

const deliveryOf = (row: Selectable<Schema["webhook_deliveries"]>): WebhookDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  workspaceId: row.workspace_id,
  type: row.type,
  subject: JSON.parse(row.subject) as WebhookSubject,
  state: row.state as DeliveryState,
  attempts: row.attempts,
  nextAt: numberOf(row.next_at),
  retryUntil: Number(row.retry_until),
  status: row.status,
  answer: row.answer,
  sentAt: numberOf(row.sent_at),
  createdAt: Number(row.created_at),
});

const deliveryChange = (patch: DeliveryPatch): Updateable<Schema["webhook_deliveries"]> =>
  defined({
    state: patch.state,
    attempts: patch.attempts,
    next_at: patch.nextAt,
    retry_until: patch.retryUntil,
    status: patch.status,
    answer: patch.answer,
    sent_at: patch.sentAt,
  });

/** What the list of changes calls it: the rest of an address may be a secret. */
const hostOf = (url: string): string => new URL(url).host;

const numberOf = (value: number | null): number | null => (value === null ? null : Number(value));
