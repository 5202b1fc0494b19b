import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { catalogQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const codeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/code",
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogQuery()),
  component: lazyRouteComponent(() => import("../features/elsewhere/code.tsx"), "CodePage"),
});
