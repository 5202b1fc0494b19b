import type { CatalogEntry } from "#api/schemas.ts";
import { listName } from "#surfaces/catalog-choice.ts";

/** The categories of one app, with how many operations and triggers each has. */
export interface Family {
  app: string;
  categories: { name: string; count: number }[];
}

/** What of a catalog other tools can use: all but what the clock and people start here. */
export function familiesOf(entries: readonly CatalogEntry[]): Family[] {
  const families = new Map<string, Map<string, number>>();
  for (const { app, category } of entries.filter(({ kind }) => kind !== "schedule" && kind !== "manual")) {
    const counts = families.get(app) ?? new Map<string, number>();
    families.set(app, counts.set(category, (counts.get(category) ?? 0) + 1));
  }
  return [...families].map(([app, counts]) => ({ app, categories: [...counts].map(([name, count]) => ({ name, count })) }));
}

/** A category as the API takes it: that of one app alone. */
export const categoryKey = (app: string, name: string): string => `${app}.${listName(name)}`;

/** All categories of some apps. */
export const keysOf = (families: readonly Family[]): string[] =>
  families.flatMap(({ app, categories }) => categories.map(({ name }) => categoryKey(app, name)));
