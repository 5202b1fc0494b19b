import { isObject } from "#kernel/json.ts";

/**
 * What a step writes to empty a field on purpose: `"tags": { "$empty": true }`. Nothing that a mapping gives is taken for it: what counts is that
 * it is written in the flow itself, or in the body of a direct call.
 */
export const emptyMark = { $empty: true } as const;

/** Whether a value is the word for *empty this field*. */
export const isEmptyMark = (value: unknown): boolean => isObject(value) && value["$empty"] === true && Object.keys(value).length === 1;

/** Where an input, as it is written, says that a field is to be emptied, as JSON pointers; a `null` that is written there counts as well. */
export function emptiedIn(input: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const pointers = new Set<string>();
  const walk = (value: unknown, at: string, depth: number): void => {
    if (value === null || isEmptyMark(value)) pointers.add(at);
    else if (depth < deepest && typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value)) walk(one, pointer(at, key), depth + 1);
  };
  walk(input, "", 0);
  return pointers;
}

/** A form is no deeper; what lies further down is data for another system. */
const deepest = 8;

/** One step further down a JSON pointer. */
export const pointer = (at: string, key: string): string => `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
