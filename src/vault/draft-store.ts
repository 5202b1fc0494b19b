import { MillraceError } from "#kernel/errors.ts";
import type { Connection, SealedSecret, VaultStore } from "./types.ts";

/** A connection that is not saved, as the vault's store sees it: in memory, alone, and gone with the test it is for. */
export function draftStore(draft: Connection, jwe: string): VaultStore {
  let connection = draft;
  let sealed: SealedSecret = { connectionId: draft.id, jwe, version: 1, updatedAt: draft.updatedAt };
  const of = (id: string) => id === draft.id;
  return {
    insert: () => Promise.reject(new MillraceError("INTERNAL")),
    get: async (id) => (of(id) ? connection : null),
    getByName: async (_, name) => (connection.name === name ? connection : null),
    list: async () => [connection],
    async update(id, patch) {
      if (of(id)) connection = { ...connection, ...patch };
    },
    delete: async () => undefined,
    sealed: async (id) => (of(id) ? sealed : null),
    async swap(id, expected, next, now) {
      if (!of(id) || sealed.version !== expected) return false;
      sealed = { ...sealed, jwe: next, version: expected + 1, updatedAt: now };
      return true;
    },
    allSealed: async () => [sealed],
    lease: async () => true,
    release: async () => undefined,
  };
}
