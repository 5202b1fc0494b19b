import type { AuthScheme, ConnectionFacts } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { bad, checkSecret, checkUrl } from "./credentials.ts";
import type { Sealer } from "./seal.ts";
import { reinstalled, standing, uninstalled } from "./status.ts";
import type { Connection, LoginApp, Secret, VaultStore } from "./types.ts";

/** What is told of a login when it is made or changed. The secret goes in and never comes back. */
export interface NewConnection extends Omit<ConnectionFacts, "id" | "workspaceId"> {
  title?: string;
  auth: AuthScheme["kind"];
  secret: Secret;
}
export type ConnectionChange = Partial<Omit<NewConnection, "app" | "auth">>;

/** A registration was put into a sub-account or an agency, or taken out of it. */
export interface InstallationNews {
  app: string;
  installed: boolean;
  /** The registration's id; where it is not told, no login is known to be of it. */
  registration: string | undefined;
  locationId: string | null;
  companyId: string | null;
  /** When; null where it is not told. */
  at: number | null;
}

/** Logins and their secrets. Every method gives views without a secret. */
export interface Vault {
  connect(workspaceId: string, given: NewConnection): Promise<Connection>;
  /** A change of name, title or facts, and of the secret where one is given. */
  change(workspaceId: string, id: string, change: ConnectionChange): Promise<Connection>;
  disconnect(workspaceId: string, id: string): Promise<void>;
  list(workspaceId: string): Promise<Connection[]>;
  /** By id or by name; throws CONNECTION_UNKNOWN. */
  get(workspaceId: string, idOrName: string): Promise<Connection>;
  /** The same, null where there is none. A store that cannot answer still throws: "none" would be believed. */
  find(workspaceId: string, idOrName: string): Promise<Connection | null>;
  /** What an app told of its registration in a place: the OAuth logins it was for are marked. Gives how many. */
  installation(workspaceId: string, news: InstallationNews): Promise<number>;
  /** Seals everything anew that an older key sealed. Gives how many there were. */
  reseal(): Promise<number>;
  /** Connections that were made, changed or removed through this vault. */
  onChange(listener: (connectionId: string) => void): void;
}

export interface VaultParts {
  store: VaultStore;
  sealer: Sealer;
  clock: Clock;
  log: Log;
  findApp: (id: string) => LoginApp | undefined;
}

export function createVault({ store, sealer, clock, log, findApp }: VaultParts): Vault {
  const listeners: ((id: string) => void)[] = [];
  const changed = (id: string) => listeners.forEach((listener) => listener(id));

  const find = async (workspaceId: string, idOrName: string): Promise<Connection | null> => {
    const byId = await store.get(idOrName);
    return byId?.workspaceId === workspaceId ? byId : store.getByName(workspaceId, idOrName);
  };
  const get = async (workspaceId: string, idOrName: string): Promise<Connection> => {
    const found = await find(workspaceId, idOrName);
    if (!found) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: idOrName } });
    return found;
  };
  const replaceSecret = async (id: string, secret: Secret): Promise<void> => {
    const jwe = await sealer.seal(id, secret);
    const known = await store.sealed(id);
    if (!known || !(await store.swap(id, known.version, jwe, clock.now()))) {
      throw new MillraceError("CONFLICT", { details: { problem: "The login was renewed at the same moment. Save it again" } });
    }
  };

  /** Whether a login was made with a registration: the part of its client id before the first hyphen. */
  const isOf = async (id: string, registration: string | undefined): Promise<boolean> => {
    const sealed = await store.sealed(id);
    const secret = sealed && (await sealer.open(id, sealed.jwe).catch(() => null));
    return registration !== undefined && secret?.clientId?.split("-", 1)[0] === registration;
  };

  return {
    async connect(workspaceId, { secret, title, ...facts }) {
      check(findApp(facts.app), facts, secret);
      const now = clock.now();
      const id = newId("con", now);
      const connection: Connection = {
        ...facts,
        id,
        workspaceId,
        title: title ?? facts.name,
        ...standing(facts.auth, secret, now),
        createdAt: now,
        updatedAt: now,
      };
      await store.insert(connection, { connectionId: id, jwe: await sealer.seal(id, secret), version: 1, updatedAt: now });
      log.info({ connection: facts.name, app: facts.app, auth: facts.auth }, "connected");
      changed(id);
      return connection;
    },
    async change(workspaceId, id, { secret, ...change }) {
      const known = await get(workspaceId, id);
      const facts = { ...known, ...change };
      if (secret) check(findApp(known.app), facts, secret);
      else refuseMove(known, change);
      if (secret) await replaceSecret(known.id, secret);
      await store.update(known.id, { ...change, ...(secret && standing(known.auth, secret, clock.now())), updatedAt: clock.now() });
      changed(known.id);
      return get(workspaceId, known.id);
    },
    async disconnect(workspaceId, id) {
      const known = await get(workspaceId, id);
      await store.delete(known.id);
      log.info({ connection: known.name, app: known.app }, "disconnected");
      changed(known.id);
    },
    list: (workspaceId) => store.list(workspaceId),
    get,
    find,
    async installation(workspaceId, news) {
      const title = findApp(news.app)?.title ?? news.app;
      const concerned = (await store.list(workspaceId)).filter((connection) => isConcerned(connection, news, uninstalled(title).reason));
      const marked = await Promise.all(concerned.map(async (each) => ((await isOf(each.id, news.registration)) ? each : null)));
      const standing = news.installed ? reinstalled(title) : uninstalled(title);
      for (const each of marked) {
        if (!each) continue;
        await store.update(each.id, { ...standing, updatedAt: clock.now() });
        log.info({ connection: each.name, app: each.app, installed: news.installed }, "the app's installation changed");
        changed(each.id);
      }
      return marked.filter((each) => each !== null).length;
    },
    async reseal() {
      const stale = (await store.allSealed()).filter(({ jwe }) => sealer.isStale(jwe));
      for (const { connectionId, jwe, version } of stale) {
        const fresh = await sealer.seal(connectionId, await sealer.open(connectionId, jwe));
        await store.swap(connectionId, version, fresh, clock.now()); // whoever was faster has sealed it with the new key
      }
      if (stale.length > 0) log.info({ secrets: stale.length }, "sealed anew under the newest key");
      return stale.length;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** Late news must not undo what was done since: a login made or mended after the event is of a later installation. */
function isConcerned(connection: Connection, { app, installed, locationId, companyId, at }: InstallationNews, broken?: string): boolean {
  const here = connection.locationId ? connection.locationId === locationId : locationId === null && connection.companyId === companyId;
  if (connection.app !== app || connection.auth !== "oauth2" || !here) return false;
  return installed ? connection.reason === broken : at === null || at >= connection.updatedAt;
}

function check(app: LoginApp | undefined, facts: Pick<NewConnection, "app" | "auth" | "baseUrl" | "settings">, secret: Secret): void {
  if (!app) throw bad("app", `there is no app '${facts.app}'`);
  if (!app.auth.some((scheme) => scheme.kind === facts.auth))
    throw bad("auth", `${app.title} takes ${app.auth.map((s) => s.kind).join(" or ")}`);
  if (facts.baseUrl !== undefined) checkUrl("baseUrl", facts.baseUrl);
  else if (app.baseUrl === "" && facts.auth !== "none" && facts.auth !== "url") {
    throw bad("baseUrl", "is needed: a login is only ever sent to the address it was made for");
  }
  const { header } = facts.settings ?? {};
  if (header !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(header)) throw bad("settings.header", "is not the name of a header");
  checkSecret(facts.auth, secret);
}

/** Whoever may change an address must not get the old secret sent there. */
function refuseMove(known: Connection, { baseUrl, settings }: ConnectionChange): void {
  const origin = (url: string | undefined) => (url === undefined ? "" : URL.canParse(url) ? new URL(url).origin : url);
  if (baseUrl !== undefined && known.auth !== "none" && origin(baseUrl) !== origin(known.baseUrl)) {
    throw bad("secret", "is needed again when the address changes: a login is only ever sent to the address it was made for");
  }
  if (baseUrl !== undefined) checkUrl("baseUrl", baseUrl);
  if (settings && (settings["header"] !== known.settings?.["header"] || settings["param"] !== known.settings?.["param"])) {
    throw bad("secret", "is needed again when it is sent under another name");
  }
}
