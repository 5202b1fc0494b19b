import type { Connection } from "#vault/types.ts";
import type { ConnectionBody, ConnectionPatch, ConnectionView } from "./contract.ts";

/** Connections as the API deals in them. */
export interface ConnectionDesk {
  list(): Promise<ConnectionView[]>;
  add(body: ConnectionBody): Promise<ConnectionView>;
  change(id: string, patch: ConnectionPatch): Promise<ConnectionView>;
  test(id: string): Promise<{ ok: boolean; message: string }>;
  remove(id: string): Promise<void>;
}

export function toConnectionView({ workspaceId: _, updatedAt: __, access: ___, settings: ____, ...shown }: Connection, quota: ConnectionView["quota"]): ConnectionView {
  return { ...shown, quota };
}
