import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { contentHash, type JsonObject } from "#kernel/json.ts";
import type { Operation } from "#catalog/types.ts";
import type { TriggerDefinition } from "../types.ts";

/** `new` fires for records not seen before, `changed` for those and for changes, `all` for deletions as well. */
export type PollMode = "new" | "changed" | "all";

/** What one poll reads and how its rows are told apart: the flow's trigger joined with the catalog's facts. */
export interface PollPlan {
  mode: PollMode;
  /** Changes with what is polled. Another fingerprint means another list, and so a new baseline. */
  fingerprint: string;
  /** The read's input, with what makes the list come newest first where that is known. */
  input: JsonObject;
  /** False: the read gives one record, or none. */
  list: boolean;
  /** Path of a row's id; without it a row is told by its content. */
  identity: string | null;
  /** Path of a row's time, by which the cursor moves. */
  time: string | null;
  /** Whether that time moves on every change of the row. */
  timeTrusted: boolean;
  /** Whether rows come newest first by that time, so that a read may stop behind the cursor. */
  newestFirst: boolean;
  /** Keys left out of the content hash. */
  volatile: readonly string[];
}

/** How often a poll looks when the flow does not say, and the shortest it may say. */
export const usualEveryMs = 5 * 60_000;
export const shortestEveryMs = 60_000;

/** Joins what the flow asks with what the catalog knows. The connection's id belongs to the fingerprint: another login reads another list. */
export function pollPlan(definition: TriggerDefinition, operation: Operation, connectionId: string | null = null): PollPlan {
  const asked = definition.input ?? {};
  const mode = definition.emit ?? (operation.list ? "new" : "changed");
  const newest = newestOf(operation, asked, mode);
  return {
    mode,
    fingerprint: contentHash([definition.app, definition.operation, definition.connection ?? null, connectionId, asked]),
    input: newest ? { ...asked, ...newest.input } : asked,
    list: operation.list ?? false,
    identity: operation.identity ?? null,
    time: newest?.by ?? operation.changed ?? null,
    timeTrusted: operation.changed !== undefined && (newest === null || newest.by === operation.changed),
    newestFirst: newest !== null,
    volatile: operation.volatile ?? [],
  };
}

/** Milliseconds between two polls, checked. */
export function pollEveryMs(every: string | undefined): number {
  const ms = every === undefined ? usualEveryMs : parseDuration(every, "every");
  if (ms >= shortestEveryMs) return ms;
  throw new MillraceError("BAD_INPUT", {
    details: { field: "every", problem: `'${every}' is shorter than a minute, the shortest a poll may wait` },
  });
}

/**
 * Newest-first order helps where nothing behind the cursor can matter: not for deletions, not for changes that do not move
 * the time the list is sorted by, and not against an order the user asked for.
 */
function newestOf(operation: Operation, asked: JsonObject, mode: PollMode): NonNullable<Operation["newest"]> | null {
  const { newest } = operation;
  if (!newest || mode === "all" || (mode === "changed" && newest.by !== operation.changed)) return null;
  const conflict = Object.entries(newest.input).some(([k, v]) => asked[k] !== undefined && contentHash(asked[k]) !== contentHash(v));
  return conflict ? null : newest;
}
