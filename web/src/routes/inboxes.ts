import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { inboxesQuery } from "../lib/queries.ts";
import { text } from "../lib/search.ts";
import { rootRoute } from "./root.tsx";

export const inboxesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inboxes",
  validateSearch: (search: Record<string, unknown>): { add?: string | undefined } => ({ add: text(search["add"]) }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(inboxesQuery()),
  component: lazyRouteComponent(() => import("../features/inboxes/inboxes-page.tsx"), "InboxesPage"),
});
