export { parseJson, readJson, type ReadJson } from "./exact-json.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON with its keys sorted, so that equal values have equal text. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((v) => canonicalJson(v ?? null)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const members = Object.keys(value)
    .filter((k) => value[k] !== undefined)
    .sort();
  return `{${members.map((k) => `${JSON.stringify(k)}:${canonicalJson(value[k])}`).join(",")}}`;
}

/** The value at a dotted path (`contact.tags.0`), own properties only; undefined where there is none. */
export function getPath(value: unknown, path: string): unknown {
  let at: unknown = value;
  for (const key of path === "" ? [] : path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** Whether a value is nested deeper than `limit` objects or lists. Iterative, so that hostile depth costs no stack. */
export function deeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === "object" && item !== null) {
        if (depth >= limit) return true;
        for (const child of Object.values(item)) if (typeof child === "object" && child !== null) next.push(child);
      }
    }
    level = next;
  }
  return false;
}

/** About how long a value's JSON is, in characters, counted up to `limit`: what is larger is not looked at to its end. */
export function sizeUpTo(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 4;
  return counted(value, limit, 2, ofJson);
}

/** About how many bytes of memory a value takes, counted up to `limit`. Nothing is encoded for it. */
export function memoryUpTo(value: unknown, limit: number): number {
  if (typeof value === "string") return ofMemory.value + value.length;
  if (typeof value !== "object" || value === null) return ofMemory.value;
  return counted(value, limit, ofMemory.value, ofMemory);
}

/** What a value costs beside the characters of its texts and keys. */
interface Costs {
  value: number;
  text: number;
  key: number;
}
const ofJson: Costs = { value: 5, text: 3, key: 3 };
const ofMemory: Costs = { value: 16, text: 16, key: 0 };

/** Iterative, as `deeperThan` is: hostile depth must not overflow the stack. */
function counted(root: object, limit: number, own: number, costs: Costs): number {
  let size = own;
  const open: object[] = [root];
  for (let at = open.pop(); at !== undefined && size <= limit; at = open.pop()) {
    if (Array.isArray(at)) for (let i = 0; i < at.length && size <= limit; i++) size += costOf(at[i], costs, open);
    else {
      for (const name in at) {
        size += name.length + costs.key + costOf((at as Record<string, unknown>)[name], costs, open);
        if (size > limit) break;
      }
    }
  }
  return size;
}

/** What one member costs by itself; an object or a list is put down to be counted later. */
function costOf(member: unknown, { value, text }: Costs, open: object[]): number {
  if (typeof member === "string") return member.length + text;
  if (typeof member === "object" && member !== null) open.push(member);
  return value;
}
