import type { FastifyInstance } from "fastify";
import type { Catalog } from "#catalog/registry.ts";
import type { StepCaller } from "#engine/ports/caller.ts";
import { searchCatalog } from "../catalog/catalog-search.ts";
import { callOperation } from "../catalog/operation-call.ts";
import { serve } from "../http/serve.ts";

export interface CatalogRouteParts {
  catalog: Catalog;
  caller: StepCaller;
}

/** What can be done, and doing one of it. */
export function serveCatalog(app: FastifyInstance, { catalog, caller }: CatalogRouteParts): void {
  serve(app, "catalog", {
    search: ({ principal: { workspaceId }, query }) => ({ operations: searchCatalog(catalog.of(workspaceId), query) }),
    call: ({ principal: { workspaceId, by }, body: { app, dry, ...body } }) =>
      callOperation({ caller }, { workspaceId, by, app: app ?? catalog.of(workspaceId).main?.id ?? "", dryRun: dry, ...body }),
  });
}
