import { namesOf, type KnownConnection } from "./known-connections.ts";

/** A sub-account that flows work in, by the title of its connection. */
export interface SubAccount {
  locationId: string;
  title: string;
}

/** The sub-accounts behind names of connections, each once, by title. */
export function subAccountsOf(names: ReadonlySet<string>, connections: readonly KnownConnection[]): SubAccount[] {
  const accounts = new Map<string, SubAccount>();
  for (const connection of connections) {
    const { locationId, title } = connection;
    if (locationId !== undefined && namesOf(connection).some((each) => names.has(each)) && !accounts.has(locationId))
      accounts.set(locationId, { locationId, title });
  }
  return [...accounts.values()].toSorted((a, b) => a.title.localeCompare(b.title));
}
