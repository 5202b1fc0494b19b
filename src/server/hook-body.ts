import { MillraceError } from "#kernel/errors.ts";
import { deeperThan, isObject } from "#kernel/json.ts";

const maxDepth = 64;
const maxFormFields = 2000;
const utf8 = new TextDecoder("utf-8", { fatal: true });

export type HookFormat = "json" | "form";

/** What a posted event contains. `text` is its JSON as received, where it was JSON. */
export interface HookBody {
  payload: unknown;
  text?: string;
}

/** How the body of this content type is read. Throws UNSUPPORTED_MEDIA for what cannot be. */
export function hookFormat(contentType: string | undefined): HookFormat {
  const type = (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type === "application/x-www-form-urlencoded") return "form";
  if (type === "application/json" || type === "text/plain" || /^[\w.-]+\/[\w.+-]+\+json$/.test(type)) return "json";
  throw new MillraceError("UNSUPPORTED_MEDIA", { details: { type: type === "" ? "missing" : `'${type.slice(0, 100)}'` } });
}

/** The event in a body. Throws BAD_INPUT with a sentence for everything that is not an event. */
export function readHookBody(bytes: Uint8Array, format: HookFormat): HookBody {
  const text = decode(bytes);
  if (text.trim() === "") throw bad("is empty; send the event as a JSON object");
  const body = format === "form" ? { payload: formFields(text) } : { payload: parse(text), text };
  if (!isObject(body.payload) && !Array.isArray(body.payload)) throw bad(`holds ${nameOf(body.payload)}; send a JSON object or list`);
  if (deeperThan(body.payload, maxDepth)) throw bad(`is nested deeper than ${maxDepth} levels`);
  if (mayNameProto(text, format) && hasProto(body.payload)) throw bad("uses the name '__proto__', which is not allowed");
  return body;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw bad("is not UTF-8 text");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const at = /position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    throw bad(`is not valid JSON${at === undefined ? "" : ` (at ${at})`}`);
  }
}

/** A flat object; a name that comes several times becomes a list. */
function formFields(text: string): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > maxFormFields) throw bad(`has more than ${maxFormFields} fields`);
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
}

/** Cheap: only a text that spells the name, or could spell it with escapes, is walked. */
const mayNameProto = (text: string, format: HookFormat) => format === "form" || text.includes("__proto__") || text.includes("\\u00");

function hasProto(payload: unknown): boolean {
  const open: unknown[] = [payload];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Object.hasOwn(value, "__proto__")) return true;
    for (const child of Object.values(value)) open.push(child);
  }
  return false;
}

const nameOf = (value: unknown) => (value === null ? "null" : `a ${typeof value}`);
const bad = (problem: string) => new MillraceError("BAD_INPUT", { details: { field: "body", problem } });
