import type { Json } from "#kernel/json.ts";
import type { Event } from "./events.ts";
import type { WebhookReport } from "./ledger.ts";
import type { ObservationOutcome, ObservationSource, WatchedRecord } from "./observations.ts";
import type { Run } from "./runs.ts";
import type { Trigger } from "./triggers.ts";

/** An event to be accepted, with the runs it makes. */
export interface Acceptance {
  event: Event;
  runs: Run[];
  /** While a run of the same record and version is settling, the event joins it instead. That run begins once no event has come for `quietMs`, after `mostMs` at the latest. */
  settle?: { quietMs: number; mostMs: number };
  /** For a trigger that is reconciled: what goes into the ledger with the event. A webhook about something that the poll has already reported is kept without a run. */
  webhookReport?: WebhookReport;
  /** Where the flow asks for old values: the record as this event shows it, kept as its last state. Null: the record is gone. */
  state?: Json;
  /** Of a change trigger: the event itself is not kept; what it comes to is decided in the commit. */
  observation?: Observation;
  /** The event has no id, so its content is its key: an event with the same content counts as a repeat only within this time. */
  repeatMs?: number;
}

/** The runs that an accepted event went into, made for it or joined. Null: a repeat of a key, and nothing was written. */
export type AcceptedRuns = Run[] | null;

/** What an event or a row shows of a record. It is compared with the last state inside the commit, so webhook and list report a change once. */
export interface Observation {
  record: string;
  by: ObservationSource;
  compare(before: WatchedRecord | null, trigger: Pick<Trigger, "active" | "state">): ObservationResult;
}

export interface ObservationResult {
  outcome: ObservationOutcome;
  note: string;
  /** The state from now on; null: as it was. */
  keep: WatchedRecord | null;
  /** An event with its run for each change. */
  accept: Acceptance[];
}
