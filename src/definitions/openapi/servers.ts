/** Where the API of a document is. */
import type { DraftGuess } from "#api/schemas/app-drafts.ts";
import { address } from "#catalog/definition-texts.ts";
import { isObject } from "#kernel/json.ts";
import type { Notes } from "./notes.ts";
import type { Node } from "./refs.ts";

/** The first server of a list as an address that paths are added to; undefined where it is none. `source`: where the document came from. */
export function serverOf(servers: unknown, at: string, notes: Notes, source?: string): string | undefined {
  const [first] = Array.isArray(servers) ? servers.filter(isObject) : [];
  if (!first || typeof first["url"] !== "string") return undefined;
  const url = completed(filled(first, at, notes), source);
  const plain = url?.replace(/[?#].*$/, "").replace(/\/+$/, "");
  if (plain === undefined || !address.safeParse(plain).success) {
    notes.add(at, `The address '${first["url"].slice(0, 100)}' is not complete; fill in where the API is.`);
    return undefined;
  }
  return plain;
}

/** The address with its variables' usual values. */
function filled({ url, variables }: Node, at: string, notes: Notes): string {
  const known = isObject(variables) ? variables : {};
  return (url as string).slice(0, 2000).replace(/\{([^{}]*)\}/g, (hole, name: string) => {
    const variable = Object.hasOwn(known, name) && isObject(known[name]) ? known[name] : undefined;
    const usual = variable?.["default"] ?? (Array.isArray(variable?.["enum"]) ? variable["enum"][0] : undefined);
    if (typeof usual !== "string" && typeof usual !== "number") return hole;
    notes.add(at, `The address has the variable '${name.slice(0, 60)}'; its usual value '${String(usual).slice(0, 60)}' is taken.`);
    return String(usual);
  });
}

/** An address of the document that is complete, or becomes so beside the address it came from. */
export function completed(value: unknown, source: string | undefined): string | undefined {
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const url = value.trim();
  if (/^https?:\/\//i.test(url)) return URL.canParse(url) ? url : undefined;
  if (/^[a-z][a-z\d+.-]*:/i.test(url) && !/^\/\//.test(url)) return undefined;
  if (source !== undefined) return URL.canParse(url, source) ? new URL(url, source).href : undefined;
  return url.startsWith("//") && URL.canParse(`https:${url}`) ? `https:${url}` : undefined;
}

/** What is guessed about the address: that it is the first of several. */
export function serverGuesses(servers: unknown): DraftGuess[] {
  const others = Array.isArray(servers) ? servers.filter(isObject).slice(1, 6) : [];
  if (others.length === 0) return [];
  const names = others.map(({ url, description }) =>
    (typeof description === "string" ? `${String(url)} (${description})` : String(url)).slice(0, 120),
  );
  return [{ member: "baseUrl", why: `The first of the document's addresses was taken; the others are ${names.join(", ")}` }];
}
