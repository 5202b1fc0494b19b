/** A record of any app as the conditions of segments read it. */

import { isObject } from "#kernel/json.ts";
import { isBlank, toText } from "./text.ts";

type Row = Readonly<Record<string, unknown>>;

/** Under which names apps send what segments most often ask for, the usual one first. */
const spellings = {
  score: ["score", "nps", "npsScore", "nps_score", "rating"],
  subAccount: ["subAccount", "locationId", "location_id", "locationIds"],
  fields: ["customFields", "custom_fields", "customField", "fields"],
} as const;

/**
 * The record with a few names that are the same whatever app it comes from: `tags` (a list of their names), `score`, `subAccount` and `fields`
 * (custom fields by id, key and name). Everything else is as the record has it.
 */
export function asPerson(record: Row): Record<string, unknown> {
  const values = {
    tags: tagsOf(own(record, "tags")),
    score: firstOf(record, spellings.score),
    subAccount: subAccountOf(record),
    fields: fieldsOf(firstOf(record, spellings.fields)),
  };
  return { ...record, ...Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) };
}

/**
 * The same as it was before the change that started the flow; null for a record that is new, and undefined where nothing says what it was: the flow
 * keeps no old values, or the record was not seen before.
 */
export function asPersonBefore({ _change: change, ...now }: Row): Record<string, unknown> | null | undefined {
  if (!isObject(change)) return undefined;
  if (change["kind"] === "new" || change["kind"] === "made") return null;
  const { known, old, fields } = change;
  if (known === false || !isObject(old) || !Array.isArray(fields)) return undefined;
  const names = fields.map(String);
  const unchanged = Object.entries(now).filter(([name]) => !names.includes(name));
  const person = asPerson({ ...Object.fromEntries(unchanged), ...old });
  if (!isObject(person["fields"])) return person;
  // A change trigger names a custom field by its id alone.
  const custom = Object.entries(person["fields"]).map(([name, value]) => [name, names.includes(name) ? old[name] : value]);
  return { ...person, fields: Object.fromEntries(custom) };
}

const own = (record: Row, key: string): unknown => (Object.hasOwn(record, key) ? record[key] : undefined);

const firstOf = (record: Row, keys: readonly string[]): unknown => keys.map((key) => own(record, key)).find((value) => !isBlank(value));

/** Tags come as texts, as records with a name, or as one text with commas. */
function tagsOf(tags: unknown): string[] | undefined {
  if (typeof tags === "string") return tags.split(",").flatMap(nameOf);
  return Array.isArray(tags)
    ? tags.flatMap((tag: unknown) => nameOf(isObject(tag) ? (tag["name"] ?? tag["tag"] ?? tag["tagName"]) : tag))
    : undefined;
}

const nameOf = (name: unknown): string[] => (isBlank(name) ? [] : [toText(name).trim()]);

/** The id of the record's sub-account; the ids of all of them for a user, whom HighLevel lists under `roles`. */
function subAccountOf(record: Row): unknown {
  const { location, roles } = record;
  return (
    firstOf(record, spellings.subAccount) ??
    (isObject(location) ? location["id"] : undefined) ??
    (isObject(roles) ? firstOf(roles, spellings.subAccount) : undefined)
  );
}

/** Custom fields by their ids, and by their keys and names where the record has those. */
function fieldsOf(fields: unknown): Record<string, unknown> | undefined {
  if (!Array.isArray(fields)) return isObject(fields) ? fields : undefined;
  const entries = fields.filter(isObject).flatMap((field): [string, unknown][] => {
    const value = field["value"] ?? field["fieldValue"] ?? field["field_value"];
    const key = field["key"] ?? field["fieldKey"];
    const names = [field["id"], typeof key === "string" ? key.replace(/^contact\./, "") : undefined, field["name"]];
    return names.filter((name) => typeof name === "string" && name !== "").map((name) => [name as string, value]);
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
