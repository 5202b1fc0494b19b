import { nearest } from "#catalog/nearest.ts";
import type { App } from "#catalog/types.ts";

/** What of a catalog is wanted; everything where a list is empty. */
export interface CatalogChoice {
  apps?: readonly string[] | undefined;
  /** By name, of every app that has it, or as `<app>.<name>`. */
  categories?: readonly string[] | undefined;
  /** Keys of operations and triggers: `contacts.upsert`, or `<app>.contacts.upsert`. */
  only?: readonly string[] | undefined;
}

/** Pure: an app with the operations, triggers and change triggers that are wanted, and no others. */
export const chosenOf = (app: App, choice: CatalogChoice): App => ({
  ...app,
  operations: app.operations.filter(({ id, category }) => isChosen(choice, app.id, id, category)),
  triggers: app.triggers.filter(({ id, category }) => isChosen(choice, app.id, id, category ?? app.title)),
  ...(app.changes && { changes: app.changes.filter(({ id, category }) => isChosen(choice, app.id, id, category)) }),
});

/** Pure: whether one thing of an app is wanted. */
export function isChosen({ apps = [], categories = [], only = [] }: CatalogChoice, app: string, key: string, category: string): boolean {
  const isOf = (list: readonly string[], ...names: string[]) => list.length === 0 || names.some((name) => list.includes(name));
  const name = listName(category);
  return isOf(apps, app) && isOf(categories, name, `${app}.${name}`) && isOf(only, key, `${app}.${key}`);
}

/** The name of a category where a comma separates names: without commas of its own. */
export const listName = (category: string): string => category.replaceAll(",", "");

/** The first name in a choice that the catalog does not have, or why the choice holds nothing. */
export function unknownInChoice(apps: readonly App[], choice: CatalogChoice): { field: keyof CatalogChoice; problem: string } | null {
  const things = apps.flatMap((app) => thingsOf(app).map((thing) => ({ app: app.id, ...thing })));
  const known: Record<keyof CatalogChoice, string[]> = {
    apps: apps.map(({ id }) => id),
    categories: [...new Set(things.flatMap(({ app, category }) => [listName(category), `${app}.${listName(category)}`]))],
    only: things.flatMap(({ app, key }) => [key, `${app}.${key}`]),
  };
  for (const field of ["apps", "categories", "only"] as const) {
    const missing = choice[field]?.find((name) => !known[field].includes(name));
    if (missing !== undefined) return { field, problem: `there is no '${missing}' in the catalog${hintFor(missing, known[field])}` };
  }
  if (things.some(({ app, key, category }) => isChosen(choice, app, key, category))) return null;
  return { field: "apps", problem: "nothing in the catalog fits the whole choice" };
}

function hintFor(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}

/** Everything of an app that can be chosen, by key and category. */
export const thingsOf = (app: App): { key: string; category: string }[] =>
  [...app.triggers, ...(app.changes ?? []), ...app.operations].map(({ id, category }) => ({ key: id, category: category ?? app.title }));
