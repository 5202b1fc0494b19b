import { isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { pagingNames } from "#catalog/empty-filter.ts";
import type { InputField, JsonSchema, Lookup, Operation } from "#catalog/types.ts";
import type { CustomFields, FieldPlace, ZapierField } from "./shapes.ts";
import { fieldTitle, helpOf, keyOf, Keys } from "./words.ts";

/** Pure: the form of an operation in the platform's fields, and where each value goes in the operation's input. */

/** The key of a hidden trigger for the choices of a look-up. `parent` is the field that narrows them. */
export type ChoicesKey = (app: string, lookup: Lookup, parent: string | undefined) => string;

export interface Form {
  fields: ZapierField[];
  places: Record<string, FieldPlace>;
  customFields: CustomFields[];
}

/** The field with the login that an action uses. */
export const connectionKey = "millrace_connection";
const deepest = 2;
/** An object with more values than this is one field of JSON. */
const mostMembers = 20;

/** The form of an operation: every input that a person may fill in, but what Millrace fills in itself. */
export function formOf(app: string, { input, paging }: Pick<Operation, "input" | "paging">, choicesKey: ChoicesKey): Form {
  const pages = pagingNames(paging);
  const open = input.filter(({ name, wire = name, fill }) => fill === undefined && !pages.has(wire));
  const parents = new Set(open.flatMap(({ lookup }) => lookup?.within?.field ?? []));
  const drawing = new Drawing(app, choicesKey, parents);
  for (const field of open) drawing.add(field);
  return drawing;
}

/** Collects the fields of one form. */
class Drawing implements Form {
  readonly fields: ZapierField[] = [];
  readonly places: Record<string, FieldPlace> = {};
  readonly customFields: CustomFields[] = [];
  readonly #keys = new Keys();
  readonly #app: string;
  readonly #choicesKey: ChoicesKey;
  readonly #parents: ReadonlySet<string>;

  constructor(app: string, choicesKey: ChoicesKey, parents: ReadonlySet<string>) {
    this.#app = app;
    this.#choicesKey = choicesKey;
    this.#parents = parents;
    this.#keys.of(connectionKey);
  }

  add(field: InputField): void {
    if (field.control === "customFields" && field.lookup) return void this.customFields.push(customFieldsOf(field.name, field.lookup));
    const { name, label, help, required = false } = field;
    const { schema } = field;
    const parts = membersOf(schema, 0);
    if (parts.length > 0 && field.control === "json") {
      const nameOf = (path: string[]) => path.map((one) => fieldTitle(undefined, one)).join(" ");
      for (const { path, schema: part, needed } of parts) {
        const text = `${fieldTitle(label, name)} ${nameOf(path)}`;
        this.#put([name, ...path], text, { ...valueOf(part), ...(required && needed && { required }) }, part, help);
      }
      return;
    }
    this.#put([name], fieldTitle(label, name), { ...this.#shapeOf(field), ...(required && { required }) }, schema, help);
  }

  #put(path: string[], label: string, shape: Shape, schema: JsonSchema, help: string | undefined): void {
    const { as, hint, ...rest } = shape;
    const key = this.#keys.of(...path);
    if (rest.children) return this.#putItems({ key, label, ...rest }, path, rest.children);
    const helpText = helpOf(help, hint);
    const standard = defaultOf(schema, rest);
    this.fields.push({ key, label, ...rest, ...(helpText && { helpText }), ...(standard !== undefined && { default: standard }) });
    this.places[key] = { path, ...(rest.type === "json" ? { as: "json" } : as && { as }) };
  }

  /** The platform wants the keys of line items to differ from all others of the form, and no help beside them. */
  #putItems(field: ZapierField, path: string[], children: readonly ZapierField[]): void {
    const own = children.map((child) => ({ ...child, key: this.#keys.of(field.key, child.key) }));
    this.fields.push({ ...field, children: own });
    this.places[field.key] = { path, items: Object.fromEntries(own.map(({ key }, at) => [key, children[at]!.key])) };
  }

  #shapeOf(field: InputField): Shape {
    const { control, schema, lookup, words, name } = field;
    const alters = this.#parents.has(name) ? { altersDynamicFields: true } : {};
    if (lookup) return { ...listed(schema), ...this.#choicesOf(lookup), ...alters };
    if (control === "filters") return { type: "json", hint: "A list of conditions, each with field, operator and value." };
    if (control === "longtext") return { type: "text" };
    return { ...valueOf(schema, words), ...alters };
  }

  #choicesOf(lookup: Lookup): Shape {
    return { type: "string", dynamic: `${this.#choicesKey(this.#app, lookup, lookup.within && keyOf(lookup.within.field))}.id.name` };
  }
}

type Shape = Omit<ZapierField, "key" | "label"> & Pick<FieldPlace, "as"> & { hint?: string };

const typeOf = ({ type }: JsonSchema) => [type].flat().find((each) => each !== "null");
const listed = (schema: JsonSchema): Shape => (typeOf(schema) === "array" ? { list: true } : {});

/** The field of a value, by its schema. */
function valueOf(schema: JsonSchema, words?: Record<string, string>): Shape {
  const type = typeOf(schema);
  if (schema.enum && schema.enum.length > 0) return choicesOf(schema.enum, words, type);
  if (type === "array") return listOf(schema.items ?? {});
  if (type === "object" || schema.properties) return isNamed(schema) ? { dict: true } : { type: "json", hint: "JSON." };
  if (type === "integer" || type === "number" || type === "boolean") return { type };
  if (type === undefined) return { type: "json", hint: "JSON, or a text." };
  return { type: schema.format === "date-time" ? "datetime" : "string" };
}

/** Names of one's own with plain values. */
const isNamed = ({ properties, additionalProperties }: JsonSchema): boolean =>
  properties === undefined &&
  (additionalProperties === undefined || (isObject(additionalProperties) && typeOf(additionalProperties) === "string"));

function choicesOf(values: readonly Json[], words: Record<string, string> | undefined, type: JsonSchema["type"]): Shape {
  const texts = [...new Set(values.filter((value) => value !== null && value !== "").map(String))].filter((text) => !isFormula(text));
  const choices = texts.map((value) => ({ value, label: words?.[value] ?? fieldTitle(undefined, value), sample: value }));
  return {
    type: "string",
    ...(choices.length > 0 && { choices }),
    ...((type === "number" || type === "integer") && { as: "number" as const }),
  };
}

/** Lists of plain values are entered one by one, lists of flat objects as line items, all others as JSON. */
function listOf(items: JsonSchema): Shape {
  const type = typeOf(items);
  const members = Object.entries(items.properties ?? {});
  if (members.length > 0) {
    const isFlat = members.every(([name, { enum: _, ...one }]) => keyOf(name) === name && isPlain(one));
    if (!isFlat) return { type: "json", hint: "A list, as JSON." };
    const children = members.map(([name, member]) => childOf(name, member, items.required?.includes(name) ?? false));
    return { children };
  }
  if (type === "object" || type === "array" || type === undefined) return { type: "json", hint: "A list, as JSON." };
  const { choices } = valueOf(items);
  return { type: type === "integer" || type === "number" ? type : "string", list: true, ...(choices && { choices }) };
}

function childOf(name: string, schema: JsonSchema, required: boolean): ZapierField {
  const { as: _as, hint: _hint, ...shape } = valueOf(schema);
  return { key: name, label: fieldTitle(undefined, name), ...shape, ...(required && { required }) };
}

const isPlain = (schema: JsonSchema): boolean => ["string", "number", "integer", "boolean"].includes(String(typeOf(schema)));

interface Member {
  path: string[];
  schema: JsonSchema;
  needed: boolean;
}

/** The values of an object as fields of their own, where it is small and shallow; none otherwise. */
function membersOf(schema: JsonSchema, depth: number): Member[] {
  const members = Object.entries(schema.properties ?? {}).flatMap(([name, member]): (Member | null)[] => {
    const needed = schema.required?.includes(name) ?? false;
    if (isPlain(member)) return [{ path: [name], schema: member, needed }];
    const inner = depth + 1 < deepest ? membersOf(member, depth + 1) : [];
    return inner.length === 0 ? [null] : inner.map((one) => ({ ...one, path: [name, ...one.path], needed: needed && one.needed }));
  });
  const whole = members.filter((member) => member !== null);
  return whole.length === members.length && whole.length <= mostMembers ? whole : [];
}

/** Defaults are texts on the platform; only of what is one value. */
function defaultOf({ default: value }: JsonSchema, { list, dict, children, type }: Shape): string | undefined {
  if (value === undefined || value === null || typeof value === "object" || value === "") return undefined;
  const isPlainText = !list && !dict && !children && type !== "json" && !isFormula(String(value));
  return isPlainText ? String(value) : undefined;
}

/** The platform fills in what stands between braces. Nothing that a catalog says is meant so; whoever wants such a value types it in. */
const isFormula = (text: string): boolean => text.includes("{{");

function customFieldsOf(input: string, { operation, value, label, options, controls, input: search = {} }: Lookup): CustomFields {
  return {
    input,
    operation,
    search: search satisfies JsonObject,
    value,
    label,
    ...(options && { options }),
    ...(controls && { controls }),
  };
}
