import type { WebhookTrigger } from "#catalog/types.ts";
import { accountEvents } from "./accounts.ts";
import { appointmentEvents } from "./calendars.ts";
import { commerceEvents } from "./commerce.ts";
import { contactEvents } from "./contacts.ts";
import { conversationEvents } from "./conversations.ts";
import { objectEvents } from "./objects.ts";
import { opportunityEvents } from "./opportunities.ts";
import { unverifiedEvents } from "./unverified.ts";

/** Every event a marketplace app can be told of. */
export const webhooks: WebhookTrigger[] = [
  ...contactEvents,
  ...appointmentEvents,
  ...conversationEvents,
  ...opportunityEvents,
  ...commerceEvents,
  ...objectEvents,
  ...accountEvents,
  ...unverifiedEvents,
];
