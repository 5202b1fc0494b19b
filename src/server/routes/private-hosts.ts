import type { FastifyInstance } from "fastify";
import type { PrivateHostService } from "../connections/private-host-service.ts";
import { serve } from "../http/serve.ts";

export interface PrivateHostRouteParts {
  privateHosts: PrivateHostService;
}

/** Which addresses of the private network flows may call. */
export function servePrivateHosts(app: FastifyInstance, { privateHosts }: PrivateHostRouteParts): void {
  serve(app, "privateHosts", {
    list: async () => ({ hosts: await privateHosts.list() }),
    add: async ({ principal: { by }, body }) => ({ hosts: await privateHosts.add(body.host, by) }),
    remove: async ({ principal: { by }, params }) => ({ hosts: await privateHosts.remove(params.host, by) }),
  });
}
