import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { embedOriginsQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const embedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/embed",
  loader: ({ context }) => void context.queryClient.prefetchQuery(embedOriginsQuery()),
  component: lazyRouteComponent(() => import("../features/embed/embed-page.tsx"), "EmbedPage"),
});
