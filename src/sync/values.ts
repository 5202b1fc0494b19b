import { textOf, fold } from "#catalog/text.ts";
import { momentMs, readIso, readMoment } from "#catalog/moments.ts";
import { readPhone } from "#catalog/people.ts";
import { readRecordField } from "#catalog/record-values.ts";
import type { RecordField, RecordFieldKind } from "#catalog/record-types.ts";
import { isBlank } from "#engine/mapping/text.ts";
import type { MappingSettings } from "#engine/mapping/types.ts";
import { digest } from "#kernel/digest.ts";
import { emailKey } from "#kernel/email.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { itemKey, itemsOf } from "./sets.ts";

/** Values of records: how they are read, and when two of them are the same although they are written differently. */

export type ValueSettings = Pick<MappingSettings, "zone" | "country">;

/** The value of a field. What is blank is missing: null. */
export function readValue(field: RecordField, record: JsonObject): Json {
  const value = readRecordField(field, record);
  return isBlank(value) ? null : value!;
}

/** As what two fields are compared: the more particular kind of the two. Null: they do not fit without a template. */
export function commonKind(a: RecordFieldKind, b: RecordFieldKind): RecordFieldKind | null {
  if (a === b) return a;
  if (a === "custom") return b;
  if (b === "custom") return a;
  if (isSetKind(a) || isSetKind(b)) return isSetKind(a) && isSetKind(b) ? "list" : null;
  if (isText(a)) return isText(b) ? "text" : b;
  if (isText(b)) return a;
  return isTime(a) && isTime(b) ? "date" : null;
}

export const isSetKind = (kind: RecordFieldKind): boolean => kind === "tags" || kind === "list";
const isText = (kind: RecordFieldKind): boolean => kind === "text" || kind === "longtext";
const isTime = (kind: RecordFieldKind): boolean => kind === "date" || kind === "moment";

/** The form in which a value is compared: equal values have equal keys, blank ones have an empty one. */
export function valueKey(kind: RecordFieldKind, value: Json, settings: ValueSettings): string {
  if (isBlank(value)) return "";
  if (Array.isArray(value)) return canonicalJson([...new Set(itemsOf(value).map(itemKey))].sort());
  return keyOfOne[kind](value, settings);
}

/** Whether two values are the same, compared as what they are: an e-mail without case, a phone by its number, a time by its moment. */
export const sameValue = (kind: RecordFieldKind, a: Json, b: Json, settings: ValueSettings): boolean =>
  a === b || valueKey(kind, a, settings) === valueKey(kind, b, settings);

type KeyOf = (value: Json, settings: ValueSettings) => string;
const plain: KeyOf = (value) => (isObject(value) ? canonicalJson(value) : textOf(value).replace(/\r\n?/g, "\n").trim());
/** One item where a list could be has the key of a list of one. */
const itemsKey: KeyOf = (value) => canonicalJson(itemsOf(value).map(itemKey));

const keyOfOne: Record<RecordFieldKind, KeyOf> = {
  text: plain,
  longtext: plain,
  custom: plain,
  email: (value) => emailKey(textOf(value)),
  phone: (value, { country }) => phoneKey(textOf(value), country),
  number: (value) => numberKey(textOf(value).trim()),
  boolean: (value) => booleanKey(textOf(value).trim()),
  date: (value, settings) => dayKey(value) ?? plain(value, settings),
  moment: (value, settings) => momentKey(value, settings) ?? plain(value, settings),
  tags: itemsKey,
  list: itemsKey,
};

/** Most numbers come as they are stored, and are not taken apart again. */
const storedPhone = /^\+[1-9]\d{6,14}$/;
const phoneKey = (text: string, country: string | undefined): string =>
  storedPhone.test(text) ? text : (readPhone(text, country) ?? (text.replace(/\D/g, "") || text.trim()));

function numberKey(text: string): string {
  const number = Number(text);
  return Number.isFinite(number) ? String(number) : text;
}

const booleanKey = (text: string): string => String(yesOrNo(text) ?? (text === "1" ? true : text === "0" ? false : text));

/** The day as it is written, whatever the zone: a birthday is the same everywhere. */
function dayKey(value: Json): string | null {
  if (typeof value === "string" && readIso(value.trim())) return value.trim().slice(0, 10);
  const ms = momentMs(value);
  return ms === null ? null : new Date(ms).toISOString().slice(0, 10);
}

/** To the second: many systems keep no more. */
function momentKey(value: Json, { zone }: ValueSettings): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const iso = typeof value === "string" ? readIso(value.trim()) : null;
  const ms = iso && iso.offset === null ? readMoment(value, { zone, now: Number.NaN })?.at.toMillis() : momentMs(value);
  return typeof ms === "number" ? String(Math.floor(ms / 1_000)) : null;
}

// ---------------------------------------------------------------- match keys

/** The form in which a value is looked up; null: it says nothing of who this is. */
export function matchKey(kind: RecordFieldKind, value: Json, settings: ValueSettings): string | null {
  const key = valueKey(kind, value, settings);
  if (key === "" || (kind === "email" && !key.includes("@")) || (kind === "phone" && !/\d{5}/.test(key))) return null;
  return shortKey(isText(kind) ? fold(key) : key);
}

const longestKey = 200;
const shortKey = (key: string): string => (key.length > longestKey ? digest(key) : key);
