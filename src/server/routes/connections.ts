import type { FastifyInstance } from "fastify";
import type { ConnectionService } from "../connections/connection-service.ts";
import { serve, type Handlers } from "../http/serve.ts";

export interface ConnectionRouteParts {
  connectionService: ConnectionService;
}

/** Logins. Secrets go in here and never come out. */
export function serveConnections(app: FastifyInstance, { connectionService }: ConnectionRouteParts): void {
  const change: Handlers<"connections">["change"] = ({ params, body, query }) => connectionService.change(params.id, body, query);
  serve(app, "connections", {
    list: async () => ({ connections: await connectionService.list() }),
    add: ({ body, query }) => connectionService.add(body, query),
    testDraft: ({ body }) => connectionService.testDraft(body),
    change,
    replace: change,
    test: ({ params }) => connectionService.test(params.id),
    remove: ({ params, query }) => connectionService.remove(params.id, query),
  });
}
