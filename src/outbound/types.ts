import type { ErrorCode } from "#kernel/errors.ts";
import type { CallCause } from "#kernel/call-cause.ts";
import type { RefusedOperation } from "#catalog/decode.ts";
import type { ConnectionFacts, Effect, HttpRequest, QuotaRules, Refusal } from "#catalog/types.ts";

/** Which queue a request stands in when the budget is short: live before sync before backfill. */
export type Lane = "live" | "sync" | "backfill";

/** Adds the login to a request. The vault implements it; nobody else sees a secret. */
export interface Authorizer {
  /** The headers or query that log this connection in. Throws CONNECTION_* when there is no way in. */
  authorize(connection: ConnectionFacts): Promise<Credentials>;
  /** The other side refused `used` as expired. One refresh at a time; resolves with fresh credentials, or throws CONNECTION_EXPIRED/REVOKED/PAUSED. */
  renew(connection: ConnectionFacts, used: Credentials): Promise<Credentials>;
  /** Called after each answer to a call that was logged in: the refusal's code, or null when the login was good. */
  answered?(connection: ConnectionFacts, verdict: ErrorCode | null, to: AnsweredTo): void;
}
/** Which call an answer belongs to, as far as it says something of the login. */
export interface AnsweredTo {
  /** The version of the credentials that were sent. */
  version: number;
  /** Whether the request named the connection's own sub-account or agency. */
  namesOwnPlace: () => boolean;
  status?: number;
}
export interface Credentials {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  /** For apps whose secret is the URL itself: replaces the request's URL. */
  url?: string;
  /** For apps with several secret URLs: a request to `secret-url:<name>` goes to the one of that name. */
  urls?: Record<string, string>;
  /** Secrets that are sent as a part of something above: masked by themselves as well. */
  masks?: readonly string[];
  /** Changes with each renewal; tells whether somebody else already renewed. */
  version: number;
  /** Whether asking for fresh ones can help at all. */
  renewable: boolean;
}

export interface OutboundCall {
  connection: ConnectionFacts;
  app: { id: string; title: string; baseUrl?: string; quota?: QuotaRules; refusals: Refusal[] };
  /** `path`: its route, where it has one. */
  operation: RefusedOperation & { effect: Effect; path?: string };
  request: HttpRequest;
  lane: Lane;
  /** Who asks, the same on every attempt: keeps its place when the budget is short. Callers without one stand in no line. */
  claim?: string;
  /** The call needs no login: the authorizer is not asked. */
  open?: boolean;
  /** Dry: a call whose effect is not `read` never leaves; it throws DRY_RUN_WRITE. */
  dry?: boolean;
  /** Sent as `Idempotency-Key` when given. */
  idempotencyKey?: string;
  /** The answer's headers are kept with the exchange: somebody reads them. */
  keepHeaders?: boolean;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Why it is made, for the log of calls. */
  cause?: CallCause;
}

export interface OutboundReply {
  status: number;
  headers: Record<string, string>;
  /** Parsed when it is JSON, text otherwise, base64 for bytes (see `encoding`). */
  body: unknown;
  encoding?: "base64";
  /** What of the answer could not be read as it should be, a sentence. */
  note?: string;
  exchange: Exchange;
}

/** What went over the wire, without a secret in it; kept with the step and shown on the run page. */
export interface Exchange {
  at: number;
  method: string;
  url: string;
  /** Body as sent, cut at a bound. */
  sent?: string;
  status?: number;
  /** The answer's headers, with names in lower case and without possible secrets; only if the call has `keepHeaders`. */
  headers?: Record<string, string>;
  /** Answer, cut at a bound. */
  received?: string;
  requestId?: string;
  /** Where the answer came from in the end, when a write was answered by a redirect to its result. */
  redirectedTo?: string;
  durationMs: number;
  /** What of the answer could not be read as it should be. */
  note?: string;
  error?: string;
  /** It never left, for the reason in `error`. */
  notSent?: true;
}

/**
 * The one door to the outside. Keeps the quota, guards against SSRF and against writes in a dry run, logs in, renews once,
 * and turns refusals into errors of the table. A thrown MillraceError's details carry `outcome`
 * (`not_sent` | `refused` | `unknown`), `exchange` where a request was made, `retryAt` (epoch ms) where the other side or
 * the quota named a time, and `fields` (name -> sentence) where the vendor named fields.
 */
export interface Outbound {
  send(call: OutboundCall): Promise<OutboundReply>;
  /** Throws where an address may not be asked: HOST_NOT_ALLOWED or STEP_INPUT_INVALID. Sends nothing. */
  check?(url: string, ownUrl?: string): Promise<void>;
  close(): Promise<void>;
}

/** Where the budget of one app and sub-account stands. */
export interface QuotaMeter {
  limit: number;
  windowMs: number;
  used: number;
  left: number;
  /** Callers with a place in line. */
  waiting: Record<Lane, number>;
  /** Set during a pause that a 429 asked for. */
  pausedUntil?: number;
  /** `used` as the budget goes by; `made`: requests of the day for people to read, which a new token does not set back. */
  daily?: { limit: number; used: number; made: number; left: number; resetAt?: number };
  /** Requests a minute of late. */
  perMinute: number;
  /** When the daily budget ends at the present rate, if within a day. */
  exhaustedAt?: number;
}
