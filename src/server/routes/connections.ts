import type { FastifyInstance } from "fastify";
import type { ConnectionDesk } from "../connections/connection-service.ts";
import { serve, type Handlers } from "../http/serve.ts";

export interface ConnectionRouteParts {
  desk: ConnectionDesk;
}

/** Logins. Secrets go in here and never come out. */
export function serveConnections(app: FastifyInstance, { desk }: ConnectionRouteParts): void {
  const change: Handlers<"connections">["change"] = ({ params, body, query }) => desk.change(params.id, body, query);
  serve(app, "connections", {
    list: async () => ({ connections: await desk.list() }),
    add: ({ body, query }) => desk.add(body, query),
    testDraft: ({ body }) => desk.testDraft(body),
    change,
    replace: change,
    test: ({ params }) => desk.test(params.id),
    remove: ({ params, query }) => desk.remove(params.id, query),
  });
}
