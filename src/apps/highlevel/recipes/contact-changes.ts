import { canonicalJson, isObject } from "#kernel/json.ts";
import { emptyMark, isEmptyMark } from "#catalog/empty.ts";
import { textOf } from "#catalog/text.ts";
import { customFieldValue } from "../custom-fields.ts";

export interface FieldChange {
  field: string;
  old: unknown;
  new: unknown;
}
/** A field that was given and yet left as it is, and why. */
export interface KeptField {
  field: string;
  value: unknown;
  why: string;
}
export interface ContactChanges {
  /** What to send; empty when nothing changes. */
  update: Record<string, unknown>;
  /** Tags to add. They are never replaced. */
  addTags: string[];
  changed: FieldChange[];
  kept: KeptField[];
}
type Contact = Record<string, unknown>;

/**
 * What of `given` is to be written to a contact that exists. A filled field is blanked only where the step says so (`$empty`), a primary e-mail
 * address never replaced, a phone number of somebody else (`elsewhere`) never taken, and tags are united.
 */
export function contactChanges(
  contact: Contact,
  wanted: Readonly<Record<string, unknown>>,
  { updatable, elsewhere }: { updatable: ReadonlySet<string>; elsewhere: ReadonlyMap<string, string> },
): ContactChanges {
  const changes: ContactChanges = { update: {}, addTags: [], changed: [], kept: [] };
  for (const [field, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    if (isEmptyMark(value)) emptyField(changes, contact, field, updatable);
    else if (field === "tags") addTags(changes, contact, value);
    else if (field === "customFields") addCustomFields(changes, contact, value);
    else addField(changes, contact, field, value, reasonToKeep(contact, field, value, updatable, elsewhere));
  }
  return changes;
}

function reasonToKeep(
  contact: Contact,
  field: string,
  value: unknown,
  updatable: ReadonlySet<string>,
  elsewhere: ReadonlyMap<string, string>,
): string | undefined {
  const old = contact[field];
  if (isEmpty(value)) return isEmpty(old) ? "" : "an empty value does not blank a filled field";
  if (sameValue(field, old, value)) return "";
  if (!updatable.has(field))
    return isEmpty(old) ? "HighLevel takes this field at creation only" : "HighLevel does not change this field afterwards";
  const owner = elsewhere.get(field);
  if (owner) return `it belongs to another contact (${owner})`;
  return field === "email" && !isEmpty(old) ? "the primary e-mail address is kept" : undefined;
}

/** A reason of `""` is no news: there is nothing to change and nothing to tell. */
function addField(changes: ContactChanges, contact: Contact, field: string, value: unknown, reason: string | undefined): void {
  if (reason === undefined) {
    changes.update[field] = value;
    changes.changed.push({ field, old: contact[field] ?? null, new: value });
  } else if (reason !== "") {
    changes.kept.push({ field, value: contact[field] ?? null, why: reason });
  }
}

/** A field that the step empties on purpose. */
function emptyField(changes: ContactChanges, contact: Contact, field: string, updatable: ReadonlySet<string>): void {
  const old = contact[field];
  if (isEmpty(old)) return;
  if (field === "email") changes.kept.push({ field, value: old, why: "the primary e-mail address is kept" });
  else if (!updatable.has(field)) changes.kept.push({ field, value: old, why: "HighLevel does not change this field afterwards" });
  else {
    changes.update[field] = emptyMark;
    changes.changed.push({ field, old, new: null });
  }
}

function addTags(changes: ContactChanges, contact: Contact, tags: unknown): void {
  const had = texts(contact["tags"]);
  const present = new Set(had.map(plain));
  changes.addTags = texts(tags).filter((tag) => !present.has(plain(tag)) && present.add(plain(tag)));
  if (changes.addTags.length > 0) changes.changed.push({ field: "tags", old: had, new: [...had, ...changes.addTags] });
}

function addCustomFields(changes: ContactChanges, contact: Contact, fields: unknown): void {
  const carried = new Map(rows(contact["customFields"]).map((row) => [row["id"], customFieldValue(row)]));
  const changedFields = rows(fields).filter((row) => {
    const [old, value] = [carried.get(row["id"]), customFieldValue(row)];
    return isEmptyMark(value) ? !isEmpty(old) : !isEmpty(value) && canonicalJson(old) !== canonicalJson(value);
  });
  if (changedFields.length > 0) changes.update["customFields"] = changedFields;
  for (const row of changedFields)
    changes.changed.push({
      field: `customFields.${textOf(row["key"] ?? row["id"])}`,
      old: carried.get(row["id"]) ?? null,
      new: isEmptyMark(customFieldValue(row)) ? null : customFieldValue(row),
    });
}

function sameValue(field: string, a: unknown, b: unknown): boolean {
  if (field === "email") return plain(a) === plain(b);
  if (field === "phone") return digits(a) === digits(b);
  return canonicalJson(a ?? null) === canonicalJson(b);
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
const plain = (value: unknown): string => textOf(value).trim().toLowerCase();
const digits = (value: unknown): string => plain(value).replace(/\D/g, "");
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(textOf) : []);
const rows = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isObject) : []);
