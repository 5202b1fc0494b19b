import { changeKinds } from "#surfaces/change-words.ts";
import type { ChangeFilter } from "../../lib/api.ts";
import { text } from "../../lib/search.ts";
import { boundsOf, readTimeRange, type TimeRange } from "../../lib/time-range.ts";

/** The filters of the audit as they stand in the address. */
export interface AuditSearch extends TimeRange {
  text?: string | undefined;
  kind?: string | undefined;
  by?: string | undefined;
  /** The id of a record: its own history. */
  record?: string | undefined;
}

export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const kind = text(search["kind"]);
  return {
    text: text(search["text"]),
    kind: kind !== undefined && Object.hasOwn(changeKinds, kind) ? kind : undefined,
    by: text(search["by"]),
    record: text(search["record"]),
    ...readTimeRange(search),
  };
}

/** The same as the API takes it. */
export function auditFilter({ text: words, kind, by, record, ...range }: AuditSearch, now: number): ChangeFilter {
  return {
    ...(words === undefined ? {} : { text: words }),
    ...(kind === undefined ? {} : { kind }),
    ...(by === undefined ? {} : { by }),
    ...(record === undefined ? {} : { record }),
    ...boundsOf(range, now),
  };
}
