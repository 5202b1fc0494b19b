import { DateTime, IANAZone } from "luxon";
import type { DateTimeOptions } from "luxon";
import { MappingProblem } from "./problem.ts";
import { quote, toText } from "./text.ts";

/** What a date filter needs to know. */
export interface DateSettings {
  zone: string;
  now: () => number;
}

/** Whether the IANA database knows the zone. */
export const isZone = (zone: string): boolean => IANAZone.isValidZone(zone);

/**
 * A moment as systems write it: `now`, `today`, ISO, SQL, RFC 2822, epoch seconds or milliseconds. Its zone is its own where it names
 * one, the flow's otherwise.
 */
export function toDateTime(value: unknown, { zone, now }: DateSettings): DateTime {
  const text = toText(value).trim();
  if (text === "now") return DateTime.fromMillis(now(), { zone });
  if (text === "today") return DateTime.fromMillis(now(), { zone }).startOf("day");
  if (typeof value === "number" || /^-?\d{9,}(\.\d+)?$/.test(text)) return fromEpoch(Number(text), zone);
  for (const parse of spellings) {
    const date = parse(text, { zone, setZone: true });
    if (date.isValid) return date;
  }
  throw new MappingProblem(`${quote(value)} is not a date; name its format with parse_date, like parse_date: '%d/%m/%Y'`);
}

type Parse = (text: string, options: DateTimeOptions) => DateTime;
const spellings: Parse[] = [
  (text, options) => DateTime.fromISO(text, options),
  (text, options) => DateTime.fromSQL(text, options),
  (text, options) => DateTime.fromRFC2822(text, options),
  (text, options) => DateTime.fromHTTP(text, options),
];

/** Seconds reach 1e11 in the year 5138, milliseconds did in 1973. */
function fromEpoch(epoch: number, zone: string): DateTime {
  const date = DateTime.fromMillis(Math.abs(epoch) < 1e11 ? epoch * 1000 : epoch, { zone });
  if (!date.isValid) throw new MappingProblem(`${quote(epoch)} is not a moment in seconds or milliseconds`);
  return date;
}

/** As it is sent: `2026-01-15T09:30:00Z`, with the offset where the zone is not UTC. */
export const toIso = (date: DateTime): string => date.toISO({ suppressMilliseconds: true }) ?? "";

// ---------------------------------------------------------------- formats

/** What Liquid's `%` letters are in Luxon's. */
const tokens: Record<string, string> = {
  Y: "yyyy",
  y: "yy",
  m: "MM",
  "-m": "M",
  d: "dd",
  "-d": "d",
  e: "d",
  H: "HH",
  "-H": "H",
  I: "hh",
  "-I": "h",
  k: "H",
  l: "h",
  M: "mm",
  "-M": "m",
  S: "ss",
  "-S": "s",
  L: "SSS",
  p: "a",
  b: "MMM",
  h: "MMM",
  B: "MMMM",
  a: "ccc",
  A: "cccc",
  j: "ooo",
  u: "c",
  z: "ZZZ",
  ":z": "ZZ",
  Z: "ZZZZ",
  s: "X",
  F: "yyyy-MM-dd",
  D: "MM/dd/yy",
  T: "HH:mm:ss",
  X: "HH:mm:ss",
  x: "MM/dd/yy",
  R: "HH:mm",
  r: "hh:mm:ss a",
};
const directive = /%([-:]?[A-Za-z])|%(%)|([^%]+|%)/g;

/** Formats with Liquid's letters (`%d.%m.%Y`) or, where there is no `%`, with Luxon's (`dd.MM.yyyy`). */
export function formatDate(date: DateTime, format: string): string {
  const spoken = date.setLocale("en-US");
  if (!format.includes("%")) return spoken.toFormat(format);
  return format.replace(directive, (whole, letter?: string) => {
    if (letter === undefined) return whole === "%%" ? "%" : whole;
    return letter === "P" ? spoken.toFormat("a").toLowerCase() : spoken.toFormat(token(letter));
  });
}

/** Reads a text of a known format, in the given zone where the text names none. */
export function parseFormatted(text: string, format: string, zone: string): DateTime {
  const date = DateTime.fromFormat(text.trim(), luxonFormat(format), { zone, setZone: true, locale: "en-US" });
  if (!date.isValid) throw new MappingProblem(`${quote(text)} is not a date of the format ${quote(format)}`);
  return date;
}

function luxonFormat(format: string): string {
  if (!format.includes("%")) return format;
  return format.replace(directive, (whole, letter?: string) =>
    letter === undefined ? `'${whole === "%%" ? "%" : whole}'` : token(letter === "P" ? "p" : letter),
  );
}

function token(letter: string): string {
  const known = tokens[letter];
  if (known === undefined) throw new MappingProblem(`there is no date letter '%${letter}'`);
  return known;
}
