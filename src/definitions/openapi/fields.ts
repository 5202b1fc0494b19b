/** The parameters and bodies of a document as the inputs of an operation. */
import { cutText } from "#kernel/characters.ts";
import type { AppDefinition } from "#api/schemas/apps.ts";
import { appLimits } from "#api/schemas/apps.ts";
import { isHeaderName, isOfTransport } from "#catalog/definition-texts.ts";
import type { InputField, JsonSchema } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import { labelOf } from "../guess.ts";
import type { Notes } from "./notes.ts";
import type { Node, Refs } from "./refs.ts";
import { choiceWords, requiredOf, type Schemas } from "./schemas.ts";
import { fieldNameOf, OwnNames, plainText } from "./words.ts";

export type FieldDefinition = AppDefinition["operations"][number]["input"][number];

/** What reading an operation's inputs needs of the document. */
export interface FieldTools {
  refs: Refs;
  schemas: Schemas;
  notes: Notes;
  /** Whether a header or a parameter of the query is how one logs in, and so is no input. */
  isLogin(place: "query" | "header", name: string): boolean;
}

/** One thing that is sent, before it has a name of its own. */
export interface Sent {
  in: FieldDefinition["in"];
  /** The name on the wire; empty where it is the whole body. */
  wire: string;
  name?: string;
  required?: boolean;
  schema: JsonSchema;
  /** The node it was read from, for its words. */
  node?: Node;
  help?: string | undefined;
  join?: "comma";
  control?: "json" | "longtext";
  fill?: NonNullable<InputField["fill"]>;
}

/** The inputs of an operation, each with a name of its own. Those that are needed come first where there are more than a form has. */
export function asFields(sent: readonly Sent[], at: string, notes: Notes): FieldDefinition[] {
  const fits = sent.filter(({ wire }) => wire.length <= 80);
  if (fits.length < sent.length) notes.add(at, "Inputs with a name of more than 80 characters are left out.");
  const most = appLimits.inputs;
  const needed = fits.length > most ? [...fits].sort((a, b) => Number(isNeeded(b)) - Number(isNeeded(a))) : fits;
  if (fits.length > most)
    notes.add(at, `This operation has ${fits.length} inputs; ${most} of them are taken, those that are needed first.`);
  const names = new OwnNames();
  return needed.slice(0, most).map((each) => asField(each, names));
}

const isNeeded = ({ required = false, fill }: Sent): boolean => required || fill !== undefined;

function asField(sent: Sent, names: OwnNames): FieldDefinition {
  const { in: place, wire, required = false, schema, node = {}, join, control, fill } = sent;
  const name = names.claim(sent.name ?? fieldNameOf(wire));
  const words = choiceWords(node);
  const help = sent.help ?? helpOf(node);
  return {
    name,
    in: place,
    ...(wire !== name && { wire }),
    ...(required && { required }),
    schema,
    ...(fill && { fill }),
    label: plainText(node["title"], 80) ?? labelOf(sent.name ?? wire),
    ...(help !== undefined && { help }),
    ...(words && { words }),
    ...(join && { join }),
    ...(control && { control }),
  };
}

/** What the document says of a field, in one line. */
function helpOf(node: Node): string | undefined {
  const said = plainText(node["description"], 280);
  if (node["deprecated"] !== true) return said;
  return said === undefined ? "Deprecated." : plainText(`Deprecated. ${said}`, 300);
}

/** The parameters of a path and of its operation; the operation's go before the path's of the same name. */
export function parametersOf(item: Node, operation: Node, at: string, tools: FieldTools): Sent[] {
  const found = new Map<string, { node: Node; at: string }>();
  const lists = [
    [item["parameters"], at.replace(/\.[^.]*$/, "")],
    [operation["parameters"], at],
  ] as const;
  for (const [list, place] of lists) {
    if (!Array.isArray(list)) continue;
    list.forEach((value: unknown, i) => {
      const target = tools.refs.follow(value, `${place}.parameters.${i}`);
      if (!target) return;
      const { name, in: where } = target.node;
      if (typeof name !== "string" || name === "" || typeof where !== "string")
        return tools.notes.add(`${place}.parameters.${i}`, "This parameter has no name or no place, and is left out.");
      found.set(`${where} ${name}`, { node: target.node, at: `${place}.parameters.${i}` });
    });
  }
  return [...found.values()].flatMap((parameter) => sentBy(parameter.node, parameter.at, tools));
}

function sentBy(node: Node, at: string, tools: FieldTools): Sent[] {
  const name = node["name"] as string;
  switch (node["in"]) {
    case "path":
      return [inPath(node, name, at, tools)];
    case "query":
      return tools.isLogin("query", name) ? [] : inQuery(node, name, at, tools);
    case "querystring":
      tools.notes.add(at, "A parameter that is the whole query is not supported, and is left out.");
      return [];
    case "header":
      return inHeader(node, name, at, tools);
    case "cookie":
      tools.notes.add(at, `The cookie '${name}' is left out: cookies are not sent.`);
      return [];
    default:
      tools.notes.add(at, `The place '${cutText(String(node["in"]), 40)}' of a parameter is not known; it is left out.`);
      return [];
  }
}

/** A parameter's schema and, where only its content is described, that it is sent as JSON. */
function schemaOf(node: Node, at: string, tools: FieldTools): { schema: JsonSchema; words: Node } {
  if (isObject(node["content"])) {
    tools.notes.add(at, "This parameter is written as JSON in one text.");
    return { schema: { type: "string" }, words: { ...node, description: node["description"] ?? "As JSON in one text." } };
  }
  const flat = tools.schemas.flat(node["schema"], `${at}.schema`)?.node ?? {};
  const { title: _, ...words } = { ...flat, ...node };
  return { schema: tools.schemas.read(node["schema"] ?? { type: "string" }, `${at}.schema`, "input"), words };
}

const isOf = ({ type }: JsonSchema, wanted: string): boolean => [type].flat().some((each) => each === wanted);

function inPath(node: Node, name: string, at: string, tools: FieldTools): Sent {
  const { schema, words } = schemaOf(node, at, tools);
  if (!isOf(schema, "array") && !isOf(schema, "object")) return { in: "path", wire: name, required: true, schema, node: words };
  return { in: "path", wire: name, required: true, schema: { type: "string" }, node: words, help: "Several values are joined by commas." };
}

const joiners: Readonly<Record<string, string>> = { spaceDelimited: "spaces", pipeDelimited: "|" };

function inQuery(node: Node, name: string, at: string, tools: FieldTools): Sent[] {
  const { schema, words } = schemaOf(node, at, tools);
  const required = node["required"] === true;
  const style = typeof node["style"] === "string" ? node["style"] : "form";
  const explode = typeof node["explode"] === "boolean" ? node["explode"] : style === "form" || style === "deepObject";
  const sent: Sent = { in: "query", wire: name, required, schema, node: words };
  if (isOf(schema, "array")) {
    if (explode) return [sent];
    const joined = joiners[style];
    if (joined === undefined) return [{ ...sent, join: "comma" }];
    tools.notes.add(at, `Several values are joined by ${joined} here; they are written as one text.`);
    return [{ ...sent, schema: { type: "string" }, help: `Several values are joined by ${joined}.` }];
  }
  if (!isOf(schema, "object")) return [sent];
  if (schema.properties === undefined || !explode) return [inOneText(sent, name, at, tools)];
  const members = tools.schemas.flat(node["schema"], at)?.node ?? {};
  return Object.entries(schema.properties).map(([member, inner]) => ({
    in: "query",
    wire: style === "deepObject" ? `${name}[${member}]` : member,
    required: required && (schema.required?.includes(member) ?? false),
    schema: isOf(inner, "object") ? { type: "string" } : inner,
    node: memberNode(members, member, tools),
  }));
}

function inOneText(sent: Sent, name: string, at: string, { notes }: FieldTools): Sent {
  notes.add(at, `The object '${name}' in the query is written as one text.`);
  return { ...sent, schema: { type: "string" } };
}

const memberNode = (node: Node, name: string, { refs }: FieldTools): Node =>
  isObject(node["properties"]) && Object.hasOwn(node["properties"], name) ? (refs.peek(node["properties"][name]) ?? {}) : {};

/** Headers that OpenAPI describes elsewhere, and that a parameter must not set. */
const elsewhere = /^(accept|content-type|authorization)$/i;

function inHeader(node: Node, name: string, at: string, tools: FieldTools): Sent[] {
  if (elsewhere.test(name) || tools.isLogin("header", name)) return [];
  if (!isHeaderName(name) || isOfTransport(name) || /^(proxy-authorization|cookie)$/i.test(name)) {
    tools.notes.add(at, `The header '${cutText(name, 60)}' cannot be an input, and is left out.`);
    return [];
  }
  const { schema, words } = schemaOf(node, at, tools);
  const plain = isOf(schema, "array") || isOf(schema, "object") ? { type: "string" as const } : schema;
  return [{ in: "header", wire: name, required: node["required"] === true, schema: plain, node: words }];
}

/** A file, as a step gives one. */
const file: JsonSchema = {
  type: "object",
  properties: { filename: { type: "string" }, contentType: { type: "string" }, base64: { type: "string" } },
  required: ["filename", "base64"],
};

/** A body, and how it is written. */
export interface Body {
  format: "json" | "form" | "multipart";
  sent: Sent[];
}

/** The kinds of body that can be written, the best first. */
const kinds: readonly (readonly [pattern: RegExp, format: "json" | "form" | "multipart" | "text"])[] = [
  [/^application\/json\b/i, "json"],
  [/^[^;]*\+json\b|^(text|application)\/(x-)?json\b/i, "json"],
  [/^\*\/\*|^application\/\*/, "json"],
  [/^application\/x-www-form-urlencoded\b/i, "form"],
  [/^multipart\//i, "multipart"],
  [/^[^;]*\b(xml|csv|yaml|graphql|x-ndjson|jsonl)\b|^text\//i, "text"],
];

/** The inputs of a body: its members where it is an object, else the whole of it. `problem`: why it cannot be sent. */
export function bodyOf(operation: Node, at: string, tools: FieldTools): Body | { problem: string } | undefined {
  const target = operation["requestBody"] === undefined ? undefined : tools.refs.follow(operation["requestBody"], `${at}.requestBody`);
  if (!target) return undefined;
  const content = isObject(target.node["content"]) ? target.node["content"] : {};
  const media = Object.keys(content);
  if (media.length === 0) return undefined;
  for (const [pattern, format] of kinds) {
    const type = media.find((each) => pattern.test(each));
    if (type === undefined) continue;
    const kind = tools.refs.follow(content[type], `${target.at}.content.${type}`);
    if (!kind) continue;
    if (media.length > 1) tools.notes.add(`${at}.requestBody`, `Its body may be of ${media.length} kinds; ${type} is taken.`);
    return bodyOfKind(format, type, kind.node, { at: kind.at, required: target.node["required"] === true, tools });
  }
  return { problem: `its body is ${media.join(", ").slice(0, 80)}, which cannot be written` };
}

interface BodyPlace {
  at: string;
  required: boolean;
  tools: FieldTools;
}

function bodyOfKind(format: Body["format"] | "text", type: string, kind: Node, place: BodyPlace): Body {
  if (format === "text") {
    const whole: Sent = { in: "body", wire: "", name: "body", required: place.required, schema: { type: "string" }, control: "longtext" };
    return { format: "json", sent: [{ ...whole, help: `The body as text: ${cutText(type, 80)}.` }, contentType(type)] };
  }
  const isPlainJson = format !== "json" || /^(application\/json|[^+]*\*)/i.test(type);
  const sent = membersOf(format, kind, place);
  return { format, sent: isPlainJson ? sent : [...sent, contentType(type)] };
}

const contentType = (type: string): Sent => ({
  in: "header",
  wire: "content-type",
  name: "contentType",
  schema: { type: "string" },
  fill: { value: type.slice(0, 200) },
});

function membersOf(format: Body["format"], kind: Node, { at, required, tools }: BodyPlace): Sent[] {
  const flat = tools.schemas.withKinds(kind["schema"], `${at}.schema`);
  const node = flat?.node ?? {};
  const place = flat?.at ?? at;
  const isWhole = !isObject(node["properties"]) || Array.isArray(node["oneOf"]) || Array.isArray(node["anyOf"]);
  if (isWhole) return [wholeBody(format, kind, { at, required, tools })];
  const needed = new Set(requiredOf(node));
  const encodings = isObject(kind["encoding"]) ? kind["encoding"] : {};
  const budget = tools.schemas.budget("input");
  return Object.entries(node["properties"] as Node).flatMap(([wire, value]): Sent[] => {
    if (wire === "" || wire === "__proto__" || tools.schemas.isOfOtherDirection(value, "input")) return [];
    const schema = tools.schemas.read(value, `${place}.properties.${wire}`, "input", budget);
    const words = tools.schemas.flat(value, place)?.node ?? {};
    const sent: Sent = { in: "body", wire, required: needed.has(wire), schema, node: words };
    return format === "json" ? [sent] : inForm(format, sent, isObject(encodings[wire]) ? encodings[wire] : {});
  });
}

function wholeBody(format: Body["format"], kind: Node, { at, required, tools }: BodyPlace): Sent {
  const schema = tools.schemas.read(kind["schema"], `${at}.schema`, "input");
  const node = tools.schemas.flat(kind["schema"], at)?.node ?? {};
  const whole = format === "json" || isOf(schema, "object") || schema.type === undefined ? schema : { type: "object" as const };
  return { in: "body", wire: "", name: "body", required, schema: whole, node: { ...node, title: undefined }, control: "json" };
}

/** A member of a form. Files are given with their name, and an object whose members are named with brackets is a field for each. */
function inForm(format: "form" | "multipart", sent: Sent, encoding: Node): Sent[] {
  const { schema, wire } = sent;
  if (format === "multipart" && isFile(schema, encoding))
    return [{ ...sent, schema: file, help: sent.help ?? "A file: its name and its content in base64." }];
  if (isOf(schema, "object") && schema.properties && encoding["style"] === "deepObject") {
    return Object.entries(schema.properties).map(([name, inner]) => ({
      in: "body",
      wire: `${wire}[${name}]`,
      required: (sent.required ?? false) && (schema.required?.includes(name) ?? false),
      schema: inner,
    }));
  }
  return isOf(schema, "array") && encoding["explode"] === false ? [{ ...sent, join: "comma" }] : [sent];
}

const isFile = ({ format, type }: JsonSchema, encoding: Node): boolean =>
  format === "binary" || (type === undefined && typeof encoding["contentType"] === "string" && !/json|text/.test(encoding["contentType"]));
