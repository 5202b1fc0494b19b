import type { CatalogEntry } from "#api/schemas.ts";

/** Operations that contain every word, in title, key, category or path; those whose title begins with the first word come first. */
export function findOperations(entries: readonly CatalogEntry[], words: string): CatalogEntry[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...entries];
  return entries
    .map((entry) => ({ entry, rank: rankOf(entry, wanted) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ entry }) => entry);
}

function rankOf(entry: CatalogEntry, wanted: string[]): number {
  const title = entry.title.toLowerCase();
  const rest = `${entry.key} ${entry.category} ${entry.app} ${entry.path ?? ""} ${entry.method ?? ""}`.toLowerCase();
  let rank = entry.deprecated ? 0.5 : 1;
  for (const word of wanted) {
    if (title.startsWith(word)) rank += 4;
    else if (title.includes(` ${word}`)) rank += 3;
    else if (title.includes(word)) rank += 2;
    else if (rest.includes(word)) rank += 1;
    else return 0;
  }
  return rank;
}
