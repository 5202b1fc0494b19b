import { capital } from "#kernel/words.ts";

interface Titled {
  title: string;
}

/** What an operation is called wherever it is chosen, with what tells it from others of its name: "Create or update contact (adds to what is there)". */
export function operationTitle({ title }: Titled): string {
  const [bracket] = /\([a-z][^)]*\)$/.exec(title) ?? [];
  return bracket === undefined ? operationWords({ title }) : `${operationWords({ title })} ${bracket}`;
}

/** "Upsert Contact" as "Create or update contact"; without what stands in brackets, and small as within a sentence. */
export function operationWords({ title }: Titled): string {
  const plain = title.replace(/\s*\([^)]*\)$/, "").replace(/^Upsert\b/i, "Create or update");
  const [first = "", ...rest] = plain.split(" ");
  return capital([first, ...rest.map((word) => (isPlainWord(word) ? word.toLowerCase() : word))].join(" "));
}

/** "Won," and "No-Show", and not "SMS" or "HighLevel". */
const isPlainWord = (word: string): boolean => /^[A-Z][a-z]*(?:-[A-Z]?[a-z]+)*[,;:]?$/.test(word);
