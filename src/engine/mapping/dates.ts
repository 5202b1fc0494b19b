import { DateTime } from "luxon";
import { beginsLikeDate, epochMs, firstOf, readMoment } from "#catalog/moments.ts";
import { MappingProblem } from "./problem.ts";
import { quote, toText } from "./text.ts";

/** What a date filter needs to know. */
export interface DateSettings {
  zone: string;
  now: () => number;
}

/** A time as systems write it (see `readMoment`). Its zone is its own where it names one, the flow's otherwise. */
export function toDateTime(value: unknown, { zone, now }: DateSettings): DateTime {
  const text = toText(value).trim();
  const moment = readMoment(typeof value === "number" ? value : text, { zone, now: now() });
  if (moment === null) throw new MappingProblem(`${quote(value)} is not a date${whyNot(text)}`);
  return epochMs(text) === null ? moment.at : moment.at.setZone(zone);
}

function whyNot(text: string): string {
  if (/^-?\d+(\.\d+)?$/.test(text)) return ": as seconds, milliseconds or microseconds it is not between 1973 and 2100";
  if (beginsLikeDate(text)) return ": there is no such day or time";
  return "; name its format with parse_date, like parse_date: '%d/%m/%Y'";
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
  return firstOf(date);
}

function luxonFormat(format: string): string {
  if (!format.includes("%")) return format;
  return format.replace(directive, (whole, letter?: string) =>
    letter === undefined ? `'${whole === "%%" ? "%" : whole}'` : token(letter === "P" ? "p" : letter),
  );
}

function token(letter: string): string {
  const format = tokens[letter];
  if (format === undefined) throw new MappingProblem(`there is no date letter '%${letter}'`);
  return format;
}
