import { badInput } from "#kernel/errors.ts";
import { isObject, readJson, type ReadJson } from "#kernel/json.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A body as text. Throws BAD_INPUT for bytes that are none, and for none. */
export function decodeBody(bytes: Uint8Array, whatToSend: string): string {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw badBody("is not UTF-8 text");
  }
  if (text.trim() === "") throw badBody(`is empty; ${whatToSend}`);
  return text;
}

/** JSON from outside: no deeper than it may be, no number changed, and nothing that reaches a prototype. Throws BAD_INPUT with a sentence. */
export function readJsonText(text: string, deepest: number): ReadJson {
  const read = parse(text, deepest);
  if (!read) throw badInput(deepField(text, deepest) ?? "body", `is nested deeper than ${deepest} levels`);
  if (mayNamePrototype(text) && reachesPrototype(read.value)) throw badBody(prototypeNamed);
  return read;
}

function parse(text: string, deepest: number): ReadJson | null {
  try {
    return readJson(text, deepest);
  } catch (error) {
    const at = /position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0];
    throw badBody(`is not valid JSON${at === undefined ? "" : ` (at ${at})`}`);
  }
}

/** The member of an object in which a text is nested too deep; undefined where that cannot be told. */
function deepField(text: string, deepest: number): string | undefined {
  const part = /"((?:[^"\\]|\\.){0,100})"|[[{]|[\]}]/gs;
  let depth = 0;
  let field: string | undefined;
  for (const [token, name] of text.matchAll(part)) {
    if (name !== undefined) field = depth === 1 ? name : field;
    else if (token === "[" || token === "{") {
      if (++depth > deepest) return text.trimStart().startsWith("{") && field !== undefined && /^[\w.-]+$/.test(field) ? field : undefined;
    } else depth--;
  }
  return undefined;
}

export const prototypeNamed = "uses the name '__proto__' or 'constructor.prototype', which is not allowed";

/** Cheap: only a text that spells such a name, or could spell it with escapes, is walked. */
const mayNamePrototype = (text: string) => text.includes("__proto__") || text.includes('"prototype"') || text.includes("\\u00");

/** Whether a value has a member of its own that could be taken for its prototype. */
export function reachesPrototype(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (Array.isArray(next)) for (const item of next) open.push(item);
    else if (isObject(next)) {
      if (Object.hasOwn(next, "__proto__")) return true;
      const made = Object.hasOwn(next, "constructor") ? next["constructor"] : undefined;
      if (isObject(made) && Object.hasOwn(made, "prototype")) return true;
      for (const child of Object.values(next)) open.push(child);
    }
  }
  return false;
}
export const badBody = (problem: string) => badInput("body", problem);
