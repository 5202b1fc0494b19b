import type { QueryClient } from "@tanstack/react-query";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { clientQuery, overviewQuery, sessionQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  loader: ({ context }) => void prefetch(context.queryClient).catch(() => undefined), // who is not signed in is asked to
  component: lazyRouteComponent(() => import("../features/home/home-page.tsx"), "HomePage"),
});

/** A client has a page of their own there. */
async function prefetch(queryClient: QueryClient): Promise<void> {
  const { role } = await queryClient.ensureQueryData(sessionQuery());
  await (role === "client" ? queryClient.prefetchQuery(clientQuery()) : queryClient.prefetchQuery(overviewQuery()));
}
