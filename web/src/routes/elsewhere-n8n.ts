import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { catalogQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const n8nRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/n8n",
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogQuery()),
  component: lazyRouteComponent(() => import("../features/elsewhere/n8n.tsx"), "N8nPage"),
});
