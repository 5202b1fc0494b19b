import type { Json } from "#kernel/json.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { moreName, takesMore } from "#catalog/more.ts";
import type { App, InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { operationLine } from "./catalog-lines.ts";

/** A JSON Schema with words for people. */
export interface DescribedSchema extends JsonSchema {
  description?: string;
  examples?: Json[];
  const?: Json;
}

/** An operation, and the app that it belongs to. */
export interface OperationOfApp {
  app: App;
  operation: Operation;
}

/** What programs call an operation: `<app>.<operation>`. */
export const operationName = ({ app, id }: Pick<Operation, "app" | "id">): string => `${app}.${id}`;

/** The inputs that somebody fills in: those that Millrace fills in itself are not among them. */
export const ownInputs = ({ input }: Pick<Operation, "input">): InputField[] => input.filter(({ fill }) => fill === undefined);

/** Whether a call may do without an input. */
export const needsInput = (operation: Operation): boolean => ownInputs(operation).some(({ required }) => required);

/** The input of an operation as one object: a member for each field, with its label, its help and an example. */
export function inputSchema(operation: Operation): DescribedSchema {
  const fields = ownInputs(operation);
  const empties = new Set(operationLine(operation).empties);
  const example = operation.example?.input ?? {};
  const members = fields.map((field) => [field.name, fieldSchema(field, example[field.name], empties.has(field.name))] as const);
  const required = fields.flatMap(({ name, required: isRequired }) => (isRequired ? [name] : []));
  return {
    type: "object",
    properties: Object.fromEntries([...members, ...(takesMore(operation) ? [[moreName, moreSchema] as const] : [])]),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

const moreSchema: DescribedSchema = {
  type: "object",
  description: "Further fields that the app accepts and does not document.",
  additionalProperties: true,
};

/** What empties a field of a record on purpose. */
const emptyWish: DescribedSchema = {
  type: "object",
  title: "Empty this field",
  properties: { $empty: { type: "boolean", enum: [true] } },
  required: ["$empty"],
  additionalProperties: false,
};

function fieldSchema(field: InputField, example: Json | undefined, canBeEmptied: boolean): DescribedSchema {
  const choices = [...valuesOf(field), ...(canBeEmptied ? [emptyWish] : [])];
  const description = wordsOf(field);
  return {
    ...(choices.length === 1 ? choices[0] : { anyOf: choices }),
    title: field.label ?? fieldLabel(field.name),
    ...(description !== "" && { description }),
    ...(example !== undefined && { examples: [example] }),
  };
}

/** Custom fields may be given by their names as well. */
const valuesOf = ({ schema, control }: InputField): JsonSchema[] =>
  control === "customFields" ? [{ type: "object", title: "By name, key or id", additionalProperties: true }, schema] : [schema];

function wordsOf({ help, words, lookup }: InputField): string {
  const choices = Object.entries(words ?? {}).map(([value, title]) => `${value}: ${title}`);
  return [help ?? "", choices.length > 0 ? `${choices.join("; ")}.` : "", lookup ? `Its choices are listed by ${lookup.operation}.` : ""]
    .filter(Boolean)
    .join(" ");
}
