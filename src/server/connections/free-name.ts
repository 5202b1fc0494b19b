import { shortName } from "#kernel/short-name.ts";
import type { Vault } from "#vault/vault.ts";

/** What flows can call a new connection by its title: `acme`, or `acme-2` where another has or had that name. */
export async function freeName(vault: Pick<Vault, "find">, workspaceId: string, title: string): Promise<string> {
  const wanted = shortName(title);
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted}-${n}`;
    if (!(await vault.find(workspaceId, name))) return name;
  }
}
