import { loginKinds } from "#catalog/logins/kinds.ts";
import type { CallConnection } from "./call-connections.ts";
import { roughDuration } from "#kernel/durations.ts";
import { cutText } from "#kernel/characters.ts";
import type { Dispatcher } from "undici";
import { decodeRefusal } from "#catalog/decode.ts";
import type { HttpRequest } from "#catalog/types.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError, type ErrorDetails, type Outcome } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { readAnswer } from "./answer.ts";
import type { Answer } from "./flight.ts";
import type { Governor } from "./governor.ts";
import { retryAfterMs } from "./headers.ts";
import { keptHeaders } from "./kept-headers.ts";
import { isSecretUrl, logIn } from "./login.ts";
import { methodOverride } from "./method-override.ts";
import { nothingSecret, redacted, redactorFor, type Redactor } from "./redact.ts";
import { createTransport, type Address, type Transport, type TransportOptions } from "./transport.ts";
import type { AnsweredTo, Authorizer, Credentials, Exchange, Outbound, OutboundCall, OutboundReply } from "./types.ts";

export interface OutboundOptions {
  clock: Clock;
  governor: Governor;
  authorizer: Authorizer;
  log: Log;
  /** `host` or `host:port`: private addresses that may be asked all the same. */
  allowPrivateHosts: TransportOptions["allowPrivateHosts"];
  timeoutMs: number;
  /** The largest answer that is read. */
  maxBytes?: number;
  /** Sends in place of the connection pools; for tests. */
  dispatcher?: Dispatcher;
  /** Shared with the login's own requests; made here when absent. */
  transport?: Transport;
}

/** A wait for the budget up to this long is slept through; a longer one is the engine's, which has better to do meanwhile. */
const longestNapMs = 250;
const mostRedirects = 3;
const keptLength = 4_000;
const defaultMaxBytes = 10 * 1024 ** 2;

/**
 * The quota's key of a connection: one budget for each app and sub-account. A token is an app of its own for the other side, which counts it
 * apart: its figures are not those of a login that a person granted in the same place.
 */
export function quotaKey(app: { id: string }, { baseUrl = "", locationId, companyId, id, auth }: CallConnection): string {
  const place = locationId ?? companyId ?? id;
  const isGranted = auth === undefined || loginKinds[auth].registration !== undefined;
  return `${app.id}|${baseUrl}|${isGranted || place === id ? place : `${place}|${id}`}`;
}

/** The one door to the outside. See `Outbound` for what it keeps. */
export function createOutbound(options: OutboundOptions): Outbound {
  const transport = options.transport ?? createTransport(options);
  const door = new Door(options, transport);
  return {
    send: (call) => door.send(call),
    check: transport.check,
    close: () => (options.transport ? Promise.resolve() : transport.close()),
  };
}

/** `elsewhere`: another host gave the answer, without the login. */
interface Fetched {
  answer: Answer;
  elsewhere: boolean;
}

class Door {
  readonly #clock: Clock;
  readonly #governor: Governor;
  readonly #authorizer: Authorizer;
  readonly #log: Log;
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #maxBytes: number;

  constructor({ clock, governor, authorizer, log, timeoutMs, maxBytes = defaultMaxBytes }: OutboundOptions, transport: Transport) {
    this.#clock = clock;
    this.#governor = governor;
    this.#authorizer = authorizer;
    this.#log = log;
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
  }

  async send(call: OutboundCall): Promise<OutboundReply> {
    if (call.dry) checkDry(call);
    if (call.app.quota && !isSecretUrl(call.request.url)) this.#transport.resolve(call.request.url, ownUrl(call)); // before a slot is spent on it
    const seq = call.app.quota ? await this.#slot(call) : -1;
    if (call.open) return this.#attempt(call, null, seq);
    const credentials = await this.#authorizer.authorize(call.connection);
    try {
      return await this.#attempt(call, credentials, seq);
    } catch (thrown) {
      if (!credentials.renewable || !mayHeal(thrown)) throw thrown;
    }
    const fresh = await this.#authorizer.renew(call.connection, credentials);
    return this.#attempt(call, fresh, call.app.quota ? await this.#slot(call) : -1, credentials);
  }

  /** A slot of the budget: at once, after a nap, or QUOTA_WAIT with the time to come back. */
  async #slot(call: OutboundCall): Promise<number> {
    const { quota } = call.app;
    const deadline = this.#clock.now() + longestNapMs;
    for (;;) {
      const now = this.#clock.now();
      const slot = this.#governor.take(quotaKey(call.app, call.connection), quota!, call.lane, now, call.claim || undefined);
      if (slot.granted) return slot.seq;
      if (call.signal?.aborted || slot.retryAt > deadline) throw quotaWait(call, slot.retryAt, now);
      await sleep(this.#clock, slot.retryAt - now, call.signal);
    }
  }

  /** `spent` is the login an earlier attempt was made with: an answer may speak of it as well. */
  async #attempt(call: OutboundCall, credentials: Credentials | null, seq: number, spent?: Credentials): Promise<OutboundReply> {
    const redactor = redactorFor(credentials, spent);
    const exchange = begin(call, this.#clock.now(), redactor);
    try {
      const fetched = await this.#fetch(call, logIn(call, credentials), exchange, redactor);
      const { elsewhere } = fetched;
      const answer = withoutLogin(fetched.answer, redactor);
      if (call.keepHeaders) exchange.headers = keptHeaders(answer.headers);
      const retryAt = this.#noteQuota(call, seq, answer);
      const read = readAnswer(answer, this.#maxBytes, redactor);
      exchange.received = cut(read.text);
      if (read.doubt !== undefined) exchange.note = `The answer ${read.doubt.replace(/\.$/, "")}.`;
      if (answer.status >= 200 && answer.status < 300) {
        if (credentials && !elsewhere) this.#authorizer.answered?.(call.connection, null, answeredTo(call, credentials, answer.status));
        if (read.unreadable && call.operation.effect === "read") throw answer.lost ?? unreadable(call, answer.status, exchange.note!);
        return {
          status: answer.status,
          headers: answer.headers,
          body: read.body,
          ...(read.encoding && { encoding: read.encoding }),
          ...(exchange.note !== undefined && { note: exchange.note }),
          exchange,
        };
      }
      throw refusal(call, answer, read.body, retryAt ?? this.#retryAfter(answer));
    } catch (thrown) {
      const error = withExchange(call, toMillraceError(thrown), exchange, this.#clock.now(), redactor);
      if (credentials && error.details.outcome === "refused")
        this.#authorizer.answered?.(call.connection, error.code, answeredTo(call, credentials, exchange.status));
      throw error;
    }
  }

  /**
   * The answer to a request, or the one at the end of its redirects. A read follows them all. A write follows those that say "done, see
   * there": from then on it is a read of the result, and what fails there leaves the write in doubt.
   */
  async #fetch(call: OutboundCall, first: HttpRequest, exchange: Exchange, redactor: Redactor): Promise<Fetched> {
    const to = this.#transport.resolve(first.url, isSecretUrl(call.request.url) ? first.url : ownUrl(call));
    const isRead = call.operation.effect === "read";
    const answer = await this.#ask(call, to, first, exchange, redactor);
    const location = redirectOf(answer);
    if (location === undefined) return { answer, elsewhere: false };
    if (isRead) return this.#follow(call, to, first, answer, exchange, redactor);
    if (!saysDone(first, answer)) throw redirected(call, answer.status, location, to);
    try {
      const result = await this.#follow(call, to, first, answer, exchange, redactor);
      if (result.answer.status < 300) return result;
      const { text, body } = readAnswer(result.answer, this.#maxBytes, redactor);
      exchange.received = cut(text);
      throw refusal(call, result.answer, body, undefined);
    } catch (thrown) {
      throw inDoubt(thrown);
    }
  }

  async #follow(
    call: OutboundCall,
    from: Address,
    first: HttpRequest,
    redirecting: Answer,
    exchange: Exchange,
    redactor: Redactor,
  ): Promise<Fetched> {
    let request = first;
    let at = from;
    let answer = redirecting;
    let elsewhere = false;
    for (let hops = 0; ; hops++) {
      const location = redirectOf(answer);
      if (location === undefined) return { answer, elsewhere };
      if (hops === mostRedirects) throw badRedirect(call, answer.status, `it redirects more than ${mostRedirects} times`);
      const next = this.#hop(at, location, call);
      elsewhere ||= next.target !== at.target;
      request = redirect(request, answer.status, next.target === at.target, call);
      at = next;
      if (call.operation.effect !== "read") exchange.redirectedTo = cut(redactor.text(`${next.target.origin}${next.path}`));
      answer = await this.#ask(call, next, request, exchange, redactor);
    }
  }

  async #ask(call: OutboundCall, to: Address, request: HttpRequest, exchange: Exchange, redactor: Redactor): Promise<Answer> {
    const answer = await this.#transport.send(to, request, {
      timeoutMs: call.timeoutMs ?? this.#timeoutMs,
      maxBytes: this.#maxBytes,
      signal: call.signal,
      app: call.app.title,
    });
    exchange.status = answer.status;
    exchange.requestId = requestIdOf(answer, redactor);
    exchange.durationMs = this.#clock.now() - exchange.at;
    return answer;
  }

  #hop(from: Address, location: string, call: OutboundCall): Address {
    const base = `${from.target.origin}${from.path}`;
    return this.#transport.resolve(URL.canParse(location, base) ? new URL(location, base).href : location, ownUrl(call));
  }

  #noteQuota(call: OutboundCall, seq: number, { status, headers }: Answer): number | undefined {
    if (seq < 0) return undefined;
    const key = quotaKey(call.app, call.connection);
    const retryAt = this.#governor.onAnswer(key, seq, status, headers, this.#clock.now());
    if (retryAt !== undefined)
      this.#log.warn({ app: call.app.id, connection: call.connection.name, retryAt }, "the other side asked us to slow down");
    return retryAt;
  }

  #retryAfter({ status, headers }: Answer): number | undefined {
    const ms = status >= 400 ? retryAfterMs(headers, this.#clock.now()) : undefined;
    return ms === undefined ? undefined : this.#clock.now() + ms;
  }
}

/** What an answer is an answer to. Whether the request names the login's own place is seen by its address and body. */
function answeredTo({ connection, request }: OutboundCall, { version }: Credentials, status?: number): AnsweredTo {
  const place = connection.locationId ?? connection.companyId;
  const namesOwnPlace = () =>
    place === undefined || request.url.includes(place) || (typeof request.body === "string" && request.body.includes(place));
  return { version, namesOwnPlace, ...(status !== undefined && { status }) };
}

function begin({ request, connection }: OutboundCall, at: number, redactor: Redactor): Exchange {
  return { at, durationMs: 0, ...shownRequest(request, connection.name, redactor) };
}

/** A request as people may see it, before it is logged in. */
export function shownRequest(
  { method, url, body }: HttpRequest,
  connection: string,
  { text }: Redactor = nothingSecret,
): Pick<Exchange, "method" | "url" | "sent"> {
  const shown = { method, url: isSecretUrl(url) ? `(secret address of ${connection})` : cut(text(url)) };
  if (typeof body === "string") return { ...shown, sent: cut(text(body)) };
  return body ? { ...shown, sent: `(${body.length} bytes)` } : shown;
}

/** The answer with the login masked in its headers; its body is read later. */
function withoutLogin(answer: Answer, redactor: Redactor): Answer {
  if (redactor === nothingSecret) return answer;
  const headers: Record<string, string> = {};
  for (const name in answer.headers) headers[name] = redactor.text(answer.headers[name]!);
  return { ...answer, headers };
}

/** Long enough for any service's id; a header holds whatever its sender likes. */
const longestRequestId = 100;

function requestIdOf({ headers }: Answer, { text }: Redactor): string | undefined {
  const id = headers["x-request-id"] ?? headers["x-trace-id"];
  return id === undefined ? undefined : cutText(text(id), longestRequestId);
}

/** The beginning of a long text, copied: a mere slice would keep all of it in memory. */
const cut = (text: string): string => (text.length > keptLength ? `${Buffer.from(cutText(text, keptLength)).toString()}…` : text);

function refusal(call: OutboundCall, { status, headers }: Answer, body: unknown, retryAt: number | undefined): MillraceError {
  const error = decodeRefusal(call.app, call.operation, status, body, headers, call.connection.name);
  return retryAt === undefined ? error : withDetails(error, { retryAt });
}

/** Where an answer leads on; undefined for one that is no redirect. */
/** The address that the login of a call was made for: its connection's own, or that of the app. */
const ownUrl = ({ connection, app }: OutboundCall): string | undefined => connection.baseUrl ?? app.baseUrl;

const redirectOf = ({ status, headers }: Answer): string | undefined =>
  status < 300 || status >= 400 || status === 304 ? undefined : headers["location"];

/** 303 says "done, the result is there"; so does a 302 after a POST. Every other redirect says that the request belongs elsewhere. */
const saysDone = ({ method }: HttpRequest, { status }: Answer): boolean => status === 303 || (status === 302 && method === "POST");

/** A redirect of a write that is not followed. After a 302 nobody can tell whether it took effect. */
function redirected(call: OutboundCall, status: number, location: string, from: Address): MillraceError {
  const target = URL.canParse(location, from.target.origin) ? new URL(location, from.target.origin).origin : "another address";
  const message = `it redirects to ${target}, which is not followed for a write; use the final address`;
  return badRedirect(call, status, message, status === 302 ? "unknown" : "refused");
}

/** The write was answered by "done, see there", and what is there says nothing of it. Fresh credentials must not send it again. */
function inDoubt(thrown: unknown): MillraceError {
  const { code, cause, details } = toMillraceError(thrown);
  const { refresh: _, retryAt: __, ...rest } = details;
  return new MillraceError(code, { cause, details: { ...rest, outcome: "unknown" } });
}

/** The other side did what it was asked, and what it said is lost: a read has nothing to go on with. */
const unreadable = (call: OutboundCall, status: number, message: string) =>
  new MillraceError("OUTBOUND_FAILED", { details: { ...names(call), status, message, outcome: "refused" } });

const badRedirect = (call: OutboundCall, status: number, message: string, outcome: Outcome = "refused") =>
  new MillraceError("OUTBOUND_REFUSED", { details: { ...names(call), status, message, outcome } });

/** The next request of a read. Another origin gets neither the login nor what was sent to the first. */
function redirect(request: HttpRequest, status: number, sameOrigin: boolean, call: OutboundCall): HttpRequest {
  const { method, url, body } = request;
  const keepsMethod = status >= 307 || (status !== 303 && method !== "POST");
  if (!sameOrigin && keepsMethod && body !== undefined)
    throw badRedirect(call, status, "it redirects a request with a body to another host");
  const headers = sameOrigin ? { ...request.headers } : pick(request.headers, ["accept", "user-agent"]);
  if (keepsMethod) return { ...request, headers };
  for (const name of ["content-type", "content-encoding", "idempotency-key"]) delete headers[name];
  return { method: "GET", url, headers };
}

function pick(headers: Record<string, string>, kept: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => kept.includes(name)));
}

/** The error with what went over the wire. Whatever words of the other side are in it, the login is not. */
function withExchange(call: OutboundCall, error: MillraceError, exchange: Exchange, now: number, redactor: Redactor): MillraceError {
  exchange.durationMs = now - exchange.at;
  const outcome = exchange.status === undefined ? "not_sent" : "unknown";
  const details = redacted(error.details, redactor) as ErrorDetails;
  const complete = withDetails(error, { ...names(call), status: exchange.status, outcome, ...details, exchange });
  exchange.error = complete.message;
  if (exchange.status === undefined && complete.details["outcome"] === "not_sent") {
    exchange.notSent = true;
    exchange.durationMs = 0;
  }
  return complete;
}

const names = ({ app, operation }: OutboundCall) => ({ app: app.title, operation: operation.title ?? operation.id });

const withDetails = (error: MillraceError, details: ErrorDetails): MillraceError =>
  new MillraceError(error.code, { cause: error.cause, details: { ...error.details, ...details } });

const mayHeal = (thrown: unknown): boolean => thrown instanceof MillraceError && thrown.details.refresh === true;

/** A dry run reads only: no write, and no read that the other side may take for a write. */
function checkDry(call: OutboundCall): void {
  if (call.operation.effect !== "read") throw dryRunWrite(call);
  const override = methodOverride(call.request);
  if (override === undefined) return;
  const problem = `'${override.name}' can make a write of a read, so it is not sent in a dry run`;
  throw new MillraceError("STEP_INPUT_INVALID", { details: { ...names(call), field: override.field, problem, outcome: "not_sent" } });
}

const dryRunWrite = (call: OutboundCall) => new MillraceError("DRY_RUN_WRITE", { details: { ...names(call), outcome: "not_sent" } });

const quotaWait = ({ connection, app }: OutboundCall, retryAt: number, now: number) =>
  new MillraceError("QUOTA_WAIT", {
    details: {
      app: app.title,
      ...app.quota?.burst,
      connection: connection.name,
      wait: roughDuration(retryAt - now),
      retryAt,
      outcome: "not_sent",
    },
  });
