/** What a reconciled trigger knows of one record: whether the webhook, the poll or both reported it. */
export interface LedgerEntry {
  triggerId: string;
  /** The record's id. */
  item: string;
  by: "webhook" | "poll" | "both";
  /** When it happened, or was received where the sender does not say. */
  at: number;
  /** When the poll found it; null while only the webhook reported it. */
  foundAt: number | null;
  /** The poll has reported everything up to this time: a webhook about it is a repeat. Later webhooks leave it as it is. */
  upTo: number | null;
  eventId: string | null;
}

/** What a webhook says of its record. */
export interface WebhookReport {
  item: string;
  /** When it happened, or was received where the sender does not say (`said` is false then). */
  at: number;
  dated: boolean;
  /** It can happen to a record once only: it comes into being. */
  once: boolean;
}

/** The ledger of one trigger, summed up. */
export interface LedgerCounts {
  /** Reported by the webhook, and not seen by a poll so far. */
  webhookOnly: number;
  confirmed: number;
  recovered: number;
  /** The newest that only the poll reported. */
  recent: { item: string; at: number; foundAt: number; runId: string | null }[];
}
