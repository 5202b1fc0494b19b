import type { FastifyInstance } from "fastify";
import type { Catalog } from "#catalog/registry.ts";
import { searchCatalog } from "../catalog/catalog-search.ts";
import { serve } from "../http/serve.ts";

export interface CatalogRouteParts {
  catalog: Catalog;
}

/** What can be done. */
export function serveCatalog(app: FastifyInstance, { catalog }: CatalogRouteParts): void {
  serve(app, "catalog", {
    search: ({ principal: { workspaceId }, query }) => ({ operations: searchCatalog(catalog.of(workspaceId), query) }),
  });
}
