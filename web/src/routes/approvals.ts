import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { approvalQuery } from "../lib/queries.ts";
import { rootRoute } from "./root.tsx";

export const approvalRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/approvals/$approvalId",
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(approvalQuery(params.approvalId)),
  component: lazyRouteComponent(() => import("../features/approvals/approval-page.tsx"), "ApprovalPage"),
});
