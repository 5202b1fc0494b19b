import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv4 } from "node:net";

/** The proxies whose forwarding headers count. Anybody can send those headers, so from all others they are ignored. */
export interface TrustedProxies {
  has(address: string): boolean;
  /** Whether none is named. */
  empty: boolean;
}

/** Reads addresses, ranges (10.0.0.0/8) and the name `loopback`. Throws an error that names the wrong entry. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries.flatMap((e) => (e.toLowerCase() === "loopback" ? ["127.0.0.0/8", "::1"] : [e]))) addEntry(list, entry);
  return {
    has: (text) => {
      const address = plainAddress(text);
      return address !== undefined && list.check(address, familyOf(address));
    },
    empty: entries.length === 0,
  };
}

function addEntry(list: BlockList, entry: string): void {
  const [text, prefix] = entry.split("/", 2) as [string, string | undefined];
  const address = plainAddress(text);
  const bits = prefix === undefined ? undefined : Number(/^\d{1,3}$/.exec(prefix)?.[0]);
  if (address === undefined || entry.split("/").length > 2) throw new Error(`'${entry}' is neither an address nor a range of addresses`);
  if (bits === undefined) return list.addAddress(address, familyOf(address));
  if (bits === 0) throw new Error(`'${entry}' trusts every address there is. Name those of your proxies`);
  if (!(bits <= (isIPv4(address) ? 32 : 128))) throw new Error(`'${entry}' has no valid number of bits after the slash`);
  list.addSubnet(address, bits, familyOf(address));
}

type Peer = Pick<IncomingMessage, "headers"> & { socket: Pick<IncomingMessage["socket"], "remoteAddress"> };

/**
 * The address a request came from: the socket's, or, behind trusted proxies, the last hop of X-Forwarded-For that is not one of
 * them. What stands further left was sent by a stranger and proves nothing.
 */
export function clientAddress({ headers, socket }: Peer, trusted: TrustedProxies): string {
  let address = plainAddress(socket.remoteAddress) ?? "unknown";
  const hops = listOf(headers["x-forwarded-for"]);
  while (trusted.has(address)) {
    const before = plainAddress(withoutPort(hops.pop()));
    if (before === undefined) return address;
    address = before;
  }
  return address;
}

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

/** Whether a Host header names this machine. It says what a browser was asked to open, and proves nothing about who asks. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}

/** A proxy may have changed the Host on the way; the browser's Origin is then the public address. */
function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
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

/** One spelling for each address: IPv4 inside IPv6 as IPv4, without a zone. Undefined for what is no address. */
function plainAddress(text: string | undefined): string | undefined {
  const address = text
    ?.toLowerCase()
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
  return address !== undefined && isIP(address) > 0 ? address : undefined;
}

const familyOf = (address: string) => (isIPv4(address) ? "ipv4" : "ipv6");

/** Some proxies write the port beside the address. */
const withoutPort = (hop: string | undefined) => hop?.replace(/^\[(.+)\](:\d+)?$/, "$1").replace(/^([\d.]+):\d+$/, "$1");
