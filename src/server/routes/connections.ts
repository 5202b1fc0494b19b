import type { FastifyInstance } from "fastify";
import type { ConnectionService } from "../connections/connection-service.ts";
import type { ReconnectLinkService } from "../connections/reconnect-links.ts";
import type { SubAccounts } from "../connections/sub-accounts.ts";
import { serve, type Handlers } from "../http/serve.ts";

export interface ConnectionRouteParts {
  connectionService: ConnectionService;
  subAccounts: Pick<SubAccounts, "list" | "connect">;
  reconnectLinks: ReconnectLinkService;
}

/** Logins. Secrets go in here and never come out. */
export function serveConnections(app: FastifyInstance, { connectionService, subAccounts, reconnectLinks }: ConnectionRouteParts): void {
  const change: Handlers<"connections">["change"] = ({ principal: { workspaceId, by }, params, body, query }) =>
    connectionService.change(workspaceId, params.id, body, { ...query, by });
  serve(app, "connections", {
    list: async ({ principal: { workspaceId } }) => ({ connections: await connectionService.list(workspaceId) }),
    add: ({ principal: { workspaceId, by }, body, query }) => connectionService.add(workspaceId, body, { ...query, by }),
    testDraft: ({ principal: { workspaceId, by }, body }) => connectionService.testDraft(workspaceId, body, by),
    change,
    replace: change,
    test: ({ principal: { workspaceId, by }, params }) => connectionService.test(workspaceId, params.id, by),
    remove: ({ principal: { workspaceId, by }, params, query }) => connectionService.remove(workspaceId, params.id, { ...query, by }),
    subAccounts: async ({ principal: { workspaceId, by }, params }) => ({
      subAccounts: await subAccounts.list(workspaceId, params.id, by),
    }),
    connectSubAccounts: ({ principal: { workspaceId, by }, params, body }) =>
      subAccounts.connect(workspaceId, params.id, body.locationIds, by),
    createReconnectLink: ({ principal: { workspaceId, by }, params, body }) => reconnectLinks.make(workspaceId, by, params.id, body.days),
    withdrawReconnectLink: ({ principal: { workspaceId, by }, params }) => reconnectLinks.withdraw(workspaceId, by, params.id),
  });
}
