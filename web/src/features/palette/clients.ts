import type { ConnectionView, FlowView } from "#api/schemas.ts";

/** A sub-account, as the palette finds it. */
export interface Client {
  locationId: string;
  title: string;
  flows: number;
}

const mostClients = 4;

/** Pure: the sub-accounts with these words in their title, those that begin with them first, each with how many flows work in it. */
export function clientsFound(
  asked: string,
  flows: readonly Pick<FlowView, "subAccounts">[],
  connections: readonly Pick<ConnectionView, "locationId" | "title">[],
): Client[] {
  const words = asked.trim().toLowerCase();
  if (words.length < 2) return [];
  const clients = new Map<string, Client>();
  for (const { locationId, title } of connections)
    if (locationId !== undefined && !clients.has(locationId)) clients.set(locationId, { locationId, title, flows: 0 });
  for (const { locationId, title } of flows.flatMap(({ subAccounts }) => subAccounts)) {
    const client = clients.get(locationId) ?? { locationId, title, flows: 0 };
    clients.set(locationId, { ...client, flows: client.flows + 1 });
  }
  const rank = ({ title }: Client): number => title.toLowerCase().indexOf(words);
  return [...clients.values()]
    .filter((client) => rank(client) >= 0)
    .toSorted((a, b) => Number(rank(a) > 0) - Number(rank(b) > 0) || a.title.localeCompare(b.title))
    .slice(0, mostClients);
}

/** Whether a flow is found by its name or by a client that it works for. */
export function isFlowOf({ name, subAccounts }: Pick<FlowView, "name" | "subAccounts">, asked: string): boolean {
  const words = asked.trim().toLowerCase();
  return [name, ...subAccounts.map(({ title }) => title)].some((text) => text.toLowerCase().includes(words));
}
