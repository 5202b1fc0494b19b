import type { Clock } from "#kernel/clock.ts";
import { conflict } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Role } from "#kernel/roles.ts";
import type { ApiKeyRow, ApiKeyStore } from "#storage/api-keys.ts";
import { hashOf } from "./secret-hash.ts";

/** What an API key may do, from where, and until when. */
export type KeyBounds = Pick<ApiKeyRow, "name" | "scopes" | "allowedFrom" | "expiresAt"> & { role: Role };

/** The workspace key and the API keys of every workspace. */
export interface ApiKeys {
  /** Creates the workspace key if there is none, and returns it: the only time it can be read. Null if one exists. */
  ensure(workspaceId: string): Promise<string | null>;
  /** Replaces the workspace key. `by`: who asks for it. */
  rotate(workspaceId: string, by?: string): Promise<string>;
  find(key: string): ApiKeyRow | undefined;
  /** The id of the workspace key; every rotation changes it. */
  keyId(workspaceId: string): string;
  /** Whether a key is still there. */
  has(id: string): boolean;
  /** The API keys of a workspace, oldest first. */
  list(workspaceId: string): ApiKeyRow[];
  /** Adds an API key: the only time it can be read. Throws CONFLICT where there are too many. */
  add(workspaceId: string, bounds: KeyBounds, by: string): Promise<{ key: string; row: ApiKeyRow }>;
  /** Removes an API key; false if there is none. */
  remove(workspaceId: string, id: string, by: string): Promise<boolean>;
  /** Records that a key was used; stored every few minutes. */
  recordUse(row: ApiKeyRow): void;
  /** Another process made, replaced or removed one. */
  reread(): Promise<void>;
}

/** API keys of a workspace. */
const mostKeys = 100;
/** How often a use is stored. */
const touchEveryMs = 5 * 60_000;

interface Parts {
  store: ApiKeyStore;
  clock: Clock;
  /** Called when a use could not be written. */
  onStoreProblem?: (problem: unknown) => void;
}

/** Reads the keys from the store; from then on they are looked up in memory. */
export async function openApiKeys({ store, clock, onStoreProblem = () => {} }: Parts): Promise<ApiKeys> {
  const read = async () => new Map((await store.all()).map((row) => [row.hash, row]));
  let rows = await read();
  const own = (workspaceId: string) => [...rows.values()].find((row) => row.workspaceId === workspaceId && row.role === null);
  const list = (workspaceId: string) => [...rows.values()].filter((row) => row.workspaceId === workspaceId && row.role !== null);
  const rowOf = (workspaceId: string, key: string, bounds: Omit<KeyBounds, "role"> & { role: Role | null }, by?: string): ApiKeyRow => ({
    id: newId("key", clock.now()),
    workspaceId,
    prefix: key.slice(0, 9),
    hash: hashOf(key),
    createdAt: clock.now(),
    lastUsedAt: null,
    madeBy: by ?? null,
    ...bounds,
  });
  const make = async (workspaceId: string, name: string, by?: string) => {
    const key = newKey();
    const row = rowOf(workspaceId, key, { name, role: null, scopes: null, allowedFrom: null, expiresAt: null }, by);
    await store.replace(row, by);
    const before = own(workspaceId);
    if (before) rows.delete(before.hash);
    rows.set(row.hash, row);
    return key;
  };
  return {
    ensure: async (workspaceId) => (own(workspaceId) ? null : make(workspaceId, "first")),
    rotate: (workspaceId, by) => make(workspaceId, "current", by),
    find: (key) => rows.get(hashOf(key)),
    keyId: (workspaceId) => own(workspaceId)?.id ?? "",
    has: (id) => [...rows.values()].some((row) => row.id === id),
    list,
    async add(workspaceId, bounds, by) {
      if (list(workspaceId).length >= mostKeys) throw tooManyKeys();
      const key = newKey();
      const row = rowOf(workspaceId, key, bounds, by);
      await store.add(row, by);
      rows.set(row.hash, row);
      return { key, row };
    },
    async remove(workspaceId, id, by) {
      const isRemoved = await store.remove(workspaceId, id, by);
      rows = new Map([...rows].filter(([, row]) => row.id !== id || !isRemoved));
      return isRemoved;
    },
    recordUse(row) {
      const now = clock.now();
      if (row.lastUsedAt !== null && now - row.lastUsedAt < touchEveryMs) return;
      row.lastUsedAt = now;
      void store.touch(row.id, now).catch(onStoreProblem);
    },
    async reread() {
      rows = await read();
    },
  };
}

const tooManyKeys = () => conflict(`The workspace has ${mostKeys} API keys, which is the most. Remove one first`);
const newKey = () => `mr_${newToken(32)}`;
