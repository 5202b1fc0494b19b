import { compared } from "../comparisons.ts";
import { compare, type Expr, filter, isNumber, isText, literal, not, NotConvertible, word } from "../expr.ts";
import { luxonOf, strftimeOf } from "../date-format.ts";

/** What Make's functions are in the mapping language. Only those that give the same for every value are here. */

type Called = (args: readonly Expr[]) => Expr;

function need(args: readonly Expr[], count: number): readonly Expr[] {
  if (args.length < count) throw new NotConvertible("calls a function with too few values");
  return args;
}

const simple =
  (name: string): Called =>
  (args) =>
    filter(need(args, 1)[0]!, name);
const withOne =
  (name: string): Called =>
  (args) =>
    filter(need(args, 2)[0]!, name, args[1]!);

/** `addDays(date; 3)`, also with a number below zero. */
const moved =
  (unit: string): Called =>
  (args) => {
    const [date, by] = need(args, 2) as [Expr, Expr];
    if (!isNumber(by)) return filter(date, `plus_${unit}`, by);
    return by.value < 0 ? filter(date, `minus_${unit}`, -by.value) : filter(date, `plus_${unit}`, by);
  };

function fixedText(arg: Expr | undefined): string {
  if (arg && isText(arg)) return arg.value;
  throw new NotConvertible("has an argument that is worked out");
}

function numberOf(arg: Expr | undefined): number {
  if (arg && isNumber(arg)) return arg.value;
  throw new NotConvertible("cuts at a place that is worked out");
}

/** A text to look for; a pattern between slashes has no equal. */
function searched(arg: Expr): Expr {
  if (isText(arg) && /^\/.*\/\w*$/.test(arg.value)) throw new NotConvertible("looks for a pattern");
  return arg;
}

const zoned = (on: Expr, format: Expr, zone: Expr | undefined): Expr =>
  zone ? filter(on, "date_in_zone", zone, format) : filter(on, "date", format);

const getPath: Called = (args) => {
  const [of, path] = need(args, 2) as [Expr, Expr];
  const keys = isNumber(path)
    ? [path.value - 1]
    : fixedText(path)
        .split(".")
        .map((key) => (/^\d+$/.test(key) ? Number(key) - 1 : key));
  return of.is === "ref" ? { ...of, path: [...of.path, ...keys] } : { is: "member", of, path: keys };
};

const chooses: Called = (args) => {
  const [asked, then, otherwise] = need(args, 2) as [Expr, Expr, Expr?];
  return { is: "choice", if: asCondition(asked), yes: then, no: otherwise ?? literal("") };
};

/** `switch(value; case; result; …; otherwise)`. */
const switched: Called = (args) => {
  const [on, ...rest] = need(args, 3) as [Expr, ...Expr[]];
  const otherwise = rest.length % 2 === 1 ? rest.pop()! : literal("");
  let result = otherwise;
  for (let i = rest.length - 2; i >= 0; i -= 2) result = { is: "choice", if: compare(on, "==", rest[i]!), yes: rest[i + 1]!, no: result };
  return result;
};

const mapped: Called = (args) => {
  const [list, key, by, values] = need(args, 2) as [Expr, Expr, Expr?, Expr?];
  if (!by) return filter(list, "map", fixedText(key));
  if (!values || (isText(values) && values.value.includes(","))) throw new NotConvertible("picks items by several values");
  return filter(filter(list, "where", fixedText(by), values), "map", fixedText(key));
};

/** As a condition: what is filled in counts as true. */
export const asCondition = (expr: Expr): Expr =>
  ["compare", "logic", "not", "word"].includes(expr.is) ? expr : compare(expr, "!=", word("blank"));

export const functions: Readonly<Record<string, Called>> = {
  lower: simple("downcase"),
  upper: simple("upcase"),
  trim: simple("strip"),
  length: simple("size"),
  toString: simple("to_text"),
  stripHTML: simple("strip_html"),
  escapeHTML: simple("escape"),
  encodeURL: simple("url_encode"),
  decodeURL: simple("url_decode"),
  base64: simple("base64_encode"),
  sha256: (args) => {
    if (args.length > 1) throw new NotConvertible("signs a text, or encodes a sum in another way");
    return filter(need(args, 1)[0]!, "sha256");
  },
  round: simple("round"),
  floor: simple("floor"),
  ceil: simple("ceil"),
  abs: simple("abs"),
  first: simple("first"),
  last: simple("last"),
  reverse: simple("reverse"),
  distinct: (args) => (args.length > 1 && isText(args[1]!) && args[1].value !== "" ? withOne("unique")(args) : simple("unique")(args)),
  deduplicate: simple("unique"),
  sum: (args) => (args.length === 1 ? simple("sum")(args) : args.slice(1).reduce((total, each) => filter(total, "plus", each), args[0]!)),
  split: withOne("split"),
  join: withOne("join"),
  merge: (args) =>
    need(args, 2)
      .slice(1)
      .reduce((list, other) => filter(list, "concat", other), args[0]!),
  add: (args) =>
    need(args, 2)
      .slice(1)
      .reduce((list, item) => filter(list, "push", item), args[0]!),
  map: mapped,
  get: getPath,
  replace: (args) => filter(need(args, 3)[0]!, "replace", searched(args[1]!), args[2]!),
  substring: (args) => {
    const [on, from, to] = need(args, 3) as [Expr, Expr, Expr];
    return filter(on, "slice", numberOf(from), Math.max(0, numberOf(to) - numberOf(from)));
  },
  contains: (args) => compared({ by: "contains" }, need(args, 2)[0]!, args[1]!),
  startsWith: (args) => compared({ by: "starts" }, need(args, 2)[0]!, args[1]!),
  endsWith: (args) => compared({ by: "ends" }, need(args, 2)[0]!, args[1]!),
  ifempty: (args) => filter(need(args, 2)[0]!, "if_blank", args[1]!),
  if: chooses,
  switch: switched,
  not: (args) => not(asCondition(need(args, 1)[0]!)),
  parseNumber: (args) => (args.length > 1 ? withOne("to_number")(args) : simple("to_number")(args)),
  parseDate: (args) => {
    const [text, format, zone] = need(args, 2) as [Expr, Expr, Expr?];
    return filter(text, "parse_date", strftimeOf(fixedText(format)), ...(zone ? [zone] : []));
  },
  formatDate: (args) => {
    const [date, format, zone] = need(args, 2) as [Expr, Expr, Expr?];
    return zoned(date, literal(luxonOf(fixedText(format))), zone);
  },
  addMinutes: moved("minutes"),
  addHours: moved("hours"),
  addDays: moved("days"),
  addWeeks: moved("weeks"),
  addMonths: moved("months"),
  addYears: moved("years"),
  parseJSON: simple("parse_json"),
};
