import { cutText } from "#kernel/characters.ts";
import { wordsKey } from "#catalog/equivalents.ts";
import { type Expr, filter, isText, literal, NotConvertible } from "../expr.ts";
import { luxonOf, strftimeOf } from "../date-format.ts";

/** What the transformations of Zapier's Formatter are in the mapping language. Only those that give the same for every value are here. */

/** The value that is transformed, and the settings of the transformation by name. */
export type Transform = (value: Expr, setting: (...names: string[]) => Expr | undefined) => Expr;

const simple =
  (name: string): Transform =>
  (value) =>
    filter(value, name);

const textOf = (expr: Expr | undefined, otherwise: string): string => {
  if (expr === undefined) return otherwise;
  if (isText(expr)) return expr.value;
  throw new NotConvertible("has a setting that is worked out");
};

const separator = (expr: Expr | undefined): string => {
  const text = textOf(expr, ",");
  return ({ "[:space:]": " ", "[:newline:]": "\n", "[:tab:]": "\t" } as Record<string, string>)[text] ?? text;
};

const splits: Transform = (value, setting) => {
  const list = filter(value, "split", separator(setting("separator")));
  const index = textOf(setting("segmentindex", "index"), "first");
  if (index === "all") return list;
  if (index === "first" || index === "0") return filter(list, "first");
  if (index === "last" || index === "-1") return filter(list, "last");
  if (/^-?\d{1,4}$/.test(index)) return { is: "member", of: list, path: [Number(index)] };
  throw new NotConvertible("picks a part of a text in a way that is not understood");
};

/** `+1 day -2 hours`. */
const moves: Transform = (value, setting) => {
  const text = textOf(setting("expression"), "");
  const moved = shifted(value, text);
  const format = setting("toformat", "outputformat");
  return format ? filter(moved, "date", luxonOf(textOf(format, ""))) : moved;
};

const units: Record<string, string> = {
  m: "minutes",
  min: "minutes",
  minute: "minutes",
  h: "hours",
  hour: "hours",
  d: "days",
  day: "days",
  w: "weeks",
  week: "weeks",
  month: "months",
  mo: "months",
  y: "years",
  year: "years",
};

/** A date moved by what stands in a text like `+1 day -2h`. */
export function shifted(value: Expr, text: string): Expr {
  const steps = [...text.slice(0, 200).matchAll(/([+-])\s*(\d{1,6})\s*([a-zA-Z]+)/g)];
  if (text.replace(/([+-])\s*(\d{1,6})\s*([a-zA-Z]+)/g, "").trim() !== "")
    throw new NotConvertible("moves a date by something that is not understood");
  return steps.reduce((date, [, sign, count, unit]) => {
    const name = units[unit!.toLowerCase()] ?? units[unit!.toLowerCase().replace(/s$/, "")];
    if (name === undefined) throw new NotConvertible(`counts in '${unit!.slice(0, 20)}'`);
    return filter(date, `${sign === "+" ? "plus" : "minus"}_${name}`, Number(count));
  }, value);
}

const formats: Transform = (value, setting) => {
  const from = setting("fromformat", "inputformat");
  const zone = setting("totimezone", "totz");
  const format = literal(luxonOf(textOf(setting("toformat", "outputformat"), "YYYY-MM-DD")));
  const date = from && textOf(from, "") !== "" ? filter(value, "parse_date", strftimeOf(textOf(from, ""))) : value;
  return zone ? filter(date, "date_in_zone", zone, format) : filter(date, "date", format);
};

const transforms: Readonly<Record<string, Transform>> = {
  lowercase: simple("downcase"),
  uppercase: simple("upcase"),
  trimwhitespace: simple("strip"),
  removehtml: simple("strip_html"),
  striphtml: simple("strip_html"),
  urlencode: simple("url_encode"),
  urldecode: simple("url_decode"),
  length: simple("size"),
  replace: (value, setting) => filter(value, "replace", setting("find") ?? literal(""), setting("replace") ?? literal("")),
  defaultvalue: (value, setting) => filter(value, "if_blank", setting("default", "defaultvalue") ?? literal("")),
  split: splits,
  splittext: splits,
  formatdate: formats,
  format: formats,
  datetimeformatting: formats,
  addsubtracttime: moves,
  addtime: moves,
  manipulate: moves,
  formatphonenumber: (value, setting) =>
    filter(value, "phone", ...[setting("country", "defaultcountry")].filter((each) => each !== undefined)),
  formatcurrency: (value, setting) => filter(value, "money", ...[setting("currency")].filter((each) => each !== undefined)),
};

/** The transformation that a step names. Throws NotConvertible for one that has no equal. */
export function transformNamed(name: string): Transform {
  const key = wordsKey(name.split(".").at(-1)!);
  if (Object.hasOwn(transforms, key)) return transforms[key]!;
  throw new NotConvertible(`changes a value by '${cutText(name, 60)}', which has no equal here`);
}
