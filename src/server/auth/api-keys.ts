import type { Clock } from "#kernel/clock.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { ApiKeyRow, ApiKeyStore } from "#storage/api-keys.ts";
import { hashOf } from "./secret-hash.ts";

/** The API keys of all workspaces, one each. */
export interface ApiKeys {
  /** Makes a workspace's first key when there is none and returns it: the only time it can be read. Null when one exists. */
  ensure(workspaceId: string): Promise<string | null>;
  /** A new key in place of the workspace's old one. `by`: who asks for it. */
  rotate(workspaceId: string, by?: string): Promise<string>;
  find(key: string): ApiKeyRow | undefined;
  /** The id of a workspace's current key; every rotation changes it. */
  keyId(workspaceId: string): string;
  /** Another process made or replaced one. */
  reread(): Promise<void>;
}

/** Reads the keys from the store; from then on they are looked up in memory. */
export async function openApiKeys({ store, clock }: { store: ApiKeyStore; clock: Clock }): Promise<ApiKeys> {
  const read = async () => new Map((await store.all()).map((row) => [row.workspaceId, row]));
  let rows = await read();

  const make = async (workspaceId: string, name: string, by?: string) => {
    const key = `mr_${newToken(32)}`;
    const row = { id: newId("key", clock.now()), workspaceId, name, prefix: key.slice(0, 9), hash: hashOf(key), createdAt: clock.now() };
    await store.replace(row, by);
    rows.set(workspaceId, row);
    return key;
  };
  return {
    ensure: async (workspaceId) => (rows.has(workspaceId) ? null : make(workspaceId, "first")),
    rotate: (workspaceId, by) => make(workspaceId, "current", by),
    find(key) {
      const hash = hashOf(key);
      return [...rows.values()].find((row) => row.hash === hash);
    },
    keyId: (workspaceId) => rows.get(workspaceId)?.id ?? "",
    async reread() {
      rows = await read();
    },
  };
}
