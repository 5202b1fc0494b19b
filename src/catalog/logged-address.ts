/**
 * Where a call went, as the log of calls keeps it: everybody in the workspace reads it, and an address may be a secret itself (a hook, an
 * address with a token in it). Where the operation has a route, that is shown, with its parameters named and not filled. Of anything else
 * only what reads like words or numbers stays.
 */
export function loggedAddress(url: string, route = ""): string {
  const [, scheme, host, path = ""] = /^(https?:\/\/)(?:[^/?#]*@)?([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  if (scheme === undefined) return /^[^?#]*/.exec(url)![0]; // words in place of a secret address
  return `${scheme}${host}${routed(path.split("/"), partsOf(route)).join("/")}`;
}

const partsOf = (route: string): string[] => (/^\/(?!.*\{\+)/.test(route) ? route.split("?", 1)[0]!.split("/").slice(1) : []);

/** The route is at the end: the app's base address may have a path of its own. */
function routed(parts: readonly string[], route: readonly string[]): string[] {
  const base = parts.length - route.length;
  const fits = base > 0 && route.every((part, n) => part.includes("{") || part === parts[base + n]);
  return [
    ...parts.slice(0, fits ? base : undefined).map(harmless),
    ...(fits ? route : []).map((part) => (part.includes("{") ? part : harmless(part))),
  ];
}

const harmless = (part: string): string => (part.length <= 40 && (words.test(part) || number.test(part)) ? part : "…");
const words = /^(?:[A-Za-z][a-z]{0,14}(?:[-_.][A-Za-z]?[a-z]{1,14}|[A-Z][a-z]{1,14}){0,5}\d{0,2})?$/;
const number = /^\d{1,8}$/;
