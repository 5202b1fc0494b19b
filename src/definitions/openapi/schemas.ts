/** The schemas of a document as the subset that forms and checks understand: written out, without references, and of bounded size. */
import type { JsonSchema, JsonType } from "#catalog/types.ts";
import { isObject, type Json } from "#kernel/json.ts";
import type { Notes } from "./notes.ts";
import type { Node, Refs, Target } from "./refs.ts";

/** What is sent lacks what only the other side sets, and the other way round. */
export type Direction = "input" | "output";

/** How much of a schema is written out: a definition is bounded, and a form deeper than this is none. */
const bounds = { input: { depth: 6, parts: 300 }, output: { depth: 4, parts: 120, fewParts: 30 } } as const;

/** How many parts may still be written out; the members of one body share it. */
export interface Budget {
  left: number;
}
const mostMembers = 100;
const mostVariants = 12;
const mostChoices = 200;
const longestText = 200;

interface Reading {
  direction: Direction;
  budget: Budget;
  /** The references that lead here. */
  refs: readonly string[];
  depth: number;
}

const types: readonly string[] = ["string", "number", "integer", "boolean", "object", "array", "null"] satisfies JsonType[];

/** Reads schemas, one use at a time. */
export class Schemas {
  readonly #refs: Refs;
  readonly #notes: Notes;

  /** Schemas with their `allOf` merged: parts that are shared many times over would be merged as often. */
  readonly #made = new WeakMap<Node, Node>();
  #circles = 0;
  readonly #parts: Readonly<Record<Direction, number>>;

  /** `many`: the document has so many operations that less of each answer is written out. */
  constructor(refs: Refs, notes: Notes, { many = false }: { many?: boolean } = {}) {
    this.#refs = refs;
    this.#notes = notes;
    this.#parts = { input: bounds.input.parts, output: many ? bounds.output.fewParts : bounds.output.parts };
  }

  /** A schema written out. One that cannot be read is one that takes anything, with a note. */
  read(value: unknown, at: string, direction: Direction, budget: Budget = this.budget(direction)): JsonSchema {
    return this.#schema(value, at, { direction, budget, refs: [], depth: 0 });
  }

  budget(direction: Direction): Budget {
    return { left: this.#parts[direction] };
  }

  /** A schema as its own node, references followed and `allOf` merged, but its members not looked at. */
  flat(value: unknown, at: string): Target | undefined {
    const target = this.#refs.follow(value, at);
    return target && { ...target, node: this.#merged(target, []) };
  }

  /** The same with the members of the kinds that a discriminator tells apart. None of those is needed by all. */
  withKinds(value: unknown, at: string): Target | undefined {
    const target = this.flat(value, at);
    const { discriminator, properties } = target?.node ?? {};
    if (!target || !isObject(properties) || !isObject(discriminator) || !isObject(discriminator["mapping"])) return target;
    const all: Node = { ...properties };
    for (const ref of Object.values(discriminator["mapping"]).slice(0, mostVariants)) {
      const kind = this.flat({ $ref: String(ref).includes("/") ? ref : `#/components/schemas/${String(ref)}` }, target.at)?.node;
      for (const [name, member] of Object.entries(isObject(kind?.["properties"]) ? kind["properties"] : {}))
        if (!Object.hasOwn(all, name)) all[name] = member;
    }
    return { ...target, node: { ...target.node, properties: all } };
  }

  #schema(value: unknown, at: string, reading: Reading): JsonSchema {
    if (value === true || value === false || value === undefined) return {};
    const target = this.#refs.follow(value, at);
    if (!target) return {};
    const again = target.refs.find((ref) => reading.refs.includes(ref));
    if (again !== undefined) {
      if (reading.direction === "input")
        this.#notes.add(target.at, "This schema holds itself; its inner ones are taken as they come, without their members.");
      return ownType(target.node);
    }
    reading.budget.left--;
    if (reading.depth > bounds[reading.direction].depth || reading.budget.left <= 0) return this.#cut(target, reading);
    const inside: Reading = { ...reading, refs: [...reading.refs, ...target.refs], depth: reading.depth + 1 };
    return this.#written(this.#merged(target, reading.refs), target.at, inside);
  }

  #cut({ node, at }: Target, { direction }: Reading): JsonSchema {
    if (direction === "input" && isObject(node["properties"]))
      this.#notes.add(at, "This part lies too deep to be described in a form; it takes any object there.");
    return ownType(node);
  }

  /** The node with the members of its `allOf` in it. What several of them say, the last one decides; their properties are all kept. */
  #merged(target: Target, before: readonly string[], depth = 0): Node {
    const { node } = target;
    if (!Array.isArray(node["allOf"]) || depth > 20) return node;
    const made = this.#made.get(node);
    if (made) return made;
    const circles = this.#circles;
    const merged = this.#merge(target, node["allOf"], before, depth);
    if (this.#circles === circles) this.#made.set(node, merged); // what is left out of a circle depends on where it is entered
    return merged;
  }

  #merge({ node, at, refs }: Target, parts: readonly unknown[], before: readonly string[], depth: number): Node {
    const merged: Node = {};
    const seen = [...before, ...refs];
    parts.slice(0, mostMembers).forEach((part, i) => {
      const target = this.#refs.follow(part, `${at}.allOf.${i}`);
      if (!target) return;
      if (target.refs.some((ref) => seen.includes(ref))) {
        this.#circles++;
        return this.#notes.add(at, "This schema is a part of itself; that part is left out.");
      }
      absorb(merged, this.#merged(target, seen, depth + 1));
    });
    const { allOf: _, ...own } = node;
    absorb(merged, own);
    return merged;
  }

  #written(node: Node, at: string, reading: Reading): JsonSchema {
    const variants = this.#variants(node, at, reading);
    const schema: JsonSchema = { ...ownType(node), ...plainMembers(node), ...this.#choices(node, at), ...variants };
    if (isObject(node["properties"])) this.#addProperties(schema, node, at, reading);
    if (node["items"] !== undefined || Array.isArray(node["prefixItems"])) {
      const items = this.#schema(Array.isArray(node["items"]) ? {} : (node["items"] ?? {}), `${at}.items`, reading);
      if (Object.keys(items).length > 0) schema.items = items;
    }
    if (isObject(node["additionalProperties"]) && !schema.properties) {
      const values = this.#schema(node["additionalProperties"], `${at}.additionalProperties`, reading);
      if (Object.keys(values).length > 0) schema.additionalProperties = values;
    }
    return schema;
  }

  #addProperties(schema: JsonSchema, node: Node, at: string, reading: Reading): void {
    const all = Object.entries(node["properties"] as Node);
    const members = all
      .slice(0, mostMembers)
      .filter(([name, value]) => name !== "__proto__" && !this.isOfOtherDirection(value, reading.direction));
    const properties: Record<string, JsonSchema> = Object.fromEntries(members.map(([name]) => [name, {}])); // in their order
    const nested = members.filter(([, value]) => this.#isNested(value));
    for (const [name, value] of [...members.filter((each) => !nested.includes(each)), ...nested]) {
      if (reading.budget.left < -mostMembers) break;
      properties[name] = this.#schema(value, `${at}.properties.${name}`, reading);
    }
    if (all.length > mostMembers)
      this.#notes.add(
        at,
        `This schema has ${all.length} members; the first ${mostMembers} are described, and the others can be given all the same.`,
      );
    schema.type ??= "object";
    schema.properties = properties;
    const required = requiredOf(node).filter((name) => Object.hasOwn(properties, name));
    if (required.length > 0 && reading.direction === "input") schema.required = required;
  }

  /** Whether a member has members of its own. They come last, so that none of them takes the place of a sibling. */
  #isNested(value: unknown): boolean {
    const node = this.#refs.peek(value) ?? {};
    return ["properties", "items", "allOf", "oneOf", "anyOf"].some((name) => node[name] !== undefined);
  }

  /** Whether a member is only ever answered (`readOnly`) or only ever sent (`writeOnly`). */
  isOfOtherDirection(value: unknown, direction: Direction): boolean {
    const mark = direction === "input" ? "readOnly" : "writeOnly";
    if (!isObject(value)) return false;
    return value[mark] === true || (typeof value["$ref"] === "string" && this.#refs.peek(value)?.[mark] === true);
  }

  /** `oneOf` and `anyOf`: a null among them means that nothing may be sent, and constants with titles are choices. */
  #variants(node: Node, at: string, reading: Reading): JsonSchema {
    const key = Array.isArray(node["oneOf"]) ? "oneOf" : "anyOf";
    const all = node[key];
    if (!Array.isArray(all) || all.length === 0 || constantsOf(all)) return {};
    const given = all.slice(0, mostVariants).map((variant, i) => this.#schema(variant, `${at}.${key}.${i}`, reading));
    if (all.length > mostVariants) this.#notes.add(at, `This is one of ${all.length} schemas; the first ${mostVariants} are described.`);
    const variants = given.filter(({ type }) => type !== "null");
    const isNullable = variants.length < given.length || isNull(node);
    if (variants.length === 0) return { type: "null" };
    if (variants.length > 1) {
      if (variants.every((variant) => Object.keys(variant).length === 0)) return {};
      return { [key]: isNullable ? [...variants, { type: "null" }] : variants };
    }
    return isNullable ? nullable(variants[0]!) : variants[0]!;
  }

  #choices(node: Node, at: string): JsonSchema {
    const choices = choicesOf(node);
    if (!choices) return {};
    const fit = choices.filter(isChoice);
    if (fit.length < choices.length || fit.length > mostChoices) {
      this.#notes.add(at, `Its ${choices.length} choices are too many or too long for a form; any value is taken.`);
      return {};
    }
    return { enum: [...new Set(isNull(node) ? [...fit, null] : fit)] };
  }
}

/** The names that a node requires. */
export const requiredOf = (node: Node): string[] =>
  Array.isArray(node["required"]) ? node["required"].filter((name): name is string => typeof name === "string") : [];

/** What the choices of a node are called, by their value, where the document says. */
export function choiceWords(node: Node): Record<string, string> | undefined {
  const choices = choicesOf(node);
  if (!choices) return undefined;
  const constants = constantsOf(node["oneOf"]) ?? constantsOf(node["anyOf"]);
  const named = isObject(node["x-ms-enum"]) && Array.isArray(node["x-ms-enum"]["values"]) ? node["x-ms-enum"]["values"] : undefined;
  const names: readonly unknown[] =
    constants?.map(({ title, description }) => title ?? description) ??
    named?.map((each) => (isObject(each) ? (each["description"] ?? each["name"]) : undefined)) ??
    [node["x-enum-varnames"], node["x-enumNames"], node["x-enum-descriptions"]].find((each) => Array.isArray(each)) ??
    [];
  const words = choices.flatMap((choice, i): [string, string][] => {
    const word = names[i];
    return isChoice(choice) && typeof word === "string" && word.trim() !== "" && String(choice) !== "__proto__"
      ? [[String(choice), word.trim().slice(0, 80)]]
      : [];
  });
  return words.length === 0 ? undefined : Object.fromEntries(words);
}

function choicesOf(node: Node): unknown[] | undefined {
  if (Array.isArray(node["enum"]) && node["enum"].length > 0) return node["enum"];
  if (Object.hasOwn(node, "const")) return [node["const"]];
  return (constantsOf(node["oneOf"]) ?? constantsOf(node["anyOf"]))?.map(({ const: constant }) => constant);
}

/** Variants that are a constant each: the choices of OpenAPI 3.1 that have a title. */
const constantsOf = (variants: unknown): Node[] | undefined =>
  Array.isArray(variants) && variants.length > 0 && variants.every((each): each is Node => isObject(each) && Object.hasOwn(each, "const"))
    ? variants
    : undefined;

const isChoice = (value: unknown): value is Json =>
  value === null ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value)) ||
  (typeof value === "string" && value.length <= longestText);

/** Takes the members of a part of `allOf` into what is merged so far. */
function absorb(into: Node, part: Node): void {
  for (const [name, value] of Object.entries(part)) {
    const before = into[name];
    if (name === "properties" && isObject(before) && isObject(value)) into[name] = { ...before, ...value };
    else if (name === "required" && Array.isArray(before) && Array.isArray(value))
      into[name] = [...new Set([...(before as unknown[]), ...(value as unknown[])])];
    else into[name] = value;
  }
}

const isNull = (node: Node): boolean => node["nullable"] === true || node["x-nullable"] === true;

/** The type a node says or shows. */
function ownType(node: Node): JsonSchema {
  const said = [node["type"]].flat().filter((type): type is JsonType => typeof type === "string" && types.includes(type));
  if (node["type"] === "file") return { type: "string", format: "binary" };
  const type = said.length > 0 ? said : shownType(node);
  if (type.length === 0) return {};
  const all = isNull(node) && !type.includes("null") ? [...type, "null" as const] : type;
  return { type: all.length === 1 ? all[0]! : [...new Set(all)] };
}

function shownType(node: Node): JsonType[] {
  if (isObject(node["properties"]) || isObject(node["additionalProperties"])) return ["object"];
  return node["items"] === undefined ? [] : ["array"];
}

const nullable = (schema: JsonSchema): JsonSchema => {
  const type = [schema.type ?? []].flat();
  return type.length === 0 || type.includes("null") ? schema : { ...schema, type: [...type, "null"] };
};

const counts = ["minLength", "maxLength", "minItems", "maxItems"] as const;

/** Format, default and bounds. A pattern is left out: it would have to be run, and some take years. */
function plainMembers(node: Node): JsonSchema {
  const schema: JsonSchema = {};
  const { format, default: usual } = node;
  if (typeof format === "string" && format !== "" && format.length <= longestText) schema.format = format;
  if (usual !== null && isChoice(usual)) schema.default = usual;
  for (const key of ["minimum", "maximum"] as const) {
    const bound = node[key];
    if (typeof bound === "number" && Number.isFinite(bound)) schema[key] = bound;
  }
  for (const key of counts) {
    const count = node[key];
    if (typeof count === "number" && Number.isSafeInteger(count) && count >= 0) schema[key] = count;
  }
  return schema;
}
