import { charactersOf, countCharacters, endOfCharacters } from "#kernel/characters.ts";
import { hex, hmacSha256, sha256 } from "#kernel/sha256.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, maxTextLength, quote, toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";
import { currentWork } from "../work.ts";
import { numberArgument } from "./arguments.ts";

/** A filter of a text; missing values are handled before it (`missing.ts`). */
const ofText =
  (change: (text: string, ...args: unknown[]) => unknown): Filter =>
  (value, ...args) =>
    change(toText(value), ...args);

/** A value beside the filter's own that is missing makes no key of the text (`work.ts`). */
function beside(value: unknown): string {
  if (isBlank(value)) currentWork().part(false);
  return toText(value);
}

export const textFilters: Filters = {
  downcase: ofText((text) => text.toLowerCase()),
  upcase: ofText((text) => text.toUpperCase()),
  capitalize: ofText(capitalize),
  strip: ofText((text) => text.trim()),
  squish: ofText((text) => text.replace(/\s+/g, " ").trim()),
  append: ofText((text, other) => bounded(text + beside(other))),
  prepend: ofText((text, other) => bounded(beside(other) + text)),
  replace: ofText((text, from, to) => replaceAll(text, toText(from), toText(to))),
  remove: ofText((text, part) => replaceAll(text, toText(part), "")),
  truncate: ofText((text, length, end) => truncate(text, numberArgument(length, "truncate", 50), isNil(end) ? "…" : toText(end))),
  truncate_words: ofText((text, count, end) =>
    truncateWords(text, numberArgument(count, "truncate_words", 15), isNil(end) ? "…" : toText(end)),
  ),
  truncatewords: ofText((text, count, end) =>
    truncateWords(text, numberArgument(count, "truncatewords", 15), isNil(end) ? "..." : toText(end)),
  ),
  slice: (value, from, count) => slice(value, whole(numberArgument(from, "slice")), whole(numberArgument(count, "slice", 1))),
  strip_html: ofText(stripHtml),
  slug: ofText((text) =>
    text
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, ""),
  ),
  mask: ofText((text, visible) => mask(text, numberArgument(visible, "mask", 4))),
  sha256: ofText((text) => hex(sha256(bytesOf(text)))),
  hmac_sha256: ofText((text, key) => hex(hmacSha256(bytesOf(text), bytesOf(toText(key))))),
  url_encode: ofText((text) =>
    encodeURIComponent(textOf(bytesOf(text)))
      .replaceAll("%20", "+")
      .replace(/[!'()*]/g, percentCode),
  ),
  base64_encode: ofText(base64),
  base64_decode: ofText((text) => fromBase64(text, /^[A-Za-z0-9+/]*$/, "base64")),
  base64_url_safe_encode: ofText((text) => base64(text).replaceAll("+", "-").replaceAll("/", "_")),
  base64_url_safe_decode: ofText((text) => fromBase64(text, /^[\w-]*$/, "URL-safe base64")),
};

// The same in the server and in the page, where there is no Buffer.
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const bytesOf = (text: string): Uint8Array => encoder.encode(text);
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

const mostArguments = 0x8000;

function base64(text: string): string {
  const bytes = bytesOf(text);
  let binary = "";
  for (let i = 0; i < bytes.length; i += mostArguments) binary += String.fromCharCode(...bytes.subarray(i, i + mostArguments));
  return btoa(binary);
}

function fromBase64(text: string, alphabet: RegExp, what: string): string {
  const bare = text.replace(/\s+/g, "").replace(/={1,2}$/, "");
  if (bare.length % 4 === 1 || !alphabet.test(bare)) throw new MappingProblem(`${quote(text)} is not ${what}`);
  const binary = atob(bare.replaceAll("-", "+").replaceAll("_", "/"));
  return textOf(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
}

const percentCode = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;

function capitalize(text: string): string {
  const first = text === "" ? "" : String.fromCodePoint(text.codePointAt(0)!);
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** Counted before it is done, so that nothing too long is ever made. */
function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return replaceBetween(text, to);
  let count = 0;
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) count++;
  if (count === 0) return text;
  if (text.length + count * (to.length - from.length) > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return text.split(from).join(to);
}

const longestSpread = 128 * 1024;

/** What replacing nothing does in Liquid: the new text goes around all characters. */
function replaceBetween(text: string, to: string): string {
  if (to === "") return text;
  if (text.length > longestSpread) throw new MappingProblem("replacing nothing takes a text of at most 128 KiB");
  const characters = charactersOf(text);
  if (text.length + (characters.length + 1) * to.length > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return ["", ...characters, ""].join(to);
}

/** Counts characters as people do: an emoji is one. */
function truncate(text: string, length: number, end: string): string {
  if (text.length <= length || endOfCharacters(text, length) === text.length) return text;
  return text.slice(0, endOfCharacters(text, Math.floor(Math.max(0, length - countCharacters(end))))) + end;
}

function whole(number: number): number {
  if (!Number.isInteger(number)) throw new MappingProblem(`slice takes whole numbers, not ${number}`);
  return number;
}

/** So many items of a list, or characters of a text, counted from either end. */
function slice(value: unknown, from: number, count: number): unknown {
  const text = Array.isArray(value) ? "" : toText(value);
  const start = from >= 0 ? from : from + (Array.isArray(value) ? value.length : countCharacters(text));
  const kept = start < 0 ? 0 : Math.max(0, count);
  if (Array.isArray(value)) return kept === 0 ? [] : value.slice(start, start + kept);
  const rest = kept === 0 ? "" : text.slice(endOfCharacters(text, start));
  return rest.slice(0, endOfCharacters(rest, kept));
}

function truncateWords(text: string, count: number, end: string): string {
  const words = text.trim().split(/\s+/);
  return words.length <= count ? text : words.slice(0, Math.max(1, count)).join(" ") + end;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ...lettersByName() };

/** The named letters of Latin 1, in their order, and the signs that texts of mail programs have. */
function lettersByName(): Record<string, string> {
  const latin =
    "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm " +
    "raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH " +
    "Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig " +
    "ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml " +
    "yacute thorn yuml";
  const signs = {
    euro: "€",
    hellip: "…",
    ndash: "–",
    mdash: "—",
    lsquo: "‘",
    rsquo: "’",
    ldquo: "“",
    rdquo: "”",
    bdquo: "„",
    bull: "•",
    trade: "™",
  };
  return { ...Object.fromEntries(latin.split(" ").map((name, i) => [name, String.fromCharCode(0xa1 + i)])), ...signs };
}

/** The text a reader of the page would see: scripts and tags gone, breaks and paragraphs as new lines. */
function stripHtml(html: string): string {
  return dropBetween(dropBetween(dropBetween(html, "<!--", "-->"), "<script", "</script>"), "<style", "</style>")
    .replace(/<(?:br\s*\/?|\/p|\/div|\/li|\/h[1-6]|\/tr)>/gi, "\n")
    .replace(/<[a-z/!?][^<>]*>/gi, "")
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]\w{1,30}));/gi, (whole, code?: string, hex?: string, name?: string) =>
      name === undefined ? character(code === undefined ? parseInt(hex!, 16) : Number(code), whole) : (entities[name] ?? whole),
    )
    .replace(/[ \t]+/g, " ")
    .replace(/ ?\n ?/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const character = (code: number, otherwise: string): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : otherwise);

/** Drops every part between two marks; by index, since a regular expression takes quadratic time on unclosed ones. */
function dropBetween(text: string, opener: string, closer: string): string {
  const lower = text.toLowerCase();
  let kept = "";
  let at = 0;
  for (;;) {
    const start = lower.indexOf(opener, at);
    const end = start < 0 ? -1 : lower.indexOf(closer, start + opener.length);
    if (end < 0) return kept + text.slice(at);
    kept += text.slice(at, start);
    at = end + closer.length;
  }
}

function mask(text: string, visible: number): string {
  const hidden = Math.max(0, countCharacters(text) - visible);
  return "•".repeat(hidden) + text.slice(endOfCharacters(text, hidden));
}
