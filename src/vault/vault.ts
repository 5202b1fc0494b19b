import type { AuthScheme, ConnectionFacts } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { bad, checkSecret, checkUrl, withoutEnds } from "./credentials.ts";
import type { Sealer } from "./seal.ts";
import { initialHealth, reinstalled, uninstalled } from "./status.ts";
import type { Connection, LoginApp, LoginCatalog, Secret, VaultStore } from "./types.ts";

/** What is told of a login when it is made or changed. The secret goes in and never comes back. */
export interface NewConnection extends Omit<ConnectionFacts, "id" | "workspaceId"> {
  title?: string;
  auth: AuthScheme["kind"];
  secret: Secret;
}
export type ConnectionChange = Partial<Omit<NewConnection, "app" | "auth">>;

/** What a test found out about a login. */
export type Verdict = Pick<Connection, "status" | "reason" | "problem" | "checkedAt" | "checkedBy" | "lastUsedAt">;

/** A connection as it would be saved, with the secret it would have: what is tested before anything is saved. */
export interface Draft {
  connection: Connection;
  secret: Secret;
}

/** A registration was put into a sub-account or an agency, or taken out of it. */
export interface InstallationChange {
  app: string;
  installed: boolean;
  /** The registration's id; where it is not told, no login is known to be of it. */
  registration: string | undefined;
  locationId: string | null;
  companyId: string | null;
  /** When; null where it is not told. */
  at: number | null;
}

/** Logins and their secrets. Every method gives views without a secret. `by`: who makes a change, for the list of changes. */
export interface Vault {
  connect(workspaceId: string, given: NewConnection, verdict?: Verdict, by?: string): Promise<Connection>;
  /** A change of name, title or facts, and of the secret where one is given. The old name goes on finding it. */
  change(workspaceId: string, id: string, change: ConnectionChange, verdict?: Verdict, by?: string): Promise<Connection>;
  /** What `connect` would save. Throws what it would throw, and keeps nothing. */
  draft(workspaceId: string, given: NewConnection): Draft;
  /** What `change` would leave, with the present secret where none is given. */
  changedDraft(workspaceId: string, id: string, change: ConnectionChange): Promise<Draft>;
  /** Writes down what a test of a saved connection found out. */
  record(workspaceId: string, id: string, verdict: Verdict): Promise<Connection>;
  /** Notes that a connection was in use. */
  used(workspaceId: string, id: string, at: number): Promise<void>;
  disconnect(workspaceId: string, id: string, by?: string): Promise<void>;
  list(workspaceId: string): Promise<Connection[]>;
  /** By id or by name; throws CONNECTION_UNKNOWN. */
  get(workspaceId: string, idOrName: string): Promise<Connection>;
  /** The same, null where there is none. A store that cannot answer still throws: "none" would be believed. */
  find(workspaceId: string, idOrName: string): Promise<Connection | null>;
  /** What an app told of its registration in a place: the OAuth logins it was for are marked. Gives how many. */
  installation(workspaceId: string, change: InstallationChange): Promise<number>;
  /** Seals everything anew that an older key sealed. Gives how many there were. */
  reseal(): Promise<number>;
  /** Connections that were made, changed or removed through this vault. */
  onChange(listener: (connection: ConnectionRef) => void): void;
}

/** Which connection of which workspace. */
export type ConnectionRef = Pick<Connection, "workspaceId" | "id">;

export interface VaultParts {
  store: VaultStore;
  sealer: Sealer;
  clock: Clock;
  log: Log;
  catalog: LoginCatalog;
}

export function createVault({ store, sealer, clock, log, catalog }: VaultParts): Vault {
  const listeners: ((connection: ConnectionRef) => void)[] = [];
  const changed = ({ workspaceId, id }: ConnectionRef) => listeners.forEach((listener) => listener({ workspaceId, id }));

  const find = async (workspaceId: string, idOrName: string): Promise<Connection | null> => {
    return (await store.get(workspaceId, idOrName)) ?? store.getByName(workspaceId, idOrName);
  };
  const get = async (workspaceId: string, idOrName: string): Promise<Connection> => {
    const found = await find(workspaceId, idOrName);
    if (!found) throw new MillraceError("CONNECTION_UNKNOWN", { details: { connection: idOrName } });
    return found;
  };
  const replaceSecret = async ({ workspaceId, id }: ConnectionRef, secret: Secret): Promise<void> => {
    const jwe = await sealer.seal(id, secret);
    const known = await store.sealed(workspaceId, id);
    if (!known || !(await store.swap(workspaceId, id, known.version, jwe, clock.now()))) {
      throw new MillraceError("CONFLICT", { details: { problem: "The login was renewed at the same moment. Save it again" } });
    }
  };

  const draftOf = (workspaceId: string, { secret: pasted, title, ...facts }: NewConnection): Draft => {
    const secret = checked(catalog.of(workspaceId).app(facts.app), facts, pasted);
    const now = clock.now();
    const connection: Connection = {
      ...facts,
      id: newId("con", now),
      workspaceId,
      title: title ?? facts.name,
      ...initialHealth(facts.auth, secret, now),
      createdAt: now,
      updatedAt: now,
    };
    return { connection, secret };
  };
  /** The new secret as it is kept, if there is one. Throws where the change is not allowed. */
  const checkedChange = (known: Connection, { secret, ...change }: ConnectionChange): Secret | undefined => {
    if (secret) return checked(catalog.of(known.workspaceId).app(known.app), { ...known, ...change }, secret);
    refuseMove(known, change);
    return undefined;
  };

  /** Whether a login was made with a registration: the part of its client id before the first hyphen. */
  const isOf = async ({ workspaceId, id }: ConnectionRef, registration: string | undefined): Promise<boolean> => {
    const sealed = await store.sealed(workspaceId, id);
    const secret = sealed && (await sealer.open(id, sealed.jwe).catch(() => null));
    return registration !== undefined && secret?.["clientId"]?.split("-", 1)[0] === registration;
  };

  return {
    async connect(workspaceId, given, verdict, by) {
      const { connection: draft, secret } = draftOf(workspaceId, given);
      const { id, createdAt: now } = draft;
      const connection = { ...draft, ...verdict };
      await store.insert(connection, { connectionId: id, jwe: await sealer.seal(id, secret), version: 1, updatedAt: now }, by);
      log.info({ connection: given.name, app: given.app, auth: given.auth, status: connection.status }, "connection added");
      changed(connection);
      return connection;
    },
    async change(workspaceId, id, { secret: pasted, ...change }, verdict, by) {
      const known = await get(workspaceId, id);
      const secret = checkedChange(known, { ...change, ...(pasted && { secret: pasted }) });
      if (secret) await replaceSecret(known, secret);
      const anew = secret || isMoved(known, change) ? initialHealth(known.auth, secret ?? {}, clock.now()) : {};
      const { expiresAt, ...unproven } = anew as Partial<ReturnType<typeof initialHealth>>;
      await store.update(
        workspaceId,
        known.id,
        {
          ...change,
          ...renamed(known, change.name),
          ...((secret || isMoved(known, change)) && { ...unproven, checkedAt: undefined, checkedBy: undefined }),
          ...(secret && { expiresAt }),
          ...verdict,
          updatedAt: clock.now(),
        },
        by,
      );
      changed(known);
      return get(workspaceId, known.id);
    },
    draft: draftOf,
    async changedDraft(workspaceId, id, { secret: pasted, ...change }) {
      const known = await get(workspaceId, id);
      const secret = checkedChange(known, { ...change, ...(pasted && { secret: pasted }) });
      const sealed = secret ? null : await store.sealed(workspaceId, known.id);
      return { connection: { ...known, ...change }, secret: secret ?? (sealed ? await sealer.open(known.id, sealed.jwe) : {}) };
    },
    async record(workspaceId, id, verdict) {
      const known = await get(workspaceId, id);
      await store.update(workspaceId, known.id, verdict);
      if (known.status !== verdict.status || known.problem !== verdict.problem) changed(known);
      return { ...known, ...verdict };
    },
    used: (workspaceId, id, at) => store.update(workspaceId, id, { lastUsedAt: at }),
    async disconnect(workspaceId, id, by) {
      const known = await get(workspaceId, id);
      await store.delete(workspaceId, known.id, by);
      log.info({ connection: known.name, app: known.app }, "disconnected");
      changed(known);
    },
    list: (workspaceId) => store.list(workspaceId),
    get,
    find,
    async installation(workspaceId, change) {
      const title = catalog.of(workspaceId).app(change.app)?.title ?? change.app;
      const concerned = (await store.list(workspaceId)).filter((connection) => isConcerned(connection, change, uninstalled(title).reason));
      const marked = await Promise.all(concerned.map(async (each) => ((await isOf(each, change.registration)) ? each : null)));
      const health = change.installed ? reinstalled(title) : uninstalled(title);
      for (const each of marked) {
        if (!each) continue;
        await store.update(workspaceId, each.id, { ...health, updatedAt: clock.now() });
        log.info({ connection: each.name, app: each.app, installed: change.installed }, "the app's installation changed");
        changed(each);
      }
      return marked.filter((each) => each !== null).length;
    },
    async reseal() {
      const stale = (await store.allSealed()).filter(({ jwe }) => sealer.isStale(jwe));
      for (const { workspaceId, connectionId, jwe, version } of stale) {
        const fresh = await sealer.seal(connectionId, await sealer.open(connectionId, jwe));
        await store.swap(workspaceId, connectionId, version, fresh, clock.now()); // whoever was faster has sealed it with the new key
      }
      if (stale.length > 0) log.info({ secrets: stale.length }, "sealed anew under the newest key");
      return stale.length;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

/** The names a connection had; one that it takes again is no former name any more. */
function renamed({ name, formerNames = [] }: Connection, next: string | undefined): Pick<Connection, "formerNames"> {
  if (next === undefined || next === name) return {};
  return { formerNames: [...new Set([...formerNames, name])].filter((former) => former !== next) };
}

/** Whether a change makes it another place: what was proven of the old one says nothing of it. */
const isMoved = (known: Connection, change: Omit<ConnectionChange, "secret">): boolean =>
  (["baseUrl", "locationId", "companyId", "access"] as const).some((fact) => fact in change && change[fact] !== known[fact]);

/** Whether a change of the installation applies to a connection. A late event must not undo a login that was made or repaired after it. */
function isConcerned(connection: Connection, { app, installed, locationId, companyId, at }: InstallationChange, broken?: string): boolean {
  const here = connection.locationId ? connection.locationId === locationId : locationId === null && connection.companyId === companyId;
  if (connection.app !== app || connection.auth !== "oauth2" || !here) return false;
  return installed ? connection.reason === broken : at === null || at >= connection.updatedAt;
}

/** The secret as it is kept. Throws BAD_INPUT naming what is wrong with it, or with the facts it comes with. */
function checked(app: LoginApp | undefined, facts: Pick<NewConnection, "app" | "auth" | "baseUrl" | "settings">, pasted: Secret): Secret {
  if (!app) throw bad("app", `there is no app '${facts.app}'`);
  const scheme = app.auth.find(({ kind }) => kind === facts.auth);
  if (!scheme) throw bad("auth", `${app.title} takes ${app.auth.map((s) => s.kind).join(" or ")}`);
  if (facts.baseUrl !== undefined) checkUrl("baseUrl", facts.baseUrl);
  else if (app.baseUrl === "" && facts.auth !== "none" && facts.auth !== "url") {
    throw bad("baseUrl", "is needed: a login is only ever sent to the address it was made for");
  }
  const { header } = facts.settings ?? {};
  if (header !== undefined && !/^[\w!#$%&'*+.^`|~-]+$/.test(header)) throw bad("settings.header", "is not the name of a header");
  const secret = withoutEnds(scheme, pasted);
  checkSecret(scheme, secret);
  return secret;
}

/** Whoever may change an address must not get the old secret sent there. */
function refuseMove(known: Connection, change: ConnectionChange): void {
  const { baseUrl, settings } = change;
  const origin = (url: string | undefined) => (url === undefined ? "" : URL.canParse(url) ? new URL(url).origin : url);
  // An address that is cleared moves the login as well: to the app's own, or to any that a step names.
  if ("baseUrl" in change && known.auth !== "none" && origin(baseUrl) !== origin(known.baseUrl)) {
    throw bad("secret", "is needed again when the address changes: a login is only ever sent to the address it was made for");
  }
  if (baseUrl !== undefined) checkUrl("baseUrl", baseUrl);
  if (settings && (settings["header"] !== known.settings?.["header"] || settings["param"] !== known.settings?.["param"])) {
    throw bad("secret", "is needed again when it is sent under another name");
  }
}
