import type { StoredError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";

/** What starts the flow. Webhook, poll, schedule or manual follows from the operation. */
export interface TriggerDefinition {
  app: string;
  operation: string;
  connection?: string;
  /** Poll: the read's input. Schedule: `cron` and `zone`. */
  input?: JsonObject;
  /** Poll: `1m` to `15m` and longer. */
  every?: string;
  /** Poll: `new` fires for records not seen before, `changed` for those and for changes, `all` for deletions as well. */
  emit?: "new" | "changed" | "all";
  /** Webhook: a template that gives the event's key, where the app's own choice does not fit. */
  key?: string;
  /** A template that tells of which record the event is, where the app does not say or its choice does not fit. */
  record?: string;
  /** Keeps the last known state of each record, so that `trigger._change` has old and new values. */
  previous?: boolean;
  /** Webhook: how often to look for what was not delivered (`15m`), where the app has a read that can tell. */
  reconcile?: string;
  /** Webhook of an app with inboxes: listen at this one only. */
  inbox?: string;
}

export type TriggerKind = "webhook" | "poll" | "schedule" | "manual";

/** The standing part of a flow's trigger. Its identity and cursor survive publish, off and on. */
export interface Trigger {
  id: string;
  workspaceId: string;
  flowId: string;
  kind: TriggerKind;
  /** Webhook: the unguessable part of the address. */
  token: string | null;
  /** Whether it fires. A webhook trigger that is off still keeps samples. */
  active: boolean;
  /** Poll and schedule: when next, epoch ms. */
  nextAt: number | null;
  everyMs: number | null;
  /** Cursor, baseline flag, fingerprint of what is polled; the poller's own. */
  state: JsonObject;
  lastAt: number | null;
  lastError: StoredError | null;
}

/** What the poller remembers of one item: its key, the hash of its content, when last seen. */
export interface SeenItem {
  key: string;
  hash: string;
  seenAt: number;
}
