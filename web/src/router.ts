import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "./lib/search.ts";
import { accountRoute } from "./routes/account.ts";
import { appRoute, appsRoute, newAppRoute } from "./routes/apps.ts";
import { approvalRoute } from "./routes/approvals.ts";
import { agentSignInRoute, agentsRoute } from "./routes/agents.ts";
import { attentionRoute } from "./routes/attention.ts";
import { auditRoute } from "./routes/audit.ts";
import { catalogRoute, categoriesRoute, operationRoute } from "./routes/catalog.ts";
import { connectionsRoute } from "./routes/connections.ts";
import { consentRoute } from "./routes/consent.ts";
import { codeRoute } from "./routes/elsewhere-code.ts";
import { n8nRoute } from "./routes/elsewhere-n8n.ts";
import { elsewhereRoute } from "./routes/elsewhere.ts";
import { zapierRoute } from "./routes/elsewhere-zapier.ts";
import { importRoute, flowRoute, flowsRoute } from "./routes/flows.ts";
import { healthRoute } from "./routes/health.ts";
import { homeRoute } from "./routes/home.ts";
import { inboxesRoute } from "./routes/inboxes.ts";
import { messagesRoute } from "./routes/messages.ts";
import { mappingRoute, partHomeRoute, partsRoute, ruleRoute } from "./routes/parts.ts";
import { connectRoute, reconnectRoute } from "./routes/reconnect.ts";
import { peopleRoute } from "./routes/people.ts";
import { rootRoute } from "./routes/root.tsx";
import { runRoute, runsRoute } from "./routes/runs.ts";
import { newSyncRoute, syncPairRoute, syncRoute, syncsRoute } from "./routes/syncs.ts";
import { setUpRoute, templateRoute, templatesRoute } from "./routes/templates.ts";
import { embedRoute } from "./routes/embed.ts";
import { tagsRoute } from "./routes/tags.ts";
import { webhooksRoute } from "./routes/webhooks.ts";
import { Failure } from "./components/ui/state.tsx";

const routeTree = rootRoute.addChildren([
  homeRoute,
  flowsRoute,
  importRoute,
  flowRoute,
  syncsRoute,
  newSyncRoute,
  syncRoute,
  syncPairRoute,
  runsRoute,
  runRoute,
  attentionRoute,
  approvalRoute,
  agentSignInRoute,
  connectionsRoute,
  consentRoute,
  healthRoute,
  auditRoute,
  reconnectRoute,
  connectRoute,
  embedRoute,
  inboxesRoute,
  tagsRoute,
  messagesRoute,
  templatesRoute,
  templateRoute,
  setUpRoute,
  partsRoute.addChildren([partHomeRoute, ruleRoute, mappingRoute]),
  catalogRoute.addChildren([categoriesRoute, operationRoute]),
  appsRoute,
  newAppRoute,
  appRoute,
  elsewhereRoute,
  agentsRoute,
  zapierRoute,
  webhooksRoute,
  codeRoute,
  n8nRoute,
  peopleRoute,
  accountRoute,
]);

/** The pages and their addresses. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    // The query cache knows what is fresh.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: Failure,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
