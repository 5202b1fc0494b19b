import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { overviewQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  loader: ({ context }) => void context.queryClient.prefetchQuery(overviewQuery()),
  component: lazyRouteComponent(() => import("../features/home/home-page.tsx"), "HomePage"),
});
