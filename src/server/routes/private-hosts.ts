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
    add: async ({ body }) => ({ hosts: await privateHosts.add(body.host) }),
    remove: async ({ params }) => ({ hosts: await privateHosts.remove(params.host) }),
  });
}
