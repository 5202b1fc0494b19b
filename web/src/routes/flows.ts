import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readFlowsSearch } from "../features/flows/list-search.ts";
import { readFlowSearch } from "../features/flows/search.ts";
import { catalogQuery, connectionsQuery, flowQuery, flowsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const flowsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows",
  validateSearch: readFlowsSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(flowsQuery()),
  component: lazyRouteComponent(() => import("../features/flows/flows-page.tsx"), "FlowsPage"),
});

export const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows/import",
  loader: ({ context }) => void context.queryClient.prefetchQuery(connectionsQuery()),
  component: lazyRouteComponent(() => import("../features/flows/import/import-page.tsx"), "ImportPage"),
});

export const flowRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/flows/$flowId",
  validateSearch: readFlowSearch,
  loader: ({ context: { queryClient }, params: { flowId } }) => {
    // Names of operations and connections too: cards that change their words a moment later are hard to read.
    void queryClient.prefetchQuery(catalogQuery());
    void queryClient.prefetchQuery(connectionsQuery());
    void queryClient.prefetchQuery(flowQuery(flowId));
  },
  component: lazyRouteComponent(() => import("../features/flows/flow-page.tsx"), "FlowPage"),
});
