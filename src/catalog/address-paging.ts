import { cutText } from "#kernel/characters.ts";
import { MillraceError } from "#kernel/errors.ts";
import { getPath, isObject, sizeUpTo } from "#kernel/json.ts";
import { textOf } from "./text.ts";
import type { NextPage } from "./types.ts";

/** How a list at any address goes from page to page: the next address, or a member of the query that moves on. */

type Input = Record<string, unknown>;
/** Where reading stands: `url`, or one member of the query. */
type Position = Record<string, unknown>;

/** What the first page is asked with beside the input: nothing, unless pages or rows are counted. */
export function firstOfAddress(next: NextPage, input: Input): Position {
  if ("page" in next) return { [next.page]: countIn(input, next.page) ?? 1 };
  if ("offset" in next) return { [next.offset]: countIn(input, next.offset) ?? 0 };
  return {};
}

export function inputForAddress(next: NextPage, at: Position, input: Input): Input {
  if (Object.keys(at).length === 0) return {};
  if ("link" in next) return { url: at["url"], query: undefined };
  const [name] = Object.keys(at);
  return { url: without(input["url"], name!), query: { ...(isObject(input["query"]) ? input["query"] : {}), ...at } };
}

interface PageRead {
  raw: unknown;
  headers?: Record<string, string>;
  rows: readonly unknown[];
  asked: Input;
}

export function nextOfAddress(next: NextPage, at: Position, { raw, headers = {}, rows, asked }: PageRead): Position | null {
  if ("page" in next) return { [next.page]: Number(at[next.page]) + 1 };
  if ("offset" in next) return { [next.offset]: Number(at[next.offset]) + rows.length };
  if ("cursor" in next) {
    const value = getPath(raw, next.cursor);
    return isNothing(value) ? null : { [next.query]: short(value, "cursor") };
  }
  const link = nextAddress(next.link, { raw, headers });
  return link === null ? null : { url: addressOf(link, textOf(at["url"] ?? asked["url"])) };
}

/** The address of the next page as an answer names it: at a path, or (null) in its Link header. Null where it names none. */
export function nextAddress(path: string | null, { raw, headers = {} }: Pick<PageRead, "raw" | "headers">): string | null {
  const link = path === null ? linkIn(headers["link"] ?? "") : getPath(raw, path);
  if (isNothing(link)) return null;
  if (typeof link !== "string")
    throw refused(`the next page's address is ${typeof link === "object" ? "an object" : `a ${typeof link}`}, and no text`);
  return short(link, "address") as string;
}

/** What leads to the next page goes into an address, and no server takes one that is longer. */
const longestStep = 8_000;

function short(value: unknown, what: "address" | "cursor"): unknown {
  if (sizeUpTo(value, longestStep) > longestStep) throw refused(`the next page's ${what} is longer than ${longestStep} characters`);
  return value;
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === "" || value === false;

/** A count that the address or the query begins with. */
function countIn({ url, query }: Input, name: string): number | undefined {
  const value = (isObject(query) ? query[name] : undefined) ?? searchOf(url).get(name) ?? undefined;
  const count = Number(value);
  return value === undefined || !Number.isInteger(count) || count < 0 ? undefined : count;
}

const searchOf = (url: unknown): URLSearchParams => new URLSearchParams(textOf(url).split("#")[0]!.split("?").slice(1).join("?"));

/** The address without a member of its query, which is sent anew with each page. */
function without(url: unknown, name: string): string {
  const text = textOf(url);
  const [place = "", ...rest] = text.split("?");
  const kept = rest
    .join("?")
    .split("&")
    .filter((part) => part !== "" && nameOf(part) !== name);
  return rest.length === 0 ? text : kept.length === 0 ? place : `${place}?${kept.join("&")}`;
}

function nameOf(part: string): string {
  const name = part.split("=")[0]!.replaceAll("+", " ");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The address that a Link header calls the next one (RFC 8288); undefined where it names none. */
function linkIn(header: string): string | undefined {
  for (const [, address, parameters = ""] of header.matchAll(/<([^<>]*)>((?:\s*;[^,;"]*(?:"[^"]*")?)*)/g))
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(parameters)) return address;
  return undefined;
}

/** A login, and headers that may hold one, go to the place that the flow names and to no other, so the next page has to be there too. */
function addressOf(link: string, from: string): string {
  const isWhole = URL.canParse(from);
  const base = isWhole ? from : `http://place.invalid${from.startsWith("/") ? "" : "/"}${from}`;
  const url = withoutLogin(link, base);
  if (url.origin === new URL(base).origin) return isWhole ? url.href : url.pathname + url.search;
  if (!isWhole) return url.href; // the connection says whether it may be asked there
  throw elsewhere(url, from);
}

/**
 * The address of a further page of an operation, in full. `from`: the address of its first page. It has to be at the same host, because a login is
 * never sent to another one; and one that is asked by https is not asked by http, which servers behind a proxy write by mistake.
 */
export function furtherPage(link: string, from: string): string {
  const url = withoutLogin(link, from);
  if (from.startsWith("https:") && url.protocol === "http:") url.protocol = "https:";
  if (url.origin !== new URL(from).origin) throw elsewhere(url, from);
  return url.href;
}

function withoutLogin(link: string, base: string): URL {
  if (!URL.canParse(link, base)) throw refused(`the next page's address cannot be read: '${cutText(link, 80)}'`);
  const url = new URL(link, base);
  url.hash = "";
  url.username = url.password = ""; // the login is the connection's
  for (const name of new Set(url.searchParams.keys())) if (url.searchParams.get(name) === masked) url.searchParams.delete(name);
  return url;
}

const elsewhere = (url: URL, from: string) =>
  refused(`the next page is at ${url.origin}, and the list at ${new URL(from).origin}: only pages of one place are read`);

/** How a login is masked in an answer: it is added to the next request anew. */
const masked = "[secret]";

const refused = (problem: string) => new MillraceError("STEP_INPUT_INVALID", { details: { field: "paging", problem, outcome: "refused" } });
