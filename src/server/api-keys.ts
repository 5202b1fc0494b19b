import { createHash } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { ApiKeyRow, ApiKeyStore } from "#storage/api-keys.ts";

export interface ApiKeys {
  /** Makes the first key when there is none, and gives it: the only time it can be read. Null when one exists. */
  ensure(): Promise<string | null>;
  /** A new key in place of the old one, honoured from everywhere. */
  rotate(): Promise<string>;
  find(key: string): ApiKeyRow | undefined;
  /** Changes with every rotation; what page sessions are bound to. */
  generation(): string;
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

  const make = async (name: string, loopbackOnly: boolean) => {
    const key = `mr_${newToken(32)}`;
    const row = {
      id: newId("key", clock.now()),
      workspaceId,
      name,
      prefix: key.slice(0, 9),
      hash: hashOf(key),
      loopbackOnly,
      createdAt: clock.now(),
    };
    await store.replace(row);
    rows = [row];
    return key;
  };
  return {
    ensure: async () => (rows.length > 0 ? null : make("first", true)),
    rotate: () => make("current", false),
    find(key) {
      const hash = hashOf(key);
      return rows.find((row) => row.hash === hash);
    },
    generation: () => rows.map((row) => row.hash).join(),
  };
}

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");
