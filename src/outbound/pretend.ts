import { cutText } from "#kernel/characters.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { canonicalJson, getPath, isObject, type Json } from "#kernel/json.ts";
import { sameMoment } from "#catalog/moments.ts";
import { moreName, moreOf, undocumentedBy } from "#catalog/more.ts";
import type { Operation, PretendedEffect } from "#catalog/types.ts";

type Row = Record<string, unknown>;

/**
 * Pure: what a write would change of a record as it stands. `asked` is the input as people wrote it, which names custom fields;
 * `input` is what would be sent.
 */
export function pretend(operation: Operation, asked: Row, input: Row, before: Row | null, appTitle = operation.app): PretendedEffect {
  const effect = effectOf(operation, before);
  const tags = tagChange(operation, input, before);
  const changes = effect === "delete" ? [] : fieldChanges(operation, asked, input, before, appTitle);
  const id = before?.["id"] ?? before?.["_id"] ?? getPath(input, "contactId");
  const label = before ? labelOf(before) : labelOf(input);
  const warning = operation.effect === "upsert" && before ? renaming(input, before) : null;
  return {
    operation: operation.id,
    title: operation.title,
    effect,
    changes,
    ...(typeof id === "string" && { recordId: id }),
    ...(label && { record: label }),
    ...(tags && { tags }),
    ...(before === null && operation.before === undefined && { unread: true }),
    ...(warning !== null && { warning }),
    unchanged:
      (effect === "update" || effect === "link" || effect === "unlink") &&
      before !== null &&
      changes.length === 0 &&
      !tags?.added.length &&
      !tags?.removed.length,
  };
}

/**
 * Says that an upsert would give somebody the name of somebody else: what it found has the same e-mail or phone, as families share them. Null where
 * the name stays, or is only said in full.
 */
function renaming(input: Row, before: Row): string | null {
  const [old, next] = [nameOf(before), nameOf({ ...before, ...withoutBlanks(input) })];
  const [oldWords, nextWords] = [wordsOf(old), wordsOf(next)];
  if (oldWords.every((word) => nextWords.includes(word)) || nextWords.every((word) => oldWords.includes(word))) return null;
  const same = [
    sameText(input["email"], before["email"]) && "the e-mail",
    samePhone(input["phone"], before["phone"]) && "the phone",
  ].filter((text) => text !== false);
  const why = same.length === 0 ? "" : `: ${same.join(" and ")} ${same.length === 1 ? "is" : "are"} the same`;
  return `This would rename ${cutText(old, 80)} to ${cutText(next, 80)}${why}.`;
}

/** First and last name where there are any, since a whole name kept beside them may be the old one. */
function nameOf(row: Row): string {
  const parts = [row["firstName"], row["lastName"]].filter((part): part is string => typeof part === "string" && part.trim() !== "");
  const whole = row["name"] ?? row["contactName"];
  return (parts.length > 0 ? parts.join(" ") : typeof whole === "string" ? whole : "").trim();
}

const withoutBlanks = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => !isBlank(value)));
const wordsOf = (name: string): string[] => name.toLowerCase().split(/\s+/).filter(Boolean);
const sameText = (a: unknown, b: unknown): boolean =>
  typeof a === "string" && typeof b === "string" && a.trim() !== "" && a.trim().toLowerCase() === b.trim().toLowerCase();
const digitsOf = (phone: unknown): string => (typeof phone === "string" ? phone.replace(/\D/g, "") : "");
/** With the country's code or without it. */
const samePhone = (a: unknown, b: unknown): boolean => {
  const [one, other] = [digitsOf(a), digitsOf(b)];
  return one.length >= 7 && other.length >= 7 && (one.endsWith(other) || other.endsWith(one));
};

/** What a recipe would do that found its record as it is to be, so that it wrote nothing. */
export function nothingWritten({ id, title, effect, recipe }: Operation, input: Row): PretendedEffect[] {
  const meant = effect === "upsert" ? "update" : effect;
  if (recipe !== true || (meant !== "update" && meant !== "link" && meant !== "unlink")) return [];
  const label = labelOf(input);
  return [{ operation: id, title, effect: meant, changes: [], ...(label && { record: label }), unchanged: true }];
}

/** What a step after a pretended write reads as its result: the record as it would be. */
export function pretendedResult(operation: Operation, input: Row, before: Row | null, id: string): Row {
  if (operation.effect === "delete") return { succeeded: true };
  const tags = tagsAfter(operation, input, before);
  const lists = Object.entries(operation.before?.sets ?? {}).filter(([name]) => input[name] !== undefined);
  const after = Object.fromEntries(lists.map(([name, how]) => [name, setAfter(how, before?.[name], input[name])]));
  const { [moreName]: more, ...fields } = input;
  return { ...before, ...(isObject(more) && more), ...fields, ...after, ...(tags && { tags }), id: before?.["id"] ?? id };
}

function effectOf({ effect }: Operation, before: Row | null): PretendedEffect["effect"] {
  if (effect === "upsert") return before ? "update" : "create";
  return effect === "read" ? "other" : effect;
}

function fieldChanges(operation: Operation, asked: Row, input: Row, before: Row | null, appTitle: string): PretendedEffect["changes"] {
  const sets = operation.before?.sets ?? {};
  const left = new Set([...(operation.before?.ignore ?? []), ...(sets["tags"] ? ["tags"] : [])]);
  const changes: PretendedEffect["changes"] = [];
  for (const field of operation.input) {
    const value = input[field.name];
    if (value === undefined || left.has(field.name) || field.in === "path" || field.in === "setting") continue;
    if (field.control === "customFields") changes.push(...customFieldChanges(asked[field.name], value, before));
    else if (before === null && changesRecords(operation) && isBlank(value))
      changes.push({ field: field.name, ...labelled(field.label), old: null, new: null, note: "emptied, whatever the record holds" });
    else add(changes, field.name, before?.[field.name], setAfter(sets[field.name], before?.[field.name], value), field.label);
  }
  const further: PretendedEffect["changes"] = [];
  for (const [name, value] of Object.entries(moreOf(input) ?? {})) add(further, name, before?.[name], value);
  return [...changes, ...further.map((change) => ({ ...change, note: undocumentedBy(appTitle) }))];
}

/** An upsert that finds no record makes one, and there is nothing to empty in it. */
const changesRecords = ({ effect, before }: Operation): boolean => effect === "update" || (effect === "upsert" && before === undefined);
const isBlank = (value: unknown): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);

function customFieldChanges(asked: unknown, value: unknown, before: Row | null): PretendedEffect["changes"] {
  const changes: PretendedEffect["changes"] = [];
  const names = isObject(asked) ? Object.keys(asked) : [];
  const rows = Array.isArray(value) ? value.filter(isObject) : [];
  const present = Array.isArray(before?.["customFields"]) ? before["customFields"].filter(isObject) : [];
  rows.forEach((row, i) => {
    const old = present.find((p) => p["id"] === row["id"]);
    const name = names[i] ?? String(row["key"] ?? row["id"]);
    add(changes, name, fieldValue(old), fieldValue(row), customFieldLabel(name));
  });
  return changes;
}

/** "Net promoter score" for `contact.net_promoter_score`; undefined for a name of another shape. */
function customFieldLabel(name: string): string | undefined {
  const key = /^[a-z_]+\.(\w+)$/.exec(name)?.[1];
  return key === undefined ? undefined : fieldLabel(key);
}

const labelled = (label: string | undefined): { label?: string } => (label === undefined ? {} : { label });

/** A custom field's value, as contacts and opportunities give it, and as it is written. */
const fieldValue = (row: Row | undefined): unknown => row?.["value"] ?? row?.["fieldValue"] ?? row?.["field_value"];

function add(changes: PretendedEffect["changes"], field: string, old: unknown, value: unknown, label?: string): void {
  if (!same(field, old, value)) changes.push({ field, ...labelled(label), old: (old ?? null) as Json, new: (value ?? null) as Json });
}

/** Blank is blank, an e-mail address is the same in any case, and a time in any zone. */
function same(field: string, a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((v) => (v === undefined || v === null || v === "" ? null : typeof v === "string" ? v.trim() : v));
  if (/email/i.test(field) && typeof left === "string" && typeof right === "string") return left.toLowerCase() === right.toLowerCase();
  if (sameMoment(left, right)) return true;
  if (typeof left !== typeof right && left !== null && right !== null && typeof left !== "object" && typeof right !== "object")
    return String(left) === String(right);
  return canonicalJson(left) === canonicalJson(right);
}

function tagChange(operation: Operation, input: Row, before: Row | null): { added: string[]; removed: string[] } | undefined {
  const after = tagsAfter(operation, input, before);
  if (!after) return undefined;
  const now = tagList(before?.["tags"]);
  const change = { added: after.filter((t) => !now.includes(t)), removed: now.filter((t) => !after.includes(t)) };
  return change.added.length || change.removed.length ? change : undefined;
}

/** The record's tags after the write; undefined where it does not touch them. */
function tagsAfter(operation: Operation, input: Row, before: Row | null): string[] | undefined {
  const how = operation.before?.sets?.["tags"];
  if (!how || input["tags"] === undefined) return undefined;
  const [now, tags] = [tagList(before?.["tags"]), tagList(input["tags"])];
  if (how === "replace") return tags;
  return how === "add" ? [...new Set([...now, ...tags])] : now.filter((t) => !tags.includes(t));
}

/** A list after something was added to it or taken from it; what is no set, or is set whole, as given. */
function setAfter(how: "add" | "remove" | "replace" | undefined, old: unknown, values: unknown): unknown {
  if (how === undefined || how === "replace" || !Array.isArray(values)) return values;
  const now: unknown[] = Array.isArray(old) ? old : [];
  return how === "add" ? [...new Set([...now, ...(values as unknown[])])] : now.filter((one) => !values.includes(one));
}

const tagList = (value: unknown): string[] => (Array.isArray(value) ? value.map((t) => String(t).trim().toLowerCase()) : []);

function labelOf(row: Row): string {
  const name = row["name"] ?? row["contactName"] ?? [row["firstName"], row["lastName"]].filter(Boolean).join(" ");
  const parts = [name, row["email"] ?? row["phone"], row["title"] ?? (typeof row["body"] === "string" ? row["body"] : undefined)];
  return cutText([...new Set(parts.filter((p): p is string => typeof p === "string" && p.trim() !== ""))].join(", "), 120);
}
