import type { JsonObject } from "#kernel/json.ts";
import { schemaOf } from "#catalog/schema-of.ts";
import type { WebhookTrigger } from "#catalog/types.ts";
import { reconciles } from "../reconcile.ts";

/** What the events of one family have in common. Paths are the vendor's; examples are ours. */
export interface Family {
  category: string;
  /** What the sender's app must have been granted. */
  scopes: string[];
  /** The record as its events carry it. */
  sample: JsonObject;
  /** Path of the record's id; `null` where it is not known. */
  record: string | null;
  /** By what a person finds the run. */
  person: string[];
  /** Path of the sub-account; `null`: the event names none. */
  location?: string | null;
  /** Path of the time it happened. */
  at?: string;
  /** Its payloads name no type: the fields by which the family is told. */
  shape?: string[];
  agency?: boolean;
  unverified?: boolean;
}

/** One event of a family: its title, and where it differs. */
export interface EventFacts {
  title: string;
  scopes?: string[];
  /** Put over the family's sample. */
  sample?: JsonObject;
  /** Values by which an event is known beside its type. */
  accepts?: Record<string, string[]>;
  unverified?: boolean;
  note?: string;
}

export const locationId = "ve9EPM428h8vShlRW1KT";
export const contactId = "ocQHyuzHvysMo5N5VsXc";
export const companyId = "aG3nCyPr1vErS1dE5xQ7";
export const userId = "8Qk2mVtXb1nLz7RdYc4e";
/** When the samples were made, and sent. */
export const madeAt = "2026-01-15T09:30:00.000Z";
const sentAt = "2026-01-15T09:30:01.000Z";
/** What each real delivery has beside the record. */
const delivery = { timestamp: sentAt, webhookId: "0b7e6a52-6c1d-4a53-9d0f-2f1f5c3f7a10" };

/** Triggers of a family, in the order given. */
export const family = (shared: Family, events: Record<string, EventFacts>): WebhookTrigger[] =>
  Object.entries(events).map(([type, facts]) => triggerOf(type, shared, facts));

/**
 * A delivery has an id of its own; without it (as from a workflow) the content decides. Where the payload names its type, an event of
 * another type is not for this trigger: a flow's own address may get all of an app's events.
 */
function triggerOf(type: string, shared: Family, { title, note, sample, ...facts }: EventFacts): WebhookTrigger {
  const { category, record, person, location = "locationId", at = "timestamp", shape, agency } = shared;
  const named = !shape || facts.accepts !== undefined;
  const accepts = { ...(named && { type: [type] }), ...facts.accepts };
  const example: JsonObject = { ...(named && { type }), ...shared.sample, ...sample, ...delivery };
  const reconcile = reconciles[type];
  const unverified = facts.unverified ?? shared.unverified;
  return {
    id: type,
    app: "highlevel",
    title,
    kind: "webhook",
    category,
    key: ["webhookId"],
    person,
    at,
    scopes: facts.scopes ?? shared.scopes,
    ...(record !== null && { record }),
    ...(location !== null && { location }),
    ...(Object.keys(accepts).length > 0 && { accepts }),
    ...(shape && { shape }),
    ...(agency && { agency }),
    ...(unverified && { unverified }),
    ...(reconcile && { reconcile }),
    output: schemaOf(example),
    example,
    ...(note !== undefined && { note }),
  };
}
