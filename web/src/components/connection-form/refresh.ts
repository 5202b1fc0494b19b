import type { QueryClient } from "@tanstack/react-query";
import { connectionsQuery } from "../../lib/queries.ts";

/** After a change: the connections, what the home page says of them, and what waits for them. */
export async function refreshConnections(cache: QueryClient): Promise<void> {
  const keys = [connectionsQuery().queryKey, ["overview"], ["runs", "waiting-replays"], ["runs", "attention"]];
  await Promise.all(keys.map((queryKey) => cache.invalidateQueries({ queryKey })));
}
