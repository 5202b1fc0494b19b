import { randomBytes } from "node:crypto";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Slot } from "./compile.ts";
import { moreName } from "./more.ts";
import { textOf } from "./text.ts";

export interface EncodedBody {
  content: string | Uint8Array;
  /** The content type; one that the caller gave goes before it, unless `decides`. */
  type: string;
  decides?: boolean;
}
/** A file in a step's input. */
interface FileInput {
  filename: string;
  contentType?: string;
  base64: string;
}

/**
 * The body's fields in the operation's wire format; undefined when there is nothing to send. `type` is the content type a caller gave, `more` what goes
 * beside the fields.
 */
export function encodeBody(
  format: "json" | "form" | "multipart",
  slots: readonly Slot[],
  read: (slot: Slot) => unknown,
  type?: string,
  more?: Record<string, unknown>,
): EncodedBody | undefined {
  const whole = slots[0]?.wire === "" ? slots[0] : undefined;
  if (whole && format === "json") return encodeWhole(whole.field.name, more ? besideMore(read(whole), more) : read(whole), type);
  const members: Record<string, unknown> = { ...more };
  for (const slot of slots) {
    const value = read(slot);
    if (slot === whole && isObject(value)) Object.assign(members, value);
    else if (value !== undefined) members[slot.wire] = slot.field.join && Array.isArray(value) ? value.join(",") : value;
  }
  if (format === "form") return encodeForm(repeated(members));
  if (format === "multipart") return encodeMultipart(repeated(members));
  return { content: JSON.stringify(members), type: "application/json" };
}

/** The fields of a form: a list repeats its name, as in a query. */
const repeated = (members: Record<string, unknown>): [name: string, value: unknown][] =>
  Object.entries(members).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((one): [string, unknown] => [name, one]) : [[name, value]],
  );

/** A body that is one object, with further members beside its own. */
function besideMore(value: unknown, more: Record<string, unknown>): unknown {
  if (value === undefined) return more;
  if (!isObject(value))
    throw unsendable(moreName, `cannot be sent here: the body is ${Array.isArray(value) ? "a list" : "a text"}, and has no members`);
  const both = Object.keys(more).find((name) => Object.hasOwn(value, name));
  if (both !== undefined) throw unsendable(moreName, `holds '${both}', which the body has already`);
  return { ...more, ...value };
}

/** A text goes as it is: as JSON when it looks like it, so that a template may write the body by hand. Else the content type decides. */
function encodeWhole(field: string, value: unknown, type: string | undefined): EncodedBody | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string") return encodeText(field, value, type);
  if (type === undefined || isJson(type)) return { content: JSON.stringify(value), type: "application/json" };
  if (isJsonLines(type)) return { content: linesOf(value), type };
  if (/^\s*application\/x-www-form-urlencoded/i.test(type)) return { ...encodeForm(flat(field, value, type)), decides: true };
  if (/^\s*multipart\/form-data/i.test(type)) return { ...encodeMultipart(flat(field, value, type)), decides: true };
  if (/xml|html|csv/i.test(type))
    throw unsendable(field, `is ${Array.isArray(value) ? "a list" : typeof value}, and the content type is ${type}: write it as text`);
  return { content: JSON.stringify(value), type: "application/json" };
}

const isJson = (type: string): boolean => /[/+]json\s*(?:;|$)/i.test(type);
const isJsonLines = (type: string): boolean => /(?:ndjson|jsonl|jsonlines|json-lines)\s*(?:;|$)/i.test(type);
const linesOf = (value: unknown): string => (Array.isArray(value) ? value : [value]).map((line) => `${JSON.stringify(line)}\n`).join("");

/** What is called JSON must be JSON: nobody over there can read the rest. */
function encodeText(field: string, text: string, type: string | undefined): EncodedBody {
  const looksLikeJson = /^\s*[[{"]/.test(text);
  if (type === undefined ? looksLikeJson : isJson(type)) checkJson(field, text, type === undefined);
  return { content: text, type: looksLikeJson ? "application/json" : "text/plain; charset=utf-8" };
}

function checkJson(field: string, text: string, guessed: boolean): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    const at = /position \d+/.exec((cause as Error).message)?.[0];
    const advice = guessed ? "; if it is not meant to be JSON, name its content type among the headers, such as text/plain" : "";
    throw unsendable(field, `is not valid JSON${at === undefined ? "" : ` (at ${at})`}${advice}`, cause);
  }
}

const unsendable = (field: string, problem: string, cause?: unknown) =>
  new MillraceError("STEP_INPUT_INVALID", { cause, details: { field, problem, outcome: "not_sent" } });

/** An object as fields of a form: a list repeats its name, and members of what is nested are named `address[city]`. */
function flat(field: string, value: unknown, type: string): [name: string, value: unknown][] {
  if (!isObject(value)) throw unsendable(field, `must be an object of fields for the content type ${type}`);
  return Object.entries(value).flatMap(([name, member]) => fieldsOf(name, member));
}

function fieldsOf(name: string, value: unknown): [name: string, value: unknown][] {
  if (Array.isArray(value))
    return value.flatMap((item, i) => fieldsOf((isObject(item) && !isFile(item)) || Array.isArray(item) ? `${name}[${i}]` : name, item));
  if (!isObject(value) || isFile(value)) return [[name, value]];
  return Object.entries(value).flatMap(([member, inner]) => fieldsOf(`${name}[${member}]`, inner));
}

function encodeForm(fields: readonly [string, unknown][]): EncodedBody {
  const form = new URLSearchParams();
  for (const [name, value] of fields) if (value !== null) form.append(name, textOf(value));
  return { content: form.toString(), type: "application/x-www-form-urlencoded" };
}

function encodeMultipart(fields: readonly [string, unknown][]): EncodedBody {
  const boundary = `millrace${randomBytes(16).toString("hex")}`;
  const parts = fields.flatMap(([name, value]) => [`--${boundary}\r\n`, ...part(name, value), "\r\n"]);
  const content = Buffer.concat([...parts, `--${boundary}--\r\n`].map((p) => (typeof p === "string" ? Buffer.from(p) : p)));
  return { content, type: `multipart/form-data; boundary=${boundary}` };
}

function part(name: string, value: unknown): (string | Uint8Array)[] {
  const head = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (!isFile(value)) return [`${head}\r\n\r\n`, textOf(value)];
  const type = quoted(value.contentType ?? "application/octet-stream");
  return [`${head}; filename="${quoted(value.filename)}"\r\nContent-Type: ${type}\r\n\r\n`, Buffer.from(value.base64, "base64")];
}

const isFile = (value: unknown): value is FileInput & Record<string, unknown> =>
  isObject(value) && typeof value["filename"] === "string" && typeof value["base64"] === "string";
const quoted = (text: string): string => text.replace(/[\r\n"]/g, (c) => encodeURIComponent(c));
