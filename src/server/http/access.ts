import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ipRanges, plainAddress, type IpRanges } from "#kernel/ip-ranges.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";

/** The proxies whose forwarding headers count. Anybody can send those headers, so from all others they are ignored. */
export type TrustedProxies = IpRanges;

type Peer = Pick<IncomingMessage, "headers"> & { socket: Pick<IncomingMessage["socket"], "remoteAddress"> };

/** Stands for the address of whoever comes through a proxy or tunnel on this machine that is not trusted: nobody knows where they are. It is on no list. */
export const behindUnnamedProxy = "a proxy on this machine";

/** What to do about such a proxy. */
export const nameTheProxy =
  "Whoever runs Millrace has to name the proxy in MILLRACE_TRUSTED_PROXIES ('loopback' if it runs on the same machine), so that Millrace learns who comes through it";

/** What to do about a refused address: to name the proxy where that is what is missing. */
export const adviceFor = (address: string, otherwise: string): string => (address === behindUnnamedProxy ? nameTheProxy : otherwise);

/** This machine's own addresses. Only a request that nobody forwarded has one. */
export const thisMachine = ipRanges(["loopback"]);

/**
 * The address a request came from: the socket's, or, behind trusted proxies, the last hop of X-Forwarded-For that is not one of
 * them. What stands further left was sent by a stranger and proves nothing. A loopback address is only ever the socket's own, because
 * lists let this machine in.
 */
export function clientAddress({ headers, socket }: Peer, trusted: TrustedProxies): string {
  const peer = plainAddress(socket.remoteAddress) ?? "unknown";
  if (!trusted.has(peer)) return thisMachine.has(peer) && isForwarded(headers) ? behindUnnamedProxy : peer;
  const hops = listOf(headers["x-forwarded-for"]);
  let address = peer;
  while (trusted.has(address)) {
    const hop = hops.pop();
    if (hop === undefined) break;
    address = plainAddress(withoutPort(hop)) ?? "unknown"; // not the proxy's own: that may be let in where a stranger is not
  }
  return thisMachine.has(address) && isForwarded(headers) ? "unknown" : address;
}

/** Whether a proxy or tunnel says that it passed a request on. */
const isForwarded = (headers: IncomingHttpHeaders): boolean =>
  Object.keys(headers).some((name) => name.startsWith("x-forwarded-") || forwardingHeaders.has(name));
const forwardingHeaders: ReadonlySet<string> = new Set([
  "forwarded",
  "via",
  "x-real-ip",
  "x-client-ip",
  "cf-connecting-ip",
  "true-client-ip",
]);

/** What the outside sees: the Host and, where a trusted proxy says it, the scheme. */
export interface VisibleAddress {
  host: string | undefined;
  scheme: string | undefined;
}

/** The Host and scheme of the address bar, as far as the socket's other end may be believed. */
export function visibleAddressOf({ headers, socket }: Peer, trusted: TrustedProxies): VisibleAddress {
  if (!trusted.has(socket.remoteAddress ?? "")) return { host: headers.host, scheme: undefined };
  return {
    host: listOf(headers["x-forwarded-host"]).at(-1) ?? headers.host,
    scheme: listOf(headers["x-forwarded-proto"]).at(-1)?.toLowerCase(),
  };
}

/** Whether the Host is one Millrace goes by: loopback, or the public address's. It keeps out pages that rebind their name. */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  return isLoopbackHost(host) || (host !== undefined && host.toLowerCase() === new URL(publicUrl).host);
}

/**
 * Whether a request was made by Millrace's own page. The header cannot be added by a foreign page without a preflight nobody
 * answers; what browsers say of the origin must agree.
 */
export function isFromOwnPage(method: string, headers: IncomingHttpHeaders, host: string | undefined, publicUrl: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, host, publicUrl)) return false;
  if (headers["x-millrace"] === "1") return true;
  return method === "GET" && site === "same-origin" && headers.accept === "text/event-stream"; // EventSource cannot send headers
}

/** A proxy may have changed the Host on the way; the browser's Origin is then the public address. */
export function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: from } = new URL(origin);
  return from === host?.toLowerCase() || from === new URL(publicUrl).host;
}

function listOf(header: string | string[] | undefined): string[] {
  return (Array.isArray(header) ? header.join() : (header ?? ""))
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Some proxies write the port beside the address. */
const withoutPort = (hop: string | undefined) => hop?.replace(/^\[(.+)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
