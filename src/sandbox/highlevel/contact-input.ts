import { isSupportedCountry, isValidPhoneNumber, ParseError, parsePhoneNumberWithError, type CountryCode } from "libphonenumber-js";
import { isObject } from "#kernel/json.ts";
import { badRequest, unprocessable } from "../refusal.ts";
import type { Contact, ContactDetails, CustomField, DndChannel, Location } from "../types.ts";
import { objectOf, textsOf } from "./call.ts";

const plainFields = [
  "firstName",
  "lastName",
  "address1",
  "city",
  "state",
  "postalCode",
  "website",
  "timezone",
  "companyName",
  "source",
  "assignedTo",
] as const satisfies (keyof ContactDetails)[];

/** The details a body sets: normalised, `undefined` where it clears one, absent where it says nothing. */
export function readDetails(body: Readonly<Record<string, unknown>>, location: Location): Partial<ContactDetails> {
  refuseMalformed(body);
  const details: Record<string, string | undefined> = splitName(body);
  for (const field of plainFields) if (field in body) details[field] = text(body[field]);
  if ("email" in body) details.email = text(body.email)?.toLowerCase();
  if ("phone" in body) details.phone = internationalPhone(text(body.phone), location.country);
  if ("country" in body) details.country = text(body.country)?.toUpperCase();
  if ("dateOfBirth" in body) details.dateOfBirth = birthDate(text(body.dateOfBirth));
  return details;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value.trim() !== "" ? value.trim() : undefined);

/** `name` fills first and last name where they are not given themselves. */
function splitName(body: Readonly<Record<string, unknown>>): Record<string, string | undefined> {
  const words = text(body.name)?.split(/\s+/) ?? [];
  return words.length === 0 ? {} : { firstName: words[0], lastName: words.slice(1).join(" ") || undefined };
}

function refuseMalformed({ email, country }: Readonly<Record<string, unknown>>): void {
  const faults: string[] = [];
  if (typeof email === "string" && !/^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}$/.test(email)) faults.push("email must be an email");
  if (typeof country === "string" && !isSupportedCountry(country.toUpperCase())) faults.push("country must be valid enum value");
  if (faults.length) throw unprocessable(faults);
}

/** E.164, whatever came. Short-lived fictional numbers count as possible, so possibility is all that is asked. */
export function internationalPhone(text: string | undefined, country: string): string | undefined {
  if (text === undefined) return undefined;
  if (isValidPhoneNumber(text)) return parsePhoneNumberWithError(text).number;
  try {
    const phone = parsePhoneNumberWithError(text, country as CountryCode);
    if (phone.isPossible()) return phone.number;
  } catch (thrown) {
    if (!(thrown instanceof ParseError)) throw thrown;
  }
  throw badRequest("Invalid phone number");
}

/** Year first or month first, with any of `/ - . _` between. */
function birthDate(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const yearFirst = /^(\d{4})([/\-._])(\d{2})\2(\d{2})(?:T.*)?$/.exec(text);
  const monthFirst = /^(\d{2})([/\-._])(\d{2})\2(\d{4})$/.exec(text);
  const date = yearFirst
    ? `${yearFirst[1]}-${yearFirst[3]}-${yearFirst[4]}`
    : monthFirst
      ? `${monthFirst[4]}-${monthFirst[1]}-${monthFirst[3]}`
      : "";
  const read = new Date(`${date}T00:00:00.000Z`);
  if (Number.isNaN(read.getTime()) || !read.toISOString().startsWith(date)) throw badRequest("dateOfBirth is not in a supported format");
  return date;
}

/** Lower case, trimmed, each once. */
export const normalTags = (tags: unknown): string[] => [
  ...new Set(
    textsOf(tags)
      .map((tag) => tag.trim().toLowerCase())
      .filter(Boolean),
  ),
];

/**
 * Custom fields as written (`{id | key, field_value | fieldValue}`) laid over those a contact has. What names no field of the
 * location is dropped without a word, as the vendor does; null or "" clears.
 */
export function mergeCustomFields(old: Contact["customFields"], written: unknown, fields: CustomField[]): Contact["customFields"] {
  const merged = new Map(old.map(({ id, value }) => [id, value]));
  const entries = Array.isArray(written) ? written : [];
  const faults = entries.flatMap(entryFaults);
  if (faults.length) throw unprocessable(faults);
  for (const entry of entries.filter(isObject)) {
    const field = fields.find((f) => f.id === entry.id) ?? fields.find((f) => f.fieldKey === fullKey(entry.key));
    if (!field) continue;
    const value = fieldValue(field, "fieldValue" in entry ? entry.fieldValue : entry.field_value);
    if (value === null) merged.delete(field.id);
    else merged.set(field.id, value);
  }
  return [...merged].map(([id, value]) => ({ id, value }));
}

const entryKeys = new Set(["id", "key", "field_value", "fieldValue"]);

function entryFaults(entry: unknown, i: number): string[] {
  if (!isObject(entry)) return ["each value in nested property customFields must be either object or array"];
  return Object.keys(entry)
    .filter((key) => !entryKeys.has(key))
    .map((key) => `customFields.${i}.property ${key} should not exist`);
}

const fullKey = (key: unknown) => (typeof key === "string" && !key.startsWith("contact.") ? `contact.${key}` : key);

/** The value as the field's type keeps it; null for none. */
function fieldValue(field: CustomField, value: unknown): unknown {
  if (value === undefined || value === null || value === "") return null;
  if (field.dataType === "NUMERICAL" || field.dataType === "MONETORY") return numberIn(field, value);
  if (field.dataType === "CHECKBOX" || field.dataType === "MULTIPLE_OPTIONS") return offered(field, Array.isArray(value) ? value : [value]);
  if (field.dataType === "SINGLE_OPTIONS" || field.dataType === "RADIO") return offered(field, [value])[0] ?? null;
  if (field.dataType === "FILE_UPLOAD" || field.dataType === "TEXTBOX_LIST") return objectOf(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function numberIn(field: CustomField, value: unknown): number {
  const number = typeof value === "number" ? value : Number(String(value).trim());
  if (Number.isFinite(number)) return number;
  throw badRequest(`Invalid value for custom field ${field.id}: a number is expected`);
}

/** Options the field does not offer are left out. */
const offered = (field: CustomField, values: unknown[]): string[] => {
  const options = field.picklistOptions ?? [];
  return values.map(String).filter((value) => options.length === 0 || options.includes(value));
};

/** Channels given replace those known; the others stay. */
export function mergeDnd(old: Record<string, DndChannel>, changes: unknown): Record<string, DndChannel> {
  const channels = Object.entries(objectOf(changes)).filter(([, channel]) => isObject(channel));
  return { ...old, ...Object.fromEntries(channels as [string, DndChannel][]) };
}
