import type { PersonKey } from "#kernel/person-key.ts";
import type { Event } from "./events.ts";
import type { StepRecord } from "./steps.ts";

/** How far old runs have been read for the people in them. */
export interface PeopleProgress {
  done: number;
  total: number;
}

/** Keys that are added to a run. */
export interface RunPeople {
  runId: string;
  keys: readonly PersonKey[];
}

/** A run as far as its people can be read off it. */
export interface UnreadRun {
  runId: string;
  event: Pick<Event, "person" | "record" | "payload"> | null;
  steps: Pick<StepRecord, "app" | "state" | "effect" | "input" | "output">[];
}
