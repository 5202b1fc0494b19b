import { isUtf8 } from "node:buffer";
import { charsetOf, decoderOf } from "#kernel/charset.ts";
import { badBody } from "../http/json-body.ts";

/** The most fields of a form. */
export const maxFormFields = 2000;
const deepestName = 16;

/**
 * The fields of a web form. Its charset is the one it names, in the content type or in a field `_charset_`; without one, UTF-8 where all of
 * it is UTF-8, else windows-1252.
 */
export function readForm(bytes: Buffer, type: string): Record<string, unknown> {
  const raw = bytes.toString("latin1").trim();
  const pairs: [string, string][] = [];
  for (const part of raw === "" ? [] : raw.split("&")) {
    if (part === "") continue;
    if (pairs.length === maxFormFields) throw badBody(`has more than ${maxFormFields} fields`);
    const at = part.indexOf("=");
    pairs.push(at < 0 ? [unescaped(part), ""] : [unescaped(part.slice(0, at)), unescaped(part.slice(at + 1))]);
  }
  const decode = decoderFor(pairs, type);
  return formObject(pairs.map(([name, value]) => [decode(name), decode(value)]));
}

/** Percent signs and pluses undone, byte by byte. */
const unescaped = (text: string): string =>
  text.replaceAll("+", " ").replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const plain = /^[\0-\x7f]*$/;

function decoderFor(pairs: readonly [string, string][], type: string): (binary: string) => string {
  const named = charsetOf(type) ?? pairs.find(([name, value]) => name === "_charset_" && value !== "")?.[1].toLowerCase();
  if (pairs.every(([name, value]) => plain.test(name) && plain.test(value))) return (binary) => binary;
  const isUnicode = pairs.every(([name, value]) => isUtf8(Buffer.from(name, "latin1")) && isUtf8(Buffer.from(value, "latin1")));
  const guess = isUnicode ? "utf-8" : "windows-1252";
  const decoder = decoderOf(named === undefined || /^utf-?8$/.test(named) ? guess : named);
  if (!decoder) throw badBody(`is in the charset '${named!.slice(0, 40)}', which is not supported; send UTF-8`);
  return (binary) => (plain.test(binary) ? binary : decoder.decode(Buffer.from(binary, "latin1")));
}

/**
 * Fields by their names. A name that comes several times becomes a list, and one that ends in `[]` always is one. Names with brackets also
 * make nested values beside them: `address[city]` is `address.city` too.
 */
export function formObject(fields: readonly (readonly [name: string, value: unknown])[]): Record<string, unknown> {
  const flat = new Map<string, unknown[]>();
  for (const [name, value] of fields) {
    const values = flat.get(name);
    if (values) values.push(value);
    else flat.set(name, [value]);
  }
  const root: Branch = new Map();
  for (const [name, values] of flat) if (name.includes("[")) nest(root, name, values);
  const result = [...flat].map(([name, values]) => [name, values.length === 1 && !name.endsWith("[]") ? values[0] : values] as const);
  const nested = [...root].filter(([name]) => !flat.has(name)).map(([name, branch]) => [name, valueOf(branch)] as const);
  return Object.fromEntries([...result, ...nested]);
}

/** Lists of values, or members by name. */
type Branch = Map<string, Branch | unknown[]>;

/** Puts values at the place that a name says: `items[0][sku]`, `tags[]`. A name whose place another one has is left as it is. */
function nest(root: Branch, name: string, values: unknown[]): void {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  const keys = match?.[2]!.slice(1, -1).split("][") ?? [];
  if (!match || keys.length > deepestName || keys.slice(0, -1).includes("")) return;
  const isList = keys.at(-1) === "";
  const path = [match[1]!, ...(isList ? keys.slice(0, -1) : keys)];
  let at = root;
  for (const key of path.slice(0, -1)) {
    let next = at.get(key);
    if (!next) at.set(key, (next = new Map()));
    if (Array.isArray(next)) return;
    at = next;
  }
  const last = path.at(-1)!;
  if (!at.has(last)) at.set(last, Object.assign([...values], { isList }));
}

function valueOf(branch: Branch | unknown[]): unknown {
  if (Array.isArray(branch)) return branch.length === 1 && !("isList" in branch && branch.isList) ? branch[0] : [...branch];
  const keys = [...branch.keys()];
  const values = [...branch.values()].map(valueOf);
  if (keys.every((key, i) => key === String(i))) return values;
  return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
}
