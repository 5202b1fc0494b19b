import type { FastifyInstance } from "fastify";
import { mayUse } from "#api/principal.ts";
import { defined } from "#kernel/defined.ts";
import { serve } from "../http/serve.ts";
import type { WebhookEndpoints } from "../webhooks/webhook-endpoints.ts";

export interface WebhookEndpointRouteParts {
  webhookEndpoints: Pick<WebhookEndpoints, "list" | "add" | "change" | "remove" | "rotate" | "test" | "deliveries" | "resend">;
}

/** Addresses that are sent what happens in a workspace, and what became of each delivery. */
export function serveWebhookEndpoints(app: FastifyInstance, { webhookEndpoints }: WebhookEndpointRouteParts): void {
  serve(app, "webhookEndpoints", {
    list: async ({ principal }) => {
      const hidden = !mayUse(principal, "inboxes:write");
      return { endpoints: await webhookEndpoints.list(principal.workspaceId, { hidden }) };
    },
    add: ({ principal: { workspaceId, by }, body }) => webhookEndpoints.add(workspaceId, body, by),
    change: ({ principal: { workspaceId, by }, params, body }) => webhookEndpoints.change(workspaceId, params.id, body, by),
    remove: ({ principal: { workspaceId, by }, params }) => webhookEndpoints.remove(workspaceId, params.id, by),
    rotateSecret: ({ principal: { workspaceId, by }, params }) => webhookEndpoints.rotate(workspaceId, params.id, by),
    test: ({ principal: { workspaceId }, params }) => webhookEndpoints.test(workspaceId, params.id),
    deliveries: ({ principal: { workspaceId }, params, query: { limit, ...page } }) =>
      webhookEndpoints.deliveries(workspaceId, params.id, { limit, ...defined(page) }),
    resend: ({ principal: { workspaceId }, params }) => webhookEndpoints.resend(workspaceId, params.id, params.delivery),
  });
}
