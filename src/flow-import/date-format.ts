import { cutText } from "#kernel/characters.ts";
import { NotConvertible } from "./expr.ts";

/** Formats of dates as Make and Zapier write them (`YYYY-MM-DD HH:mm`), in the spellings that filters here take. */

const luxon: Record<string, string> = {
  YYYY: "yyyy",
  YY: "yy",
  MMMM: "LLLL",
  MMM: "LLL",
  MM: "LL",
  M: "L",
  DD: "dd",
  D: "d",
  dddd: "cccc",
  ddd: "ccc",
  HH: "HH",
  H: "H",
  hh: "hh",
  h: "h",
  mm: "mm",
  m: "m",
  ss: "ss",
  s: "s",
  SSS: "SSS",
  A: "a",
  Z: "ZZ",
  ZZ: "ZZZ",
  X: "X",
  x: "x",
};
const strftime: Record<string, string> = {
  YYYY: "%Y",
  YY: "%y",
  MMMM: "%B",
  MMM: "%b",
  MM: "%m",
  M: "%-m",
  DD: "%d",
  D: "%-d",
  dddd: "%A",
  ddd: "%a",
  HH: "%H",
  H: "%-H",
  hh: "%I",
  h: "%-I",
  mm: "%M",
  ss: "%S",
  A: "%p",
};

const tokens = /\[[^\]]{0,100}\]|Y+|M+|D+|d+|H+|h+|m+|s+|S+|A+|a+|Z+|X|x|[A-Za-z]+|[^A-Za-z[\]]+/g;

function translated(format: string, table: Record<string, string>, literally: (text: string) => string): string {
  if (format.length > 200) throw new NotConvertible("has a date format that is too long");
  return (format.match(tokens) ?? [])
    .map((token) => {
      if (token.startsWith("[")) return literally(token.slice(1, -1));
      if (!/[A-Za-z]/.test(token)) return token;
      if (!Object.hasOwn(table, token)) throw new NotConvertible(`writes a date with '${cutText(token, 20)}', which has no equal here`);
      return table[token]!;
    })
    .join("");
}

/** `YYYY-MM-DD` as Luxon writes it: `yyyy-LL-dd`. */
export const luxonOf = (format: string): string => translated(format, luxon, (text) => `'${text.replaceAll("'", "")}'`);

/** `YYYY-MM-DD` as strftime writes it: `%Y-%m-%d`. */
export const strftimeOf = (format: string): string => translated(format, strftime, (text) => text.replaceAll("%", "%%"));
