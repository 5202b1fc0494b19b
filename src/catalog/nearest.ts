/** The known name a person most likely meant, or undefined when none is near. Case, dashes and underscores count for nothing. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const wanted = plain(name);
  let best: string | undefined;
  let least = Math.min(Math.max(2, Math.floor(wanted.length / 3)) + 1, wanted.length); // something has to be the same
  for (const candidate of names) {
    const distance = edits(wanted, plain(candidate));
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Those of the names that are misspelt word by word: `update_order` is no misspelling of `create_order`, which does something else. */
export function alikeByWords(name: string, names: readonly string[]): string[] {
  const wanted = wordsOf(name);
  return names.filter((candidate) => {
    const words = wordsOf(candidate);
    return (
      words.length !== wanted.length || words.every((word, at) => edits(wanted[at]!, word) <= Math.max(1, Math.floor(word.length / 3)))
    );
  });
}

const wordsOf = (name: string): string[] =>
  name
    .slice(0, longestName)
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());

const plain = (text: string): string =>
  text
    .slice(0, longestName)
    .normalize("NFKD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toUpperCase()
    .toLowerCase()
    .slice(0, 60);

/** Nobody misspells a longer one. */
const longestName = 200;

function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
