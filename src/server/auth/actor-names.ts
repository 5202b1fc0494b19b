import type { Accounts } from "./accounts.ts";
import type { ApiKeys } from "./api-keys.ts";

/** What people call those who changed something: somebody's name, or a further API key's. Others are called by what they signed in with. */
export function actorNames(accounts: Pick<Accounts, "get">, keys: Pick<ApiKeys, "list">) {
  return async (workspaceId: string, actors: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const names = new Map(keys.list(workspaceId).map(({ id, name }) => [`key:${id}`, `API key '${name}'`]));
    return new Map(
      actors.flatMap((actor): [string, string][] => {
        const name = actor.startsWith("account:") ? accounts.get(actor.slice("account:".length))?.name : names.get(actor);
        return name === undefined ? [] : [[actor, name]];
      }),
    );
  };
}
