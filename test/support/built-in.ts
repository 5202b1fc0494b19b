import { createAppRegistry } from "#apps/index.ts";
import type { LookupCall, PrepareSettings } from "#catalog/prepare/types.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { App, Operation } from "#catalog/types.ts";
import { appView } from "#server/apps/app-service.ts";
import { knowledgeOf, webhooksOf } from "#server/catalog/knowledge.ts";
import { catalogLines } from "#surfaces/catalog-lines.ts";

/** The built-in apps, the same in every workspace. */
export const builtIn: Catalog = createAppRegistry();

const catalog = builtIn.of("any");
/** The built-in apps by id, and look-ups among them. */
export const apps: ReadonlyMap<string, App> = new Map(catalog.apps.map((app) => [app.id, app]));
export const findOperation = (app: string, id: string) => catalog.operation(app, id);
export const findTrigger = (app: string, id: string) => catalog.trigger(app, id);
export const findRecipe = (app: string, id: string) => catalog.recipe(app, id);
export const prepareInput = (operation: Operation, input: Record<string, unknown>, call: LookupCall, settings?: PrepareSettings) =>
  catalog.prepare(operation, input, call, settings);
export const catalogJson = () => catalogLines(catalog.apps);
/** What flows are checked against. */
export const knowledge = knowledgeOf(builtIn)("any");
export const webhookFacts = webhooksOf(builtIn);
/** What `GET /apps` answers where a workspace has no apps of its own. */
export const appList = { revision: 0, apps: catalog.apps.map((app) => appView(app, { builtIn: true, revision: null })) };
