import type { Clock } from "#kernel/clock.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { ApiKeyRow, ApiKeyStore } from "#storage/api-keys.ts";
import { hashOf } from "./secret-hash.ts";

export interface ApiKeys {
  /** Makes the first key when there is none and returns it: the only time it can be read. Null when one exists. */
  ensure(): Promise<string | null>;
  /** A new key in place of the old one. `by`: who asks for it. */
  rotate(by?: string): Promise<string>;
  find(key: string): ApiKeyRow | undefined;
  /** The id of the current key; every rotation changes it. */
  keyId(): string;
  /** Another process made or replaced one. */
  reread(): Promise<void>;
}

export async function openApiKeys({
  store,
  workspaceId,
  clock,
}: {
  store: ApiKeyStore;
  workspaceId: string;
  clock: Clock;
}): Promise<ApiKeys> {
  let rows = await store.list(workspaceId);

  const make = async (name: string, by?: string) => {
    const key = `mr_${newToken(32)}`;
    const row = { id: newId("key", clock.now()), workspaceId, name, prefix: key.slice(0, 9), hash: hashOf(key), createdAt: clock.now() };
    await store.replace(row, by);
    rows = [row];
    return key;
  };
  return {
    ensure: async () => (rows.length > 0 ? null : make("first")),
    rotate: (by) => make("current", by),
    find(key) {
      const hash = hashOf(key);
      return rows.find((row) => row.hash === hash);
    },
    keyId: () => rows[0]?.id ?? "",
    async reread() {
      rows = await store.list(workspaceId);
    },
  };
}
