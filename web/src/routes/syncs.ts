import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readNewSyncSearch, readSyncSearch } from "../features/syncs/search.ts";
import { connectionsQuery, syncLinkQuery, syncQuery, syncsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const syncsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/syncs",
  loader: ({ context }) => void context.queryClient.prefetchQuery(syncsQuery()),
  component: lazyRouteComponent(() => import("../features/syncs/syncs-page.tsx"), "SyncsPage"),
});

export const newSyncRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/syncs/new",
  validateSearch: readNewSyncSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(connectionsQuery()),
  component: lazyRouteComponent(() => import("../features/syncs/make/new-sync-page.tsx"), "NewSyncPage"),
});

export const syncRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/syncs/$syncId",
  validateSearch: readSyncSearch,
  loader: ({ context: { queryClient }, params: { syncId } }) => {
    void queryClient.prefetchQuery(connectionsQuery());
    void queryClient.prefetchQuery(syncQuery(syncId));
  },
  component: lazyRouteComponent(() => import("../features/syncs/sync-page.tsx"), "SyncPage"),
});

export const syncPairRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/syncs/$syncId/pairs/$pairId",
  loader: ({ context: { queryClient }, params: { syncId, pairId } }) => {
    void queryClient.prefetchQuery(syncQuery(syncId));
    void queryClient.prefetchQuery(syncLinkQuery(syncId, pairId));
  },
  component: lazyRouteComponent(() => import("../features/syncs/pair/pair-page.tsx"), "PairPage"),
});
