import { MillraceError } from "#kernel/errors.ts";
import type { Connection, SealedSecret, VaultStore } from "./types.ts";

/** A connection that is not saved, as the vault's store sees it: in memory, alone, and gone with the test it is for. */
export function draftStore(draft: Connection, jwe: string): VaultStore {
  let connection = draft;
  let sealed: SealedSecret = { connectionId: draft.id, jwe, version: 1, updatedAt: draft.updatedAt };
  const of = (workspaceId: string, id: string) => workspaceId === draft.workspaceId && id === draft.id;
  return {
    insert: () => Promise.reject(new MillraceError("INTERNAL")),
    get: async (workspaceId, id) => (of(workspaceId, id) ? connection : null),
    getByName: async (workspaceId, name) => (of(workspaceId, connection.id) && connection.name === name ? connection : null),
    list: async () => [connection],
    async update(workspaceId, id, patch) {
      if (of(workspaceId, id)) connection = { ...connection, ...patch };
    },
    delete: async () => undefined,
    removed: async () => [],
    sealed: async (workspaceId, id) => (of(workspaceId, id) ? sealed : null),
    async swap(workspaceId, id, expected, next, now) {
      if (!of(workspaceId, id) || sealed.version !== expected) return false;
      sealed = { ...sealed, jwe: next, version: expected + 1, updatedAt: now };
      return true;
    },
    allSealed: async () => [{ ...sealed, workspaceId: draft.workspaceId }],
    lease: async () => true,
    release: async () => undefined,
    reseal: async () => false,
    ending: async () => [],
    lapsed: async () => [],
  };
}
