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
  /** While a run of the same record and version still gathers, the event joins it instead: let go when nothing followed for `quietMs`, at the latest after `mostMs`. */
  settle?: { quietMs: number; mostMs: number };
  /** Of a trigger that is reconciled: what goes into the ledger with the event. A webhook about what the poll has already reported is kept without a run. */
  news?: WebhookReport;
  /** Where the flow asks for old values: the record as this event tells it, kept as its last known state. Null: the record is gone. */
  state?: Json;
  /** Of a change trigger: the event itself is not kept; what it comes to is decided in the commit. */
  observation?: Observation;
  /** Only its content tells the event from others: one of the same content is no repeat of one that came longer ago than this. */
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
