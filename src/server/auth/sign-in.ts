import type { FastifyReply, FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { clientAddress, isFromOwnPage, isLoopbackHost, isOwnHost, visibleAddressOf, type TrustedProxies } from "../http/access.ts";
import type { ApiKeys } from "./api-keys.ts";
import { isSameSecret } from "./secret-hash.ts";
import type { WrongKeys } from "./attempts.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SignInLinks } from "./sign-in-links.ts";

export interface SignInParts {
  keys: ApiKeys;
  sessions: Sessions;
  /** Null where local sign-in is off. */
  links: SignInLinks | null;
  wrongKeys: WrongKeys;
  /** The public address of this Millrace. */
  publicUrl: () => string;
  trusted: TrustedProxies;
  /** Whether a workspace is that of whoever runs Millrace: its key also opens /metrics, which is about all workspaces. */
  isOperator: (workspaceId: string) => boolean;
  /** A key that opens /metrics and nothing else. */
  metricsKey?: string;
  /** Called with a workspace's new API key. */
  keepKey: (workspaceId: string, key: string) => void;
  /** Called when somebody's access ended: closes what they still have open. */
  onEnded: () => void;
  /** Called with what happened and from which address, for the log. */
  onEvent: (what: "signed in with the API key" | "signed in with a link" | "signed out" | "replaced the API key", address: string) => void;
}

/** Who sent a request. */
export interface Visitor {
  kind: "key" | "session";
  id: string;
  workspaceId: string;
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
  withKey(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void>;
  withLink(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void>;
  /** A token for a one-time link. Throws LOCAL_SIGN_IN_OFF. */
  newLink(workspaceId: string): { token: string; expiresAt: number };
  /** Ends the session of the request, if it has one. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** A new API key in place of the workspace's old one. All its sessions and links end. */
  rotateKey(workspaceId: string, request: FastifyRequest, by?: string): Promise<string>;
  /** Whether somebody who was let in still may be. */
  isStillIn(visitor: Visitor): boolean;
}

export const createSignIn = (parts: SignInParts): SignIn => new CheckedSignIn(parts);

class CheckedSignIn implements SignIn {
  readonly #parts: SignInParts;
  readonly #cookies: ReturnType<typeof pageCookies>;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    this.#cookies = pageCookies(parts.publicUrl, parts.trusted);
  }

  check(request: FastifyRequest): Visitor {
    const key = bearer(request);
    if (key !== undefined) return this.#checkKey(request, key);
    const session = this.#sessionOf(request);
    if (!session) throw new MillraceError("NOT_SIGNED_IN");
    this.#checkPage(request);
    return { kind: "session", ...session };
  }

  checkMetrics(request: FastifyRequest): void {
    const { metricsKey, isOperator } = this.#parts;
    const key = bearer(request);
    if (key === undefined) throw new MillraceError("NOT_SIGNED_IN");
    if (metricsKey !== undefined && isSameSecret(key, metricsKey)) return;
    const { workspaceId } = this.#checkKey(request, key);
    if (!isOperator(workspaceId)) throw forbidden("The metrics are about all workspaces. Ask whoever runs Millrace for the metrics key");
  }

  async withKey(request: FastifyRequest, reply: FastifyReply, key: string): Promise<void> {
    const { workspaceId } = this.#checkKey(request, key.trim());
    this.#checkPage(request);
    await this.#begin(workspaceId, request, reply);
    this.#parts.onEvent("signed in with the API key", this.#addressOf(request));
  }

  async withLink(request: FastifyRequest, reply: FastifyReply, token: string): Promise<void> {
    this.#checkPage(request); // before the token is used up
    const workspaceId = this.#parts.links?.redeem(token) ?? null;
    if (workspaceId === null) throw this.#wrong(request, "LINK_INVALID");
    await this.#begin(workspaceId, request, reply);
    this.#parts.onEvent("signed in with a link", this.#addressOf(request));
  }

  newLink(workspaceId: string) {
    const { links, publicUrl } = this.#parts;
    if (!links) throw new MillraceError("LOCAL_SIGN_IN_OFF", { details: { url: publicUrl() } });
    return links.make(workspaceId);
  }

  async end(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = this.#sessionOf(request);
    if (session) this.#checkPage(request);
    this.#cookies.clear(reply);
    if (!session) return;
    await this.#endSession(session.id);
    this.#parts.onEvent("signed out", this.#addressOf(request));
  }

  async rotateKey(workspaceId: string, request: FastifyRequest, by?: string): Promise<string> {
    const { keys, sessions, links, keepKey, onEnded, onEvent } = this.#parts;
    const key = await keys.rotate(workspaceId, by);
    keepKey(workspaceId, key);
    links?.endAll(workspaceId);
    await sessions.endAll(workspaceId).finally(onEnded);
    onEvent("replaced the API key", this.#addressOf(request));
    return key;
  }

  isStillIn({ kind, id, workspaceId }: Visitor): boolean {
    const { keys, sessions } = this.#parts;
    return kind === "key" ? id === keys.keyId(workspaceId) : sessions.has(id);
  }

  #checkKey(request: FastifyRequest, key: string): Visitor {
    const row = this.#parts.keys.find(key);
    if (!row) throw this.#wrong(request, "NOT_SIGNED_IN");
    return { kind: "key", id: row.id, workspaceId: row.workspaceId };
  }

  /** Whether a foreign page could have sent it. It lets nobody in; it keeps others from using a cookie that is there. */
  #checkPage({ raw, method, headers }: FastifyRequest): void {
    const publicUrl = this.#parts.publicUrl();
    const { host } = visibleAddressOf(raw, this.#parts.trusted);
    if (!isOwnHost(host, publicUrl))
      throw forbidden(`Millrace does not go by the name '${host ?? ""}'. Set MILLRACE_PUBLIC_URL to the address it is reached under`);
    if (!isFromOwnPage(method, headers, host, publicUrl))
      throw forbidden("The request did not come from Millrace's own page. A program sends the API key instead of the page's cookie");
  }

  /** Counts a wrong key or link, and returns what is thrown for it; beyond the limit that is TOO_MANY_WRONG_KEYS. */
  #wrong(request: FastifyRequest, code: "NOT_SIGNED_IN" | "LINK_INVALID"): MillraceError {
    this.#parts.wrongKeys.count(this.#addressOf(request));
    return new MillraceError(code);
  }

  async #begin(workspaceId: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const old = this.#sessionOf(request);
    const { value, maxAgeSeconds } = await this.#parts.sessions.start(workspaceId);
    this.#cookies.set(request, reply, value, maxAgeSeconds);
    if (old) await this.#endSession(old.id);
  }

  async #endSession(id: string): Promise<void> {
    await this.#parts.sessions.end(id).finally(this.#parts.onEnded);
  }

  #sessionOf(request: FastifyRequest): Session | undefined {
    return this.#parts.sessions.use(this.#cookies.read(request));
  }

  #addressOf({ raw }: FastifyRequest): string {
    return clientAddress(raw, this.#parts.trusted);
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
  return {
    read: ({ cookies }: FastifyRequest) => cookies[name(true)] ?? cookies[name(false)],
    set(request: FastifyRequest, reply: FastifyReply, value: string, maxAge: number) {
      const secure = isSecure(request);
      reply.setCookie(name(secure), value, { ...options(secure), maxAge });
    },
    clear(reply: FastifyReply) {
      for (const secure of [true, false]) reply.clearCookie(name(secure), options(secure));
    },
  };
}

const bearer = ({ headers }: FastifyRequest) => /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
const forbidden = (problem: string) => new MillraceError("FORBIDDEN", { details: { problem } });
