import type { Connection } from "#vault/types.ts";

/** A sub-account that flows work in, by the title of its connection. */
export interface SubAccount {
  locationId: string;
  title: string;
}

/** The sub-accounts behind names of connections, each once, by title. */
export function subAccountsOf(names: ReadonlySet<string>, connections: readonly Connection[]): SubAccount[] {
  const accounts = new Map<string, SubAccount>();
  for (const { name, formerNames = [], locationId, title } of connections)
    if (locationId !== undefined && [name, ...formerNames].some((each) => names.has(each)) && !accounts.has(locationId))
      accounts.set(locationId, { locationId, title });
  return [...accounts.values()].toSorted((a, b) => a.title.localeCompare(b.title));
}
