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

function replaceAll(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (text.length + (parts.length - 1) * to.length > maxTextLength) throw new MappingProblem("the text is longer than 1 MiB");
  return parts.join(to);
}

const segmenter = new Intl.Segmenter();

/** Counts characters as people do: an emoji is one. */
function truncate(text: string, length: number, end: string): string {
  if (text.length <= length) return text;
  const characters = charactersOf(text);
  return characters.length <= length ? text : characters.slice(0, Math.max(0, length - charactersOf(end).length)).join("") + end;
}

const charactersOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

function truncateWords(text: string, count: number, end: string): string {
  const words = text.trim().split(/\s+/);
  return words.length <= count ? text : words.slice(0, Math.max(1, count)).join(" ") + end;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** The text a reader of the page would see: scripts and tags gone, breaks and paragraphs as new lines. */
function stripHtml(html: string): string {
  return dropBetween(dropBetween(dropBetween(html, "<!--", "-->"), "<script", "</script>"), "<style", "</style>")
    .replace(/<(?:br\s*\/?|\/p|\/div|\/li|\/h[1-6]|\/tr)>/gi, "\n")
    .replace(/<[^<>]*>/g, "")
    .replace(/&(?:#(\d{1,7})|(\w{2,8}));/g, (whole, code?: string, name?: string) =>
      code ? character(Number(code), whole) : (entities[name!] ?? whole),
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
