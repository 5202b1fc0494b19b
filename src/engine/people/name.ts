import type { PersonKey } from "#kernel/person-key.ts";
import { nameWords } from "./keys.ts";

/** Pure: the name of the person that a run is about, as it was written. Null where its keys have none, or names of several people. */
export function nameIn(keys: readonly PersonKey[] | undefined): string | null {
  const names = (keys ?? []).flatMap(({ kind, text }) => (kind === "name" && text !== undefined ? [{ text, words: nameWords(text) }] : []));
  const [longest, ...others] = names.toSorted((a, b) => b.words.length - a.words.length);
  if (longest === undefined) return null;
  return others.every(({ words }) => words.every((word) => longest.words.includes(word))) ? longest.text : null;
}
