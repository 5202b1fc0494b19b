import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { Flow, FlowDefinition } from "#engine/types.ts";
import type { Caller } from "#outbound/caller.ts";
import type { QuotaMeter } from "#outbound/types.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import type { ConnectionBody, ConnectionPatch, ConnectionView } from "./contract.ts";

/** Connections as the API deals in them. */
export interface ConnectionDesk {
  list(): Promise<ConnectionView[]>;
  add(body: ConnectionBody): Promise<ConnectionView>;
  change(id: string, patch: ConnectionPatch): Promise<ConnectionView>;
  test(id: string): Promise<{ ok: boolean; message: string }>;
  remove(id: string): Promise<void>;
}

export interface DeskParts {
  vault: Vault;
  caller: Pick<Caller, "call">;
  flows: Pick<FlowService, "list" | "version">;
  quota(connection: Connection): QuotaMeter | null;
  workspaceId: string;
}

/** Harmless reads that show whether a login is good. */
const probes: Record<string, { operation: string; input: (connection: Connection) => Record<string, unknown> }> = {
  highlevel: { operation: "contacts.list", input: () => ({ limit: 1 }) },
};

export function createDesk({ vault, caller, flows, quota, workspaceId }: DeskParts): ConnectionDesk {
  const view = (connection: Connection): ConnectionView => toConnectionView(connection, quota(connection));
  /** What is published runs, whatever its draft says by now; a flow finds its login by name. */
  const usedBy = async ({ draft, id, version }: Flow, name: string): Promise<boolean> =>
    usesConnection(draft, name) || (version !== null && usesConnection(await flows.version(id, version), name));

  async function refuseUsed({ name }: Connection, done: string): Promise<void> {
    const on = (await flows.list(workspaceId)).filter(({ status }) => status === "on");
    const users = (await Promise.all(on.map(async (flow) => ((await usedBy(flow, name)) ? [`'${flow.name}'`] : [])))).flat();
    if (users.length === 0) return;
    const problem = `'${name}' is used by ${users.join(", ")} and cannot be ${done}. Pause it or give it another connection first`;
    throw new MillraceError("CONFLICT", { details: { problem } });
  }

  return {
    list: async () => (await vault.list(workspaceId)).map(view),
    add: async (body) => view(await vault.connect(workspaceId, body)),
    async change(id, patch) {
      const connection = await vault.get(workspaceId, id);
      if (patch.name !== undefined && patch.name !== connection.name) await refuseUsed(connection, "renamed");
      return view(await vault.change(workspaceId, connection.id, patch));
    },
    async test(id) {
      const connection = await vault.get(workspaceId, id);
      const probe = probes[connection.app];
      if (!probe) return { ok: true, message: "This app has nothing harmless to ask; the first real call will tell." };
      try {
        const input = probe.input(connection);
        await caller.call({
          workspaceId,
          app: connection.app,
          operation: probe.operation,
          connection: connection.name,
          input,
          lane: "live",
          dry: false,
          idempotencyKey: newId("test"),
        });
        return { ok: true, message: "The login works." };
      } catch (thrown) {
        return { ok: false, message: toMillraceError(thrown).message };
      }
    },
    async remove(id) {
      const connection = await vault.get(workspaceId, id);
      await refuseUsed(connection, "removed");
      await vault.disconnect(workspaceId, connection.id);
    },
  };
}

function toConnectionView(connection: Connection, meter: QuotaMeter | null): ConnectionView {
  const { id, name, title, app, auth, status, reason, baseUrl, locationId, companyId, scopes, expiresAt, lastUsedAt, createdAt } =
    connection;
  const quota = meter && {
    used: meter.used,
    limit: meter.limit,
    windowMs: meter.windowMs,
    dailyUsed: meter.daily?.used ?? 0,
    dailyLimit: meter.daily?.limit ?? 0,
  };
  return { id, name, title, app, auth, status, reason, baseUrl, locationId, companyId, scopes, expiresAt, lastUsedAt, createdAt, quota };
}

const usesConnection = (definition: FlowDefinition, name: string): boolean =>
  placesOf(definition).some(({ connection }) => connection === name);
