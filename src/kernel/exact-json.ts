/** Reading JSON without changing a number. Apart from the rest of JSON, since the page reads so as well. */

/** JSON that was read, and a text of it from which JSON.parse makes the same value. */
export interface ReadJson {
  value: unknown;
  text: string;
}

/**
 * Reads JSON without changing a number. An integer beyond 2^53, or a number beyond what can be computed with, becomes a text of its
 * digits: a number would take others in silence, and such integers are ids. Null where the text is nested deeper than `deepest`, which
 * is seen before it is parsed, since deep nesting makes parsing itself costly. Throws what JSON.parse throws.
 */
export function readJson(text: string, deepest = Infinity): ReadJson | null {
  if (isPlain(text, deepest)) return { value: JSON.parse(text), text };
  const scan = scanJson(text, deepest);
  if (scan.tooDeep) return null;
  const value: unknown = JSON.parse(text); // also the judge of whether it is JSON: the scan is not
  if (scan.misfits.length === 0) return { value, text };
  const exact = quoted(text, scan.misfits);
  return { value: JSON.parse(exact), text: exact };
}

/** The value of JSON in which no number changes. Throws what JSON.parse throws. */
export const parseJson = (text: string): unknown => readJson(text)!.value;

interface JsonScan {
  tooDeep: boolean;
  /** Where numbers begin and end that a number cannot hold. */
  misfits: readonly (readonly [from: number, to: number])[];
}
const noMisfits: JsonScan["misfits"] = [];
const code = (char: string): number => char.charCodeAt(0);
const [quote, backslash, zero, nine, minus] = [code('"'), code("\\"), code("0"), code("9"), code("-")];
const [openList, closeList, openObject, closeObject] = [code("["), code("]"), code("{"), code("}")];

/** Whether a glance shows what nearly always is so: no number of many digits or with an exponent, and too few brackets to be nested deep. */
const isPlain = (text: string, deepest: number): boolean => !mayBeMisfit.test(text) && hasFewBrackets(text, deepest);
const mayBeMisfit = /[\d.-]{16}|(?:^|[[:,\s-])\d[\d.]*[eE]/;

function hasFewBrackets(text: string, most: number): boolean {
  if (most === Infinity) return true;
  let left = most;
  for (const open of "[{") for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, at + 1)) if (--left < 0) return false;
  return true;
}

/** One pass over a text, strings left out. Of a text that is no JSON it says anything. */
function scanJson(text: string, deepest: number): JsonScan {
  let misfits: [number, number][] | undefined;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text.charCodeAt(i);
    if (char === quote) i = endOfString(text, i);
    else if (char >= zero && char <= nine) {
      const end = endOfNumber(text, i);
      const from = text.charCodeAt(i - 1) === minus ? i - 1 : i;
      if (!fits(text, from, end)) (misfits ??= []).push([from, end]);
      i = end - 1;
    } else if (char === openList || char === openObject) {
      if (++depth > deepest) return { tooDeep: true, misfits: noMisfits };
    } else if (char === closeList || char === closeObject) depth--;
  }
  return { tooDeep: false, misfits: misfits ?? noMisfits };
}

/** The index of the quote that ends the string which begins at `from`; the end of the text where none does. */
function endOfString(text: string, from: number): number {
  let at = text.indexOf('"', from + 1);
  while (at >= 0 && isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at < 0 ? text.length : at;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === backslash) before--;
  return (at - before) % 2 === 0;
}

/** The end of what may be a number. */
function endOfNumber(text: string, from: number): number {
  let i = from + 1;
  while (i < text.length && inNumber(text.charCodeAt(i))) i++;
  return i;
}
const [dot, plus, smallE, largeE] = [code("."), code("+"), code("e"), code("E")];
const inNumber = (char: number): boolean =>
  (char >= zero && char <= nine) || char === dot || char === smallE || char === largeE || char === plus || char === minus;

/** Integers of fewer characters are always exact, and without an exponent nothing is out of range. */
const exactLength = 16;

function fits(text: string, from: number, to: number): boolean {
  if (to - from < exactLength && !mayHaveExponent(text, from, to)) return true;
  const number = text.slice(from, to);
  return /[.eE]/.test(number) ? Number.isFinite(Number(number)) : Number.isSafeInteger(Number(number));
}

function mayHaveExponent(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) > nine) return true;
  return false;
}

function quoted(text: string, misfits: JsonScan["misfits"]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of misfits) {
    parts.push(text.slice(at, from), '"', text.slice(from, to), '"');
    at = to;
  }
  return parts.join("") + text.slice(at);
}
