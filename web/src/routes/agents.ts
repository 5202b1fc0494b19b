import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { AgentSearch } from "../features/agents/agent-search.ts";
import { rootRoute } from "./root.tsx";

export const agentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/elsewhere/agents",
  component: lazyRouteComponent(() => import("../features/elsewhere/agents.tsx"), "AgentsPage"),
});

const longest = 2_000;
const text = (value: unknown): string | undefined => (typeof value === "string" && value.length <= longest ? value : undefined);

/** Where an agent sends a person who shall let it in. */
export const agentSignInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/oauth/authorize",
  validateSearch: (search: Record<string, unknown>): AgentSearch => ({
    client_id: text(search["client_id"]),
    redirect_uri: text(search["redirect_uri"]),
    response_type: text(search["response_type"]),
    code_challenge: text(search["code_challenge"]),
    code_challenge_method: text(search["code_challenge_method"]),
    scope: text(search["scope"]),
    state: text(search["state"]),
    resource: text(search["resource"]),
  }),
  component: lazyRouteComponent(() => import("../features/agents/agent-sign-in.tsx"), "AgentSignIn"),
});
