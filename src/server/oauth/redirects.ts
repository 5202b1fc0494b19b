import { isLoopbackHost } from "#kernel/loopback.ts";

/** The longest redirect address, in characters. */
export const longestRedirectUri = 2_000;

/**
 * Whether an address may be registered for the answer of a sign-in: https, http on the person's own machine, or a private scheme that is a
 * domain in reverse, such as `com.example.app:/callback` (RFC 8252). No fragment and no password.
 */
export function isRedirectUri(text: string): boolean {
  if (text.length > longestRedirectUri || !URL.canParse(text)) return false;
  const { protocol, host, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "" || text.includes("#")) return false;
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(host)) || reverseDomain.test(protocol);
}

/**
 * A domain in reverse begins with what domains end with: letters alone, or `xn--` and more. So it is none of the schemes of a system that have
 * a dot too, such as `x-apple.systempreferences:` and `ms-settings.x:`. A top-level domain has two letters at least.
 */
const reverseDomain = /^(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+:$/;

/** Whether an answer may go to `wanted`: exactly one of those registered. On the person's own machine the port may differ, as it is chosen anew. */
export const isRegistered = (wanted: string, registered: readonly string[]): boolean =>
  registered.some((uri) => uri === wanted || isSameButPort(uri, wanted));

function isSameButPort(registered: string, wanted: string): boolean {
  if (!isRedirectUri(wanted) || !isRedirectUri(registered)) return false;
  const [one, other] = [new URL(registered), new URL(wanted)];
  if (one.protocol !== "http:" || other.protocol !== "http:") return false;
  return one.hostname === other.hostname && one.pathname === other.pathname && one.search === other.search;
}

/** The address with an answer in its query. */
export function withAnswer(redirectUri: string, answer: Record<string, string | undefined>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Where a person is sent, in words: a host, or the scheme of a program. */
export function hostOf(redirectUri: string): { host: string; isLocal: boolean } {
  const { protocol, host } = new URL(redirectUri);
  if (protocol === "https:") return { host, isLocal: false };
  if (protocol === "http:") return { host, isLocal: true };
  return { host: protocol, isLocal: true };
}
