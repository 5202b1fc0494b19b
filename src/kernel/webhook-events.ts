/** What a webhook endpoint can be sent, and what it means. The names are public: add, never rename. */
export const webhookEvents = {
  "run.failed": "A run failed",
  "run.needs_decision": "A run waits for a person's decision",
  "connection.broken": "A connection can no longer be used",
  "connection.restored": "A connection can be used again",
  "flow.paused": "Millrace paused a flow by itself",
  "sync.drifted": "A sync is out of step, or waits for a person's answer",
  "approval.waiting": "An agent or a program asks for an approval",
  "approval.outcome_unknown": "Nobody knows whether an approved request took effect",
} as const;

export type WebhookEventType = keyof typeof webhookEvents;
export const webhookEventTypes = Object.keys(webhookEvents) as WebhookEventType[];

/** What the test button sends, whatever an endpoint has chosen. */
export const testEvent = "webhook.test";

/** The record that an event is about: ids and technical names, and nothing about a person. */
export type WebhookSubject = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An event that webhook endpoints are sent, as the transaction notes it in which it happened. */
export interface WebhookEvent {
  type: WebhookEventType;
  subject: WebhookSubject;
}
