/** Ids of records that a dry run only pretends to make: steps after it read them, and people read them as "the new contact's id". */

const prefix = "dry-run-";
const pattern = /\bdry-run-((?:[a-z]+-)*)[0-9a-hjkmnp-tv-z]{18}\b/g;
const longestNoun = 40;

/** A made-up id for a record that the operation of this title would make. It carries the record's noun. `unique`: the digits of a new id. */
export function pretendedId(title: string, unique: string): string {
  const noun = nounOf(title);
  return noun === "" ? `${prefix}${unique}` : `${prefix}${noun.replaceAll(" ", "-")}-${unique}`;
}

/** Whether a value is such an id. */
export const isPretendedId = (value: unknown): value is string => typeof value === "string" && value.startsWith(prefix);

/** A text as people read it: each made-up id in it as "the new contact's id". */
export const withPretendedWords = (text: string): string =>
  text.includes(prefix) ? text.replace(pattern, (_, noun: string) => `the new ${noun.replaceAll("-", " ").trim() || "record"}'s id`) : text;

/** "contact note" of "Create contact note (further)"; empty where the title names no record. */
function nounOf(title: string): string {
  const [, noun = ""] = /^(?:create or update|create|update|add|upsert)(?: an?)? ([a-z][a-z -]*?)(?: \(.*\))?$/i.exec(title) ?? [];
  return noun.length > longestNoun ? "" : noun.toLowerCase();
}
