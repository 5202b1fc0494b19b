import type { StoredError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";

export type { TriggerDefinition } from "../flow/format.ts";

export type TriggerKind = "webhook" | "poll" | "schedule" | "manual";

/** The part of a flow's trigger that lasts: its identity and cursor survive publishing and switching off and on. */
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
