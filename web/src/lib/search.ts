import { cutText } from "#kernel/characters.ts";
/** Reads one value of the address; anything unexpected is as if it were not there. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? cutText(value, 200) : undefined;
}

/** One of the words allowed. */
export function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((word) => word === value);
}

/** Filters in the address are plain text, so that an address can be read, written and sent to a colleague. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const set = Object.entries(search).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  return set.length === 0 ? "" : `?${new URLSearchParams(set).toString()}`;
}

/** A switch that stands in the address only while it is on. */
export const flag = (value: unknown): true | undefined => (value === true || value === "true" ? true : undefined);
