import { isCode, listMembersOf } from "./kinds.ts";
import { isTemplate } from "#engine/mapping/is-template.ts";
import { isObject } from "#kernel/json.ts";

/** Pure: finds in texts where names are read, and puts other names in their place. The language is that of docs/mapping.md. */

type Rename = (name: string) => string;

/** Members of a step that are never read as templates. */
const plain: ReadonlySet<string> = new Set(["id", "title", "app", "operation", "connection", "onError", "as", "off"]);

/** The steps with every name in their templates replaced; with `ids`, those of the steps as well. */
export function renamedIn(steps: readonly unknown[], rename: Rename, { ids = false } = {}): unknown[] {
  return steps.map((step) => (isObject(step) ? renamedStep(step, rename, ids) : step));
}

function renamedStep(step: Record<string, unknown>, rename: Rename, ids: boolean): Record<string, unknown> {
  const lists = listMembersOf(step);
  return Object.fromEntries(
    Object.entries(step).map(([member, value]) => {
      if (member === "id" && ids && typeof value === "string") return [member, rename(value)];
      if (plain.has(member)) return [member, value];
      if (lists.includes(member) && Array.isArray(value)) return [member, renamedIn(value, rename, { ids })];
      if (member === "code" && typeof value === "string") return [member, renamedInScript(value, rename)];
      if (member === "tests" && typeof step["code"] === "string") return [member, renamedInTests(value, rename)];
      if (typeof value === "string" && isCode(step, member)) return [member, renamedInCode(value, rename)];
      return [member, renamedInValue(value, rename)];
    }),
  );
}

function renamedInValue(value: unknown, rename: Rename): unknown {
  if (typeof value === "string") return renamedInTemplate(value, rename);
  if (Array.isArray(value)) return value.map((one) => renamedInValue(one, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, renamedInValue(member, rename)]));
}

/** The data of a script's tests has the names that the script reads. */
function renamedInTests(tests: unknown, rename: Rename): unknown {
  if (!Array.isArray(tests)) return tests;
  return tests.map((test: unknown) => {
    if (!isObject(test) || !isObject(test["data"])) return test;
    return { ...test, data: Object.fromEntries(Object.entries(test["data"]).map(([name, value]) => [rename(name), value])) };
  });
}

const scriptPart = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\.\.\.|[A-Za-z_$][\w$]*|[^\sA-Za-z_$]/g;

/** A script: names that stand alone or are looked up in `steps`. Members of values, texts and comments stay. */
export function renamedInScript(code: string, rename: Rename): string {
  let before = "";
  let root = "";
  return code.replaceAll(scriptPart, (part: string, at: number) => {
    const isName = /^[A-Za-z_$]/.test(part);
    const isText = /^["']/.test(part);
    const ofSteps = root === "steps" && (before === "." || before === "[");
    const isMember = before === "." || (/[{,]/.test(before) && /^\s*:/.test(code.slice(at + part.length)));
    const result =
      isName && (!isMember || ofSteps) ? rename(part) : isText && ofSteps ? part[0]! + rename(part.slice(1, -1)) + part[0]! : part;
    if (isName && before !== ".") root = part;
    else if (part !== "." && part !== "[" && part !== "?") root = "";
    before = part;
    return result;
  });
}

/** A condition or an expression, with or without braces around it. */
export const renamedInCode = (text: string, rename: Rename): string =>
  isTemplate(text) ? renamedInTemplate(text, rename) : renamedNames(text, rename, false);

/** A text with `{{ }}` and `{% %}` in it. */
export function renamedInTemplate(text: string, rename: Rename): string {
  let out = "";
  let from = 0;
  for (const { start, end, isTag } of codeIn(text)) {
    out += text.slice(from, start) + renamedNames(text.slice(start, end), rename, isTag);
    from = end;
  }
  return out + text.slice(from);
}

/** The names that a text reads, each once. */
export function namesIn(text: string, isBare = false): Set<string> {
  const names = new Set<string>();
  const note: Rename = (name) => {
    names.add(name);
    return name;
  };
  if (isBare) renamedInCode(text, note);
  else renamedInTemplate(text, note);
  return names;
}

/** What steps read, as long as they stay as they are. */
const read = new WeakMap<object, ReadonlySet<string>>();

/** The names that a step reads itself, those of the steps inside left out. */
export function namesRead(step: object): ReadonlySet<string> {
  const cached = read.get(step);
  if (cached) return cached;
  const names = new Set<string>();
  const lists = listMembersOf(step);
  const alone = Object.fromEntries(Object.entries(step).filter(([member]) => !lists.includes(member)));
  renamedIn([alone], (name) => {
    names.add(name);
    return name;
  });
  read.set(step, names);
  return names;
}

interface Code {
  start: number;
  end: number;
  isTag: boolean;
}

/** Where the code is in a text: what stands between `{{` and `}}`, or `{%` and `%}`, outside of `{% raw %}`. */
function codeIn(text: string): Code[] {
  const codes: Code[] = [];
  let at = 0;
  for (;;) {
    const open = text.indexOf("{", at);
    if (open === -1) return codes;
    const isTag = text[open + 1] === "%";
    if (!isTag && text[open + 1] !== "{") {
      at = open + 1;
      continue;
    }
    const end = endOf(text, open + 2, isTag ? "%}" : "}}");
    if (end === -1) return codes;
    const code = text.slice(open + 2, end);
    const block = isTag ? /^-?\s*(raw|comment)\b/.exec(code)?.[1] : undefined;
    if (block === undefined) codes.push({ start: open + 2, end, isTag });
    const after = block === undefined ? end + 2 : text.slice(end).search(new RegExp(`\\{%-?\\s*end${block}\\b`));
    if (after === -1) return codes;
    at = block === undefined ? after : end + after + 2;
  }
}

/** The place of the closing mark, which may not be inside quotes. */
function endOf(text: string, from: number, mark: string): number {
  let quote = "";
  for (let i = from; i < text.length; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === '"' || character === "'") quote = character;
    else if (text.startsWith(mark, i)) return i;
  }
  return -1;
}

const token = /"[^"]*"|'[^']*'|\d+(?:\.\d+)?|[A-Za-z_][\w-]*\??|\.\.|\S/g;

/** Names of values: not those of filters, of their arguments, of tags, and not the members of a value. */
function renamedNames(code: string, rename: Rename, isTag: boolean): string {
  let before = isTag ? "tag" : "";
  return code.replaceAll(token, (part: string, at: number) => {
    const isName = /^[A-Za-z_]/.test(part);
    const after = code.slice(at + part.length).trimStart();
    const isValue = isName && before !== "." && before !== "|" && before !== "tag" && !after.startsWith(":");
    before = before === "tag" && part === "-" ? "tag" : part;
    return isValue ? rename(part) : part;
  });
}
