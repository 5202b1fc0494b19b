import type { FastifyReply, FastifyRequest } from "fastify";
import { scopesOf } from "#api/principal.ts";
import type { Clock } from "#kernel/clock.ts";
import { forbidden, MillraceError } from "#kernel/errors.ts";
import { keptIpRanges } from "#kernel/ip-ranges.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";
import type { ApiKeyRow } from "#storage/api-keys.ts";
import type { Sealer } from "#vault/seal.ts";
import { adviceFor, clientAddress, isFromOwnPage, isOwnHost, isOwnOrigin, visibleAddressOf, type TrustedProxies } from "../http/access.ts";
import { checkRate, createRateLimiter, senderOf, type RateLimiter } from "../http/rate-limit.ts";
import type { Accounts } from "./accounts.ts";
import type { ApiKeys } from "./api-keys.ts";
import { isSameSecret } from "./secret-hash.ts";
import type { AttemptLimit } from "./attempts.ts";
import { KnownBrowsers, knownForSeconds } from "./known-browsers.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SignInLink, SignInLinks } from "./sign-in-links.ts";
import type { Guesser } from "./wrong-passwords.ts";

export interface SignInParts {
  keys: ApiKeys;
  sessions: Sessions;
  accounts: Pick<Accounts, "get" | "byEmail" | "hasMembers" | "workspacesOf" | "member" | "isOpenTo" | "checkOpen">;
  links: SignInLinks;
  /** Whether links sign in without an account until the workspace has members. Otherwise a link creates the owner's account. */
  localSignIn: boolean;
  attempts: AttemptLimit;
  /** Seals the mark of a browser in which an account signed in. */
  sealer: Sealer;
  clock: Clock;
  /** The public address of this Millrace. */
  publicUrl: () => string;
  trusted: TrustedProxies;
  /** Whether a workspace is that of whoever runs Millrace: its key also opens /metrics, which is about all workspaces. */
  isOperator: (workspaceId: string) => boolean;
  /** A key that opens /metrics and nothing else. */
  metricsKey?: string;
  /** Called with a workspace's new API key. */
  keepKey: (workspaceId: string, key: string) => void;
  /** Called after anyone's access changed: closes the event streams they may no longer read. */
  onAccessChanged: () => void;
  /** Called with what happened and from which address, for the log. */
  onEvent: (what: SignInEvent, address: string) => void;
}

export type SignInEvent =
  | "signed in with the API key"
  | "signed in with a link"
  | "signed in with an account"
  | "signed out"
  | "replaced the API key";

/** Who sent a request. */
export interface Visitor {
  kind: "key" | "session" | "agent";
  id: string;
  workspaceId: string;
  /** The account of a session that has one. */
  accountId: string | null;
  /** The row of a key. */
  key: ApiKeyRow | null;
}

/**
 * Who may come in, and how a page gets its session. A request proves it by the API key or the page's cookie; where it comes from
 * proves nothing.
 */
export interface SignIn {
  /** Throws NOT_SIGNED_IN, FORBIDDEN or TOO_MANY_WRONG_KEYS. */
  check(request: FastifyRequest): Visitor;
  /** The same for /metrics, which takes a key and no cookie. */
  checkMetrics(request: FastifyRequest): void;
  signInWithKey(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void>;
  /** Throws LINK_NEEDS_ACCOUNT, and leaves the link usable, where an account is required. */
  signInWithLink(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void>;
  /** Redeems a link for some work. The link becomes usable again if the work fails. Throws LINK_INVALID. */
  redeemLink<T>(request: FastifyRequest, token: string, work: (link: SignInLink) => Promise<T>): Promise<T>;
  /** What a link of a workspace is for: signing in without an account, or creating or resetting the owner's account. */
  linkPurpose(workspaceId: string): "page" | "account";
  /** A token for a one-time link. `canResetOwner`: whether it may set an owner's password. */
  newLink(workspaceId: string, canResetOwner: boolean): { token: string; expiresAt: number };
  /** Starts a session of an account, in `workspaceId` or the first workspace it has access to. Throws NO_WORKSPACE. */
  startSession(request: FastifyRequest, reply: FastifyReply, accountId: string, workspaceId?: string): Promise<void>;
  /** Switches to another workspace, with a new session. */
  switchWorkspace(request: FastifyRequest, reply: FastifyReply, workspaceId: string): Promise<void>;
  /** Throws FORBIDDEN for what a foreign page could have sent. */
  refuseForeignPage(request: FastifyRequest): void;
  /** Throws FORBIDDEN for a host name that is not Millrace's, and for what a page of another origin sent. For programs, which send no origin. */
  refuseForeignOrigin(request: FastifyRequest): void;
  /** Counts a failed sign-in and returns the error to throw. Throws TOO_MANY_WRONG_KEYS beyond the limit. */
  countFailure(request: FastifyRequest, code: WrongCode, from?: Guesser): MillraceError;
  /** The same as `checkAnonymous` for requests that add a row: limits their rate per address. Throws TOO_MANY_REQUESTS. */
  limitAnonymous(request: FastifyRequest, from?: Guesser): void;
  /**
   * Throws FORBIDDEN for what a foreign page could have sent, and TOO_MANY_WRONG_KEYS for an address that guesses. With `from`, a known browser
   * is counted instead of the address, which it may share with strangers.
   */
  checkAnonymous(request: FastifyRequest, from?: Guesser): void;
  /** Where a request comes from. */
  addressOf(request: FastifyRequest): string;
  /** The same, with the browser where an account signed in there before, and it is that of `email` where one is given. */
  guesserOf(request: FastifyRequest, email?: string): Promise<Guesser>;
  /** Makes the browser of a request known to an account that signed in there, or has a new password. */
  remember(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void>;
  /** Ends the session of the request, if it has one. */
  signOut(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** A new API key in place of the workspace's own. Its links end, and its sessions without an account. */
  rotateKey(workspaceId: string, request: FastifyRequest, by?: string): Promise<string>;
  /** Whether a visitor with an open event stream may still read it. */
  isStillAllowed(visitor: Visitor, address: string): boolean;
}

/** What an anonymous visitor got wrong. */
export type WrongCode =
  | "NOT_SIGNED_IN"
  | "LINK_INVALID"
  | "PASSWORD_WRONG"
  | "CODE_WRONG"
  | "INVITATION_INVALID"
  | "RESET_INVALID"
  | "PASSKEY_REFUSED";

/** Signs in by API key, link, account or passkey, and checks every request. */
export const createSignIn = (parts: SignInParts): SignIn => new CheckedSignIn(parts);

/** How often anonymous requests from one address may add a row. */
const anonymousRate = { perSecond: 0.5, burst: 30 };

class CheckedSignIn implements SignIn {
  readonly #parts: SignInParts;
  readonly #cookies: ReturnType<typeof pageCookies>;
  readonly #anonymousLimit: RateLimiter;
  readonly #browsers: KnownBrowsers;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#browsers = new KnownBrowsers(parts);
    this.#cookies = pageCookies(parts.publicUrl, parts.trusted);
    this.#anonymousLimit = createRateLimiter(anonymousRate, { clock: parts.clock });
  }

  check(request: FastifyRequest): Visitor {
    const key = bearer(request);
    if (key !== undefined) return this.#checkKey(request, key);
    const session = this.#sessionOf(request);
    if (!session) throw new MillraceError("NOT_SIGNED_IN");
    this.refuseForeignPage(request);
    this.#checkAddress(session.workspaceId, request);
    return { kind: "session", ...session, key: null };
  }

  checkMetrics(request: FastifyRequest): void {
    const { metricsKey, isOperator } = this.#parts;
    const key = bearer(request);
    if (key === undefined) throw new MillraceError("NOT_SIGNED_IN");
    if (metricsKey !== undefined && isSameSecret(key, metricsKey)) return;
    const { workspaceId, key: row } = this.#checkKey(request, key);
    if (!isOperator(workspaceId) || row?.role !== null)
      throw forbidden("The metrics cover all workspaces, so they need the metrics key or the operator's workspace key");
  }

  async signInWithKey(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void> {
    const { workspaceId, key: row } = this.#checkKey(request, key.trim());
    this.refuseForeignPage(request);
    if (row?.role !== null || this.#parts.accounts.hasMembers(workspaceId)) throw new MillraceError("KEY_FOR_PROGRAMS");
    await this.#begin({ workspaceId, accountId: null }, request, reply);
    this.#parts.onEvent("signed in with the API key", this.addressOf(request));
  }

  async signInWithLink(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void> {
    this.refuseForeignPage(request);
    const workspaceId = this.#parts.links.workspaceOf(token);
    if (workspaceId === null) throw this.countFailure(request, "LINK_INVALID");
    if (this.linkPurpose(workspaceId) === "account")
      throw new MillraceError("LINK_NEEDS_ACCOUNT", { details: { hasOwner: this.#parts.accounts.hasMembers(workspaceId) } });
    this.#checkAddress(workspaceId, request); // before the token is used up
    this.#parts.links.redeem(token);
    await this.#begin({ workspaceId, accountId: null }, request, reply);
    this.#parts.onEvent("signed in with a link", this.addressOf(request));
  }

  async redeemLink<T>(request: FastifyRequest, token: string, work: (link: SignInLink) => Promise<T>): Promise<T> {
    const link = this.#parts.links.redeem(token);
    if (!link) throw this.countFailure(request, "LINK_INVALID");
    try {
      this.#checkAddress(link.workspaceId, request);
      return await work(link);
    } catch (thrown) {
      this.#parts.links.putBack(link);
      throw thrown;
    }
  }

  linkPurpose(workspaceId: string) {
    return this.#parts.localSignIn && !this.#parts.accounts.hasMembers(workspaceId) ? "page" : "account";
  }

  newLink = (workspaceId: string, canResetOwner: boolean) => this.#parts.links.make(workspaceId, canResetOwner);

  async startSession(request: FastifyRequest, reply: FastifyReply, accountId: string, wanted?: string): Promise<void> {
    const { accounts } = this.#parts;
    const own = accounts.workspacesOf(accountId).map((member) => member.workspaceId);
    const workspaceId = own.find((id) => id === wanted) ?? own.find((id) => accounts.isOpenTo(id, this.addressOf(request))) ?? own[0];
    if (workspaceId === undefined) throw new MillraceError("NO_WORKSPACE");
    await this.#begin({ workspaceId, accountId }, request, reply);
    this.#parts.onEvent("signed in with an account", this.addressOf(request));
  }

  switchWorkspace(request: FastifyRequest, reply: FastifyReply, workspaceId: string): Promise<void> {
    return this.#begin({ workspaceId, accountId: this.#sessionOf(request)?.accountId ?? null }, request, reply);
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = this.#sessionOf(request);
    if (session) this.refuseForeignPage(request);
    this.#cookies.clear(reply);
    if (!session) return;
    await this.#endSession(session.id);
    this.#parts.onEvent("signed out", this.addressOf(request));
  }

  async rotateKey(workspaceId: string, request: FastifyRequest, by?: string): Promise<string> {
    const { keys, sessions, links, keepKey, onAccessChanged, onEvent } = this.#parts;
    const key = await keys.rotate(workspaceId, by);
    keepKey(workspaceId, key);
    links.endAll(workspaceId);
    await sessions.endAll(workspaceId).finally(onAccessChanged);
    onEvent("replaced the API key", this.addressOf(request));
    return key;
  }

  isStillAllowed({ kind, id, key, workspaceId, accountId }: Visitor, address: string): boolean {
    const { keys, sessions, accounts, clock } = this.#parts;
    if (!accounts.isOpenTo(workspaceId, address)) return false;
    if (kind === "key") return keys.has(id) && !isExpired(key, clock.now());
    const role = accountId === null ? "owner" : accounts.member(workspaceId, accountId)?.role;
    return sessions.has(id) && role !== undefined && scopesOf(role, false).has("runs:read");
  }

  #checkKey(request: FastifyRequest, key: string): Visitor {
    const { keys, clock } = this.#parts;
    const row = keys.find(key);
    if (!row) throw this.countFailure(request, "NOT_SIGNED_IN");
    if (isExpired(row, clock.now())) throw new MillraceError("KEY_EXPIRED", { details: { name: row.name } });
    const address = this.addressOf(request);
    if (row.allowedFrom !== null && !keptIpRanges(row.allowedFrom).has(address))
      throw forbidden(
        `API key '${row.name}' may not be used from ${address}. ${adviceFor(address, "An owner can add this address to the key")}`,
      );
    this.#checkAddress(row.workspaceId, request);
    keys.recordUse(row);
    return { kind: "key", id: row.id, workspaceId: row.workspaceId, accountId: null, key: row };
  }

  /** Whether a foreign page could have sent it. It lets nobody in; it keeps others from using a cookie that is there. */
  refuseForeignPage({ raw, method, headers }: FastifyRequest): void {
    const publicUrl = this.#parts.publicUrl();
    const { host } = visibleAddressOf(raw, this.#parts.trusted);
    if (!isOwnHost(host, publicUrl)) throw foreignHost(host);
    if (!isFromOwnPage(method, headers, host, publicUrl))
      throw forbidden("The request did not come from Millrace's own page. Programs must send an API key");
  }

  refuseForeignOrigin({ raw, headers }: FastifyRequest): void {
    const publicUrl = this.#parts.publicUrl();
    const { host } = visibleAddressOf(raw, this.#parts.trusted);
    if (!isOwnHost(host, publicUrl)) throw foreignHost(host);
    if (headers.origin !== undefined && !isOwnOrigin(headers.origin, host, publicUrl))
      throw forbidden("The request came from a page of another origin");
  }

  checkAnonymous(request: FastifyRequest, from?: Guesser): void {
    this.refuseForeignPage(request);
    this.#parts.attempts.check(this.addressOf(request), browserName(from));
  }

  limitAnonymous(request: FastifyRequest, from?: Guesser): void {
    this.checkAnonymous(request, from);
    checkRate(this.#anonymousLimit, browserName(from) ?? senderOf(this.addressOf(request)));
  }

  countFailure(request: FastifyRequest, code: WrongCode, from?: Guesser): MillraceError {
    this.#parts.attempts.count(this.addressOf(request), browserName(from));
    return new MillraceError(code);
  }

  async #begin(whose: Pick<Session, "workspaceId" | "accountId">, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#checkAddress(whose.workspaceId, request);
    const old = this.#sessionOf(request);
    const browser = request.headers["user-agent"]?.slice(0, 300) ?? null;
    const { value, maxAgeSeconds } = await this.#parts.sessions.start({ ...whose, address: this.addressOf(request), browser });
    this.#cookies.set(request, reply, value, maxAgeSeconds);
    if (whose.accountId !== null) await this.remember(request, reply, whose.accountId);
    if (old) await this.#endSession(old.id);
  }

  /** Throws FORBIDDEN where an owner has said from where the workspace may be used, and this is not there. */
  #checkAddress(workspaceId: string, request: FastifyRequest): void {
    this.#parts.accounts.checkOpen([workspaceId], this.addressOf(request));
  }

  async remember(request: FastifyRequest, reply: FastifyReply, accountId: string): Promise<void> {
    const before = await this.#browsers.read(this.#cookies.readMark(request));
    const mark = await this.#browsers.mark(accountId, before?.accountId === accountId ? before.id : undefined);
    this.#cookies.setMark(request, reply, mark, knownForSeconds);
  }

  async #endSession(id: string): Promise<void> {
    await this.#parts.sessions.end(id).finally(this.#parts.onAccessChanged);
  }

  #sessionOf(request: FastifyRequest): Session | undefined {
    return this.#parts.sessions.use(this.#cookies.read(request));
  }

  addressOf({ raw }: FastifyRequest): string {
    return clientAddress(raw, this.#parts.trusted);
  }

  async guesserOf(request: FastifyRequest, email?: string): Promise<Guesser> {
    const address = this.addressOf(request);
    const browser = await this.#browsers.read(this.#cookies.readMark(request));
    const isOther = email !== undefined && browser?.accountId !== this.#parts.accounts.byEmail(email)?.id;
    return isOther ? { address } : { address, browser };
  }
}

/**
 * The page's cookie. Where the outside is https it is `Secure` and carries the prefix that only this host can set. Its name holds
 * the port, since browsers do not keep the cookies of different ports apart: two Millraces on one machine must not sign each
 * other out.
 */
function pageCookies(publicUrl: () => string, trusted: TrustedProxies) {
  const name = (secure: boolean) => `${secure ? "__Host-" : ""}millrace_${new URL(publicUrl()).port || "web"}`;
  const options = (secure: boolean) => ({ httpOnly: true, sameSite: "strict", path: "/", secure }) as const;
  const isSecure = ({ raw, headers }: FastifyRequest) => {
    // What the address bar says is known best by the browser. A page opened on this machine may be http although the public address is not.
    const bar = headers.origin !== undefined && URL.canParse(headers.origin) ? new URL(headers.origin) : undefined;
    if (bar?.protocol === "https:" || visibleAddressOf(raw, trusted).scheme === "https") return true;
    return publicUrl().startsWith("https:") && !(bar?.protocol === "http:" && isLoopbackHost(bar.host));
  };
  /** Where the outside is https, only the name that no other host can set counts. On this machine both may be used, one after the other. */
  const read = (request: FastifyRequest, suffix = "") => {
    const { cookies, raw } = request;
    const isHere = isLoopbackHost(visibleAddressOf(raw, trusted).host);
    return cookies[name(true) + suffix] ?? (isHere || !isSecure(request) ? cookies[name(false) + suffix] : undefined);
  };
  const set = (request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number, suffix = "") => {
    const secure = isSecure(request);
    reply.setCookie(name(secure) + suffix, value, { ...options(secure), maxAge });
  };
  return {
    read: (request: FastifyRequest) => read(request),
    set: (request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) => set(request, reply, value, maxAge),
    /** The mark of a browser stays when its session ends. */
    readMark: (request: FastifyRequest) => read(request, known),
    setMark: (request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) => set(request, reply, value, maxAge, known),
    clear(reply: FastifyReply) {
      for (const secure of [true, false]) reply.clearCookie(name(secure), options(secure));
    },
  };
}

const browserName = (from: Guesser | undefined) => from?.browser && `browser ${from.browser.id}`;
const known = "_known";
const isExpired = (key: ApiKeyRow | null, now: number) => key?.expiresAt != null && now >= key.expiresAt;
const bearer = ({ headers }: FastifyRequest) => /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
const foreignHost = (host: string | undefined) =>
  forbidden(`Millrace does not accept the host name '${host ?? ""}'. Set MILLRACE_PUBLIC_URL to the address people use`);
