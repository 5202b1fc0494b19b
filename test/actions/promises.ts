import { DateTime } from "luxon";
import type { Json } from "#kernel/json.ts";
import { isObject } from "#kernel/json.ts";
import { numberText } from "#kernel/number-text.ts";
import { isTimeFormat } from "#catalog/times.ts";
import type { InputField, Operation } from "#catalog/types.ts";

/** What the values that were sent have to do with the values of the event, said without the code that makes them. */

const unseen = /\p{Cf}/gu;
const clean = (text: string): string => text.replace(unseen, "").trim();
const folded = (text: string): string => clean(text.normalize("NFKC")).replace(/\s+/g, " ").toLowerCase();

/** Missing, or nothing that anybody would see. */
export function isNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return clean(value) === "";
  return Array.isArray(value) && value.every(isNothing);
}

/** Every value in a value that is neither a list nor an object. */
export function scalarsOf(value: unknown): (string | number | boolean)[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(scalarsOf) : [];
}

const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
export const hasHalfCharacter = (value: unknown): boolean => scalarsOf(value).some((one) => typeof one === "string" && lone.test(one));

/** Runs of digits too long for a number: they are ids, and must come over whole. */
const written = (one: string | number | boolean): string => (typeof one === "number" ? numberText(one) : String(one));
const longDigits = (value: unknown): string[] => scalarsOf(value).flatMap((one) => written(one).match(/\d{16,}/g) ?? []);
export const inventedDigits = (value: unknown, source: unknown): string[] => {
  const all = scalarsOf(source).map(written).join(" ");
  return longDigits(value).filter((digits) => !all.includes(digits));
};

interface Origin {
  field: InputField;
  /** What the mapping gave. */
  value: unknown;
  zone: string;
  country: string;
  /** Every record there is: where a name was given, the record with that name has the id. */
  records: readonly unknown[];
}

/** Whether a value that was sent is the one that the mapping gave, or what the documentation says becomes of it. */
export function isDerived(sent: string | number | boolean, origin: Origin): boolean {
  const { field, value } = origin;
  const sources = scalarsOf(value).flatMap((one) => (typeof one === "string" ? [one, ...parsedScalars(one), ...partsOf(one)] : [one]));
  return sources.some((source) => sent === source || isConverted(sent, source, field.schema.format ?? field.schema.items?.format, origin));
}

function isConverted(
  sent: string | number | boolean,
  source: string | number | boolean,
  format: string | undefined,
  origin: Origin,
): boolean {
  if (isTimeFormat(format) || isDay(sent)) if (isSameMoment(sent, source, origin.zone)) return true;
  const text = written(source);
  if (typeof sent === "number") return sameDigits(sent, text);
  if (typeof sent === "boolean") return (sent ? yes : no).has(folded(text));
  if (sent === text || sent === clean(text) || folded(sent) === folded(text)) return true;
  if (format === "email" && text.includes(`<${sent}>`)) return true;
  if (/^\+\d{7,15}$/.test(sent) && isSameNumber(sent, text, origin.country)) return true;
  return isNamed(sent, text, origin.records);
}

const yes = new Set(["true", "yes", "y", "1", "on", "checked", "t"]);
const no = new Set(["false", "no", "n", "0", "off", "unchecked", "f"]);
const isDay = (sent: unknown): boolean => typeof sent === "string" && /^\d{4}-\d{2}-\d{2}$/.test(sent);

const partsOf = (text: string): string[] => text.split(/[,;\n]/).map((part) => part.trim());
function parsedScalars(text: string): (string | number | boolean)[] {
  try {
    return scalarsOf(JSON.parse(text) as Json);
  } catch {
    return [];
  }
}

/** The same digits, whatever stood between them, and the same sign. */
function sameDigits(sent: number, text: string): boolean {
  const exponent = /^\s*[+-]?\d+(\.\d+)?e[+-]?\d+\s*$/i.test(text);
  if (exponent) return Number(text) === sent;
  const bare = (digits: string) => digits.replace(/\D/g, "").replace(/^0+/, "").replace(/0+$/, "");
  const negative = /^\s*(-|\()/.test(text.replace(/^\s*\p{Sc}/u, ""));
  return bare(numberText(Math.abs(sent))) === bare(text) && (sent < 0 === negative || sent === 0);
}

/** A moment of its own, or the time on the wall of the flow's zone. */
function isSameMoment(sent: string | number | boolean, source: string | number | boolean, zone: string): boolean {
  const [at, from] = [momentOf(sent), momentOf(source)];
  if (typeof sent === "string" && isDay(sent) && from !== null)
    return [zone, "UTC"].some((place) => DateTime.fromMillis(from, { zone: place }).toFormat("yyyy-MM-dd") === sent);
  if (from !== null) return at === from || (at !== null && Math.floor(at / 1_000) === Math.floor(from / 1_000));
  const wall = digitsOf(String(source));
  const shown =
    at === null || typeof sent === "string" ? digitsOf(String(sent)) : digitsOf(DateTime.fromMillis(at, { zone }).toISO() ?? "");
  return wall.length >= 8 && (shown.startsWith(wall.slice(0, 14)) || isSkippedHour(wall, shown));
}

const digitsOf = (text: string): string => text.replace(/\D/g, "");
/** The hour that a night of March leaves out is the one after it. */
const isSkippedHour = (wall: string, shown: string): boolean => wall.startsWith("2026030802") && shown.startsWith("2026030803");

/** Null for a time that names no zone. */
function momentOf(value: string | number | boolean): number | null {
  const text = String(value).trim();
  if (/^\d{9,10}$/.test(text)) return Number(text) * 1_000;
  if (/^\d{12,13}$/.test(text)) return Number(text);
  if (/^\d{15,16}$/.test(text)) return Math.floor(Number(text) / 1_000);
  const named = /(Z|[+-]\d{2}:?\d{2}| GMT)$/.test(text);
  const at = named ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

const callingCodes: Record<string, string> = { US: "+1", FR: "+33", IN: "+91" };

/** The number as dialled within its country, or with another prefix. */
function isSameNumber(sent: string, text: string, country: string): boolean {
  if (!/^\s*(\+|00)/.test(clean(text)) && !sent.startsWith(callingCodes[country]!)) return false;
  const digits = digitsOf(text.normalize("NFKC").replace(/(x|ext\.?|;ext=)\s*\d+\s*$/i, "")).replace(/^0+/, "");
  return digits.length >= 6 && digitsOf(sent).endsWith(digits);
}

/** Whether the record with this id is called so. */
function isNamed(id: string, name: string, records: readonly unknown[]): boolean {
  const wanted = folded(name);
  const within = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(within);
    if (!isObject(value)) return false;
    if (
      (value["id"] === id || value["_id"] === id) &&
      Object.values(value).some((one) => typeof one === "string" && folded(one) === wanted)
    )
      return true;
    return Object.values(value).some(within);
  };
  return wanted !== "" && records.some(within);
}

/** The field of an operation that a member of a request's body, or a parameter of its query, stands for. */
export const fieldOnWire = ({ input }: Operation, name: string): InputField | undefined =>
  input.find((field) => (field.wire ?? field.name) === name) ?? input.find((field) => field.name === name);
