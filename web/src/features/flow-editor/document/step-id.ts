import { isObject } from "#kernel/json.ts";

/** The id of a step as it is written; empty where there is none. */
export const idOf = (step: unknown): string => (isObject(step) && typeof step["id"] === "string" ? step["id"] : "");

/** What the steps inside a loop call its item, and the item's number. */
export function itemNames(step: { as?: string | undefined }): [item: string, index: string] {
  const item = typeof step.as === "string" && step.as !== "" ? step.as : "item";
  return [item, `${item}_index`];
}
