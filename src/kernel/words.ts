/** The text with a capital at its beginning: for a phrase that becomes a sentence. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The text with a small letter at its beginning: for a sentence that becomes part of another. */
export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** "contacts", "contacts and tasks", "contacts, tasks and notes". */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** The types of JSON as a sentence calls them. */
export const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  record: "an object",
  object: "an object",
  array: "a list",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
};

const numbers = new Intl.NumberFormat("en-GB");

/** 12,345 */
export const count = (n: number): string => numbers.format(n);

/** "1 run", "12,345 runs", "3 entries". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
