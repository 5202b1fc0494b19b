import type { SeenItem } from "../types/triggers.ts";
import type { Observed } from "./observe.ts";
import type { PollMode } from "./plan.ts";

/** Pure: what a poll found, compared with what is remembered. */

export interface DiffContext {
  mode: PollMode;
  /** A baseline remembers everything and fires nothing. */
  baseline: boolean;
  /** Names the baseline this poll counts from. */
  epoch: string;
  /** The poll's number. It moves on in the transaction that ends the poll, and never back. */
  poll: number;
  now: number;
  /** Rows at or before this time may have been forgotten on purpose (see prune.ts): unknown ones among them are old. */
  floor: number | null;
  /** When the list was last read to its end, and the time before that: what is found now happened since. */
  since: number | null;
  sinceBefore: number | null;
  /** Whether one absence is not proof: a list read in several pages can lose a row between two of them, and an empty answer can be a fault. */
  confirmAbsence: boolean;
}

/** One thing to tell the flow. */
export interface Finding {
  kind: "new" | "changed" | "deleted";
  itemKey: string;
  /** De-duplicates the event within its trigger. */
  eventKey: string;
  oldHash: string | null;
  /** The row's own time, epoch ms; null where it has none. */
  time: number | null;
  /** The record as read; null for a deletion. */
  row: unknown;
  /** The item was last seen as it was known at this time. */
  since: number | null;
  /** When it was first found, where it was put off (see reconcile.ts). */
  pendingAt: number | null;
}

/** What becomes of one item. */
export interface Verdict {
  finding: Finding | null;
  remember: SeenItem | null;
  forget: boolean;
}

/** How long a vanished item is remembered, so that its return is not taken for a new record. */
export const goneKeptMs = 30 * 86_400_000;

const nothing: Verdict = { finding: null, remember: null, forget: false };

/**
 * What is known of a vanished item stands before its hash: `~` gone, and nobody was told; `?` absent once, and one more absence
 * makes it a deletion; `!` gone, and the flow was told. `seenAt` is then the time it was first missed.
 * A reconciling poll puts off what it finds, until it is sure that no webhook told it: `+` it is there otherwise than the hash says
 * (none: it is new), `=` it is gone. `seenAt` is then the time it was first found so, and `since` stands between mark and hash.
 */
type Mark = "" | "~" | "?" | "!" | "+" | "=";

interface Opened {
  mark: Mark;
  hash: string;
  since: number | null;
}

function openHash(stored: string): Opened {
  const mark = stored[0];
  if (mark === "~" || mark === "?" || mark === "!") return { mark, hash: stored.slice(1), since: null };
  if (mark !== "+" && mark !== "=") return { mark: "", hash: stored, since: null };
  const [since = "", hash = ""] = stored.slice(1).split(":");
  return { mark, hash, since: since === "" ? null : parseInt(since, 36) };
}

/** What is remembered of an item whose finding is put off: it stays as it was known, and will be found again. */
export const putOff = ({ kind, itemKey, oldHash, since, pendingAt }: Finding, now: number): SeenItem => ({
  key: itemKey,
  hash: `${kind === "deleted" ? "=" : "+"}${since?.toString(36) ?? ""}:${oldHash ?? ""}`,
  seenAt: pendingAt ?? now,
});

/** Whether an item was absent once, which is no deletion yet. */
export const isMissedOnce = ({ hash }: SeenItem): boolean => openHash(hash).mark === "?";

/** Judges a row that was read. */
export function judgeRow(context: DiffContext, seen: SeenItem | undefined, row: Observed): Verdict {
  const next = { key: row.key, hash: row.hash, seenAt: context.now };
  if (!seen) return unknownRow(context, row, next);
  const { mark, hash, since } = openHash(seen.hash);
  if (mark === "" && hash === row.hash) return nothing;
  const remember = { finding: null, remember: next, forget: false };
  if (context.baseline) return remember;
  if (mark === "+" && hash !== row.hash) {
    const pending = { since, pendingAt: seen.seenAt, oldHash: hash === "" ? null : hash };
    return { ...remember, finding: finding(context, hash === "" ? "new" : "changed", row, pending) };
  }
  if (mark === "!" && context.mode === "all") return { ...remember, finding: finding(context, "new", row, { oldHash: hash, again: true }) };
  if (hash === row.hash || context.mode === "new") return remember; // it was only out of sight, or its content is not asked for
  return { ...remember, finding: finding(context, "changed", row, { oldHash: hash }) };
}

function unknownRow(context: DiffContext, row: Observed, seen: SeenItem): Verdict {
  if (context.baseline) return { finding: null, remember: seen, forget: false };
  if (context.floor === null) return { finding: finding(context, "new", row, {}), remember: seen, forget: false };
  if (row.time !== null && row.time <= context.floor) return nothing;
  // Once items were forgotten nobody can tell a new record from a change of a forgotten one: "changed" claims less.
  return { finding: finding(context, "changed", row, {}), remember: seen, forget: false };
}

/** Judges a remembered item that a whole read did not show. */
export function judgeAbsent(context: DiffContext, seen: SeenItem): Verdict {
  if (context.baseline) return { ...nothing, forget: true };
  const { mark, hash, since } = openHash(seen.hash);
  const gone = (as: Mark): SeenItem => ({ key: seen.key, hash: as + hash, seenAt: mark === "" ? context.now : seen.seenAt });
  if (context.mode === "all" && (mark === "?" || mark === "=" || (mark === "" && !context.confirmAbsence))) {
    const pending = mark === "=" ? { since, pendingAt: seen.seenAt } : { since: mark === "?" ? context.sinceBefore : context.since };
    return { finding: deletion(context, seen.key, hash, pending), remember: gone("!"), forget: false };
  }
  if (mark === "") return { finding: null, remember: gone(context.mode === "all" ? "?" : "~"), forget: false };
  return seen.seenAt + goneKeptMs <= context.now ? { ...nothing, forget: true } : nothing;
}

/**
 * Event keys. A record is new once per baseline, so `new:` and the baseline's epoch and the record suffice.
 * For a change the content is not enough: A -> B -> A -> B is three changes, two of them to B. So the key carries the number of
 * the poll that saw it. A poll that is repeated after a crash has the number it had before (it moves on only in the transaction
 * that keeps the event), so the same change gets the same key; and the hash keeps apart what two polls of one number saw.
 */
function finding(
  context: DiffContext,
  kind: "new" | "changed",
  { key, hash, time, row }: Observed,
  { again = false, ...more }: { again?: boolean } & Partial<Finding>,
): Finding {
  const { epoch, poll, since } = context;
  const eventKey = kind === "new" && !again ? `new:${epoch}:${key}` : `${kind}:${epoch}.${poll}:${hash}:${key}`;
  return { kind, itemKey: key, eventKey, oldHash: null, time, row, since, pendingAt: null, ...more };
}

function deletion(
  { epoch, poll }: DiffContext,
  itemKey: string,
  oldHash: string,
  more: Pick<Finding, "since"> & Partial<Finding>,
): Finding {
  const eventKey = `deleted:${epoch}.${poll}:${itemKey}`;
  return { kind: "deleted", itemKey, eventKey, oldHash, time: null, row: null, pendingAt: null, ...more };
}
