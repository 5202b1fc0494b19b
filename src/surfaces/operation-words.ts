import { capital } from "#kernel/words.ts";

interface Titled {
  title: string;
}

/** What an operation is called wherever it is chosen, with what tells it from others of its name: "Create or update contact (adds to what is there)". */
export function operationTitle({ title }: Titled): string {
  const [bracket] = /\([a-z][^)]*\)$/.exec(title) ?? [];
  return bracket === undefined ? operationWords({ title }) : `${operationWords({ title })} ${bracket}`;
}

/** What a trigger is called where it is chosen: "List Tickets" is "New or changed tickets" there, since a flow starts with what its list has anew. */
export function triggerTitle(entry: Titled & { kind: string }, fresh = "New or changed"): string {
  const title = operationTitle(entry);
  const [, listed] = /^(?:list|search|get|find|filter|export|read|fetch)(?: all)? (?!data from )(.+)$/i.exec(title) ?? [];
  return entry.kind === "trigger" && listed !== undefined ? `${fresh} ${listed}` : title;
}

/** "Upsert Contact" as "Create or update contact"; without what stands in brackets, and small as within a sentence. */
export function operationWords({ title }: Titled): string {
  const plain = title.replace(/\s*\([^)]*\)$/, "").replace(/^Upsert\b/i, "Create or update");
  const [first = "", ...rest] = plain.split(" ");
  return capital([first, ...rest.map((word) => (isPlainWord(word) ? word.toLowerCase() : word))].join(" "));
}

/** "Won," and "No-Show", and not "SMS" or "HighLevel". */
const isPlainWord = (word: string): boolean => /^[A-Z][a-z]*(?:-[A-Z]?[a-z]+)*[,;:]?$/.test(word);
