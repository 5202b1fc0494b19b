import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { connectPath, reconnectPath } from "../lib/reconnect-link.ts";
import { rootRoute } from "./root.tsx";

export const reconnectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: reconnectPath,
  component: lazyRouteComponent(() => import("../features/reconnect/reconnect-page.tsx"), "ReconnectPage"),
});

export const connectRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: connectPath,
  component: lazyRouteComponent(() => import("../features/reconnect/reconnect-page.tsx"), "ReconnectPage"),
});
