import type { RunView } from "#api/schemas.ts";
import type { RunFilter } from "../../lib/api.ts";
import { flag, oneOf, text } from "../../lib/search.ts";
import { dayEnd, dayStart } from "../../lib/time.ts";

/** The filters of the run list as they stand in the address. */
export interface RunSearch {
  person?: string | undefined;
  /** One or several states, comma separated. */
  state?: string | undefined;
  flow?: string | undefined;
  /** The id of a sub-account. */
  account?: string | undefined;
  /** Only what a poll found because its webhook never came. */
  recovered?: true | undefined;
  since?: keyof typeof spanMs | undefined;
  /** Days, as 2026-11-22, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

const hour = 3_600_000;
const spanMs = { "1h": hour, "24h": 24 * hour, "7d": 168 * hour } as const;
const states: readonly RunView["state"][] = ["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"];

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  return {
    person: text(search["person"]),
    state: statesOf(text(search["state"])).join(",") || undefined,
    flow: text(search["flow"]),
    account: text(search["account"]),
    recovered: flag(search["recovered"]),
    since: oneOf(search["since"], ["1h", "24h", "7d"]),
    from: day(search["from"]),
    to: day(search["to"]),
  };
}

function day(value: unknown): string | undefined {
  const date = text(value);
  return dayStart(date) === undefined ? undefined : date;
}

/** `failed,held` as states; what is no state is left out. */
export function statesOf(value: string | undefined): RunView["state"][] {
  const words = value?.split(",") ?? [];
  return states.filter((state) => words.includes(state));
}

/** The same as the API takes it. A span counts back from `now`, to the minute. */
export function filterOf(search: RunSearch, now: number): RunFilter {
  const from = search.since === undefined ? dayStart(search.from) : Math.floor(now / 60_000) * 60_000 - spanMs[search.since];
  const to = dayEnd(search.to);
  return {
    ...(search.flow === undefined ? {} : { flow: search.flow }),
    ...(search.account === undefined ? {} : { location: search.account }),
    ...(search.state === undefined ? {} : { state: search.state }),
    ...(search.recovered === undefined ? {} : { recovered: "true" as const }),
    ...(search.person === undefined ? {} : { person: search.person }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}
