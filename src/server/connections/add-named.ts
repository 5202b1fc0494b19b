import { toMillraceError } from "#kernel/errors.ts";
import { shortName } from "#kernel/short-name.ts";
import type { Connection, NewConnection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";

/**
 * Adds a connection that flows call by its title: `acme`, or `acme-2` where another has or had that name. Where somebody takes the name at
 * the same moment it gets the next one: what an app granted cannot be asked for again.
 */
export async function addNamed(
  vault: Pick<Vault, "find" | "connect">,
  workspaceId: string,
  login: Omit<NewConnection, "name"> & { title: string },
  by: string,
): Promise<Connection> {
  const wanted = shortName(login.title);
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (await vault.find(workspaceId, name)) continue;
    try {
      return await vault.connect(workspaceId, { ...login, name }, undefined, by);
    } catch (thrown) {
      if (toMillraceError(thrown).code !== "CONFLICT" || !(await vault.find(workspaceId, name))) throw thrown;
    }
  }
}
