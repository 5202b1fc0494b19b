import { createHash } from "node:crypto";

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

/** 22 URL-safe characters (128 bits) that stand for a text. */
export const digest = (text: string | Uint8Array): string =>
  createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");

/** 22 characters that change when the value does, whatever the order of its keys. */
export const contentHash = (value: unknown): string => digest(canonicalJson(value));

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

/** About how long a value's JSON is, as far as `limit`: what is larger is not looked at to its end. Iterative, as `deeperThan` is. */
export function sizeUpTo(value: unknown, limit: number): number {
  if (typeof value === "string") return value.length + 2;
  if (typeof value !== "object" || value === null) return 4;
  let size = 2;
  const open: object[] = [value];
  for (let at = open.pop(); at !== undefined && size <= limit; at = open.pop()) {
    const isList = Array.isArray(at);
    for (const key in at) {
      if (!isList) size += key.length + 3;
      const member = (at as Record<string, unknown>)[key];
      if (typeof member === "object" && member !== null) open.push(member);
      size += typeof member === "string" ? member.length + 3 : 5;
      if (size > limit) break;
    }
  }
  return size;
}

/** About how many bytes of memory a value holds; no further counted than about `most`. Without encoding anything. */
export function roughSize(value: unknown, most: number): number {
  return measured(value, most, 0);
}

/** Deeper than that a value is counted as if it ended there: it costs no stack, and hostile depth is refused elsewhere. */
const measuredDepth = 200;

function measured(value: unknown, most: number, depth: number): number {
  if (typeof value === "string") return 16 + value.length;
  if (typeof value !== "object" || value === null || depth > measuredDepth) return 16;
  let bytes = 16;
  if (Array.isArray(value)) for (let i = 0; i < value.length && bytes < most; i++) bytes += measured(value[i], most, depth + 1);
  else {
    for (const key in value) {
      if (bytes >= most) return bytes;
      bytes += key.length + measured((value as Record<string, unknown>)[key], most, depth + 1);
    }
  }
  return bytes;
}
