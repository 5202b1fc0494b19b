import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { attentionQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const attentionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/attention",
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(attentionQuery()),
  component: lazyRouteComponent(() => import("../features/attention/attention-page.tsx"), "AttentionPage"),
});
