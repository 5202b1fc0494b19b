import { contentHash } from "#kernel/digest.ts";
import { getPath, isObject, sizeUpTo, type Json, type JsonObject } from "#kernel/json.ts";
import { fold, textOf } from "#catalog/text.ts";
import type { ComparedValues, WatchedChange } from "#catalog/types.ts";
import { momentMs } from "#catalog/moments.ts";
import type { ObservationSource } from "../types/observations.ts";

/** Pure: what a change trigger compares of a record, and when two of its values are the same. */

/** The compared values of a record by name. A missing name means that the value is not known. */
export type Values = JsonObject;

/**
 * Reads the compared values of a record. An event may leave values out, so there a missing value is unknown. A row of the list is complete: there
 * a missing value is empty, except for a list of texts, which a row always contains even if it is empty.
 */
export function valuesOf(change: WatchedChange, chosen: JsonObject, record: unknown, source: ObservationSource): Values {
  if (change.kind === "made") return {};
  if (change.kind === "member") {
    const list = getPath(record, change.path);
    return Array.isArray(list) && !isTooLong(list) ? { [change.path]: list.map(textOf).filter((text) => text.trim() !== "") } : {};
  }
  return Object.fromEntries(
    comparedIn(change.compared, chosen).flatMap(([name, read]) => {
      const value = read(record);
      return value === undefined && source === "webhook" ? [] : [[name, isNothing(value) ? null : (value as Json)]];
    }),
  );
}

/** A list of texts is compared in the commit, where every other event waits: one beyond all use says nothing. */
const most = { members: 2_000, characters: 64 * 1024 };
const isTooLong = (list: readonly unknown[]): boolean => list.length > most.members || sizeUpTo(list, most.characters) > most.characters;

type Read = (record: unknown) => unknown;

/** How to read each compared value. */
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

/** Undefined if the record has no custom fields, or not this one. */
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

/** Whether two values are equal, ignoring how list and event spell them: case, spaces, the order of a list and the format of a time. */
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

/** Items of `list` that `other` does not have, ignoring case. */
export function missingFrom(other: Json | undefined, list: Json | undefined): string[] {
  const there = new Set(textsIn(other).map(fold));
  const items = new Map(textsIn(list).map((text) => [fold(text), text]));
  return [...items].filter(([folded]) => !there.has(folded)).map(([, text]) => text);
}

export const textsIn = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(textOf) : []);
