import { isObject } from "#kernel/json.ts";
import type { JsonSchema, JsonType } from "./types.ts";

const types: readonly JsonType[] = ["string", "number", "integer", "boolean", "object", "array", "null"];
const deepest = 8;
const mostMembers = 200;
const longestText = 500;

const isText = (value: unknown): boolean => typeof value === "string" && value.length <= longestText;
const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isList = (value: unknown, of: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length <= mostMembers && value.every(of);
const isType = (value: unknown): boolean => types.some((type) => type === value);

/** What each key of the subset holds. `$ref` is not among them: what people write by hand is small enough to be written out. */
const keys: Record<string, (value: unknown, depth: number) => boolean> = {
  type: (value) => isType(value) || isList(value, isType),
  properties: (value, depth) =>
    isObject(value) && Object.keys(value).length <= mostMembers && Object.values(value).every((each) => isSchema(each, depth)),
  required: (value) => isList(value, isText),
  items: (value, depth) => isSchema(value, depth),
  enum: (value) => isList(value, (each) => each === null || isText(each) || isNumber(each) || typeof each === "boolean"),
  anyOf: (value, depth) => isList(value, (each) => isSchema(each, depth)),
  oneOf: (value, depth) => isList(value, (each) => isSchema(each, depth)),
  additionalProperties: (value, depth) => typeof value === "boolean" || isSchema(value, depth),
  format: isText,
  title: isText,
  description: isText,
  default: (value) => value === null || typeof value !== "object",
  minimum: isNumber,
  maximum: isNumber,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
};

function isSchema(value: unknown, depth: number): boolean {
  if (!isObject(value) || depth > deepest) return false;
  return Object.entries(value).every(([key, member]) => Object.hasOwn(keys, key) && keys[key]!(member, depth + 1));
}

/** Whether a value is a JSON Schema of the subset that forms and checks understand, and of bounded size. */
export const isJsonSchema = (value: unknown): value is JsonSchema => isSchema(value, 0);
