import type { FastifyInstance } from "fastify";
import type { WebhookTargets } from "../targets/webhook-targets.ts";
import { serve } from "../http/serve.ts";

export interface WebhookTargetRouteParts {
  webhookTargets: Pick<WebhookTargets, "add" | "samples" | "remove">;
}

/** Addresses of other tools that get the events of a trigger. */
export function serveWebhookTargets(app: FastifyInstance, { webhookTargets }: WebhookTargetRouteParts): void {
  serve(app, "webhookTargets", {
    add: ({ principal: { workspaceId, by }, body }) => webhookTargets.add(workspaceId, body, by),
    samples: async ({ principal: { workspaceId, by }, body }) => ({ events: await webhookTargets.samples(workspaceId, body, by) }),
    remove: ({ principal: { workspaceId, by }, params }) => webhookTargets.remove(workspaceId, params.id, by),
  });
}
