import type { FastifyReply, FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import { isFromOwnPage, isLocal, isLoopbackHost, isOwnHost, type Origin } from "./access.ts";
import type { ApiKeys } from "./api-keys.ts";
import type { SessionKind, Sessions } from "./sessions.ts";

export interface SignInParts {
  keys: ApiKeys;
  sessions: Sessions;
  /** The address Millrace goes by. */
  publicUrl: () => string;
  /** Whether a browser on this machine needs no key. */
  localSignIn: boolean;
}

/** Who may come in, and how a page gets its session. Requests of the API carry the key, or the page's cookie. */
export interface SignIn {
  /** Throws NOT_SIGNED_IN or FORBIDDEN. */
  check(request: FastifyRequest): void;
  /** Whether the request is signed in, or comes from this machine: what /metrics asks. */
  isTrusted(request: FastifyRequest): boolean;
  withKey(request: FastifyRequest, reply: FastifyReply, key: string): void;
  /** Signs in a browser of this machine, and renews a session, when the page is loaded. */
  welcome(request: FastifyRequest, reply: FastifyReply): void;
  end(reply: FastifyReply): void;
}

export function createSignIn({ keys, sessions, publicUrl, localSignIn }: SignInParts): SignIn {
  // Browsers do not keep cookies of different ports apart: two Millraces on one machine must not sign each other out.
  const cookieName = () => `millrace_${new URL(publicUrl()).port || "web"}`;

  const setCookie = (reply: FastifyReply, kind: SessionKind) => {
    const { value, maxAgeSeconds } = sessions.issue(kind);
    reply.setCookie(cookieName(), value, { ...cookieOptions(reply.request, publicUrl()), maxAge: maxAgeSeconds });
  };
  const sessionOf = (request: FastifyRequest): SessionKind | undefined => {
    const kind = sessions.read(request.cookies[cookieName()]);
    return kind === "local" && !isLocal(originOf(request)) ? undefined : kind;
  };
  const checkKey = (request: FastifyRequest, key: string) => {
    const row = keys.find(key);
    if (!row) throw new MillraceError("NOT_SIGNED_IN");
    if (row.loopbackOnly && !isLocal(originOf(request))) throw forbidden(firstKeyOnly);
    return row;
  };
  const checkPage = (request: FastifyRequest) => {
    const { headers } = request;
    if (!isOwnHost(headers.host, publicUrl()))
      throw forbidden(
        `Millrace does not go by the name '${headers.host ?? ""}'. Set MILLRACE_PUBLIC_URL to the address it is reached under`,
      );
    if (!sessionOf(request)) throw new MillraceError("NOT_SIGNED_IN");
    if (!isFromOwnPage(request.method, headers, publicUrl()))
      throw forbidden("The request did not come from Millrace's own page. A program sends the API key instead of the page's cookie");
  };
  const check = (request: FastifyRequest) => {
    const key = bearer(request.headers.authorization);
    if (key === undefined) checkPage(request);
    else checkKey(request, key);
  };
  return {
    check,
    isTrusted(request) {
      if (isLocal(originOf(request))) return true;
      const key = bearer(request.headers.authorization);
      return key !== undefined && keys.find(key)?.loopbackOnly === false;
    },
    withKey(request, reply, key) {
      const { loopbackOnly } = checkKey(request, key.trim());
      if (!isOwnHost(request.headers.host, publicUrl()))
        throw forbidden("Open Millrace under the address set as MILLRACE_PUBLIC_URL, and sign in there");
      setCookie(reply, loopbackOnly ? "local" : "key");
    },
    welcome(request, reply) {
      const local = localSignIn && isLocal(originOf(request));
      const kind = sessionOf(request) ?? (local ? "local" : undefined);
      if (kind && isOwnHost(request.headers.host, publicUrl())) setCookie(reply, kind);
    },
    end: (reply) => void reply.clearCookie(cookieName(), cookieOptions(reply.request, publicUrl())),
  };
}

const firstKeyOnly = "The first API key opens the door from this machine only. Run 'millrace key rotate' there and use the key it prints";
/** On this machine the page may be open without TLS although the public address has it. */
const cookieOptions = ({ headers }: FastifyRequest, publicUrl: string) =>
  ({ httpOnly: true, sameSite: "strict", path: "/", secure: publicUrl.startsWith("https:") && !isLoopbackHost(headers.host) }) as const;
const originOf = ({ socket, headers }: FastifyRequest): Origin => ({ remoteAddress: socket.remoteAddress, headers });
const bearer = (authorization: string | undefined) => /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1];
const forbidden = (problem: string) => new MillraceError("FORBIDDEN", { details: { problem } });
