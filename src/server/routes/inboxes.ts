import type { FastifyInstance } from "fastify";
import type { InboxService } from "../inboxes/inbox-service.ts";
import { serve } from "../http/serve.ts";

/** The addresses of marketplace apps, with the events flows wait for there and those that came. */
export function serveInboxes(app: FastifyInstance, { inboxService }: { inboxService: InboxService }): void {
  serve(app, "inboxes", {
    list: async () => ({ inboxes: await inboxService.list() }),
    add: ({ principal: { by }, body }) => inboxService.add(body, by),
    change: ({ principal: { by }, params, body }) => inboxService.change(params.id, body, by),
    rotate: ({ principal: { by }, params }) => inboxService.rotate(params.id, by),
    remove: ({ principal: { by }, params }) => inboxService.remove(params.id, by),
  });
}
