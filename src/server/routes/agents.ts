import type { FastifyInstance } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import type { Principal } from "#api/principal.ts";
import { serve } from "../http/serve.ts";
import type { AgentService } from "../oauth/agent-service.ts";

export interface AgentRouteParts {
  agentService: AgentService;
}

/** Agents that signed in for somebody, and the page where a person lets one in. */
export function serveAgents(app: FastifyInstance, { agentService }: AgentRouteParts): void {
  serve(app, "agents", {
    list: async ({ principal }) => ({ address: agentService.resource(), agents: await agentService.list(principal) }),
    openRequest: ({ principal, body }) => agentService.openRequest(principal, body),
    async allow({ principal, body, request }) {
      refuseAgents(principal);
      return { goTo: await agentService.allow(principal, request.visitor!, body) };
    },
    remove({ principal, params }) {
      refuseAgents(principal);
      return agentService.remove(principal, params.id);
    },
  });
}

/** An agent lets no other in, and signs none out. */
function refuseAgents({ agent }: Principal): void {
  if (agent) throw new MillraceError("NEEDS_APPROVAL");
}
