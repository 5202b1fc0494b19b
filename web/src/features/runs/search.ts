import type { RunView } from "#api/schemas.ts";
import type { RunFilter } from "../../lib/api.ts";
import { flag, text } from "../../lib/search.ts";
import { boundsOf, readTimeRange, type TimeRange } from "../../lib/time-range.ts";

/** The filters of the run list as they stand in the address. */
export interface RunSearch extends TimeRange {
  person?: string | undefined;
  /** One or several states, comma separated. */
  state?: string | undefined;
  flow?: string | undefined;
  /** The id of a sub-account. */
  account?: string | undefined;
  /** Only what a poll found because its webhook never came. */
  recovered?: true | undefined;
}

const states: readonly RunView["state"][] = ["queued", "running", "waiting", "succeeded", "filtered", "failed", "held", "cancelled"];

export function readRunSearch(search: Record<string, unknown>): RunSearch {
  return {
    person: text(search["person"]),
    state: statesOf(text(search["state"])).join(",") || undefined,
    flow: text(search["flow"]),
    account: text(search["account"]),
    recovered: flag(search["recovered"]),
    ...readTimeRange(search),
  };
}

/** `failed,held` as states; what is no state is left out. */
export function statesOf(value: string | undefined): RunView["state"][] {
  const words = value?.split(",") ?? [];
  return states.filter((state) => words.includes(state));
}

/** The same as the API takes it. */
export function filterOf(search: RunSearch, now: number): RunFilter {
  return {
    ...(search.flow === undefined ? {} : { flow: search.flow }),
    ...(search.account === undefined ? {} : { location: search.account }),
    ...(search.state === undefined ? {} : { state: search.state }),
    ...(search.recovered === undefined ? {} : { recovered: "true" as const }),
    ...(search.person === undefined ? {} : { person: search.person }),
    ...boundsOf(search, now),
  };
}
