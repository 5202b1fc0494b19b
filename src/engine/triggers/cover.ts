import { contentHash } from "#kernel/digest.ts";
import { getPath } from "#kernel/json.ts";
import type { Reconcile } from "#catalog/types.ts";
import type { LedgerEntry } from "../types/ledger.ts";
import type { Finding } from "./diff.ts";

/** Pure: whether a webhook has reported what the reconciling poll sees, or still may. docs/decisions/0005 says why these rules. */

/** The sender's clock for its events and the one for its rows may differ so much; two changes within it count as one. */
export const clockSkewMs = 5_000;
/** How long a webhook may be under way before the poll reports in its place. One that comes later all the same is a repeat, so this may be short. */
export const graceMs = 2 * 60_000;
/** A list may show a change so much later than it happened. */
export const lagMs = 10 * 60_000;

/** `reported`: by a webhook. `waiting`: one may still come. `missed`: the poll has to report it. */
export type Cover = "reported" | "waiting" | "missed";

export interface Question {
  finding: Finding;
  emit: Reconcile["emit"];
  /** What the ledger has of the record. */
  entry: LedgerEntry | null;
  /** The row's own time of change, where it can be trusted to move on every change that counts. */
  changedAt: number | null;
  /** What the last reported event says of the state that the poll sees. */
  evidence: Evidence;
  now: number;
}

export function coverOf({ finding, emit, entry, changedAt, evidence, now }: Question): Cover {
  if (entry && isReported(entry, { finding, emit, changedAt, evidence })) return "reported";
  if (entry?.by === "webhook" && evidence === "other" && now - entry.at < lagMs) return "waiting"; // the list may be behind the webhook
  return finding.pendingAt !== null && now - finding.pendingAt >= graceMs ? "missed" : "waiting";
}

/**
 * A record is created once, so any report of it will do. For a change the row's time decides where it can be trusted, else the state that
 * the last event carried. Where neither helps, a report since the record last looked different counts, and only once: one that a poll has
 * already confirmed says nothing about the next change.
 */
function isReported(
  entry: LedgerEntry,
  { finding, emit, changedAt, evidence }: Pick<Question, "finding" | "emit" | "changedAt" | "evidence">,
): boolean {
  if (emit === "new") return true;
  if (changedAt !== null) return entry.at >= changedAt - clockSkewMs;
  if (evidence !== "none") return evidence === "same";
  return entry.by === "webhook" && entry.at > (finding.since ?? -Infinity) - lagMs;
}

/** `same`: all that counts is as the event had it. `other`: something is not. `none`: the event does not carry enough to say. */
export type Evidence = "same" | "other" | "none";

/** Compares a row with the payload of the last reported event. */
export function evidenceOf({ only, carries, wrap }: Reconcile, row: unknown, payload: unknown): Evidence {
  if (!carries || row === null || payload === null || payload === undefined) return "none";
  const carried = wrap === undefined ? payload : getPath(payload, wrap);
  const present = carries.filter((path) => getPath(carried, path) !== undefined);
  if (present.some((path) => plain(getPath(carried, path)) !== plain(getPath(row, path)))) return "other";
  return only?.every((path) => present.includes(path)) ? "same" : "none";
}

/** A value however it is written: text without case, a list in any order, nothing as nothing. */
function plain(value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) return contentHash(value.map(plain).sort());
  return typeof value === "object" ? contentHash(value) : String(value).trim().toLowerCase();
}

/** Whether a finding is the event's news at all: of its kind, of its rows, and not a record from before the watching began that only now came into sight. */
export function isReportable(
  { emit, where, made }: Reconcile,
  { kind, row }: Finding,
  { madeAt, watchedSince }: { madeAt: number | null; watchedSince: number },
): boolean {
  if (kind !== emit) return false;
  if (made !== undefined && madeAt !== null && madeAt < watchedSince - lagMs) return false;
  return Object.entries(where ?? {}).every(([path, values]) => values.includes(String(getPath(row, path))));
}
