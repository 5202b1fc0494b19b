import type { FastifyInstance } from "fastify";
import type { ConnectionService } from "../connections/connection-service.ts";
import { serve, type Handlers } from "../http/serve.ts";

export interface ConnectionRouteParts {
  connectionService: ConnectionService;
}

/** Logins. Secrets go in here and never come out. */
export function serveConnections(app: FastifyInstance, { connectionService }: ConnectionRouteParts): void {
  const change: Handlers<"connections">["change"] = ({ principal: { by }, params, body, query }) =>
    connectionService.change(params.id, body, { ...query, by });
  serve(app, "connections", {
    list: async () => ({ connections: await connectionService.list() }),
    add: ({ principal: { by }, body, query }) => connectionService.add(body, { ...query, by }),
    testDraft: ({ body }) => connectionService.testDraft(body),
    change,
    replace: change,
    test: ({ params }) => connectionService.test(params.id),
    remove: ({ principal: { by }, params, query }) => connectionService.remove(params.id, { ...query, by }),
  });
}
