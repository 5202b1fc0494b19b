import type { JsonObject } from "#kernel/json.ts";

/** The last state of a record: the values that a change trigger compares. */
export interface WatchedRecord {
  triggerId: string;
  record: string;
  /** The baseline it counts from. */
  epoch: string;
  values: JsonObject;
  /** As of when. */
  at: number;
  by: ObservationSource;
}

/** How a change trigger sees a record: in an event that is posted, or in the list it polls. */
export type ObservationSource = "webhook" | "poll";

/**
 * The result of an observation. `changed`: in the way that is watched for. `other`: it changed, in another way. `same`: no compared value
 * changed. `late`: it is older than the last state. `first`: the record was not seen before, so there is nothing to compare with. `early`: it
 * arrived before the first poll. `silent`: it contains none of the compared values. `waiting`: the list disagrees with a webhook and may lag.
 */
export type ObservationOutcome = "changed" | "other" | "same" | "late" | "first" | "early" | "silent" | "waiting";

/** How often an outcome occurred, with the newest as an example. */
export interface ObservationCount {
  outcome: ObservationOutcome;
  by: ObservationSource;
  count: number;
  lastAt: number;
  lastRecord: string;
  /** In words. */
  lastNote: string;
}
