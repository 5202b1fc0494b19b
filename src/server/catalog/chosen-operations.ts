import type { WorkspaceCatalog } from "#catalog/registry.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { OperationOfApp } from "#surfaces/operation-schema.ts";

/** Which operations of a catalog somebody wants. */
export interface OperationChoice {
  app?: string | undefined;
  category?: string | undefined;
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints?: boolean | undefined;
}

/** The operations of an app, of a category, or all of them. Throws NOT_FOUND or BAD_INPUT where there is no such app or category. */
export function chosenOperations(catalog: WorkspaceCatalog, { app: id, category, endpoints = false }: OperationChoice): OperationOfApp[] {
  if (id !== undefined && !catalog.app(id)) throw new MillraceError("NOT_FOUND", { details: { what: "app", id } });
  const apps = catalog.apps.filter((app) => id === undefined || app.id === id);
  const unlisted = endpoints ? catalog.unlisted() : [];
  const all = apps.flatMap((app) =>
    [...app.operations, ...unlisted.filter((operation) => operation.app === app.id)].map((operation) => ({ app, operation })),
  );
  const chosen = all.filter(({ operation }) => category === undefined || operation.category === category);
  if (chosen.length === 0 && category !== undefined) throw badInput("category", `is none of: ${categoriesOf(all).join(", ")}`);
  return chosen;
}

const mostNamed = 40;
const categoriesOf = (all: readonly OperationOfApp[]): string[] =>
  [...new Set(all.map(({ operation }) => operation.category))].slice(0, mostNamed);
