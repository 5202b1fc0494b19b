import { isBlank } from "#engine/mapping/text.ts";
import { canonicalJson, type Json } from "#kernel/json.ts";

/** Tags and lists as sets. */

/** The items of a list, or of the one value that stands where a list could be; none of nothing. */
export const itemsOf = (value: Json): Json[] => (Array.isArray(value) ? value : [value]).filter((item) => !isBlank(item));

/** The form in which items are compared: texts without case. */
export const itemKey = (item: Json): string => (typeof item === "string" ? item.trim().toLowerCase() : canonicalJson(item));

const keysOf = (value: Json): Set<string> => new Set(itemsOf(value).map(itemKey));

/** The items of the first that the second lacks. */
export function without(value: Json, others: Json): Json[] {
  const keys = keysOf(others);
  return itemsOf(value).filter((item) => !keys.has(itemKey(item)));
}

/** The items of the first that the second has too. */
export function shared(value: Json, others: Json): Json[] {
  const keys = keysOf(others);
  return itemsOf(value).filter((item) => keys.has(itemKey(item)));
}

/** The items of the first as it writes them, then those that only the second has. */
export function union(first: Json, second: Json): Json[] {
  const seen = new Set<string>();
  return [...itemsOf(first), ...itemsOf(second)].filter((item) => {
    const key = itemKey(item);
    return !seen.has(key) && seen.add(key);
  });
}
