import type { FastifyInstance } from "fastify";
import type { InboxService } from "../inboxes/inbox-service.ts";
import { serve } from "../http/serve.ts";

/** The addresses of marketplace apps, with the events flows wait for there and those that came. */
export function serveInboxes(app: FastifyInstance, { inboxService }: { inboxService: InboxService }): void {
  serve(app, "inboxes", {
    list: async ({ principal: { workspaceId } }) => ({ inboxes: await inboxService.list(workspaceId) }),
    add: ({ principal: { workspaceId }, body }) => inboxService.add(workspaceId, body),
    change: ({ principal: { workspaceId }, params, body }) => inboxService.change(workspaceId, params.id, body),
    rotate: ({ principal: { workspaceId }, params }) => inboxService.rotate(workspaceId, params.id),
    remove: ({ principal: { workspaceId }, params }) => inboxService.remove(workspaceId, params.id),
  });
}
