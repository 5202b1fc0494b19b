import type { ConsentBody, ConsentNeeds, ConsentPage, ConsentReplyBody, ConnectionView } from "#api/schemas.ts";
import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import type { FlowService } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { canonicalJson } from "#kernel/json.ts";
import { MillraceError, conflict, notFound, toMillraceError } from "#kernel/errors.ts";
import { shortName } from "#kernel/short-name.ts";
import { askerIn, type Consents, type GrantedLogin } from "#vault/consents.ts";
import type { Connection, NewConnection } from "#vault/types.ts";
import type { Draft, Vault } from "#vault/vault.ts";
import { addNamed } from "./add-named.ts";
import type { ConnectionService } from "./connection-service.ts";
import { neededScopes } from "./needed-scopes.ts";

export interface ConsentServiceParts {
  consents: Consents;
  vault: Vault;
  connections: ConnectionService;
  flows: Pick<FlowService, "list" | "published">;
  catalog: Catalog;
  /** The name of the account that a login is for. */
  accountName(draft: Draft, by?: string): Promise<string | null>;
  /** The public address of this Millrace. */
  publicUrl: () => string;
  /** How an agency's people know the app's page, where it is not by the app's own name. */
  consentPage: { host: string; name: string | null } | null;
  clock: Clock;
}

/** A login that the app gave and the store did not take. */
interface Unsaved {
  granted: GrantedLogin;
  cancelEnd: () => void;
}

/** How long such a login waits, in memory alone, for somebody to try again, and how many of them do. */
const unsavedMs = 600_000;
const mostUnsaved = 50;

/** The page to which apps send the browser back. It is registered at the app, so it does not change. */
const callbackPath = "/oauth/callback";

/** Logins that a person allows at a page of the app, in place of pasting tokens. */
export class ConsentService {
  readonly #parts: ConsentServiceParts;
  readonly #unsaved = new Map<string, Unsaved>();

  constructor(parts: ConsentServiceParts) {
    this.#parts = parts;
  }

  /** What to register at the app and to ask for: all its scopes, and which flows need which. `connection`: only flows that use it count. */
  async needs(workspaceId: string, { app: id, connection: name }: { app: string; connection?: string | undefined }): Promise<ConsentNeeds> {
    const { vault, flows } = this.#parts;
    const catalog = this.#parts.catalog.of(workspaceId);
    const app = catalog.app(id);
    if (!app) throw notFound("app", id);
    const connection = name === undefined ? null : await vault.get(workspaceId, name);
    const names = connection ? { names: [connection.name, ...(connection.formerNames ?? [])] } : {};
    const needed = new Map(
      (await neededScopes({ flows, catalog }, { workspaceId, app, ...names })).map((need) => [need.scope, need.flows]),
    );
    const offered = app.auth.flatMap((scheme) => (scheme.kind === "oauth2" ? scheme.scopes : []));
    const granted = connection?.scopes ?? [];
    const all = [...new Set([...offered, ...agencyScopes(app, catalog), ...needed.keys(), ...granted])].sort();
    return {
      redirectUri: this.#redirectUri(),
      page: app.auth.some((scheme) => scheme.kind === "oauth2" && scheme.whiteLabel) ? this.#parts.consentPage : null,
      agencyScopes: agencyScopes(app, catalog),
      scopes: all.map((scope) => ({
        scope,
        needed: needed.has(scope),
        flows: needed.get(scope) ?? [],
        granted: granted.includes(scope),
      })),
    };
  }

  /** The page of the app to open. */
  async begin(workspaceId: string, by: string, body: ConsentBody): Promise<ConsentPage> {
    const wish = { workspaceId, by, scopes: body.scopes, redirectUri: this.#redirectUri() };
    if ("connection" in body) return this.#parts.consents.begin({ ...wish, ...(await this.#renewal(workspaceId, body)) });
    const { scopes: _, secret, title, ...login } = body;
    const name = title ?? this.#titleOf(workspaceId, login.app);
    const named = { ...login, name: shortName(name), ...defined({ title }) };
    return this.#parts.consents.begin({ ...wish, connectionId: null, login: named, asker: secret });
  }

  /** Makes the connection of what came back, or gives the present one its new login, and tests it. */
  async finish(workspaceId: string, by: string, reply: ConsentReplyBody): Promise<ConnectionView> {
    const { connections } = this.#parts;
    const saved = await this.#save(workspaceId, by, reply);
    await connections.test(workspaceId, saved.id, by);
    return connections.get(workspaceId, saved.id);
  }

  /**
   * Saved before it is tested: the code is spent, and a test that fails must not lose what it gave. Where the store fails, the login waits
   * for the same answer to come again, from the same person.
   */
  async #save(workspaceId: string, by: string, reply: ConsentReplyBody): Promise<Connection> {
    const key = JSON.stringify([workspaceId, by, reply.state]);
    const granted = this.#takeUnsaved(key) ?? (await this.#parts.consents.finish(workspaceId, by, reply));
    const { connectionId, login } = granted;
    try {
      return connectionId === null ? await this.#add(workspaceId, login, by) : await this.#renew(workspaceId, connectionId, login, by);
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (error.row.kind === "user" && error.code !== "STORE_UNUSABLE") throw error;
      this.#keepUnsaved(key, granted);
      const details = { app: this.#titleOf(workspaceId, login.app), problem: error.message.replace(/\.$/, "") };
      throw new MillraceError("CONSENT_NOT_SAVED", { cause: error, details });
    }
  }

  #takeUnsaved(key: string): GrantedLogin | undefined {
    const kept = this.#unsaved.get(key);
    kept?.cancelEnd();
    this.#unsaved.delete(key);
    return kept?.granted;
  }

  /** Dropped after ten minutes whether or not anybody comes: it holds secrets. */
  #keepUnsaved(key: string, granted: GrantedLogin): void {
    for (const old of this.#unsaved.keys()) if (this.#unsaved.size >= mostUnsaved) this.#takeUnsaved(old);
    const cancelEnd = this.#parts.clock.after(unsavedMs, () => this.#unsaved.delete(key));
    this.#unsaved.set(key, { granted, cancelEnd });
  }

  /** Without a title of its own it gets the account's name. */
  async #add(workspaceId: string, login: NewConnection, by: string): Promise<Connection> {
    const { vault, accountName } = this.#parts;
    const account = login.title === undefined ? await accountName(vault.draft(workspaceId, login), by) : null;
    const app = this.#titleOf(workspaceId, login.app);
    const title = login.title ?? account ?? (login.access === "agency" ? `${app} agency` : app);
    return addNamed(vault, workspaceId, { ...login, title }, by);
  }

  async #renew(workspaceId: string, id: string, login: NewConnection, by: string): Promise<Connection> {
    const { vault } = this.#parts;
    const present = await vault.get(workspaceId, id);
    refuseMoved(present, login);
    refuseOtherPlace(present, login, this.#titleOf(workspaceId, login.app));
    const { secret, scopes, access = present.access } = login;
    return vault.change(workspaceId, id, { secret, ...defined({ scopes, access }) }, undefined, by);
  }

  /** The client of the present login asks again, unless another is given. */
  async #renewal(workspaceId: string, { connection: wanted, secret }: Extract<ConsentBody, { connection: string }>) {
    const { connection, secret: kept } = await this.#parts.vault.changedDraft(workspaceId, wanted, {});
    const { id, name, title, app, auth, baseUrl, settings } = connection;
    return {
      connectionId: id,
      login: { name, title, app, auth, ...defined({ baseUrl, settings }) },
      asker: { ...askerIn(auth, kept), ...secret },
    };
  }

  #titleOf(workspaceId: string, app: string): string {
    return this.#parts.catalog.of(workspaceId).app(app)?.title ?? app;
  }

  #redirectUri(): string {
    return this.#parts.publicUrl() + callbackPath;
  }
}

/** A login is only ever sent to the address it was made for. */
function refuseMoved({ title, baseUrl, settings = {} }: Connection, login: NewConnection): void {
  if (login.baseUrl === baseUrl && canonicalJson(login.settings ?? {}) === canonicalJson(settings)) return;
  throw conflict(`The connection '${title}' was given another address while you signed in. Begin again`);
}

/** A login of another sub-account would send the flows' writes to somebody else's customers, and one of another agency its whole list. */
function refuseOtherPlace(present: Connection, login: NewConnection, app: string): void {
  if (!isElsewhere(present, login)) return;
  const chosen = login.locationId === undefined ? agencyIn(login) : `the sub-account ${login.locationId}`;
  const [own, wanted] = present.access === "agency" ? [agencyIn(present), "that agency"] : [present.locationId, "that sub-account alone"];
  // An agency's administrator may be offered the whole agency only.
  const instead = login.access === "agency" && present.access !== "agency" ? ", or connect the agency, and the sub-account from there" : "";
  const problem = `The login that ${app} gave is for ${chosen}, and the connection '${present.title}' is for ${own}. Begin again, and choose ${wanted}${instead}`;
  throw new MillraceError("CONFLICT", { details: { problem, isElsewhere: true } });
}

function isElsewhere({ access, locationId, companyId }: Connection, login: NewConnection): boolean {
  if (access !== "agency") return locationId !== undefined && login.locationId !== locationId;
  const isOtherAgency = companyId !== undefined && login.companyId !== undefined && login.companyId !== companyId;
  return login.access === "location" || isOtherAgency;
}

const agencyIn = ({ companyId }: Pick<Connection, "companyId">): string =>
  `the whole agency${companyId === undefined ? "" : ` ${companyId}`}`;

/** The scopes that an agency's login needs to give logins for its sub-accounts. */
function agencyScopes({ id, subAccounts }: App, catalog: WorkspaceCatalog): string[] {
  const calls = subAccounts ? [subAccounts.list, subAccounts.login] : [];
  return [...new Set(calls.flatMap((call) => catalog.operation(id, call)?.scopes ?? []))];
}
