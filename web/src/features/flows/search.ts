import { oneOf, text } from "../../lib/search.ts";

const tabs = ["steps", "json", "checks", "runs", "samples", "versions"] as const;
export type FlowTab = (typeof tabs)[number];

export interface FlowSearch {
  tab?: FlowTab | undefined;
  /** The step that is opened, as the key of its place. */
  at?: string | undefined;
}

export function readFlowSearch(search: Record<string, unknown>): FlowSearch {
  // Addresses of before said "definition".
  return { tab: search["tab"] === "definition" ? "json" : oneOf(search["tab"], tabs), at: text(search["at"]) };
}
