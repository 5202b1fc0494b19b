import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readAppSearch, readNewAppSearch } from "../features/apps/search.ts";
import { appsQuery, connectionsQuery, flowsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const appsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/apps",
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(appsQuery());
    void context.queryClient.prefetchQuery(connectionsQuery());
    void context.queryClient.prefetchQuery(flowsQuery());
  },
  component: lazyRouteComponent(() => import("../features/apps/apps-page.tsx"), "AppsPage"),
});

export const newAppRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/apps/new",
  validateSearch: readNewAppSearch,
  component: lazyRouteComponent(() => import("../features/apps/new-app-page.tsx"), "NewAppPage"),
});

export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/apps/$app",
  validateSearch: readAppSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(connectionsQuery()),
  component: lazyRouteComponent(() => import("../features/apps/app-page.tsx"), "AppPage"),
});
