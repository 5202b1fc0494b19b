import type { Connection, RemovedConnection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";

/** Which connection a flow means by a name: the present one, or else the one that was removed last. */
export interface KnownConnection extends Pick<Connection, "name" | "formerNames" | "title" | "app" | "locationId" | "companyId"> {
  removedAt?: number;
}

/** The connections of a workspace, and the removed ones that flows and earlier runs may still name. */
export async function readKnownConnections(vault: Pick<Vault, "list" | "removed">, workspaceId: string): Promise<KnownConnection[]> {
  const [present, removed] = await Promise.all([vault.list(workspaceId), vault.removed(workspaceId)]);
  return knownConnections(present, removed);
}

/** Pure. A name means the connection that has it now, or else the one that lost it last. A sub-account is called as it is now. */
export function knownConnections(present: readonly Connection[], removed: readonly RemovedConnection[]): KnownConnection[] {
  const taken = new Set(present.flatMap(namesOf));
  const titles = new Map(present.flatMap(({ locationId, title }) => (locationId === undefined ? [] : [[locationId, title] as const])));
  const former = removed.flatMap((each): KnownConnection[] => {
    const [name, ...formerNames] = namesOf(each).filter((one) => !taken.has(one));
    if (name === undefined) return [];
    for (const one of [name, ...formerNames]) taken.add(one);
    const title = (each.locationId !== undefined && titles.get(each.locationId)) || each.title;
    return [{ ...each, name, formerNames, title }];
  });
  return [...present, ...former];
}

/** All names by which flows find a connection. */
export const namesOf = ({ name, formerNames = [] }: Pick<Connection, "name" | "formerNames">): string[] => [name, ...formerNames];
