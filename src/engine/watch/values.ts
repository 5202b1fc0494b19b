import { contentHash, getPath, isObject, sizeUpTo, type Json, type JsonObject } from "#kernel/json.ts";
import { fold, textOf } from "#catalog/text.ts";
import type { ComparedValues, WatchedChange } from "#catalog/types.ts";
import { momentMs } from "#catalog/moments.ts";
import type { WatchDoor } from "../types.ts";

/** Pure: what a change trigger compares of a record, and when two of its values are the same. */

/** What was said of a record, by name. A name that is missing was not said anything of. */
export type Values = JsonObject;

/**
 * Reads what is compared off a record. An event leaves out what it does not carry, so there a missing value says nothing. A row of the
 * list is whole: there it is an empty one, except for a list of texts, which no row leaves out when it means to say that it is empty.
 */
export function valuesOf(change: WatchedChange, chosen: JsonObject, record: unknown, door: WatchDoor): Values {
  if (change.kind === "made") return {};
  if (change.kind === "member") {
    const list = getPath(record, change.path);
    return Array.isArray(list) && !isTooLong(list) ? { [change.path]: list.map(textOf).filter((text) => text.trim() !== "") } : {};
  }
  return Object.fromEntries(
    comparedIn(change.compared, chosen).flatMap(([name, read]) => {
      const value = read(record);
      return value === undefined && door === "webhook" ? [] : [[name, isNothing(value) ? null : (value as Json)]];
    }),
  );
}

/** A list of texts is compared in the commit, where every other event waits: one beyond all use says nothing. */
const most = { members: 2_000, characters: 64 * 1024 };
const isTooLong = (list: readonly unknown[]): boolean => list.length > most.members || sizeUpTo(list, most.characters) > most.characters;

type Read = (record: unknown) => unknown;

/** The values that are compared, with the way to each. */
function comparedIn(compared: ComparedValues, chosen: JsonObject): [name: string, read: Read][] {
  if ("paths" in compared) return Object.entries(compared.paths).map(([name, paths]) => [name, firstOf(paths)]);
  const { field, fields, customField } = compared;
  const id = textOf(chosen[customField]);
  if (id !== "") return [[id, (record) => customFieldOf(record, id)]];
  const name = textOf(chosen[field]);
  return Object.hasOwn(fields, name) ? [[name, firstOf(fields[name]!)]] : [];
}

const firstOf =
  (paths: readonly string[]): Read =>
  (record) =>
    paths.map((path) => getPath(record, path)).find((value) => value !== undefined);

/** The members under which custom fields have their value, tried in turn. */
const valueMembers = ["value", "fieldValue", "field_value", "fieldValueString", "fieldValueNumber", "fieldValueDate", "fieldValueArray"];

/** Undefined where the record does not carry custom fields, or not this one. */
function customFieldOf(record: unknown, id: string): unknown {
  const list = getPath(record, "customFields");
  const entry = Array.isArray(list) ? list.find((one) => isObject(one) && one["id"] === id) : undefined;
  return isObject(entry) ? firstOf(valueMembers)(entry) : undefined;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0);

/** Whether two values say the same, however list and event spell it: case, spaces, the order of a list and the form of a time do not count. */
export const isSame = (a: Json | undefined, b: Json | undefined): boolean => plain(a) === plain(b);

function plain(value: unknown): string {
  if (isNothing(value)) return "";
  if (Array.isArray(value)) return contentHash([...new Set(value.map(plain))].sort());
  if (typeof value === "object") return contentHash(value);
  const text = fold(textOf(value));
  const moment = isTime.test(text) ? momentMs(textOf(value)) : null;
  return moment === null ? text : `@${moment}`;
}

const isTime = /^\d{4}-\d\d-\d\d([t ]\d\d:\d\d(:\d\d(\.\d+)?)?(z|[+-]\d\d:?\d\d)?)?$/;

/** Members of the one list that the other does not have, in any case. */
export function missingFrom(other: Json | undefined, list: Json | undefined): string[] {
  const there = new Set(textsIn(other).map(fold));
  const found = new Map(textsIn(list).map((text) => [fold(text), text]));
  return [...found].filter(([folded]) => !there.has(folded)).map(([, text]) => text);
}

export const textsIn = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(textOf) : []);
