import { MillraceError } from "#kernel/errors.ts";
import type { Connection, RemovedConnection, SealedSecret, VaultStore } from "#vault/types.ts";

/** The vault's store in memory. Held to the same contract as the real one. */
export function memoryVaultStore(): VaultStore {
  const connections = new Map<string, Connection>();
  const secrets = new Map<string, SealedSecret>();
  const removed: (RemovedConnection & { workspaceId: string })[] = [];
  const leases = new Map<string, { owner: string; until: number }>();
  const all = () => [...connections.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = (workspaceId: string, id: string) => {
    const connection = connections.get(id);
    return connection?.workspaceId === workspaceId ? connection : undefined;
  };
  const byName = (workspaceId: string, name: string) => all().find((c) => c.workspaceId === workspaceId && c.name === name);
  const formerly = (workspaceId: string, name: string) => all().find((c) => c.workspaceId === workspaceId && c.formerNames?.includes(name));
  const refuseTaken = (id: string, workspaceId: string, name: string) => {
    const former = formerly(workspaceId, name);
    if (former && former.id !== id)
      throw new MillraceError("CONFLICT", {
        details: {
          problem: `'${name}' is the former name of the connection '${former.name}', and flows may still use it. Choose another name`,
        },
      });
    const other = byName(workspaceId, name);
    if (other && other.id !== id)
      throw new MillraceError("CONFLICT", { details: { problem: `There is a connection named '${name}' already` } });
  };
  return {
    async insert(connection, sealed) {
      refuseTaken(connection.id, connection.workspaceId, connection.name);
      connections.set(connection.id, structuredClone(connection));
      secrets.set(connection.id, { ...sealed });
    },
    get: async (workspaceId, id) => structuredClone(own(workspaceId, id) ?? null),
    getByName: async (workspaceId, name) => structuredClone(byName(workspaceId, name) ?? formerly(workspaceId, name) ?? null),
    list: async (workspaceId) => structuredClone(all().filter((c) => c.workspaceId === workspaceId)),
    async update(workspaceId, id, patch) {
      const known = own(workspaceId, id);
      if (!known) return;
      if (patch.name !== undefined) refuseTaken(id, known.workspaceId, patch.name);
      const kept = Object.entries({ ...known, ...patch }).filter(([, value]) => value !== undefined);
      connections.set(id, Object.fromEntries(kept) as unknown as Connection);
    },
    async delete(workspaceId, id, now) {
      const connection = own(workspaceId, id);
      if (!connection) return;
      const { name, formerNames = [], title, app, locationId, companyId } = connection;
      const places = { ...(locationId !== undefined && { locationId }), ...(companyId !== undefined && { companyId }) };
      removed.unshift({ workspaceId, id, name, formerNames, title, app, ...places, removedAt: now });
      connections.delete(id);
      secrets.delete(id);
    },
    removed: async (workspaceId) =>
      structuredClone(removed.filter((each) => each.workspaceId === workspaceId).map(({ workspaceId: _, ...each }) => each)),
    sealed: async (workspaceId, id) => structuredClone((own(workspaceId, id) && secrets.get(id)) ?? null),
    async swap(workspaceId, id, expected, jwe, now) {
      if (!own(workspaceId, id) || secrets.get(id)?.version !== expected) return false;
      secrets.set(id, { connectionId: id, jwe, version: expected + 1, updatedAt: now });
      return true;
    },
    allSealed: async (page) =>
      pageOf([...secrets.values()], page).map((secret) => ({ ...secret, workspaceId: connections.get(secret.connectionId)!.workspaceId })),
    async reseal(connectionId, before, jwe) {
      const sealed = secrets.get(connectionId);
      if (sealed?.jwe !== before) return false;
      secrets.set(connectionId, { ...sealed, jwe });
      return true;
    },
    async lease(name, owner, now, until) {
      const held = leases.get(name);
      if (held && held.owner !== owner && held.until > now) return false;
      leases.set(name, { owner, until });
      return true;
    },
    async release(name, owner) {
      if (leases.get(name)?.owner === owner) leases.delete(name);
    },
    ending: async (until) =>
      structuredClone(all().filter(({ status, expiresAt }) => status !== "broken" && expiresAt !== undefined && expiresAt <= until)),
    lapsed: async (prefix, now) => [...leases].flatMap(([name, { until }]) => (name.startsWith(prefix) && until <= now ? [name] : [])),
  };
}

function pageOf(all: SealedSecret[], page: { after: string; limit: number } | undefined): SealedSecret[] {
  const sorted = all.toSorted((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  return page ? sorted.filter(({ connectionId }) => connectionId > page.after).slice(0, page.limit) : sorted;
}
