/** Webhook endpoints: addresses that are sent what happens in a workspace. */
import { z } from "zod";
import { webhookEventTypes } from "#kernel/webhook-events.ts";

const events = z
  .array(z.enum(webhookEventTypes))
  .min(1, "choose at least one event")
  .max(webhookEventTypes.length)
  .transform((chosen) => [...new Set(chosen)]);
const url = z.string().min(1).max(2000);

/** A new endpoint: where events go to, and which. */
export const webhookEndpointBody = z.object({ url, events });
export type WebhookEndpointBody = z.infer<typeof webhookEndpointBody>;
/** Fields left out stay as they are. `active: true` also sends what waits. */
export const webhookEndpointPatch = z.object({ url: url.optional(), events: events.optional(), active: z.boolean().optional() });
export type WebhookEndpointPatch = z.infer<typeof webhookEndpointPatch>;
/** An endpoint as it is shown: never with its secret. */
export const webhookEndpointView = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  active: z.boolean(),
  /** Why Millrace switched it off, in words; null where it did not. */
  offReason: z.string().nullable(),
  /** Since when every attempt has failed; null: the last one did not. */
  failingSince: z.number().nullable(),
  /** Deliveries that are still to arrive. */
  waiting: z.number(),
  /** Until when the secret before signs as well; null: there is none. */
  previousSecretUntil: z.number().nullable(),
  createdAt: z.number(),
});
export type WebhookEndpointView = z.infer<typeof webhookEndpointView>;
export const webhookEndpointList = z.object({ endpoints: z.array(webhookEndpointView) });
/** The secret is given here and never again. */
export const webhookEndpointWithSecret = z.object({ endpoint: webhookEndpointView, secret: z.string() });

const deliveryState = z.enum(["waiting", "delivered", "failed"]);
/** One event for one endpoint, and how far it is. */
export const webhookDeliveryView = z.object({
  id: z.string(),
  type: z.string(),
  /** The ids it is about. */
  subject: z.record(z.string(), z.record(z.string(), z.string())),
  state: deliveryState,
  attempts: z.number(),
  /** When it is tried next; null: not by itself. */
  nextAt: z.number().nullable(),
  /** Of the last answer; null where there was none. */
  status: z.number().nullable(),
  /** How the last answer began, or why there was none. */
  answer: z.string().nullable(),
  sentAt: z.number().nullable(),
  createdAt: z.number(),
});
export type WebhookDeliveryView = z.infer<typeof webhookDeliveryView>;
/** A page of the deliveries of an endpoint, the newest first. */
export const webhookDeliveryQuery = z.object({
  /** The id of the last one of the page before. */
  before: z.string().max(80).optional(),
  state: deliveryState.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** `next`: the `before` of the next page; null: there is none. */
export const webhookDeliveryList = z.object({ deliveries: z.array(webhookDeliveryView), next: z.string().nullable() });
