import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "./root.tsx";

export const elsewhereRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere",
  component: lazyRouteComponent(() => import("../features/elsewhere/elsewhere-page.tsx"), "ElsewherePage"),
});
