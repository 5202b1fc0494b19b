import { cutText } from "#kernel/characters.ts";
import { compared } from "../comparisons.ts";
import { type Expr, filter, isNumber, isText, join, literal, NotConvertible, word } from "../expr.ts";

/** What functions and methods of n8n's expressions are in the mapping language. Only those that give the same for every value are here. */

type Method = (on: Expr, args: readonly Expr[]) => Expr;

/** What a call is given besides changes what it gives: without an equal here, it is listed. */
function atMost(count: number, args: readonly Expr[]): void {
  if (args.length > count) throw new NotConvertible("calls a function with settings that have no equal here");
}

const simple =
  (name: string): Method =>
  (on, args) => {
    atMost(0, args);
    return filter(on, name);
  };
const withArgs =
  (name: string, count = 1): Method =>
  (on, args) => {
    atMost(count, args);
    return filter(on, name, ...args);
  };

/** A number written in the expression itself. */
function fixedNumber(arg: Expr | undefined, otherwise?: number): number {
  if (arg === undefined && otherwise !== undefined) return otherwise;
  if (arg && isNumber(arg)) return arg.value;
  throw new NotConvertible("cuts at a place that is worked out");
}

function fixedText(arg: Expr | undefined): string {
  if (arg && isText(arg)) return arg.value;
  throw new NotConvertible("has an argument that is worked out or a pattern");
}

const slice: Method = (on, [from, to]) => {
  const start = fixedNumber(from, 0);
  if (to === undefined) return start >= 0 ? filter(on, "slice", start, 100_000) : filter(on, "slice", start, -start);
  const end = fixedNumber(to);
  if (start < 0 || end < start) throw new NotConvertible("cuts from the end");
  return filter(on, "slice", start, end - start);
};

const units: Record<string, string> = {
  minute: "minutes",
  minutes: "minutes",
  hour: "hours",
  hours: "hours",
  day: "days",
  days: "days",
  week: "weeks",
  weeks: "weeks",
  month: "months",
  months: "months",
  year: "years",
  years: "years",
};
const unitOf = (unit: string): string => {
  if (Object.hasOwn(units, unit)) return units[unit]!;
  throw new NotConvertible(`counts in '${cutText(unit, 20)}'`);
};

/** `plus({ days: 1 })`, and `plus(1, "day")`. */
const moved =
  (sign: "plus" | "minus"): Method =>
  (on, [amount, unit]) => {
    if (amount?.is === "object") return amount.members.reduce((date, [name, by]) => filter(date, `${sign}_${unitOf(name)}`, by), on);
    if (!amount || !unit) throw new NotConvertible("moves a date by something that is not understood");
    return filter(on, `${sign}_${unitOf(fixedText(unit))}`, amount);
  };

const formatted: Method = (on, args) => {
  atMost(1, args);
  const pattern = literal(fixedText(args[0]));
  const zoned = on.is === "filter" && on.filter === "date_in_zone" && on.args.length === 1;
  if (zoned) return { ...on, args: [on.args[0]!, pattern] };
  if (isInOtherZone(on)) throw new NotConvertible("works out a date in another zone before it writes it");
  return filter(on, "date", pattern);
};

/** Whether a zone was chosen before the date was moved: here the date is read in the flow's zone again. */
const isInOtherZone = (on: Expr): boolean => on.is === "filter" && (on.filter === "date_in_zone" || isInOtherZone(on.on));

const inFlowZone =
  (method: Method): Method =>
  (on, args) => {
    if (isInOtherZone(on)) throw new NotConvertible("works out a date in another zone");
    return method(on, args);
  };

/** How each part of a date is written that is a number. */
const numbersOfDates: Readonly<Record<string, string>> = {
  year: "y",
  quarter: "q",
  month: "L",
  day: "d",
  hour: "H",
  minute: "m",
  second: "s",
  millisecond: "S",
  weekday: "E",
  weekNumber: "W",
  weekYear: "kkkk",
  ordinal: "o",
};

/** The same for those that are texts. */
const textsOfDates: Readonly<Record<string, string>> = {
  monthShort: "LLL",
  monthLong: "LLLL",
  weekdayShort: "ccc",
  weekdayLong: "cccc",
};

/** What Luxon has as a member of a date. Throws NotConvertible for each that no format writes: none is ever copied as it is. */
export function memberOfDate(on: Expr, name: string | number): Expr {
  if (Object.hasOwn(numbersOfDates, name)) return filter(formatted(on, [literal(numbersOfDates[name]!)]), "to_integer");
  if (Object.hasOwn(textsOfDates, name)) return formatted(on, [literal(textsOfDates[name]!)]);
  if (name === "ts") return filter(on, "to_epoch_ms");
  throw new NotConvertible(`reads '.${cutText(String(name), 40)}' of a date, which has no equal here`);
}

/** Methods that give a date of Luxon, whatever they are called on. */
export const givesDate: ReadonlySet<string> = new Set(["plus", "minus", "startOf", "endOf", "setZone", "toDateTime"]);

/** Methods that give the records of what they are called on, or lists. */
export const givesRecords: ReadonlySet<string> = new Set(
  "first last at reverse unique removeDuplicates compact slice concat append split map pluck parseJson".split(" "),
);

const asItIs: Method = (on, args) => {
  atMost(0, args);
  return on;
};

const condition =
  (by: Parameters<typeof compared>[0]): Method =>
  (on, [arg]) =>
    compared(by, on, arg ?? literal(""));

export const methods: Readonly<Record<string, Method>> = {
  toLowerCase: simple("downcase"),
  toUpperCase: simple("upcase"),
  trim: simple("strip"),
  trimStart: simple("lstrip"),
  trimEnd: simple("rstrip"),
  toString: simple("to_text"),
  toTitleCase: simple("titlecase"),
  removeTags: simple("strip_html"),
  urlEncode: simple("url_encode"),
  urlDecode: simple("url_decode"),
  base64Encode: simple("base64_encode"),
  base64Decode: simple("base64_decode"),
  split: (on, [separator]) => filter(on, "split", fixedText(separator)),
  join: (on, [separator]) => filter(on, "join", separator ?? literal(",")),
  concat: (on, args) =>
    isText(on) || args.some(isText) ? join([on, ...args]) : args.reduce((list, arg) => filter(list, "concat", arg), on),
  append: (on, args) => args.reduce((list, arg) => filter(list, "push", arg), on),
  replace: (on, [from, to]) => filter(on, "replace_first", fixedText(from), to ?? literal("")),
  replaceAll: (on, [from, to]) => filter(on, "replace", fixedText(from), to ?? literal("")),
  slice,
  substring: slice,
  first: simple("first"),
  last: simple("last"),
  reverse: simple("reverse"),
  unique: simple("unique"),
  removeDuplicates: simple("unique"),
  compact: simple("compact"),
  sum: simple("sum"),
  pluck: (on, [key]) => filter(on, "map", fixedText(key)),
  at: (on, [index]) => ({ is: "member", of: on, path: [fixedNumber(index)] }),
  toNumber: simple("to_number"),
  toInt: simple("to_integer"),
  toWholeNumber: simple("to_integer"),
  toFloat: simple("to_number"),
  toBoolean: simple("to_boolean"),
  toJsonString: simple("json"),
  parseJson: simple("parse_json"),
  toFixed: (on, [digits]) => filter(on, "round", digits ?? literal(0)),
  round: (on, [digits]) => filter(on, "round", digits ?? literal(0)),
  floor: simple("floor"),
  ceil: simple("ceil"),
  abs: simple("abs"),
  includes: condition({ by: "contains" }),
  startsWith: condition({ by: "starts" }),
  endsWith: condition({ by: "ends" }),
  isEmpty: condition({ by: "empty" }),
  isNotEmpty: condition({ by: "empty", not: true }),
  plus: moved("plus"),
  minus: moved("minus"),
  toDateTime: asItIs,
  toDate: asItIs,
  toISO: simple("to_iso"),
  toISOString: simple("to_iso"),
  toISODate: (on, args) => {
    atMost(0, args);
    return formatted(on, [literal("yyyy-MM-dd")]);
  },
  toFormat: formatted,
  format: formatted,
  toMillis: simple("to_epoch_ms"),
  toSeconds: simple("to_epoch"),
  getTime: simple("to_epoch_ms"),
  startOf: inFlowZone(withArgs("start_of")),
  endOf: inFlowZone(withArgs("end_of")),
  setZone: withArgs("date_in_zone"),
};

type Called = (args: readonly Expr[]) => Expr;

const ofFirst =
  (name: string): Called =>
  ([first]) => {
    if (!first) throw new NotConvertible("calls a function with nothing");
    return filter(first, name);
  };
const itself: Called = (args) => {
  atMost(1, args);
  return args[0] ?? word("now");
};
const now: Called = (args) => {
  atMost(0, args);
  return word("now");
};

export const functions: Readonly<Record<string, Called>> = {
  Number: ofFirst("to_number"),
  parseFloat: ofFirst("to_number"),
  parseInt: (args) => {
    const base = args[1];
    if (base && !(isNumber(base) && base.value === 10)) throw new NotConvertible("reads a number that is not decimal");
    return ofFirst("to_integer")(args);
  },
  String: ofFirst("to_text"),
  Boolean: ofFirst("to_boolean"),
  encodeURIComponent: ofFirst("url_encode"),
  decodeURIComponent: ofFirst("url_decode"),
  "Math.round": ofFirst("round"),
  "Math.floor": ofFirst("floor"),
  "Math.ceil": ofFirst("ceil"),
  "Math.abs": ofFirst("abs"),
  "JSON.stringify": ofFirst("json"),
  "JSON.parse": ofFirst("parse_json"),
  "DateTime.now": now,
  "DateTime.local": now,
  "DateTime.fromISO": itself,
  "DateTime.fromSeconds": itself,
  "DateTime.fromMillis": itself,
  "Date.now": () => filter(word("now"), "to_epoch_ms"),
  "new Date": itself,
  $if: ([asked, then, otherwise]) => {
    if (!asked || !then) throw new NotConvertible("calls $if() without a value");
    return { is: "choice", if: asked, yes: then, no: otherwise ?? literal("") };
  },
};
