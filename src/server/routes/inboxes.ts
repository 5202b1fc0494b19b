import type { FastifyInstance } from "fastify";
import type { InboxService } from "../inboxes/inbox-service.ts";
import { serve } from "../http/serve.ts";

/** The addresses of marketplace apps, with the events flows wait for there and those that came. */
export function serveInboxes(app: FastifyInstance, { inboxService }: { inboxService: InboxService }): void {
  serve(app, "inboxes", {
    list: async ({ principal: { workspaceId } }) => ({ inboxes: await inboxService.list(workspaceId) }),
    add: ({ principal: { workspaceId, by }, body }) => inboxService.add(workspaceId, body, by),
    change: ({ principal: { workspaceId, by }, params, body }) => inboxService.change(workspaceId, params.id, body, by),
    rotate: ({ principal: { workspaceId, by }, params }) => inboxService.rotate(workspaceId, params.id, by),
    remove: ({ principal: { workspaceId, by }, params }) => inboxService.remove(workspaceId, params.id, by),
  });
}
