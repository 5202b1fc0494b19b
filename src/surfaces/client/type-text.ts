import { isObject } from "#kernel/json.ts";
import type { DescribedSchema } from "../operation-schema.ts";

const deepest = 12;
const plain: Record<string, string> = {
  string: "string",
  number: "number",
  integer: "number",
  boolean: "boolean",
  null: "null",
  array: "unknown[]",
  object: "{ [name: string]: unknown }",
};

/** Pure: the TypeScript type of what a schema describes. What it does not say is `unknown`. */
export function typeText(schema: DescribedSchema | undefined, indent = "", depth = 0): string {
  if (schema === undefined || depth > deepest) return "unknown";
  const { enum: choices, anyOf, oneOf, allOf, type } = schema;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (choices) return union(choices.map((choice) => JSON.stringify(choice)));
  const either = anyOf ?? oneOf;
  if (either) return union(either.map((one) => typeText(one, indent, depth + 1)));
  if (allOf) return allOf.map((one) => `(${typeText(one, indent, depth + 1)})`).join(" & ");
  if (Array.isArray(type)) return union(type.map((one) => typeText({ ...schema, type: one }, indent, depth + 1)));
  if (type === "array" && schema.items) return arrayOf(typeText(schema.items, indent, depth + 1));
  if (schema.properties || type === "object") return objectText(schema, indent, depth);
  return type === undefined ? "unknown" : plain[type]!;
}

const union = (types: readonly string[]): string => {
  const all = [...new Set(types)];
  return all.includes("unknown") || all.length === 0 ? "unknown" : all.join(" | ");
};
const arrayOf = (item: string): string => (/[|&]/.test(item) ? `(${item})[]` : `${item}[]`);

function objectText({ properties = {}, required = [], additionalProperties }: DescribedSchema, indent: string, depth: number): string {
  const inner = `${indent}  `;
  const members = Object.entries(properties).map(([name, member]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${comment(member, inner)}${inner}${propertyName(name)}${optional}: ${typeText(member, inner, depth + 1)};\n`;
  });
  if (members.length === 0 && additionalProperties === false) return "{ [name: string]: never }";
  if (members.length === 0)
    return isObject(additionalProperties) ? `{ [name: string]: ${typeText(additionalProperties, indent, depth + 1)} }` : plain["object"]!;
  const more = additionalProperties === true ? `${inner}[name: string]: unknown;\n` : "";
  return `{\n${members.join("")}${more}${indent}}`;
}

/** A name as a member of a type or of an object. */
export const propertyName = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

function comment({ title, description }: DescribedSchema, indent: string): string {
  const words = [title === undefined ? "" : `${title}.`, description ?? ""].filter(Boolean).join(" ");
  return words === "" ? "" : docComment(words, indent);
}

/** A comment for editors to show. Nothing in it ends it early. */
export const docComment = (words: string, indent: string): string =>
  `${indent}/** ${words.replaceAll("*/", "* /").replace(/\s+/g, " ").trim()} */\n`;
