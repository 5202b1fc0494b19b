import type { AgentStore } from "#storage/agent-store.ts";
import type { Accounts } from "./accounts.ts";
import type { ApiKeys } from "./api-keys.ts";

/** What people call those who changed something: somebody's name, an agent's, or a further API key's. Others are called by what they signed in with. */
export function actorNames(accounts: Pick<Accounts, "get">, keys: Pick<ApiKeys, "list">, agents: Pick<AgentStore, "named">) {
  /** "Claude for Anna". Agents are kept after they are over, so that they keep their names here. */
  const agentNames = async (workspaceId: string, actors: readonly string[]): Promise<[string, string][]> => {
    const ids = actors.filter((actor) => actor.startsWith("agent:")).map((actor) => actor.slice("agent:".length));
    const rows = await agents.named(workspaceId, ids);
    return rows.map(({ id, name, accountId }) => {
      const person = accountId === null ? undefined : accounts.get(accountId)?.name;
      return [`agent:${id}`, person === undefined ? name : `${name} for ${person}`];
    });
  };
  return async (workspaceId: string, actors: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const names = new Map([
      ...keys.list(workspaceId).flatMap(({ id, name }): [string, string][] => [
        [`key:${id}`, `API key '${name}'`],
        [`agent-key:${id}`, `An agent with the API key '${name}'`],
      ]),
      ...(await agentNames(workspaceId, actors)),
    ]);
    return new Map(
      actors.flatMap((actor): [string, string][] => {
        const name = actor.startsWith("account:") ? accounts.get(actor.slice("account:".length))?.name : names.get(actor);
        return name === undefined ? [] : [[actor, name]];
      }),
    );
  };
}
