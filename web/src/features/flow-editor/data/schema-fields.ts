import type { JsonSchema } from "#catalog/types.ts";
import { printPath, type PathKey } from "#engine/mapping/words/parts.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import type { SourceField, ValueType } from "./types.ts";
import { typeOfValue } from "./values.ts";

/** Pure: the fields of a value, from its schema and from the values that were seen. */

/** How deep fields are offered, and how many of one object: what goes beyond is written by hand. */
const deepest = 5;
const mostMembers = 200;

export interface Shape {
  /** What the catalog says of it, if anything. */
  schema: JsonSchema | undefined;
  /** The values of samples. */
  values: readonly unknown[];
  /** What members are called, where the catalog knows better than their names. */
  labels?: ReadonlyMap<string, string>;
}

/** The fields inside a value whose path has these keys. A list has those of its first item. */
export function fieldsOf(shape: Shape, keys: readonly PathKey[], root: JsonSchema | undefined = shape.schema, depth = 0): SourceField[] {
  if (depth >= deepest) return [];
  const schema = resolved(shape.schema, root);
  const lists = shape.values.filter(Array.isArray);
  if (schema?.type === "array" || lists.length > 0 || has(schema, "array"))
    return itemFields({ ...shape, schema }, lists, keys, root, depth);
  const names = memberNames(schema, shape.values);
  return names.map((name) => fieldOf(memberOf({ ...shape, schema }, name), [...keys, name], labelOf(name, shape.labels), root, depth));
}

const labelOf = (name: string, labels: ReadonlyMap<string, string> | undefined): string => labels?.get(name) ?? fieldLabel(name);

/** What Millrace says of a change beside the fields of the record. */
const changeLabels: ReadonlyMap<string, string> = new Map([
  ["kind", "What happened"],
  ["id", "Id of the record"],
  ["at", "When"],
  ["by", "Noticed by"],
  ["fields", "Changed fields"],
  ["old", "Before"],
  ["new", "After"],
  ["known", "Is known from before"],
  ["merged", "Further changes in this run"],
  ["late", "Came late"],
  ["readAt", "When it was read"],
  ["recovered", "Its webhook was lost"],
]);

function itemFields(
  shape: Shape,
  lists: readonly unknown[][],
  keys: readonly PathKey[],
  root: JsonSchema | undefined,
  depth: number,
): SourceField[] {
  const items = lists.flatMap((list) => list.slice(0, 20));
  const item: Shape = { ...shape, schema: shape.schema?.items, values: items };
  const inside = fieldsOf(item, [...keys, 0], root, depth + 1);
  const count: SourceField = {
    path: printPath([...keys, "size"]),
    label: "How many",
    type: "number",
    fields: [],
    also: "count number size",
  };
  return [count, ...(inside.length > 0 ? inside : [fieldOf(item, [...keys, 0], "First item", root, depth)])];
}

function fieldOf(shape: Shape, keys: readonly PathKey[], label: string, root: JsonSchema | undefined, depth: number): SourceField {
  return {
    path: printPath(keys),
    label,
    type: typeOfShape(shape, root),
    fields: fieldsOf({ ...shape, labels: keys.at(-1) === "_change" ? changeLabels : undefined }, keys, root, depth + 1),
  };
}

function memberNames(schema: JsonSchema | undefined, values: readonly unknown[]): string[] {
  const names = new Set(Object.keys(schema?.properties ?? {}));
  for (const value of values) if (isObject(value)) for (const name of Object.keys(value)) if (names.size < mostMembers) names.add(name);
  return [...names];
}

function memberOf({ schema, values }: Shape, name: string): Shape {
  return {
    schema: schema?.properties?.[name],
    values: values.flatMap((value) => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [])),
  };
}

/** What the values say goes before what the schema says: a catalog may be wrong, a sample is not. */
export function typeOfShape({ schema, values }: Shape, root: JsonSchema | undefined = schema): ValueType {
  const seen = values.find((value) => value !== null && value !== undefined && value !== "");
  return seen === undefined ? typeOfSchema(resolved(schema, root)) : typeOfValue(seen);
}

export function typeOfSchema(schema: JsonSchema | undefined): ValueType {
  if (schema === undefined) return "any";
  if (schema.format === "date-time" || schema.format === "date") return "date";
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  const types: Partial<Record<string, ValueType>> = {
    string: "text",
    number: "number",
    integer: "number",
    boolean: "yes-no",
    array: "list",
    object: "object",
  };
  return types[type ?? ""] ?? (schema.properties ? "object" : schema.items ? "list" : "any");
}

const has = (schema: JsonSchema | undefined, type: string): boolean =>
  Array.isArray(schema?.type) && (schema.type as readonly string[]).includes(type);

/** A schema without references and choices around it: the first that says something. */
export function resolved(schema: JsonSchema | undefined, root: JsonSchema | undefined, hops = 0): JsonSchema | undefined {
  if (schema === undefined || hops > 8) return schema;
  if (schema.$ref !== undefined) return resolved(root?.$defs?.[schema.$ref.replace("#/$defs/", "")], root, hops + 1);
  const [first] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []).filter((one) => one.type !== "null");
  return first === undefined || schema.properties ? schema : resolved(first, root, hops + 1);
}
