import { loginKinds } from "#catalog/logins/kinds.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { Sealer } from "./seal.ts";
import { reinstalled, uninstalled } from "./status.ts";
import type { Connection, InstallationChange, LoginCatalog, VaultStore } from "./types.ts";

interface Parts {
  store: VaultStore;
  sealer: Sealer;
  clock: Clock;
  log: Log;
  catalog: LoginCatalog;
}

/** Updates the connections of a sub-account or an agency when the app is installed or uninstalled there. Gives those that it changed. */
export async function markInstallation(parts: Parts, workspaceId: string, change: InstallationChange): Promise<Connection[]> {
  const { store, clock, log, catalog } = parts;
  const title = catalog.of(workspaceId).app(change.app)?.title ?? change.app;
  const concerned = (await store.list(workspaceId)).filter((connection) => isConcerned(connection, change, uninstalled(title).reason));
  const granted = await Promise.all(concerned.map((connection) => isGrantedBy(parts, connection, change.registration)));
  const marked = concerned.filter((_, i) => granted[i]);
  const health = change.installed ? reinstalled(title) : uninstalled(title);
  for (const each of marked) {
    await store.update(workspaceId, each.id, { ...health, updatedAt: clock.now() });
    log.info({ connection: each.name, app: each.app, installed: change.installed }, "the app's installation changed");
  }
  return marked;
}

/** Whether a change of the installation applies to a connection. A late event must not undo a login that was made or repaired after it. */
function isConcerned(connection: Connection, { app, installed, locationId, companyId, at }: InstallationChange, broken?: string): boolean {
  const here = connection.locationId ? connection.locationId === locationId : locationId === null && connection.companyId === companyId;
  if (connection.app !== app || !loginKinds[connection.auth].registration || !here) return false;
  return installed ? connection.reason === broken : at === null || at >= connection.updatedAt;
}

/** Whether a login was granted by an installation of this registration. */
async function isGrantedBy(
  { store, sealer }: Parts,
  { workspaceId, id, auth }: Connection,
  registration: string | undefined,
): Promise<boolean> {
  const sealed = await store.sealed(workspaceId, id);
  const secret = sealed && (await sealer.open(id, sealed.jwe).catch(() => null));
  return registration !== undefined && secret !== null && loginKinds[auth].registration?.(secret) === registration;
}
