import { withPretendedWords } from "#kernel/pretended-id.ts";
import { dayWords, minuteOf, momentOf } from "./time.ts";

export interface Piece {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond this many words a text is shown as replaced as a whole: the table below grows with the product of both lengths. */
const maxWords = 600;

/** What changed between two texts, word by word. Joined, the pieces that are not `added` give `before`, those not `removed` give `after`. */
export function wordDiff(before: string, after: string): Piece[] {
  const old = words(before);
  const now = words(after);
  if (old.length > maxWords || now.length > maxWords) return merge([piece("removed", before), piece("added", after)]);
  return merge(walk(old, now, commonLengths(old, now)));
}

function words(text: string): string[] {
  return text.match(/\s+|[^\s]+/g) ?? [];
}

function piece(kind: Piece["kind"], text: string): Piece {
  return { kind, text };
}

/** Cell [i][j]: the length of the longest common run of words of `old` from i and `now` from j. */
function commonLengths(old: string[], now: string[]): Uint16Array[] {
  const table = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const best = old[i] === now[j] ? cell(table, i + 1, j + 1) + 1 : Math.max(cell(table, i + 1, j), cell(table, i, j + 1));
      table[i]?.fill(best, j, j + 1);
    }
  }
  return table;
}

function cell(table: Uint16Array[], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function walk(old: string[], now: string[], table: Uint16Array[]): Piece[] {
  const pieces: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < now.length) {
    const left = old[i];
    const right = now[j];
    if (left !== undefined && left === right) {
      pieces.push(piece("same", left));
      i++;
      j++;
    } else if (left !== undefined && (right === undefined || cell(table, i + 1, j) >= cell(table, i, j + 1))) {
      pieces.push(piece("removed", left));
      i++;
    } else {
      pieces.push(piece("added", right ?? ""));
      j++;
    }
  }
  return pieces;
}

function merge(pieces: Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const next of pieces) {
    const last = merged.at(-1);
    if (next.text === "") continue;
    if (last?.kind === next.kind) last.text += next.text;
    else merged.push({ ...next });
  }
  return merged;
}

/** Long enough, and alike enough, that single words are worth marking. */
export function worthWordDiff(before: unknown, after: unknown): before is string {
  const isLong = (value: unknown) => typeof value === "string" && value.length > 24 && momentOf(value) === undefined;
  return isLong(before) && isLong(after);
}

/** A value as it reads in a table: text bare, nothing as a word, lists and objects with commas. */
export function valueWords(value: unknown): string {
  if (value === undefined || value === null || value === "") return "empty";
  if (typeof value === "string") return dateWords(value) ?? withPretendedWords(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value !== "object") return String(value as number);
  const within = (member: unknown) => (typeof member === "object" && member !== null ? `(${valueWords(member)})` : valueWords(member));
  const words = Array.isArray(value) ? value.map(within) : Object.entries(value).map(([key, member]) => `${key}: ${within(member)}`);
  return words.length === 0 ? "empty" : words.join(", ");
}

/** A date or a moment as people read it; undefined for every other text. */
function dateWords(text: string): string | undefined {
  const at = momentOf(text);
  return at === undefined ? dayWords(text) : minuteOf(at);
}
