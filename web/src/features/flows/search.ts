import { oneOf } from "../../lib/search.ts";

const tabs = ["steps", "definition", "checks", "runs", "samples", "versions"] as const;
export type FlowTab = (typeof tabs)[number];

export function readFlowSearch(search: Record<string, unknown>): { tab?: FlowTab | undefined } {
  return { tab: oneOf(search["tab"], tabs) };
}
