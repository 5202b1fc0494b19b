import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { apiKeysQuery, invitationsQuery, membersQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const peopleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/people",
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(membersQuery());
    void context.queryClient.prefetchQuery(invitationsQuery());
    void context.queryClient.prefetchQuery(apiKeysQuery());
  },
  component: lazyRouteComponent(() => import("../features/people/people-page.tsx"), "PeoplePage"),
});
