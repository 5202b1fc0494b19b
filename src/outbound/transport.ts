import { lookup as systemLookup, type LookupAddress, type LookupOptions } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Pool, type Dispatcher } from "undici";
import type { HttpRequest } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isPublicAddress } from "./address.ts";
import { Intake } from "./intake.ts";
import { Flight, type Answer, type FlightLimits, type Target } from "./flight.ts";
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
export function createTransport({
  clock,
  allowPrivateHosts,
  sandboxHost,
  dispatcher,
  lookup = systemLookup as LookupFunction,
}: TransportOptions): Transport {
  const hosts = allowPrivateHosts instanceof PrivateHosts ? allowPrivateHosts : new PrivateHosts(allowPrivateHosts);
  const isSandbox = (url: URL): boolean => url.host === sandboxHost && !hosts.allows(url);
  const intake = new Intake(mostBytesAtOnce);
  const targets = new Map<string, Target>();
  hosts.onChange(() => {
    while (targets.size > 0) retire(targets); // each is judged again
  });

  const target = (origin: string): Target => targets.get(origin) ?? open(origin);
  const open = (origin: string): Target => {
    const url = parse(origin);
    const allowed = hosts.allows(url) || isSandbox(url);
    if (isMetadataHost(url.hostname)) throw notAllowed(url.host);
    if (!allowed && isLiteral(url) && !isPublicAddress(bareHost(url))) throw notAllowed(url.host);
    const guard = guarded(lookup, allowed ? (address) => !isMetadataHost(address) : isPublicAddress);
    const made = { origin: url.origin, host: url.host, dispatcher: dispatcher ?? pool(url.origin, guard) };
    targets.set(origin, made);
    if (targets.size > mostOrigins) retire(targets);
    return made;
  };
  const address = (url: string): Address => {
    const plain = plainUrl.exec(url);
    if (plain) return { target: target(plain[1]!), path: plain[2]! };
    const parsed = parse(url);
    return { target: target(parsed.origin), path: parsed.pathname + parsed.search };
  };
  const resolve: Transport["resolve"] = (url, ownUrl) => {
    const to = address(url);
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
      const found = await new Promise<LookupAddress[]>((resolve) =>
        lookup(url.hostname, { all: true }, (error, addresses) => resolve(error ? [] : (addresses as LookupAddress[]))),
      );
      if (!found.every(({ address }) => isPublicAddress(address))) throw notAllowed(url.host);
    },
    send: ({ target: to, path }, request, limits) =>
      new Promise((resolve, reject) => new Flight({ clock, intake }, to.host, limits, resolve, reject).start(to, path, request)),
    async close() {
      const pools = [...targets.values()].map((t) => t.dispatcher).filter((d) => d !== dispatcher);
      targets.clear();
      await Promise.all(pools.map((p) => p.close()));
    },
  };
}

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
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses = found as LookupAddress[];
      if (addresses.length === 0 || !addresses.every((a) => isOpen(a.address))) return callback(notAllowed(hostname), []);
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

/** The oldest origin gives way. Its requests under way still finish. */
function retire(targets: Map<string, Target>): void {
  const [origin, { dispatcher }] = targets.entries().next().value!;
  targets.delete(origin);
  if (dispatcher instanceof Pool) void dispatcher.close().catch(() => undefined);
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
