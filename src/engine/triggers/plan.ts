import { defined } from "#kernel/defined.ts";
import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { contentHash } from "#kernel/digest.ts";
import { type JsonObject } from "#kernel/json.ts";
import type { Operation, Reconcile } from "#catalog/types.ts";
import type { TriggerDefinition } from "../types/triggers.ts";

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
  /** A list that is one record or a few of one parent: where the other side knows no such parent, there is nothing. */
  lone?: boolean;
  /** Path of a row's id; without it a row is told by its content. */
  identity: string | null;
  /** Paths that tell a row from others where it has no id. */
  identityOr?: readonly string[];
  /** The list is one that the user describes: rows without an id are worth a word. */
  described?: boolean;
  /** Path of a row's time, by which the cursor moves. */
  time: string | null;
  /** Whether that time moves on every change of the row. */
  timeTrusted: boolean;
  /** Whether rows come newest first by that time, so that a read may stop behind the cursor. */
  newestFirst: boolean;
  /** How often, at the most, the list is read to its end; see whole.ts. Absent: as the survey does by itself. */
  wholeEveryMs?: number;
  /** Keys left out of the content hash. */
  volatile: readonly string[];
  /** The paths that make the content hash, where it is not the whole row. */
  only?: readonly string[];
}

/** How often a poll looks when the flow does not say, and the shortest it may say. */
export const usualEveryMs = 5 * 60_000;
export const shortestEveryMs = 60_000;

/** Joins what the flow asks with what the catalog knows. The connection's id belongs to the fingerprint: another login reads another list. */
export function pollPlan(definition: TriggerDefinition, operation: Operation, connectionId: string | null = null): PollPlan {
  const asked = definition.input ?? {};
  const mode = definition.emit ?? (operation.list ? "new" : "changed");
  const isEconomic = mode === "all" && definition.whole !== undefined;
  const newest = newestOf(operation, asked, isEconomic ? "economic" : mode);
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
    ...(isEconomic && { wholeEveryMs: parseDuration(definition.whole!, "whole") }),
    ...defined({
      lone: operation.lone,
      identityOr: operation.identityOr,
      described: operation.anyList && operation.list,
    }),
  };
}

const modes = { new: "new", changed: "changed", deleted: "all" } as const;

/** The poll that looks for what a webhook did not tell: the read that the catalog names for the event, with what the flow adds to its input. */
export function reconcilePlan(
  definition: TriggerDefinition,
  reconcile: Reconcile,
  operation: Operation,
  connectionId: string | null = null,
): PollPlan {
  const { input, connection, ...trigger } = definition;
  const asked = {
    app: trigger.app,
    operation: reconcile.operation,
    ...defined({ connection }),
    input: { ...reconcile.input, ...input },
    emit: modes[reconcile.emit],
  };
  const plan = pollPlan(asked, operation, connectionId);
  return {
    ...plan,
    fingerprint: contentHash([plan.fingerprint, trigger.operation, reconcile]),
    ...defined({ only: reconcile.only }),
  };
}

/** Milliseconds between two polls, checked. */
export function pollEveryMs(every: string | undefined, field = "every"): number {
  const ms = every === undefined ? usualEveryMs : parseDuration(every, field);
  if (ms >= shortestEveryMs) return ms;
  throw new MillraceError("BAD_INPUT", {
    details: { field, problem: `'${every}' is shorter than a minute, the shortest a poll may wait` },
  });
}

/**
 * Newest-first order helps where nothing behind the cursor can matter: not for deletions, not for changes that do not move
 * the time the list is sorted by, and not against an order the user asked for. A poll that reads to the end often enough (`economic`) finds there
 * what the readings between cannot know.
 */
function newestOf(operation: Operation, asked: JsonObject, mode: PollMode | "economic"): NonNullable<Operation["newest"]> | null {
  const { newest } = operation;
  if (!newest || mode === "all" || (mode === "changed" && newest.by !== operation.changed) || (mode === "economic" && newest.made))
    return null;
  const conflict = Object.entries(newest.input).some(([k, v]) => asked[k] !== undefined && contentHash(asked[k]) !== contentHash(v));
  return conflict ? null : newest;
}
