import { oneOf, text } from "../../lib/search.ts";

const tabs = ["steps", "json", "checks", "runs", "samples", "versions"] as const;
export type FlowTab = (typeof tabs)[number];

export interface FlowSearch {
  tab?: FlowTab | undefined;
  /** The step that is opened, as the key of its place. */
  at?: string | undefined;
  /** Among the versions: this one beside the one before it. */
  compare?: number | undefined;
}

export function readFlowSearch(search: Record<string, unknown>): FlowSearch {
  // Addresses of before said "definition".
  return {
    tab: search["tab"] === "definition" ? "json" : oneOf(search["tab"], tabs),
    at: text(search["at"]),
    compare: versionOf(search["compare"]),
  };
}

/** A version that has one before it. */
function versionOf(value: unknown): number | undefined {
  const version = Number(value);
  return Number.isInteger(version) && version > 1 ? version : undefined;
}
