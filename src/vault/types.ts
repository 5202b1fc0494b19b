import type { LoginClient, SentLogin } from "#catalog/logins/kind.ts";
import type { LoginKindName } from "#catalog/logins/kinds.ts";
import type { App, ConnectionFacts } from "#catalog/types.ts";
import type { ErrorCode } from "#kernel/errors.ts";

/**
 * `untested`: nothing has shown yet whether the login works. `connected`: the last test or call did. `failed`: the last test or call
 * did not get through, and a new secret is not what it needs. `broken`: the app refused the login, so it needs a new secret.
 */
export type ConnectionStatus = "untested" | "connected" | "expiring" | "failed" | "broken" | "paused";

/** A connection as it is kept and shown. The secret is elsewhere, sealed, and never comes back out over a door. */
export interface Connection extends ConnectionFacts {
  title: string;
  auth: LoginKindName;
  status: ConnectionStatus;
  /** In words, with what to do, when the status is not `connected`. */
  reason?: string;
  /** The error behind a status of `failed`, `broken` or `paused`. */
  problem?: ErrorCode;
  /** When a test or a call last showed whether the login works, and which of the two it was. */
  checkedAt?: number;
  checkedBy?: "test" | "call";
  /** When the access token ends, where it does. */
  expiresAt?: number;
  lastUsedAt?: number;
  /** When a person last gave it its login; absent where that was before this was written down. */
  loginAt?: number;
  createdAt: number;
  updatedAt: number;
}

/** What is sealed: texts by the names of the scheme's fields. */
export type Secret = Readonly<Record<string, string>>;

/** A login as it is made or changed. The secret goes in and never comes back. */
export interface NewConnection extends Omit<ConnectionFacts, "id" | "workspaceId"> {
  title?: string;
  auth: LoginKindName;
  secret: Secret;
}
export type ConnectionChange = Partial<Omit<NewConnection, "app" | "auth">>;

/** Names a connection within its workspace. */
export type ConnectionRef = Pick<Connection, "workspaceId" | "id">;

/** A registration was installed in a sub-account or an agency, or uninstalled there. */
export interface InstallationChange {
  app: string;
  installed: boolean;
  /** The registration's id; without it, no login is known to be of it. */
  registration: string | undefined;
  locationId: string | null;
  companyId: string | null;
  /** When; null where the app does not say. */
  at: number | null;
}

/** What logs a request in. The shape the outbound client asks for; structurally the same as its port's. */
export interface Credentials extends SentLogin {
  /** Texts of the secret that are sent as a part of something: masked by themselves as well. */
  masks: readonly string[];
  /** Changes with each renewal. */
  version: number;
  /** Whether asking for fresh ones can help at all. */
  renewable: boolean;
}

/** What the vault needs to know of an app. */
export type LoginApp = Pick<App, "id" | "title" | "baseUrl" | "variables" | "auth" | "place">;

/** Where the vault looks apps up: the catalog, as far as logins need it. */
export interface LoginCatalog {
  of(workspaceId: string): { app(id: string): LoginApp | undefined };
}

/** Posts a form to a login server and gives its answer, whatever the status. Throws when there was none. */
export type FormPost = (
  url: string,
  form: Record<string, string>,
  client?: LoginClient,
) => Promise<{ status: number; body: unknown; headers: Record<string, string> }>;

/** A sealed secret: compact JWE with a key id, and a version for compare-and-swap. */
export interface SealedSecret {
  connectionId: string;
  jwe: string;
  version: number;
  updatedAt: number;
}

/** What is still known of a connection that was removed: flows and earlier runs name it. */
export interface RemovedConnection extends Pick<Connection, "id" | "name" | "formerNames" | "title" | "app" | "locationId" | "companyId"> {
  removedAt: number;
}

/** Where connections and sealed secrets rest. `by`: who changes one, for the list of changes. */
export interface VaultStore {
  /** Throws CONFLICT when the workspace has a connection of this name. */
  insert(connection: Connection, sealed: SealedSecret, by?: string): Promise<void>;
  get(workspaceId: string, id: string): Promise<Connection | null>;
  getByName(workspaceId: string, name: string): Promise<Connection | null>;
  /** By name. */
  list(workspaceId: string): Promise<Connection[]>;
  /** A member given as undefined is cleared. Throws CONFLICT when another connection has the new name. */
  update(workspaceId: string, id: string, patch: Partial<Omit<Connection, "id" | "workspaceId">>, by?: string): Promise<void>;
  /** With its sealed secret. What it was for is kept. */
  delete(workspaceId: string, id: string, now: number, by?: string): Promise<void>;
  /** The connections that were deleted, newest first. */
  removed(workspaceId: string): Promise<RemovedConnection[]>;
  sealed(workspaceId: string, id: string): Promise<SealedSecret | null>;
  /** Replaces a sealed secret if its version is still `expected`. False when somebody was faster. */
  swap(workspaceId: string, id: string, expected: number, jwe: string, now: number): Promise<boolean>;
  /** Every sealed secret of every workspace, by connection id; `page`: at most so many after that one. */
  allSealed(page?: { after: string; limit: number }): Promise<(SealedSecret & { workspaceId: string })[]>;
  /** Puts the same secret, sealed anew, in the place of `before`; its version stays. False when somebody replaced it meanwhile. */
  reseal(connectionId: string, before: string, jwe: string): Promise<boolean>;
  /** Takes a lease by name, which is the same for all workspaces, until `until`; false while another owner's runs. Renewing one's own works. */
  lease(name: string, owner: string, now: number, until: number): Promise<boolean>;
  release(name: string, owner: string): Promise<void>;
  /** Of all workspaces: those that are not broken and whose token ends until then. */
  ending(until: number): Promise<Connection[]>;
  /** The leases whose name begins so, and that ran out without being given back: their owners stopped in the middle. */
  lapsed(prefix: string, now: number): Promise<string[]>;
}

/** A person was sent to a page of an app to allow a login there, and has not come back yet. */
export interface OpenConsent {
  /** The digest of the state that was sent along. */
  id: string;
  workspaceId: string;
  /** Who asked, as the list of changes calls them. Nobody else may finish it. */
  by: string;
  /** The connection that gets a new login; null for a new one. */
  connectionId: string | null;
  /** What the new connection is to be, or what the present one is, without its secret. */
  login: ConsentLogin;
  redirectUri: string;
  /** The client and the verifier. */
  jwe: string;
  expiresAt: number;
}

export type ConsentLogin = Omit<NewConnection, "secret">;

/** A link by which somebody without an account here gives a connection a new login, once. */
export interface ReconnectLink extends Pick<OpenConsent, "workspaceId" | "by" | "expiresAt"> {
  /** The digest of its token, which is kept nowhere. */
  id: string;
  connectionId: string;
  createdAt: number;
  /** Null while it can be used. */
  usedAt: number | null;
}

/** Where reconnect links rest, one for each connection. */
export interface ReconnectLinkStore {
  /** Takes the place of the connection's earlier link. */
  put(link: ReconnectLink): Promise<void>;
  get(id: string): Promise<ReconnectLink | null>;
  list(workspaceId: string): Promise<ReconnectLink[]>;
  /** Marks it as used. False when it was used already, or is gone. */
  use(id: string, now: number): Promise<boolean>;
  /** Undoes `use`: no login came of it. */
  reopen(id: string): Promise<void>;
  /** False when the connection has none. */
  remove(workspaceId: string, connectionId: string, by: string): Promise<boolean>;
}

/** Where open consents rest. */
export interface ConsentStore {
  /** Keeps one, and drops what is over and all but the newest few of its workspace. */
  add(consent: OpenConsent, now: number): Promise<void>;
  /** Gives the one that somebody began and forgets it, so that it is used once; null when there is none. */
  use(workspaceId: string, by: string, id: string): Promise<OpenConsent | null>;
}
