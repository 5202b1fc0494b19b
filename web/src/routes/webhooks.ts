import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { webhookEndpointsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/webhooks",
  loader: ({ context }) => void context.queryClient.prefetchQuery(webhookEndpointsQuery()),
  component: lazyRouteComponent(() => import("../features/webhooks/webhooks-page.tsx"), "WebhooksPage"),
});
