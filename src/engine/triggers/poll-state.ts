import type { JsonObject } from "#kernel/json.ts";
import { watchMemoryOf, type WatchMemory } from "../watch/memory.ts";

/** What a poll carries from one time to the next, in its trigger's `state`. */
export interface PollState {
  /** Of what the cursor and the seen set belong to; null: the next poll is a baseline. */
  fingerprint: string | null;
  /** Names the baseline the events since count from. */
  epoch: string;
  /** Polls ended, ever. */
  polls: number;
  /** The newest row time read so far. */
  cursor: number | null;
  /** When the list was last read to its end. */
  wholeAt: number | null;
  /** And the time before that. */
  wholeBefore: number | null;
  /** When the last reading that went well began. */
  readAt: number | null;
  /** Pages of the last reading to the end, with those of the one that it made sure of (see whole.ts). */
  wholePages: number;
  /** Readings can stop before the end, since the list comes newest first. */
  stops: boolean;
  /** The last reading to the end missed something once: one more makes sure. */
  doubts: boolean;
  /** Rows at or before it may have been forgotten; see prune.ts. */
  floor: number | null;
  /** Failures in a row. */
  failures: number;
  /** Of a change trigger. */
  watch?: WatchMemory;
}

/** When the watching began; the name of an epoch starts with it. */
export const watchedFrom = (epoch: string): number => parseInt(epoch.split(".")[0] ?? "0", 36) || 0;

export const freshPollState: PollState = {
  fingerprint: null,
  epoch: "0",
  polls: 0,
  cursor: null,
  wholeAt: null,
  wholeBefore: null,
  readAt: null,
  wholePages: 0,
  stops: false,
  doubts: false,
  floor: null,
  failures: 0,
};

/** Reads it from the row. What is missing or of another kind is as at the start, and so leads to a baseline rather than to a flood. */
export function pollStateOf(stored: JsonObject): PollState {
  const text = (name: string) => (typeof stored[name] === "string" ? stored[name] : null);
  const watch = watchMemoryOf(stored["watch"]);
  const number = (name: string) => (typeof stored[name] === "number" ? stored[name] : null);
  return {
    fingerprint: text("fingerprint"),
    epoch: text("epoch") ?? freshPollState.epoch,
    polls: number("polls") ?? 0,
    cursor: number("cursor"),
    wholeAt: number("wholeAt"),
    wholeBefore: number("wholeBefore"),
    readAt: number("readAt"),
    wholePages: number("wholePages") ?? 0,
    stops: stored["stops"] === true,
    doubts: stored["doubts"] === true,
    floor: number("floor"),
    failures: number("failures") ?? 0,
    ...(watch && { watch }),
  };
}

export const storedPollState = ({ watch, ...state }: PollState): JsonObject => ({ ...state, ...(watch && { watch: { ...watch } }) });
