import type { FastifyInstance } from "fastify";
import type { PrivateHostService } from "../connections/private-host-service.ts";
import { serve } from "../http/serve.ts";

export interface PrivateHostRouteParts {
  privateHosts: PrivateHostService;
}

/** Which addresses of the private network flows may call. */
export function servePrivateHosts(app: FastifyInstance, { privateHosts }: PrivateHostRouteParts): void {
  serve(app, "privateHosts", {
    list: async ({ principal: { workspaceId } }) => ({ hosts: await privateHosts.list(workspaceId) }),
    add: async ({ principal: { workspaceId, by }, body }) => ({ hosts: await privateHosts.add(workspaceId, body.host, by) }),
    remove: async ({ principal: { workspaceId, by }, params }) => ({ hosts: await privateHosts.remove(workspaceId, params.host, by) }),
  });
}
