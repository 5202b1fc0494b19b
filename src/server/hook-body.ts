import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { badBody, decodeBody, prototypeNamed, reachesPrototype, readJsonText } from "./json-body.ts";

const maxDepth = 64;
const maxFormFields = 2000;

export type HookFormat = "json" | "form";

/** What a posted event contains. `text` is JSON of the same payload, where it was JSON. */
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
  const text = decodeBody(bytes, "send the event as a JSON object");
  const body = format === "form" ? { payload: formFields(text) } : fromJson(text);
  if (!isObject(body.payload) && !Array.isArray(body.payload)) throw badBody(`holds ${nameOf(body.payload)}; send a JSON object or list`);
  return body;
}

function fromJson(text: string): HookBody {
  const { value: payload, text: same } = readJsonText(text, maxDepth);
  return { payload, text: same };
}

/** A flat object; a name that comes several times becomes a list. */
function formFields(text: string): Record<string, string | string[]> {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(text)) {
    if (++count > maxFormFields) throw badBody(`has more than ${maxFormFields} fields`);
    const values = fields.get(name);
    if (values) values.push(value);
    else fields.set(name, [value]);
  }
  const form = Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values[0]! : values]));
  if (reachesPrototype(form)) throw badBody(prototypeNamed);
  return form;
}

const nameOf = (value: unknown) => (value === null ? "null" : `a ${typeof value}`);
