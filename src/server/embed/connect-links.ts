import type {
  ConnectLinkBody,
  ConnectLinkList,
  ConnectLinkView,
  ConsentPage,
  ConsentReplyBody,
  EmbedOrigin,
  ReconnectReply,
  ReconnectView,
} from "#api/schemas.ts";
import { consentOf, fieldsOf, isOpen } from "#catalog/login.ts";
import type { AuthScheme } from "#catalog/logins/kinds.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { minuteMs } from "#kernel/durations.ts";
import { MillraceError, badInput, conflict, notFound, toMillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";
import { shortName } from "#kernel/short-name.ts";
import type { ConnectLink, ConnectLinkStore } from "#storage/connect-link-store.ts";
import { askerIn } from "#vault/consents.ts";
import type { Connection, Secret } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { createAttemptLimit, type AttemptLimit } from "../auth/attempts.ts";
import { hashOf } from "../auth/secret-hash.ts";
import type { ConnectionService } from "../connections/connection-service.ts";
import type { ConsentService } from "../connections/consent-service.ts";
import { isOpenLink } from "../connections/open-link.ts";
import { plainProblem } from "../connections/reconnect-links.ts";

interface Parts {
  links: ConnectLinkStore;
  vault: Pick<Vault, "get" | "find" | "changedDraft">;
  consents: Pick<ConsentService, "begin" | "finish">;
  connections: Pick<ConnectionService, "add">;
  catalog: Catalog;
  clock: Clock;
  /** What its owners call a workspace; null where they never gave it a name. */
  workspaceName: (workspaceId: string) => Promise<string | null>;
  publicUrl: () => string;
}

/** A link that can be used, and what it is for. */
interface OpenLink {
  link: ConnectLink;
  app: App;
  scheme: AuthScheme;
  /** The connection that it is to be like, where there is one. */
  like: Connection | null;
}

type MadeConnection = Pick<Connection, "id" | "status" | "name">;

/** Tells the token of a connect link from that of a reconnect link. */
const prefix = "new_";
/** Links of a workspace that can be used at a time. */
const mostOpen = 5_000;
const mostListed = 500;
const mostOrigins = 50;
/** Wrong links and refused logins from one address in a minute. */
const mostWrong = 60;

/** Links by which a vendor's customer, who has no account here, connects their own account as a new connection, and can do nothing else. */
export class ConnectLinks {
  readonly #parts: Parts;
  readonly #failures: AttemptLimit;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#failures = createAttemptLimit({ clock: parts.clock, limit: mostWrong });
  }

  readonly isToken = (token: string): boolean => token.startsWith(prefix);

  /** A new link. The token is after the `#`, which browsers send to no server. */
  async make(workspaceId: string, by: string, body: ConnectLinkBody): Promise<{ id: string; url: string; expiresAt: number }> {
    const { links, clock, publicUrl } = this.#parts;
    const { app, scheme, like } = await this.#wanted(workspaceId, body);
    if (body.returnTo !== undefined) await this.#checkReturn(workspaceId, body.returnTo);
    if (consentOf(scheme) && like === null)
      throw badInput("like", `must name a connection to ${app.title}: the new one asks for access with the same registration`);
    if (app.place && !consentOf(scheme))
      throw badInput("like", `must name a connection that signs in at ${app.title}'s page: a key does not say which account it is for`);
    const [token, now] = [prefix + newToken(32), clock.now()];
    const expiresAt = now + body.minutes * minuteMs;
    const what = { app: app.id, auth: scheme.kind, title: body.title, likeId: like?.id ?? null, returnTo: body.returnTo ?? null };
    const made = { reference: body.reference ?? null, connectionId: null, by, createdAt: now, expiresAt, usedAt: null };
    const link = { id: hashOf(token), workspaceId, ...what, ...made };
    if (!(await links.add(link, now, mostOpen)))
      throw conflict(`There are ${mostOpen} open connect links already. Wait until some are over`);
    return { id: link.id, url: `${publicUrl()}/connect#${token}`, expiresAt };
  }

  async listOpen(workspaceId: string): Promise<ConnectLinkList> {
    const { open, links } = await this.#parts.links.listOpen(workspaceId, this.#parts.clock.now(), mostListed);
    const titleOf = (app: string) => this.#parts.catalog.of(workspaceId).app(app)?.title ?? app;
    return {
      open,
      links: links.map(({ id, app, title, createdAt, expiresAt }) => ({ id, app: titleOf(app), title, createdAt, expiresAt })),
    };
  }

  /** What came of one. Throws NOT_FOUND. */
  async read(workspaceId: string, id: string): Promise<ConnectLinkView> {
    const { links, vault, clock } = this.#parts;
    const link = await links.get(id);
    if (link?.workspaceId !== workspaceId) throw notFound("connect link", id);
    const made = link.connectionId === null ? null : await vault.find(workspaceId, link.connectionId);
    const { app, title, reference, createdAt, expiresAt, usedAt } = link;
    return {
      id,
      app,
      title,
      reference,
      state: usedAt !== null ? "used" : isOpenLink(link, clock.now()) ? "open" : "over",
      connection: made && { id: made.id, name: made.name, works: made.status === "connected" },
      createdAt,
      expiresAt,
      usedAt,
    };
  }

  /** Throws NOT_FOUND for one that was used, or is not there. */
  async withdraw(workspaceId: string, id: string, by: string): Promise<void> {
    if (!(await this.#parts.links.withdraw(workspaceId, id, by))) throw notFound("open connect link", id);
  }

  /** What its page shows. */
  async open(token: string, address: string): Promise<ReconnectView> {
    const { link, app, scheme } = await this.#find(token, address);
    const way = consentOf(scheme) ? ("consent" as const) : ("secret" as const);
    const fields = way === "consent" ? [] : fieldsOf(scheme).filter((field) => field.in === "secret" && field.unasked !== true);
    const from = await this.#parts.workspaceName(link.workspaceId);
    return { app: app.title, account: link.title, from, expiresAt: link.expiresAt, way, fields, isNew: true };
  }

  /** The app's page to open. It asks for the scopes that the connection has which it is like. */
  async begin(token: string, address: string): Promise<ConsentPage> {
    const open = await this.#find(token, address);
    const { link, app, like } = open;
    return this.#inPlainWords(open, address, async () => {
      if (like === null) throw linkOver();
      const { secret } = await this.#parts.vault.changedDraft(link.workspaceId, like.id, {});
      const login = { app: app.id, auth: link.auth, title: link.title, ...placeOf(like) };
      const body = { ...login, secret: { ...askerIn(link.auth, secret) }, scopes: [...(like.scopes ?? [])] };
      return this.#parts.consents.begin(link.workspaceId, actorOf(link), body);
    });
  }

  async finish(token: string, address: string, reply: ConsentReplyBody): Promise<ReconnectReply> {
    const open = await this.#find(token, address);
    const { workspaceId } = open.link;
    return this.#useFor(open, address, () => this.#parts.consents.finish(workspaceId, actorOf(open.link), reply));
  }

  /** Tests the secret, and makes the connection only if it works. */
  async save(token: string, address: string, secret: Secret): Promise<ReconnectReply> {
    const open = await this.#find(token, address);
    const { link, app, like } = open;
    const by = actorOf(link);
    return this.#useFor(open, address, async () => {
      const name = await this.#freeName(link);
      const login = { name, title: link.title, app: app.id, auth: link.auth, secret: { ...secret }, ...(like && placeOf(like)) };
      return this.#parts.connections.add(link.workspaceId, login, { by });
    });
  }

  origins(workspaceId: string): Promise<EmbedOrigin[]> {
    return this.#parts.links.origins(workspaceId);
  }

  async addOrigin(workspaceId: string, text: string, by: string): Promise<EmbedOrigin[]> {
    const { links, clock } = this.#parts;
    const origin = originOf(text);
    if ((await links.origins(workspaceId)).length >= mostOrigins)
      throw badInput("origin", `there are ${mostOrigins} already; remove one that is not needed`);
    await links.addOrigin(workspaceId, origin, clock.now(), by);
    return links.origins(workspaceId);
  }

  async removeOrigin(workspaceId: string, origin: string, by: string): Promise<EmbedOrigin[]> {
    if (!(await this.#parts.links.removeOrigin(workspaceId, origin, by))) throw notFound("allowed origin", origin);
    return this.#parts.links.origins(workspaceId);
  }

  async #wanted(workspaceId: string, { app: id, like: wanted }: ConnectLinkBody): Promise<Omit<OpenLink, "link">> {
    const app = this.#parts.catalog.of(workspaceId).app(id);
    if (!app) throw notFound("app", id);
    const like = wanted === undefined ? null : await this.#parts.vault.get(workspaceId, wanted);
    if (like !== null && like.app !== id) throw badInput("like", `'${like.title}' is a connection to another app`);
    const scheme = app.auth.find(({ kind }) => (like === null ? !isOpen(kind) : kind === like.auth));
    if (!scheme) throw badInput("app", `one needs no login for ${app.title}`);
    return { app, scheme, like };
  }

  async #checkReturn(workspaceId: string, returnTo: string): Promise<void> {
    const url = URL.canParse(returnTo) ? new URL(returnTo) : null;
    if (url !== null && (url.username !== "" || url.password !== ""))
      throw badInput("returnTo", "must have no user and no password before its host");
    if (url === null || !(await this.#isAllowed(workspaceId, url.origin)))
      throw badInput("returnTo", "must be a page on an origin that is allowed under Use elsewhere, Embed");
  }

  async #isAllowed(workspaceId: string, origin: string): Promise<boolean> {
    return (await this.#parts.links.origins(workspaceId)).some((each) => each.origin === origin);
  }

  /** Where the browser goes afterwards: nowhere, when the origin is not allowed any more. */
  async #returnOf({ workspaceId, returnTo }: ConnectLink): Promise<string | null> {
    return returnTo !== null && (await this.#isAllowed(workspaceId, new URL(returnTo).origin)) ? returnTo : null;
  }

  /** The link is used while the login is made, so that no second one is made by it; where none is made, it can be used again. */
  async #useFor(open: OpenLink, address: string, make: () => Promise<MadeConnection>): Promise<ReconnectReply> {
    const returnTo = await this.#returnOf(open.link);
    const { id, status, name } = await this.#makeOnce(open, address, make);
    await this.#parts.links.made(open.link.id, id);
    const works = status === "connected";
    return { works, returnTo: returnTo === null ? null : withResult(returnTo, works, name) };
  }

  async #makeOnce(open: OpenLink, address: string, make: () => Promise<MadeConnection>): Promise<MadeConnection> {
    const { links, clock } = this.#parts;
    if (!(await links.use(open.link.id, clock.now()))) throw linkOver();
    try {
      return await this.#inPlainWords(open, address, make);
    } catch (error) {
      await links.reopen(open.link.id);
      throw error;
    }
  }

  /** Throws RECONNECT_LINK_OVER for any that cannot be used, whatever the reason: a stranger learns nothing of it. */
  async #find(token: string, address: string): Promise<OpenLink> {
    const { links, vault, catalog, clock } = this.#parts;
    const link = await links.get(hashOf(token));
    const app = link && isOpenLink(link, clock.now()) ? catalog.of(link.workspaceId).app(link.app) : undefined;
    const scheme = app?.auth.find(({ kind }) => kind === link?.auth);
    const like = link?.likeId ? await vault.find(link.workspaceId, link.likeId) : null;
    const isWhole = link?.likeId === null || like !== null;
    if (link && app && scheme && isWhole) return { link, app, scheme, like };
    this.#failures.count(address);
    throw linkOver();
  }

  async #freeName({ workspaceId, title }: ConnectLink): Promise<string> {
    const wanted = shortName(title);
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted}-${n}`;
      if (!(await this.#parts.vault.find(workspaceId, name))) return name;
    }
  }

  /** Other errors name flows, ids and connections of the workspace, which are nobody's business here. */
  async #inPlainWords<T>({ app, link }: OpenLink, address: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (error.code === "RECONNECT_LINK_OVER" || error.row.kind === "bug" || error.code === "STORE_UNAVAILABLE") throw error;
      if (error.code === "CONSENT_NOT_SAVED") throw new MillraceError(error.code, { cause: error, details: notSaved(app) });
      this.#failures.count(address);
      const problem = plainProblem(error, { app: app.title, account: link.title });
      throw new MillraceError("RECONNECT_REFUSED", { cause: error, details: { problem } });
    }
  }
}

const notSaved = ({ title: app }: App) => ({ app, problem: "Millrace cannot store anything at the moment" });

/** What the list of changes calls whoever used it. A part of the digest is enough. */
const actorOf = ({ id }: ConnectLink): string => `link:${id.slice(0, 12)}`;

const linkOver = () => new MillraceError("RECONNECT_LINK_OVER");

const placeOf = ({ baseUrl, settings }: Connection) => defined({ baseUrl, settings: settings && { ...settings } });

/** The result goes into the fragment, which the browser keeps to itself. */
function withResult(returnTo: string, works: boolean, connection: string): string {
  const url = new URL(returnTo);
  url.hash = new URLSearchParams({ millrace_outcome: works ? "connected" : "saved", connection }).toString();
  return url.href;
}

/** A page's policy names it, where `*`, `;` and `,` mean something: so it is nothing but a name or an IP address, and a port. */
const plainHost = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/;

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isWeb = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopbackHost(url.host));
  const isPlain = url !== null && plainHost.test(url.hostname) && !url.hostname.includes("..");
  if (!isPlain || !isWeb || url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
    throw badInput("origin", "must be the beginning of an address, such as https://app.example.com; http only on this machine");
  return url.origin;
}
