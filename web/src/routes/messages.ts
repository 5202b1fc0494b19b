import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { messagePolicyQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const messagesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/messages",
  loader: ({ context }) => void context.queryClient.prefetchQuery(messagePolicyQuery()),
  component: lazyRouteComponent(() => import("../features/messages/messages-page.tsx"), "MessagesPage"),
});
