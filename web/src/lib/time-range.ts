import { oneOf, text } from "./search.ts";
import { dayEnd, dayStart } from "./time.ts";

/** A span of time as it stands in the address: counted back from now, or between days. */
export interface TimeRange {
  since?: Span | undefined;
  /** Days, as 2026-11-22, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

const hour = 3_600_000;
const spanMs = { "1h": hour, "24h": 24 * hour, "7d": 168 * hour } as const;
export type Span = keyof typeof spanMs;

/** The spans to choose from. */
export const spans: readonly { value: Span; title: string }[] = [
  { value: "1h", title: "Last hour" },
  { value: "24h", title: "Last 24 hours" },
  { value: "7d", title: "Last 7 days" },
];

export function readTimeRange(search: Record<string, unknown>): TimeRange {
  return { since: oneOf(search["since"], ["1h", "24h", "7d"]), from: day(search["from"]), to: day(search["to"]) };
}

function day(value: unknown): string | undefined {
  const date = text(value);
  return dayStart(date) === undefined ? undefined : date;
}

/** The same in milliseconds, as the API takes it. A span counts back from `now`, to the minute. */
export function boundsOf({ since, from: first, to: last }: TimeRange, now: number): { from?: number; to?: number } {
  const from = since === undefined ? dayStart(first) : Math.floor(now / 60_000) * 60_000 - spanMs[since];
  const to = dayEnd(last);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}
