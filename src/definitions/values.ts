/** What a value that was sent once says of the field: its type, its format, how it is filled in. */
import type { JsonSchema } from "#catalog/types.ts";
import type { Json } from "#kernel/json.ts";
import { mayBeSecret } from "#kernel/secret-names.ts";

const mostMembers = 200;
const deepest = 8;

/** The schema of a value, with the formats of its texts, within the bounds of a definition. A list's items are described by all of them. */
export function schemaOfValue(value: Json, depth = 0): JsonSchema {
  if (value === null) return {};
  if (typeof value === "string") return { type: "string", ...formatOf(value) };
  if (typeof value === "number") return { type: Number.isInteger(value) ? "integer" : "number" };
  if (typeof value === "boolean") return { type: "boolean" };
  if (Array.isArray(value))
    return depth >= deepest - 1 || value.length === 0 ? { type: "array" } : { type: "array", items: itemsOf(value, depth + 1) };
  if (depth >= deepest - 1) return { type: "object" };
  const members = Object.entries(value).slice(0, mostMembers);
  return { type: "object", properties: Object.fromEntries(members.map(([name, member]) => [name, schemaOfValue(member, depth + 1)])) };
}

/** Of a long list the first items tell enough. */
const itemsOf = (items: readonly Json[], depth: number): JsonSchema =>
  items
    .slice(0, 20)
    .map((item) => schemaOfValue(item, depth))
    .reduce(joined);

/** What both describe: members of either, and no type where they differ. */
export function joined(one: JsonSchema, other: JsonSchema): JsonSchema {
  if (Object.keys(one).length === 0) return other;
  if (Object.keys(other).length === 0) return one;
  if (one.type !== other.type) return isNumber(one) && isNumber(other) ? { type: "number" } : {};
  if (one.properties && other.properties) return { type: "object", properties: joinedMembers(one.properties, other.properties) };
  if (one.items && other.items) return { type: "array", items: joined(one.items, other.items) };
  if (one.format !== other.format) return { type: one.type! };
  return one.properties || one.items ? one : other;
}

const isNumber = ({ type }: JsonSchema): boolean => type === "integer" || type === "number";

function joinedMembers(one: Record<string, JsonSchema>, other: Record<string, JsonSchema>): Record<string, JsonSchema> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].slice(0, mostMembers);
  const own = (members: Record<string, JsonSchema>, name: string) => (Object.hasOwn(members, name) ? members[name]! : {});
  return Object.fromEntries(names.map((name) => [name, joined(own(one, name), own(other, name))]));
}

const formats: readonly (readonly [string, RegExp])[] = [
  ["date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/],
  ["date", /^\d{4}-\d\d-\d\d$/],
  ["email", /^[^\s@<>]{1,64}@[^\s@<>]{1,190}\.[A-Za-z]{2,24}$/],
  ["uri", /^https?:\/\/\S{1,2000}$/],
];
function formatOf(text: string): { format?: string } {
  const format = text.length > 2100 ? undefined : formats.find(([, pattern]) => pattern.test(text))?.[0];
  return format === undefined ? {} : { format };
}

/** A text of an address or a form as the value that it writes. Long numbers, and those that begin with 0, are no numbers. */
export function plainValue(text: string, name: string): Json {
  if (text === "true" || text === "false") return text === "true";
  if (/^(0|-?[1-9]\d{0,8})$/.test(text) && !/phone|zip|postal|postcode|code$|id$/i.test(name)) return Number(text);
  return /^-?(0|[1-9]\d{0,8})\.\d{1,6}$/.test(text) && !/version/i.test(name) ? Number(text) : text;
}

/** How a field is filled in, where its schema does not say it. */
export function controlOf(name: string, value: Json): "longtext" | "tags" | undefined {
  if (
    typeof value === "string" &&
    (value.length > 100 || value.includes("\n") || /^(description|notes?|body|message|content|html|comments?|bio|summary)$/i.test(name))
  )
    return "longtext";
  if (Array.isArray(value) && /^(tags|labels)$/i.test(name) && value.every((item) => typeof item === "string")) return "tags";
  return undefined;
}

/** A value that somebody has to fill in: `<token>`, `YOUR_KEY`, `{{NAME}}`, `{id}`, `xxxx`. */
export const isPlaceholder = (text: string): boolean =>
  /^(<[^<>]*>|\{\{?[^{}]*\}?\}|:[A-Za-z]\w*|\[[A-Za-z][^[\]]*\]|\$\w+|x{3,}|\.{3}|…|(?:YOUR|MY|ENTER|INSERT)[_ -][\w -]*)$/i.test(
    text.trim(),
  );

/** What stands for a secret wherever an example would show one. */
export const hidden = "…";
/** A name whose value is a secret. What moves a list on is called a token as well and is none. */
export const isSecretName = (name: string): boolean =>
  mayBeSecret.test(name) &&
  !/page|next|continuation|sync|cursor|(^|[-_.])authors?([-_.]|$)|author(id|name)|session_?(at|date|count)|tokens?_?(count|used|limit)/i.test(
    name,
  );

/** A value with everything hidden that by its name is a secret. `secrets` collects what was hidden. */
export function withoutSecretNames(value: Json, secrets: string[], depth = 0): Json {
  if (Array.isArray(value)) return value.map((item) => withoutSecretNames(item, secrets, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      isSecretName(name) && isText(member) ? hide(member, secrets) : withoutSecretNames(member, secrets, depth + 1),
    ]),
  );
}

/** Puts down a secret, and the parts that it has where it is a login of several. */
export function addSecret(secrets: string[], secret: string, between: string): void {
  secrets.push(secret);
  for (const part of secret.split(between)) secrets.push(part);
}

const isText = (value: Json): value is string | number => typeof value === "string" || typeof value === "number";
function hide(value: string | number, secrets: string[]): string {
  secrets.push(String(value));
  return hidden;
}
