import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { type ConnectionsFilter, readConnectionsFilter } from "../features/connections/list-search.ts";
import { connectionsQuery } from "../lib/queries.ts";
import { text } from "../lib/search.ts";
import { rootRoute } from "./root.tsx";

export const connectionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections",
  validateSearch: (
    search: Record<string, unknown>,
  ): ConnectionsFilter & {
    add?: string | undefined;
    renew?: string | undefined;
    edit?: string | undefined;
    agency?: string | undefined;
    link?: string | undefined;
    show?: string | undefined;
    allow?: string | undefined;
  } => ({
    ...readConnectionsFilter(search),
    add: text(search["add"]),
    renew: text(search["renew"]),
    edit: text(search["edit"]),
    agency: text(search["agency"]),
    link: text(search["link"]),
    show: text(search["show"]),
    allow: text(search["allow"]),
  }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(connectionsQuery()),
  component: lazyRouteComponent(() => import("../features/connections/connections-page.tsx"), "ConnectionsPage"),
});
