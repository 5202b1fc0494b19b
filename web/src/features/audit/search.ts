import { kindWords } from "#surfaces/change-words.ts";
import { defined } from "#kernel/defined.ts";
import type { CallFilter, ChangeFilter } from "../../lib/api.ts";
import { flag, oneOf, text } from "../../lib/search.ts";
import { boundsOf, readTimeRange, type TimeRange } from "../../lib/time-range.ts";

/** The filters of the audit as they stand in the address. */
export interface AuditSearch extends TimeRange {
  /** Calls instead of changes. */
  show?: "calls" | undefined;
  text?: string | undefined;
  kind?: string | undefined;
  by?: string | undefined;
  /** The id of a record: its own history. */
  record?: string | undefined;
  /** The id of a connection: its calls. */
  connection?: string | undefined;
  /** Only calls that failed. */
  failed?: true | undefined;
}

/** No filter, of changes or of calls. */
export const emptyAudit: Omit<AuditSearch, "show"> = {
  text: undefined,
  kind: undefined,
  by: undefined,
  record: undefined,
  connection: undefined,
  failed: undefined,
  since: undefined,
  from: undefined,
  to: undefined,
};

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const kind = text(search["kind"]);
  return {
    show: oneOf(search["show"], ["calls"]),
    text: text(search["text"]),
    kind: kind !== undefined && Object.hasOwn(kindWords, kind) ? kind : undefined,
    by: text(search["by"]),
    record: text(search["record"]),
    connection: text(search["connection"]),
    failed: flag(search["failed"]),
    ...readTimeRange(search),
  };
}

/** The same as the API takes it. */
export function auditFilter({ text: words, kind, by, record, ...range }: AuditSearch, now: number): ChangeFilter {
  return { ...defined({ text: words, kind, by, record }), ...boundsOf(range, now) };
}

/** The filter of calls as the API takes it. */
export function callFilter({ text: words, connection, failed, ...range }: AuditSearch, now: number): CallFilter {
  return { ...defined({ text: words, connection, failed: failed && "true" }), ...boundsOf(range, now) };
}
