import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readCatalogSearch } from "../features/catalog/search.ts";
import { catalogQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const catalogRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/catalog",
  validateSearch: readCatalogSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogQuery()),
  component: lazyRouteComponent(() => import("../features/catalog/catalog-page.tsx"), "CatalogPage"),
});

export const categoriesRoute = createRoute({
  getParentRoute: () => catalogRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../features/catalog/categories.tsx"), "Categories"),
});

export const operationRoute = createRoute({
  getParentRoute: () => catalogRoute,
  path: "/$app/$",
  component: lazyRouteComponent(() => import("../features/catalog/operation-page.tsx"), "OperationPage"),
});
