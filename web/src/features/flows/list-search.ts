import type { FlowView } from "#api/schemas.ts";
import { oneOf, text } from "../../lib/search.ts";
import { hasProblem } from "./list-health.ts";
import { isFound } from "./manage/folders.ts";

const sorts = ["name", "-name", "state", "-state", "ran", "-ran"] as const;
/** By what the list is sorted; with a dash the other way round. */
export type FlowSort = (typeof sorts)[number];
export type SortKey = "name" | "state" | "ran";

const kinds = ["on", "off", "draft", "trouble"] as const;
/** Which flows are shown; `trouble`: those that somebody should look at. */
export type FlowsShown = (typeof kinds)[number];

/** What the list of flows shows, as it stands in the address. */
export interface FlowsSearch {
  /** The dialog for a new flow is open. */
  new?: string | undefined;
  q?: string | undefined;
  show?: FlowsShown | undefined;
  /** The name of a folder. */
  folder?: string | undefined;
  /** The id of a sub-account. */
  account?: string | undefined;
  /** Undefined: as they were made. */
  sort?: FlowSort | undefined;
}

export function readFlowsSearch(search: Record<string, unknown>): FlowsSearch {
  return {
    new: text(search["new"]),
    q: text(search["q"]),
    show: oneOf(search["show"], kinds),
    folder: text(search["folder"]),
    account: text(search["account"]),
    sort: oneOf(search["sort"], sorts),
  };
}

/** Takes every filter away, and leaves the order. */
export const noFilter: FlowsSearch = { q: undefined, show: undefined, folder: undefined, account: undefined };

/** Whether the list shows less than there is. */
export const isNarrowed = (search: FlowsSearch): boolean =>
  Object.keys(noFilter).some((filter) => search[filter as keyof FlowsSearch] !== undefined);

/** The flows that are asked for, in the order that is asked for. */
export function shownFlows(flows: readonly FlowView[], { q, show, folder, account, sort }: FlowsSearch): FlowView[] {
  const fitting = flows
    .filter((flow) => q === undefined || isFound(flow, q))
    .filter((flow) => show === undefined || (show === "trouble" ? hasProblem(flow) : flow.status === show))
    .filter((flow) => folder === undefined || flow.folder === folder)
    .filter(({ subAccounts }) => account === undefined || subAccounts.some(({ locationId }) => locationId === account));
  if (sort === undefined) return fitting;
  const by = orders[keyOf(sort)];
  return fitting.toSorted(sort.startsWith("-") ? (a, b) => by(b, a) : by);
}

export const keyOf = (sort: FlowSort): SortKey => sort.replace("-", "") as SortKey;

/** What a press on the head of a column asks for: its usual order first, then the other way round. */
export const nextSort = (key: SortKey, sort: FlowSort | undefined): FlowSort => (sort === key ? `-${key}` : key);

const ranks: Record<FlowView["status"], number> = { on: 0, off: 1, draft: 2 };

const orders: Record<SortKey, (a: FlowView, b: FlowView) => number> = {
  name: (a, b) => a.name.localeCompare(b.name),
  state: (a, b) => ranks[a.status] - ranks[b.status] || a.name.localeCompare(b.name),
  ran: (a, b) => (b.lastRunAt ?? 0) - (a.lastRunAt ?? 0),
};
