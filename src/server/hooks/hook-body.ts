import { Busboy } from "@fastify/busboy";
import { charsetOf, decoderOf, decodeText } from "#kernel/charset.ts";
import { undoCodings } from "#kernel/content-coding.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { readXml, XmlProblem } from "#kernel/xml.ts";
import { formObject, maxFormFields, readForm } from "./hook-form.ts";
import { badBody, prototypeNamed, reachesPrototype, readJsonText } from "../http/json-body.ts";

const maxDepth = 64;

/** How a body is read. `any`: its content type says nothing, so it is read as what it looks like. */
export interface HookFormat {
  kind: "json" | "form" | "multipart" | "xml" | "lines" | "any";
  /** The content type as sent. */
  type: string;
}

/** What a posted event contains. `text` is JSON of the same payload, where it was JSON. */
export interface HookBody {
  payload: unknown;
  text?: string;
}

const plainJson: HookFormat = { kind: "json", type: "application/json" };
/** Content types that say nothing of what is in them. */
const vague = new Set(["", "application/octet-stream", "binary/octet-stream", "text/html", "*/*"]);
const jsonTypes = new Set([
  "application/json",
  "text/json",
  "text/plain",
  "application/javascript",
  "text/javascript",
  "application/x-json",
]);
const patterns: [RegExp, HookFormat["kind"]][] = [
  [/^application\/x-www-form-urlencoded$/, "form"],
  [/^multipart\/form-data$/, "multipart"],
  [/^[\w.-]+\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq)$/, "lines"],
  [/^[\w.-]+\/[\w.+-]+\+json$/, "json"],
  [/^(?:application|text)\/xml$|^[\w.-]+\/[\w.+-]+\+xml$/, "xml"],
];

/** How the body of this content type is read. Throws UNSUPPORTED_MEDIA for what cannot be. */
export function hookFormat(contentType: string | undefined): HookFormat {
  if (contentType === "application/json") return plainJson;
  const whole = contentType ?? "";
  const type = whole.split(";", 1)[0]!.trim().toLowerCase();
  if (jsonTypes.has(type)) return { kind: "json", type: whole };
  if (vague.has(type)) return { kind: "any", type: whole };
  const kind = patterns.find(([pattern]) => pattern.test(type))?.[1];
  if (kind) return { kind, type: whole };
  throw unsupported(`'${type.slice(0, 100)}'`);
}

const unsupported = (type: string) => new MillraceError("UNSUPPORTED_MEDIA", { details: { type } });

/** The body without its content codings, never more than `maxBytes` of it. Throws a sentence for what cannot be undone. */
export function unpackBody(bytes: Buffer, encoding: string | undefined, maxBytes: number): Buffer {
  if (encoding === undefined) return bytes;
  const unpacked = undoCodings(bytes, encoding, maxBytes);
  if ("bytes" in unpacked) return unpacked.bytes;
  const { problem, coding } = unpacked;
  if (problem === "too large") throw tooLarge(maxBytes);
  if (problem === "unknown") throw unsupported(`compressed (${coding})`);
  throw badBody(`is said to be compressed with '${coding}', and is not`);
}

export const tooLarge = (maxBytes: number) =>
  new MillraceError("BODY_TOO_LARGE", { details: { limit: `${Math.round(maxBytes / 1024)} KiB` } });

/** The event in a body; none is an event without fields. Throws BAD_INPUT with a sentence for everything that is not an event. */
export function readHookBody(bytes: Buffer, format: HookFormat): HookBody | Promise<HookBody> {
  if (bytes.length === 0) return { payload: {}, text: "{}" };
  if (format.kind === "multipart") return readMultipart(bytes, format.type).then((payload) => ({ payload: safe(payload) }));
  if (format.kind === "form") return { payload: safe(readForm(bytes, format.type)) };
  const text = textOf(bytes, format);
  if (text.trim() === "") return { payload: {}, text: "{}" };
  const body = readText(text, format);
  if (!isObject(body.payload) && !Array.isArray(body.payload)) throw badBody(`holds ${nameOf(body.payload)}; send a JSON object or list`);
  return body;
}

function readText(text: string, { kind, type }: HookFormat): HookBody {
  if (kind === "lines") return { payload: readLines(text) };
  if (kind === "xml" || (kind === "any" && /^\s*<\?xml\s/.test(text))) return { payload: safe(xmlOf(text)) };
  try {
    const { value: payload, text: same } = readJsonText(text, maxDepth);
    return { payload, text: same };
  } catch (thrown) {
    if (kind !== "any" || /^\s*[[{]/.test(text)) throw thrown;
    throw unsupported(type === "" ? "missing" : `'${type.slice(0, 100)}'`);
  }
}

function xmlOf(text: string): unknown {
  try {
    return readXml(text, maxDepth);
  } catch (thrown) {
    throw thrown instanceof XmlProblem ? badBody(thrown.message) : thrown;
  }
}

/** JSON in UTF-8 or in the charset named; XML may name it itself. Guessing would change names. */
function textOf(bytes: Buffer, { kind, type }: HookFormat): string {
  const charset = charsetOf(type);
  const { text, charset: readBy, doubt } = decodeText(bytes, type);
  if (doubt !== undefined || (charset === undefined && readBy === "windows-1252" && kind !== "xml")) {
    const isNone = charset !== undefined && decoderOf(charset) === undefined;
    throw badBody(isNone ? `is in the charset '${charset.slice(0, 40)}', which is not supported; send UTF-8` : "is not UTF-8 text");
  }
  return text;
}

/** Stands before each value of a JSON text sequence. */
const recordSeparator = "\u001e";

/** One value a line: a list, also where there is one line. */
function readLines(text: string): unknown[] {
  return text
    .replaceAll(recordSeparator, "\n")
    .split(/[\n\r]+/)
    .filter((line) => line.trim() !== "")
    .map((line) => readJsonText(line, maxDepth - 1).value);
}

function safe<T>(payload: T): T {
  if (reachesPrototype(payload)) throw badBody(prototypeNamed);
  return payload;
}

/** Fields as of a form; a file as `{filename, contentType, base64}`, which is also what a step sends a file as. */
function readMultipart(bytes: Buffer, type: string): Promise<Record<string, unknown>> {
  const fields: [string, unknown][] = [];
  const namesCharset = bytes.includes("charset=");
  const reading = new Promise<void>((resolve, reject) => {
    const limits = { fieldSize: bytes.length, fileSize: bytes.length, parts: maxFormFields, headerPairs: 50 };
    // Where no part names its charset, fields come byte by byte and are decoded here: not all of them are UTF-8.
    const parser = new Busboy({ headers: { "content-type": type }, limits, ...(!namesCharset && { defCharset: "latin1" }) });
    parser.on("field", (name, value) => void fields.push([name, namesCharset ? value : decodeText(Buffer.from(value, "latin1")).text]));
    parser.on("file", (name, stream, filename, _encoding, contentType) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        const content = Buffer.concat(chunks);
        // A browser sends an empty file for a field that was left empty.
        if (filename || content.length > 0)
          fields.push([name, { filename: filename ?? "", contentType, base64: content.toString("base64") }]);
      });
    });
    parser.on("partsLimit", () => reject(badBody(`has more than ${maxFormFields} fields`)));
    parser.on("error", reject);
    parser.on("finish", resolve);
    parser.end(bytes);
  });
  return reading.then(
    () => formObject(fields),
    (thrown: unknown) => {
      throw thrown instanceof MillraceError
        ? thrown
        : badBody("is no complete multipart/form-data with the boundary its content type names");
    },
  );
}

const nameOf = (value: unknown) => (value === null ? "null" : `a ${typeof value}`);
