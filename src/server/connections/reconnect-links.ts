import type { ConsentPage, ConsentReplyBody, ReconnectReply, ReconnectView } from "#api/schemas.ts";
import { consentOf, fieldsOf, isOpen } from "#catalog/login.ts";
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError, conflict, errorCodes, toMillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import type { Connection, ReconnectLink, ReconnectLinkStore, Secret } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { createAttemptLimit, type AttemptLimit } from "../auth/attempts.ts";
import { hashOf } from "../auth/secret-hash.ts";
import type { ConnectionService } from "./connection-service.ts";
import { isOpenLink } from "./open-link.ts";
import type { ConsentService } from "./consent-service.ts";

interface Parts {
  links: ReconnectLinkStore;
  vault: Pick<Vault, "get" | "find" | "changedDraft">;
  consents: Pick<ConsentService, "needs" | "begin" | "finish">;
  connections: Pick<ConnectionService, "change">;
  catalog: Catalog;
  clock: Clock;
  /** What its owners call a workspace; null where they never gave it a name. */
  workspaceName: (workspaceId: string) => Promise<string | null>;
  /** The public address of this Millrace. */
  publicUrl: () => string;
}

/** What the routes use of it. */
export type ReconnectLinkService = Pick<ReconnectLinks, "make" | "withdraw" | "open" | "begin" | "finish" | "save">;

/** A link that can be used, and what it is for. */
interface OpenLink {
  link: ReconnectLink;
  connection: Connection;
  app: App;
  scheme: AuthScheme;
}

/** Wrong links and refused logins from one address in a minute. */
const mostWrong = 60;

/** Links by which somebody without an account here gives one connection a new login of the same sub-account, and can do nothing else. */
export class ReconnectLinks {
  readonly #parts: Parts;
  readonly #failures: AttemptLimit;
  /** Links that are to be opened again, as soon as the store takes it. */
  readonly #toReopen = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#failures = createAttemptLimit({ clock: parts.clock, limit: mostWrong });
  }

  /** A new link, in place of the connection's earlier one. The token is after the `#`, which browsers send to no server. */
  async make(workspaceId: string, by: string, id: string, days: number): Promise<{ url: string; expiresAt: number }> {
    const { links, vault, clock, publicUrl } = this.#parts;
    const { id: connectionId, auth, title } = await vault.get(workspaceId, id);
    if (isOpen(auth)) throw conflict(`'${title}' has no login, so there is nothing to reconnect`);
    const [token, now] = [newToken(32), clock.now()];
    const expiresAt = now + days * dayMs;
    await links.put({ id: hashOf(token), workspaceId, connectionId, by, createdAt: now, expiresAt, usedAt: null });
    return { url: `${publicUrl()}/reconnect#${token}`, expiresAt };
  }

  async withdraw(workspaceId: string, by: string, id: string): Promise<void> {
    const { links, vault } = this.#parts;
    const connection = await vault.get(workspaceId, id);
    const isWithdrawn = await links.remove(workspaceId, connection.id, by);
    if (!isWithdrawn) throw conflict(`'${connection.title}' has no reconnect link`);
  }

  /** What its page shows. */
  async open(token: string, address: string): Promise<ReconnectView> {
    const open = await this.#find(token, address);
    const { link, connection, app, scheme } = open;
    const isByConsent = await this.#inPlainWords(open, address, () => this.#isByConsent(open));
    const way = isByConsent ? ("consent" as const) : ("secret" as const);
    const fields = way === "consent" ? [] : fieldsOf(scheme).filter((field) => field.in === "secret" && field.unasked !== true);
    const from = await this.#parts.workspaceName(connection.workspaceId);
    return { app: app.title, account: connection.title, from, expiresAt: link.expiresAt, way, fields, isNew: false };
  }

  /** The app's page to open. It asks for what the login has and what flows need. */
  async begin(token: string, address: string): Promise<ConsentPage> {
    const { consents } = this.#parts;
    const open = await this.#find(token, address);
    const { link, connection } = open;
    const { workspaceId, id } = connection;
    return this.#inPlainWords(open, address, async () => {
      const { scopes } = await consents.needs(workspaceId, { app: connection.app, connection: id });
      const asked = scopes.filter(({ needed, granted }) => needed || granted).map(({ scope }) => scope);
      return consents.begin(workspaceId, actorOf(link), { connection: id, scopes: asked });
    });
  }

  async finish(token: string, address: string, reply: ConsentReplyBody): Promise<ReconnectReply> {
    const open = await this.#find(token, address);
    const { link } = open;
    return this.#useFor(open, address, () => this.#parts.consents.finish(link.workspaceId, actorOf(link), reply));
  }

  /** Tests the secret, and saves it only if it works for the connection's own sub-account. */
  async save(token: string, address: string, secret: Secret): Promise<ReconnectReply> {
    const open = await this.#find(token, address);
    const { link, connection } = open;
    const by = actorOf(link);
    return this.#useFor(open, address, () => this.#parts.connections.change(link.workspaceId, connection.id, { secret }, { by }));
  }

  /** The link is used while the login is made, so that no second one is made by it; where none is made, it can be used again. */
  async #useFor(open: OpenLink, address: string, make: () => Promise<Pick<Connection, "status">>): Promise<ReconnectReply> {
    const { links, clock } = this.#parts;
    if (!(await links.use(open.link.id, clock.now()))) throw linkOver();
    try {
      const { status } = await this.#inPlainWords(open, address, make);
      return { works: status === "connected", returnTo: null };
    } catch (error) {
      await this.#reopen(open.link.id);
      throw error;
    }
  }

  /** Where the store is what failed, the link is opened again when it is asked for next. */
  async #reopen(id: string): Promise<void> {
    this.#toReopen.add(id);
    const isReopened = await this.#parts.links.reopen(id).then(
      () => true,
      () => false,
    );
    if (isReopened) this.#toReopen.delete(id);
  }

  /** Throws RECONNECT_LINK_OVER for any that cannot be used, whatever the reason: a stranger learns nothing of it. */
  async #find(token: string, address: string): Promise<OpenLink> {
    const { links, vault, catalog, clock } = this.#parts;
    const digest = hashOf(token);
    if (this.#toReopen.has(digest)) await this.#reopen(digest);
    const link = await links.get(digest); // a look-up by digest says nothing of the token, however long it takes
    const connection = link && isOpenLink(link, clock.now()) ? await vault.find(link.workspaceId, link.connectionId) : null;
    const app = connection && catalog.of(connection.workspaceId).app(connection.app);
    const scheme = app?.auth.find(({ kind }) => kind === connection?.auth);
    if (link && connection && app && scheme) return { link, connection, app, scheme };
    this.#failures.count(address);
    throw linkOver();
  }

  /** Whether the app has a page for it, and the connection's client can ask there. */
  async #isByConsent({ connection, scheme }: OpenLink): Promise<boolean> {
    const consent = consentOf(scheme);
    if (!consent) return false;
    const { secret } = await this.#parts.vault.changedDraft(connection.workspaceId, connection.id, {});
    return consent.asker.every(({ name }) => Boolean(secret[name]));
  }

  /** Other errors name flows, ids and connections of the workspace, which are nobody's business here. */
  async #inPlainWords<T>(open: OpenLink, address: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (error.code === "CONNECTION_UNKNOWN") throw linkOver();
      // The login is kept for ten minutes, so the same answer may come again.
      if (error.code === "CONSENT_NOT_SAVED") throw notSaved(error, open);
      if (error.row.kind === "bug" || error.code === "STORE_UNAVAILABLE") throw error;
      this.#failures.count(address);
      throw new MillraceError("RECONNECT_REFUSED", {
        cause: error,
        details: { problem: plainProblem(error, { app: open.app.title, account: open.connection.title }) },
      });
    }
  }
}

/** What the list of changes calls whoever used it. A part of the digest is enough. */
const actorOf = ({ id }: ReconnectLink): string => `link:${id.slice(0, 12)}`;

const notSaved = (cause: MillraceError, { app }: OpenLink) =>
  new MillraceError("CONSENT_NOT_SAVED", { cause, details: { app: app.title, problem: "Millrace cannot store anything at the moment" } });

const linkOver = () => new MillraceError("RECONNECT_LINK_OVER");

/** Why a login was not taken, in words that say nothing of the workspace. */
export function plainProblem({ code, details }: MillraceError, { app, account }: { app: string; account: string }): string {
  if (details["isElsewhere"] === true) return `This login does not belong to ${account}. Try again with a login for ${account}`;
  if (errorCodes[code].retry || details["mayHeal"] === true)
    return `${app} could not confirm the login. Nothing was changed. Try again in a few minutes`;
  switch (code) {
    case "CONSENT_OVER":
      return "The sign-in took longer than an hour or was already finished. Start again";
    case "CONSENT_REFUSED":
      return `Access was not granted in ${app}. Try again and allow access`;
    case "CONNECTION_TEST_FAILED":
    case "BAD_INPUT":
      return `${app} rejected the login. Copy it completely and try again`;
    default:
      return `${app} returned no usable login. Ask the person who sent you this link`;
  }
}
