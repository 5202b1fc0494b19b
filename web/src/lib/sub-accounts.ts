import { useQuery } from "@tanstack/react-query";
import type { ConnectionView } from "#api/schemas.ts";
import type { NamedChoice } from "./named-choices.ts";
import { connectionsQuery } from "./queries.ts";

/** The sub-accounts that have a connection, each once, by the title of its first. */
function subAccountsOf(connections: readonly ConnectionView[]): NamedChoice[] {
  const named = new Map<string, string>();
  for (const { locationId, title } of connections) if (locationId !== undefined && !named.has(locationId)) named.set(locationId, title);
  return [...named].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label));
}

/** The sub-accounts to choose from; undefined while they are looked up. */
export function useSubAccounts(): NamedChoice[] | undefined {
  const connections = useQuery(connectionsQuery()).data;
  return connections === undefined ? undefined : subAccountsOf(connections);
}
