import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Pool, type Dispatcher } from "undici";
import type { HttpRequest } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isPublicAddress } from "./address.ts";
import { Intake } from "./intake.ts";
import { Flight, isUnsendable, type Answer, type FlightLimits, type Target } from "./flight.ts";
import { isMetadataHost, PrivateHosts } from "./private-hosts.ts";

export interface TransportOptions {
  clock: Clock;
  /** `host` or `host:port`: addresses of the private network that may be asked all the same. */
  allowPrivateHosts: readonly string[] | PrivateHosts;
  /** `host:port` of the sandbox: a private address for the connections that were made for it, and for nobody else. */
  sandboxHost?: string;
  /** Sends in place of the connection pools; for tests. */
  dispatcher?: Dispatcher;
  /** Resolves names; the system's resolver when absent. */
  lookup?: LookupFunction;
}
export interface Address {
  target: Target;
  path: string;
}

/** Connections to the outside, kept alive by origin. Every one is checked at the moment it is made. */
export interface Transport {
  /** Throws HOST_NOT_ALLOWED or STEP_INPUT_INVALID for a URL that may not be asked. `ownUrl` is an address that the connection was made for. */
  resolve(url: string, ownUrl?: string): Address;
  /** Throws as `resolve` does, and also where a name leads to an address that may not be asked. Nothing is sent. */
  check(url: string, ownUrl?: string): Promise<void>;
  /** One request and its whole answer, whatever the status. Follows nothing, retries nothing. */
  send(to: Address, request: HttpRequest, limits: FlightLimits): Promise<Answer>;
  close(): Promise<void>;
}

const mostOrigins = 500;
/** Bytes of all answers being received at a time. */
const mostBytesAtOnce = 32 * 1024 ** 2;
/** An origin, and a path that needs no more encoding. Anything else takes the slow way through the URL parser. */
const plainUrl = /^(https?:\/\/[^/?#\\@\s]+)(\/[!"$-[\]-~]*)$/;

/** The guarded transport. Nothing leaves Millrace by another way. */
export function createTransport(options: TransportOptions): Transport {
  const { clock, allowPrivateHosts, sandboxHost, lookup = systemLookup as LookupFunction } = options;
  const hosts = allowPrivateHosts instanceof PrivateHosts ? allowPrivateHosts : new PrivateHosts(allowPrivateHosts);
  const isSandbox = (url: URL): boolean => url.host === sandboxHost && !hosts.allows(url);
  const intake = new Intake(mostBytesAtOnce);
  const targets = new Targets({ lookup, isAllowed: (url) => hosts.allows(url) || isSandbox(url), dispatcher: options.dispatcher });
  hosts.onChange(() => targets.retireAll()); // each is judged again

  const resolve: Transport["resolve"] = (url, ownUrl) => {
    const to = targets.address(url);
    if (to.target.host === sandboxHost && hostOf(ownUrl) !== sandboxHost && isSandbox(new URL(to.target.origin)))
      throw notAllowed(to.target.host);
    return to;
  };
  return {
    resolve,
    async check(text, ownUrl) {
      const url = parse(text);
      resolve(text, ownUrl);
      if (isLiteral(url) || hosts.allows(url) || isSandbox(url)) return;
      if (!(await addressesOf(url.hostname, lookup)).every(isPublicAddress)) throw notAllowed(url.host);
    },
    send: ({ target, path }, request, limits) =>
      new Promise((resolve, reject) => {
        const rejected = (error: MillraceError) => {
          // undici's Pool takes the connection for busy, for good: 64 such requests, and none to the host would be sent any more.
          if (isUnsendable(error)) targets.retire(target);
          reject(error);
        };
        new Flight({ clock, intake }, target.host, limits, resolve, rejected).start(target, path, request);
      }),
    close: () => targets.close(),
  };
}

interface TargetParts {
  lookup: LookupFunction;
  /** Whether a private address may be asked all the same. */
  isAllowed(url: URL): boolean;
  /** Sends in place of the pools. */
  dispatcher: Dispatcher | undefined;
}

/** The connection pools, by origin. Whether an origin may be asked is decided when its pool is opened. */
class Targets {
  readonly #parts: TargetParts;
  readonly #byOrigin = new Map<string, Target>();

  constructor(parts: TargetParts) {
    this.#parts = parts;
  }

  address(url: string): Address {
    const plain = plainUrl.exec(url);
    if (plain) return { target: this.#of(plain[1]!), path: plain[2]! };
    const parsed = parse(url);
    return { target: this.#of(parsed.origin), path: parsed.pathname + parsed.search };
  }

  /** Drops a target: the next call to its origin opens new connections. Requests that are under way still finish. */
  retire(target: Target): void {
    if (this.#byOrigin.get(target.origin) !== target) return;
    this.#byOrigin.delete(target.origin);
    closeUnawaited(target);
  }

  retireAll(): void {
    const all = [...this.#byOrigin.values()];
    this.#byOrigin.clear();
    all.forEach(closeUnawaited);
  }

  async close(): Promise<void> {
    const pools = [...this.#byOrigin.values()].map((target) => target.dispatcher).filter((each) => each !== this.#parts.dispatcher);
    this.#byOrigin.clear();
    await Promise.all(pools.map((each) => each.close()));
  }

  #of(origin: string): Target {
    return this.#byOrigin.get(origin) ?? this.#open(origin);
  }

  #open(origin: string): Target {
    const { lookup, isAllowed, dispatcher } = this.#parts;
    const url = parse(origin);
    const allowed = isAllowed(url);
    if (isMetadataHost(url.hostname)) throw notAllowed(url.host);
    if (!allowed && isLiteral(url) && !isPublicAddress(bareHost(url))) throw notAllowed(url.host);
    const guard = guarded(lookup, allowed ? (address) => !isMetadataHost(address) : isPublicAddress);
    const target = { origin: url.origin, host: url.host, dispatcher: dispatcher ?? pool(url.origin, guard) };
    this.#byOrigin.set(origin, target);
    if (this.#byOrigin.size > mostOrigins) this.#retireOldest();
    return target;
  }

  #retireOldest(): void {
    const [[origin, target] = []] = this.#byOrigin;
    if (origin === undefined || target === undefined) return;
    this.#byOrigin.delete(origin);
    closeUnawaited(target);
  }
}

function closeUnawaited({ dispatcher }: Target): void {
  if (dispatcher instanceof Pool) void dispatcher.close().catch(() => undefined);
}

const addressesOf = (host: string, lookup: LookupFunction): Promise<string[]> =>
  new Promise((resolve) =>
    lookup(host, { all: true }, (error, addresses) => resolve(error ? [] : (addresses as LookupAddress[]).map(({ address }) => address))),
  );

/** Time to make a connection, and how long an idle one is kept. */
const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;
const connectionsPerOrigin = 64;

function pool(origin: string, lookup: LookupFunction): Pool {
  return new Pool(origin, {
    connections: connectionsPerOrigin,
    pipelining: 1, // the outcome of a request stays its own
    keepAliveTimeout: keepAliveMs,
    headersTimeout: 0, // each flight has its own deadline
    bodyTimeout: 0,
    connect: { timeout: connectTimeoutMs, lookup },
  });
}

/**
 * A resolver that refuses a name when any of its addresses is closed. The connection is made to the very address checked
 * here, so a name that resolves differently the second time gains nothing.
 */
function guarded(lookup: LookupFunction, isOpen: (address: string) => boolean): LookupFunction {
  return (hostname, options: LookupOptions, callback) => {
    lookup(hostname, { ...options, all: true }, (error, answer) => {
      if (error) return callback(error, []);
      const addresses = answer as LookupAddress[];
      if (addresses.length === 0 || !addresses.every((a) => isOpen(a.address))) return callback(notAllowed(hostname), []);
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== "https:" && url.protocol !== "http:"))
    throw badUrl("must be an address that begins with https:// or http://");
  if (url.username || url.password) throw badUrl("must not carry a name or password; put the login in a connection");
  return url;
}

const hostOf = (url: string | undefined): string | undefined => (url !== undefined && URL.canParse(url) ? new URL(url).host : undefined);
const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "");
const isLiteral = (url: URL): boolean => isIP(bareHost(url)) !== 0;
const badUrl = (problem: string) => new MillraceError("STEP_INPUT_INVALID", { details: { field: "url", problem, outcome: "not_sent" } });

/** Also used where the address shows itself only when the connection is made. */
function notAllowed(host: string): MillraceError {
  const never = isMetadataHost(URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : host);
  return new MillraceError("HOST_NOT_ALLOWED", { details: { host, outcome: "not_sent", todo: never ? neverAllowed : howToAllow } });
}

const howToAllow =
  "If flows are meant to call it, allow it under Connections, 'Addresses on your own network', or in MILLRACE_ALLOW_PRIVATE_HOSTS.";
const neverAllowed = "It gives out the credentials of the machine, so it is never called.";
