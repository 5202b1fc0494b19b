import { isObject } from "#kernel/json.ts";

/** Whether one of a search's filters lacks what it compares with: the search would be refused, or give records that were not meant. */
export function lacksFilterValue(filters: unknown): boolean {
  if (!Array.isArray(filters)) return false;
  return filters.some((filter) => isObject(filter) && (lacksFilterValue(filter["filters"]) || isCutShort(filter)));
}

function isCutShort({ field, operator, value }: Record<string, unknown>): boolean {
  if (typeof field !== "string" || operator === "exists" || operator === "not_exists") return false;
  return isObject(value) ? Object.values(value).some(isNothing) : isNothing(value);
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && value.trim() === "") ||
  (Array.isArray(value) && value.length === 0);
