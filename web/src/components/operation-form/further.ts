import { parseJson } from "#kernel/exact-json.ts";

/** One undocumented field as typed. */
export interface FurtherRow {
  name: string;
  text: string;
}

/** The value to send: JSON if it parses as JSON, otherwise the text. */
export function valueOf(text: string): unknown {
  const plain = text.trim();
  if (!/^(?:[[{"]|-?\d|true$|false$)/.test(plain)) return text;
  try {
    return parseJson(plain);
  } catch {
    return text;
  }
}

/** How a value is sent, in a word. */
export function sentAs(text: string): string {
  const value = valueOf(text);
  if (Array.isArray(value)) return "a list";
  return { number: "a number", boolean: "yes or no", object: "an object" }[typeof value as string] ?? "a text";
}

/** The rows as members; undefined where none has a name and a value. */
export function membersOf(rows: readonly FurtherRow[]): Record<string, unknown> | undefined {
  const filled = rows.filter(({ name, text }) => name.trim() !== "" && text.trim() !== "");
  return filled.length === 0 ? undefined : Object.fromEntries(filled.map(({ name, text }) => [name.trim(), valueOf(text)]));
}
