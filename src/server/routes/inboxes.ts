import type { FastifyInstance } from "fastify";
import type { InboxDesk } from "../inboxes/inbox-service.ts";
import { serve } from "../http/serve.ts";

/** The addresses of marketplace apps, with the events flows wait for there and those that came. */
export function serveInboxes(app: FastifyInstance, { inboxDesk: desk }: { inboxDesk: InboxDesk }): void {
  serve(app, "inboxes", {
    list: async () => ({ inboxes: await desk.list() }),
    add: ({ body }) => desk.add(body),
    change: ({ params, body }) => desk.change(params.id, body),
    rotate: ({ params }) => desk.rotate(params.id),
    remove: ({ params }) => desk.remove(params.id),
  });
}
