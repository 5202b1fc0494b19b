import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { readRunSearch } from "../features/runs/search.ts";
import { flowsQuery, runQuery } from "../lib/queries.ts";
import { flag, text } from "../lib/search.ts";
import { rootRoute } from "./root.tsx";

export const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: readRunSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(flowsQuery()),
  component: lazyRouteComponent(() => import("../features/runs/runs-page.tsx"), "RunsPage"),
});

export const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$runId",
  /** `edit`: the event is open to be corrected and replayed. */
  validateSearch: (search: Record<string, unknown>): { step?: string | undefined; edit?: true | undefined } => ({
    step: text(search["step"]),
    edit: flag(search["edit"]),
  }),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(runQuery(params.runId)),
  component: lazyRouteComponent(() => import("../features/runs/run-page.tsx"), "RunPage"),
});
