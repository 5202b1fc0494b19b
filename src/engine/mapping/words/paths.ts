import { fieldWords } from "#kernel/field-words.ts";
import { type PathKey, readPath } from "./parts.ts";

/** What a source is called within a sentence, by the first word of its paths: "'Find the contact'". Undefined: its name will do; an empty text: there is no other. */
export type SourceNames = (source: string) => string | undefined;

/** A path within a sentence: "the e-mail", "the id of 'Find the contact'". A text that is no path stays as it is. */
export function pathWords(path: string, names: SourceNames): string {
  const keys = readPath(path);
  if (keys === null) return path;
  const [root, ...inside] = keys.map((key) => (typeof key === "string" ? key : key)) as [string, ...PathKey[]];
  if (root === "now") return "now";
  if (root.endsWith("_index")) return `the number of the ${fieldWords(root.slice(0, -"_index".length))}`;
  if (inside.length === 0) return wholeWords(root, names);
  const what = insideWords(inside);
  const source = root === "trigger" ? "" : (names(root) ?? sourceWords(root));
  return source === "" ? what : `${what} of ${source}`;
}

const wholeWords = (root: string, names: SourceNames): string =>
  root === "trigger" ? "the event" : root === "item" ? "the item" : names(root) || sourceWords(root);

const sourceWords = (root: string): string => (root === "item" || root === "flow" || root === "run" ? `the ${root}` : `'${root}'`);

/** Names that say little without what they belong to. */
const plain = new Set(["id", "name", "value", "key", "type", "title", "label", "text", "code", "status"]);

function insideWords(keys: readonly PathKey[]): string {
  const last = keys.at(-1)!;
  const before = keys.slice(0, -1);
  if (typeof last === "number") return `${nth(last)} of ${listWords(before)}`;
  if (before.length > 0 && last === "size") return `the number of ${bareWords(before)}`;
  if (before.length > 0 && (last === "first" || last === "last")) return `the ${last} of ${listWords(before)}`;
  const owner = before.at(-1);
  if (typeof owner === "number" || owner === "first" || owner === "last") return `the ${fieldWords(last)} of ${insideWords(before)}`;
  if (last === "_status") return "the status";
  if (owner === "_headers") return `the header ${last}`;
  return typeof owner === "string" && plain.has(last) ? `the ${fieldWords(owner)} ${fieldWords(last)}` : `the ${fieldWords(last)}`;
}

const listWords = (keys: readonly PathKey[]): string => (keys.length === 0 ? "the list" : insideWords(keys));
const bareWords = (keys: readonly PathKey[]): string => insideWords(keys).replace(/^the /, "");

function nth(index: number): string {
  if (index < 0) return index === -1 ? "the last" : `the ${-index}th from the end`;
  const number = index + 1;
  const ending = number % 100 >= 11 && number % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return ["the first", "the second", "the third"][index] ?? `the ${number}${ending}`;
}
