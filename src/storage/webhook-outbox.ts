import { sql, type Kysely } from "kysely";
import type { Run } from "#engine/types/runs.ts";
import { dayMs } from "#kernel/durations.ts";
import { newId } from "#kernel/ids.ts";
import type { WebhookEvent } from "#kernel/webhook-events.ts";
import type { Db } from "./database.ts";
import { marker } from "./markers.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./work.ts";

/** For how long a delivery is tried. */
export const retryMs = 3 * dayMs;

/** One delivery of an event, as its row is made. */
interface NewDeliveries {
  /** The beginning of each delivery's id. */
  message: string;
  workspaceId: string;
  type: string;
  subject: string;
  /** Matches the JSON list of an endpoint that has chosen the event. */
  chosen: string;
  now: number;
  retryUntil: number;
}

const deliveriesOf = (workspaceId: string, { type, subject }: WebhookEvent, now: number): NewDeliveries => ({
  message: newId("msg", now),
  workspaceId,
  type,
  subject: JSON.stringify(subject),
  chosen: `%"${type}"%`,
  now,
  retryUntil: now + retryMs,
});

/** A row for each active endpoint of the workspace that has chosen the event: nothing where there is none. */
function insertDeliveries(q: Kysely<Schema>, values: NewDeliveries) {
  const text = (value: string) => sql<string>`cast(${value} as text)`;
  const time = (value: number) => sql<number>`cast(${value} as bigint)`;
  const chosen = q
    .selectFrom("webhook_endpoints")
    .select((e) => [
      sql<string>`cast(${values.message} as text) || '_' || ${e.ref("webhook_endpoints.id")}`.as("id"),
      "webhook_endpoints.id as endpoint_id",
      "webhook_endpoints.workspace_id",
      text(values.type).as("type"),
      text(values.subject).as("subject"),
      sql<string>`'waiting'`.as("state"),
      sql<number>`0`.as("attempts"),
      time(values.now).as("next_at"),
      sql<number>`0`.as("claimed_until"),
      time(values.retryUntil).as("retry_until"),
      time(values.now).as("created_at"),
    ])
    .where("workspace_id", "=", values.workspaceId)
    .where("active", "=", 1)
    .where("events", "like", values.chosen);
  return q
    .insertInto("webhook_deliveries")
    .columns([
      "id",
      "endpoint_id",
      "workspace_id",
      "type",
      "subject",
      "state",
      "attempts",
      "next_at",
      "claimed_until",
      "retry_until",
      "created_at",
    ])
    .expression(chosen);
}

/** Writes the deliveries of an event, in the transaction in which it happens. */
export async function addDeliveries(q: Kysely<Schema>, workspaceId: string, event: WebhookEvent, now: number): Promise<void> {
  await insertDeliveries(q, deliveriesOf(workspaceId, event, now)).execute();
}

/** The same in the hot path, for runs that come to rest in Needs attention. */
export class RunWebhooks {
  readonly #insert;

  constructor(db: Db) {
    const names = ["message", "workspaceId", "type", "subject", "chosen", "now", "retryUntil"] as const;
    const markers = Object.fromEntries(names.map((name) => [name, marker(name)])) as unknown as NewDeliveries;
    this.#insert = db.statement((q) => insertDeliveries(q, markers));
  }

  /** The run has ended so. */
  *ended({ id, workspaceId, flowId }: Run, state: string, code: string | undefined, now: number): Work<void> {
    const error: Record<string, Record<string, string>> = code === undefined ? {} : { error: { code } };
    const subject = { run: { id }, flow: { id: flowId }, ...error };
    const type = state === "held" ? "run.needs_decision" : "run.failed";
    yield* this.#insert.run({ ...deliveriesOf(workspaceId, { type, subject }, now) });
  }
}
