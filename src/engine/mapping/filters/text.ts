import { createHash } from "node:crypto";
import { MappingProblem } from "../problem.ts";
import { bounded, isNil, maxTextLength, toText } from "../text.ts";
import type { Filter, Filters } from "../types.ts";
import { numberArgument } from "./arguments.ts";

/** A filter of a text, for which what is missing stays missing. */
const ofText =
  (change: (text: string, ...args: unknown[]) => unknown): Filter =>
  (value, ...args) =>
    isNil(value) ? undefined : change(toText(value), ...args);

export const textFilters: Filters = {
  downcase: ofText((text) => text.toLowerCase()),
  upcase: ofText((text) => text.toUpperCase()),
  capitalize: ofText((text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()),
  strip: ofText((text) => text.trim()),
  squish: ofText((text) => text.replace(/\s+/g, " ").trim()),
  append: (value, other) => bounded(toText(value) + toText(other)),
  prepend: (value, other) => bounded(toText(other) + toText(value)),
  replace: ofText((text, from, to) => replaceAll(text, toText(from), toText(to))),
  remove: ofText((text, part) => replaceAll(text, toText(part), "")),
  truncate: ofText((text, length, end) => truncate(text, numberArgument(length, "truncate", 50), isNil(end) ? "…" : toText(end))),
  truncate_words: ofText((text, count, end) =>
    truncateWords(text, numberArgument(count, "truncate_words", 15), isNil(end) ? "…" : toText(end)),
  ),
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
  sha256: ofText((text) => createHash("sha256").update(text).digest("hex")),
};

/** Counted before it is done, so that nothing too long is ever made. */
function replaceAll(text: string, from: string, to: string): string {
  if (from === "") return replaceBetween(text, to);
  let count = 0;
  for (let at = text.indexOf(from); at >= 0; at = text.indexOf(from, at + from.length)) count++;
  if (count === 0) return text;
  if (text.length + count * (to.length - from.length) > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return text.split(from).join(to);
}

/** What replacing nothing does in Liquid: the new text goes between all characters. */
function replaceBetween(text: string, to: string): string {
  if (text.length * (1 + to.length) > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return text.split("").join(to);
}

const segmenter = new Intl.Segmenter();

/** Counts characters as people do: an emoji is one. No more of the text is looked at than is kept. */
function truncate(text: string, length: number, end: string): string {
  if (text.length <= length) return text;
  if (length > mostCounted) return text.slice(0, wholeUnits(text, length - end.length)) + end;
  const kept = Math.floor(Math.max(0, length - countUpTo(end, length)));
  let cut = 0;
  let counted = 0;
  for (const character of charactersOf(text)) {
    if (counted < kept) cut += character.length;
    if (++counted > length) return text.slice(0, cut) + end;
  }
  return text;
}

/** A longer text is cut by code units: finding where its characters end would take too long. */
const mostCounted = 10_000;
/** The segmenter takes quadratic time, so it gets a text window by window. A character longer than one counts as several. */
const windowLength = 256;

function* charactersOf(text: string): Generator<string> {
  for (let at = 0; at < text.length;) {
    const characters = Array.from(segmenter.segment(text.slice(at, at + windowLength)), ({ segment }) => segment);
    if (characters.length > 1 && at + windowLength < text.length) characters.pop(); // it may go on in the next window
    for (const character of characters) {
      at += character.length;
      yield character;
    }
  }
}

function countUpTo(text: string, most: number): number {
  let count = 0;
  for (const _ of charactersOf(text)) if (++count >= most) break;
  return count;
}

/** So many code units, without half of a pair at the end. */
function wholeUnits(text: string, length: number): number {
  const at = Math.max(0, Math.floor(length));
  const code = text.charCodeAt(at - 1);
  return code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
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
  const hidden = Math.max(0, text.length - visible);
  return "•".repeat(hidden) + text.slice(hidden);
}
