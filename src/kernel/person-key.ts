/** What a person can be found by. */
export type PersonKeyKind = "email" | "phone" | "name" | "id";

/** One way to find the person of a run, in the form in which it is compared (see `#engine/people/keys.ts`). */
export interface PersonKey {
  kind: PersonKeyKind;
  key: string;
  /** As it was written, where that differs from the key and a person should see it. */
  text?: string;
}

/** Keys to look for: this one, or all that begin with it. */
export interface PersonSearch {
  kind: PersonKeyKind;
  key: string;
  exact: boolean;
  /** Names: each of these begins another word of the name. */
  words?: readonly string[];
}

/** Whether a search finds a key. */
export function fits({ kind, key }: PersonKey, search: PersonSearch): boolean {
  if (kind !== search.kind || !(search.exact ? key === search.key : key.startsWith(search.key))) return false;
  return !search.words?.length || hasWords(key, search.words);
}

/** Each word begins a word of its own; the first word of the key is the one that was looked up. */
function hasWords(key: string, words: readonly string[]): boolean {
  const free = key.split(" ").slice(1);
  // The longest first: "anna an" must not spend "anna" on "an".
  return words
    .toSorted((a, b) => b.length - a.length)
    .every((word) => {
      const at = free.findIndex((one) => one.startsWith(word));
      if (at >= 0) free.splice(at, 1);
      return at >= 0;
    });
}
