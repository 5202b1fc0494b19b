import { useQuery } from "@tanstack/react-query";
import type { ConnectionView, FlowView } from "#api/schemas.ts";
import { connectionsQuery, flowsQuery } from "../../lib/queries.ts";

/** What an entry is seen against: how flows and connections are by now. */
export interface Surroundings {
  flows: readonly FlowView[];
  connections: readonly ConnectionView[];
}

export function useSurroundings(): Surroundings {
  return { flows: useQuery(flowsQuery()).data ?? [], connections: useQuery(connectionsQuery()).data ?? [] };
}
