import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { catalogQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const zapierRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/zapier",
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogQuery()),
  component: lazyRouteComponent(() => import("../features/elsewhere/zapier.tsx"), "ZapierPage"),
});
