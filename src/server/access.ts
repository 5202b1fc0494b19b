import type { IncomingHttpHeaders } from "node:http";

/** What the doors need to know of a request to judge where it comes from. */
export interface Origin {
  remoteAddress: string | undefined;
  headers: IncomingHttpHeaders;
}

const forwarding = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via", "cf-connecting-ip"];

/**
 * Whether a request was made on this very machine by somebody who meant this machine: a loopback socket, a loopback Host
 * (a page of another site that rebinds its name to 127.0.0.1 still sends its own), and no proxy in between.
 */
export function isLocal({ remoteAddress, headers }: Origin): boolean {
  return isLoopbackAddress(remoteAddress) && isLoopbackHost(headers.host) && !forwarding.some((name) => headers[name] !== undefined);
}

/** Whether the Host is one Millrace goes by: loopback, or the public address's. */
export function isOwnHost(host: string | undefined, publicUrl: string): boolean {
  return isLoopbackHost(host) || (host !== undefined && host.toLowerCase() === new URL(publicUrl).host);
}

/**
 * Whether a request that carries the page's cookie was made by the page itself. The header cannot be added by a foreign page
 * without a preflight nobody answers; what browsers say of the origin must agree.
 */
export function isFromOwnPage(method: string, headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin") return false;
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, headers.host, publicUrl)) return false;
  if (headers["x-millrace"] === "1") return true;
  return method === "GET" && site === "same-origin" && headers.accept === "text/event-stream"; // EventSource cannot send headers
}

function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && (address === "::1" || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address));
}

export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host);
}

/** A proxy may have changed the Host on the way; the browser's Origin is then the public address. */
function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { host: from } = new URL(origin);
  return from === host?.toLowerCase() || from === new URL(publicUrl).host;
}
