import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { ConsentSearch } from "../features/consent/search.ts";
import { rootRoute } from "./root.tsx";

const longest = 4000;
const whole = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= longest ? value : undefined;

export const consentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/oauth/callback",
  validateSearch: (search: Record<string, unknown>): ConsentSearch => ({
    state: whole(search["state"]),
    code: whole(search["code"]),
    error: whole(search["error"]),
    error_description: whole(search["error_description"]),
    iss: whole(search["iss"]),
  }),
  component: lazyRouteComponent(() => import("../features/consent/consent-page.tsx"), "ConsentPage"),
});
