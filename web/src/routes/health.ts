import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { healthQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/health",
  loader: ({ context }) => void context.queryClient.prefetchQuery(healthQuery()),
  component: lazyRouteComponent(() => import("../features/health/health-page.tsx"), "HealthPage"),
});
