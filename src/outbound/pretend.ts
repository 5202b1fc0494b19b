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
  return {
    operation: operation.id,
    title: operation.title,
    effect,
    changes,
    ...(typeof id === "string" && { recordId: id }),
    ...(label && { record: label }),
    ...(tags && { tags }),
    ...(before === null && operation.before === undefined && { unread: true }),
    unchanged:
      (effect === "update" || effect === "link" || effect === "unlink") &&
      before !== null &&
      changes.length === 0 &&
      !tags?.added.length &&
      !tags?.removed.length,
  };
}

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
