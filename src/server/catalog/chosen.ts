import type { ExportChoice } from "#api/schemas.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import { badInput } from "#kernel/errors.ts";
import { chosenOf, unknownInChoice } from "#surfaces/catalog-choice.ts";
import type { OperationOfApp } from "#surfaces/operation-schema.ts";

/**
 * The apps of a catalog, each with all that can be chosen of it. Throws BAD_INPUT for a name that the catalog does not have, which would
 * silently leave out what somebody wanted.
 */
export function appsToChooseFrom(catalog: WorkspaceCatalog, choice: ExportChoice): App[] {
  const unlisted = choice.endpoints ? catalog.unlisted() : [];
  const apps = catalog.apps.map((app) => ({
    ...app,
    operations: [...app.operations, ...unlisted.filter((operation) => operation.app === app.id)],
  }));
  const unknown = unknownInChoice(apps, choice);
  if (unknown) throw badInput(unknown.field, unknown.problem);
  return apps;
}

/** The apps of a catalog, each with what is chosen of it. Throws BAD_INPUT as `appsToChooseFrom` does. */
export const chosenApps = (catalog: WorkspaceCatalog, choice: ExportChoice): App[] =>
  appsToChooseFrom(catalog, choice).map((app) => chosenOf(app, choice));

/** The operations of apps, each with its app. */
export const operationsOf = (apps: readonly App[]): OperationOfApp[] =>
  apps.flatMap((app) => app.operations.map((operation) => ({ app, operation })));
