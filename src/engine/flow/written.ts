import { randomBytes } from "node:crypto";
import { isObject, type Json } from "#kernel/json.ts";
import { isBlankText } from "#catalog/text.ts";
import { compileValue, type CompiledValue, type MappingSettings } from "../mapping/mapping.ts";
import { mappingFailed, MappingProblem } from "../mapping/problem.ts";
import { hasWords, isTemplate } from "../mapping/template.ts";
import type { InputInfo } from "./knowledge.ts";

/**
 * Values that a template writes into a longer text of a step's input: into an address, JSON or a form written by hand. Each is encoded for
 * the place where it stands, so that a `#` in it ends no address and a quote no JSON string. To know the places, every `{{ }}` of such a
 * text is compiled between two marks that nobody outside can guess.
 */

/** A rendered text in pieces: what the flow's author wrote, and the values in it. */
type Piece = { text: string; value: boolean };
type Encode = (pieces: readonly Piece[]) => string;

const nonce = randomBytes(12).toString("hex");
const begin = `\u{e000}${nonce}<`;
const end = `\u{e000}${nonce}>`;

/** Compiles a step's input; `fields` say which of its texts are addresses or bodies. */
export function compileInput(input: Record<string, Json>, fields: readonly InputInfo[], mapping: MappingSettings): CompiledValue {
  const encoders = new Map<string, Encode>();
  const marked: Record<string, Json> = { ...input };
  for (const { name, text } of fields) {
    const value = input[name];
    if (text === undefined || typeof value !== "string" || !isTemplate(value)) continue;
    const encode = text === "address" ? address : bodyEncoder(input["headers"]);
    const withMarks = encode && marksAround(value, encode === address || encode === form ? urlFilters : jsonFilters);
    if (withMarks === undefined) continue;
    marked[name] = withMarks;
    encoders.set(name, encode!);
  }
  const compiled = compileValue(marked, mapping, "input");
  if (encoders.size === 0) return compiled;
  const finished = (values: unknown) => encoded(values as Record<string, unknown>, encoders);
  return {
    uses: compiled.uses,
    evaluate: (scope) => finished(compiled.evaluate(scope)),
    unhurried(scope, pace) {
      const values = compiled.unhurried(scope, pace);
      return values instanceof Promise ? values.then(finished) : finished(values);
    },
  };
}

function encoded(values: Record<string, unknown>, encoders: ReadonlyMap<string, Encode>): Record<string, unknown> {
  for (const [name, encode] of encoders) {
    const value = values[name];
    if (typeof value !== "string") continue;
    const pieces = piecesOf(value);
    if (saysNothing(pieces)) {
      delete values[name];
      continue;
    }
    try {
      values[name] = encode(pieces);
    } catch (thrown) {
      throw mappingFailed(`input.${name}`, thrown);
    }
  }
  return values;
}

/** Whether every value of a text is missing and nothing but signs stands between them. Brackets and quotes are JSON that somebody wrote. */
const saysNothing = (pieces: readonly Piece[]): boolean =>
  pieces.some(({ value }) => value) &&
  pieces.every(({ text, value }) => (value ? isBlankText(text) : !hasWords(text) && !/[[\]{}"]/.test(text)));

// ---------------------------------------------------------------- marks

/** Blocks whose output is not part of the text where they stand, other tags, and outputs with their whitespace control. */
const parts =
  /\{%-?\s*(raw|comment|capture)\b[^]*?\{%-?\s*end\1\s*-?%\}|\{%[^]*?%\}|\{\{(-?)((?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*?)(-?)\}\}/g;
const lastFilter = /\|\s*(\w+)\s*(?::[^|]*)?$/;
/** A value that went through one of these is encoded already, or is meant as it is. */
const urlFilters = new Set(["raw", "url_encode", "cgi_escape", "uri_escape"]);
const jsonFilters = new Set(["raw", "json", "jsonify", "to_json"]);

/** The template with each of its outputs between marks; undefined where it is one output alone, which keeps its type and its text. */
function marksAround(template: string, encodedBy: ReadonlySet<string>): string | undefined {
  let out = "";
  let from = 0;
  let outputs = 0;
  for (const { 0: part, index, 2: dashBefore, 3: content, 4: dashAfter } of template.matchAll(parts)) {
    out += template.slice(from, index);
    from = index + part.length;
    if (content === undefined || encodedBy.has(lastFilter.exec(content.trim())?.[1] ?? "")) {
      out += part;
      continue;
    }
    outputs++;
    if (dashBefore) out = out.trimEnd();
    if (dashAfter) from += /^\s*/.exec(template.slice(from))![0].length;
    out += `${begin}{{${content}}}${end}`;
  }
  out += template.slice(from);
  const isAlone = outputs === 1 && out.trim().startsWith(begin) && out.trim().endsWith(end);
  return outputs === 0 || isAlone ? undefined : out;
}

/** A mark inside another (a captured text) belongs to the outer one. */
function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let depth = 0;
  for (const part of text.split(new RegExp(`(${begin}|${end})`))) {
    if (part === begin) depth++;
    else if (part === end) depth--;
    else if (depth > 0 || part !== "") pieces.push({ text: part, value: depth > 0 });
  }
  return pieces;
}

// ---------------------------------------------------------------- addresses

/** Half a character cannot be encoded, and is replaced as it would be on the way. */
const percentEncoded = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

const inAuthority = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*$/i;
const hostPart = /^[\w.-]+(?::\d{1,5})?$/;

/** What an address begins with is meant as it is; every later value is one part of the path or of the query. */
function address(pieces: readonly Piece[]): string {
  let out = "";
  for (const { text, value } of pieces) {
    if (!value) out += text;
    else if (out.trim() === "") out = text.trim();
    else if (inAuthority.test(out) && (hostPart.test(text) || text.startsWith("/"))) out += text;
    else out += percentEncoded(text);
  }
  checkSegments(pieces, out);
  return out;
}

/** A value that is the whole of a segment must not be empty, nor climb out of the path. */
function checkSegments(pieces: readonly Piece[], whole: string): void {
  let written = "";
  for (const [i, { text, value }] of pieces.entries()) {
    const isSegment = value && /(?:^|[^/])\/$/.test(written) && !/[?#]/.test(written) && /^(?:[/?#]|$)/.test(pieces[i + 1]?.text ?? "");
    if (isSegment && /^\.{0,2}$/.test(text.trim())) throw new MappingProblem(segmentProblem(text.trim(), whole));
    written += value ? text.replaceAll(/[/?#]/g, "_") : text;
  }
}

const segmentProblem = (text: string, whole: string): string =>
  text === "" ? `a value in the path of ${whole} is empty` : `'${text}' cannot be a part of an address`;

// ---------------------------------------------------------------- bodies

/** How values are written into a body: as its content type asks, else by what the text looks like. Undefined: as they are. */
function bodyEncoder(headers: Json | undefined): Encode | undefined {
  const type = isObject(headers) ? Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] : undefined;
  if (typeof type !== "string" || isTemplate(type) || /json/i.test(type)) return json;
  return /^\s*application\/x-www-form-urlencoded/i.test(type) ? form : undefined;
}

function form(pieces: readonly Piece[]): string {
  let out = "";
  for (const { text, value } of pieces) {
    if (value && out.trim() !== "") out += percentEncoded(text).replaceAll("%20", "+");
    else out += text;
  }
  return out;
}

function json(pieces: readonly Piece[]): string {
  const first = pieces.find(({ text }) => text.trim() !== "");
  const isJson = first !== undefined && !first.value && /^\s*[[{"]/.test(first.text);
  let out = "";
  let inString = false;
  for (const { text, value } of pieces) {
    if (!isJson) out += text;
    else if (value) out += inString ? JSON.stringify(text).slice(1, -1) : jsonValue(text, out);
    else {
      for (const [token] of text.matchAll(/\\.|"/gs)) if (token === '"') inString = !inString;
      out += text;
    }
  }
  return out;
}

/** A value outside quotes: a number, an object and the like as they are, any other text as a string, and nothing as null. */
function jsonValue(text: string, before: string): string {
  if (!/[:,[]\s*$/.test(before)) return text;
  if (text.trim() === "") return "null";
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}
