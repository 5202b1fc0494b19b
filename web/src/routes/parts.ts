import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { mappingQuery, mappingsQuery, ruleQuery, rulesQuery } from "../lib/queries.ts";
import { oneOf, text } from "../lib/search.ts";
import { rootRoute } from "./root.tsx";

/** `new`: what is being made. */
interface PartSearch {
  q?: string | undefined;
  new?: "table" | "conditions" | "format" | "segment" | "script" | "mapping" | undefined;
}

export const partsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/rules",
  validateSearch: (search: Record<string, unknown>): PartSearch => ({
    q: text(search["q"]),
    new: oneOf(search["new"], ["table", "conditions", "format", "segment", "script", "mapping"]),
  }),
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(rulesQuery());
    void context.queryClient.prefetchQuery(mappingsQuery());
  },
  component: lazyRouteComponent(() => import("../features/parts/parts-page.tsx"), "PartsPage"),
});

export const partHomeRoute = createRoute({
  getParentRoute: () => partsRoute,
  path: "/",
  component: lazyRouteComponent(() => import("../features/parts/part-home.tsx"), "PartHome"),
});

export const ruleRoute = createRoute({
  getParentRoute: () => partsRoute,
  path: "/$rule",
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(ruleQuery(params.rule)),
  component: lazyRouteComponent(() => import("../features/parts/rule-page.tsx"), "RulePage"),
});

export const mappingRoute = createRoute({
  getParentRoute: () => partsRoute,
  path: "/mapping/$mapping",
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(mappingQuery(params.mapping)),
  component: lazyRouteComponent(() => import("../features/parts/mapping-page.tsx"), "MappingPage"),
});
