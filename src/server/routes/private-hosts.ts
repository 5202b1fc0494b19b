import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { privateHostBody, privateHostList } from "../contract.ts";
import type { PrivateHostDesk } from "../private-host-desk.ts";

export interface PrivateHostRouteParts {
  privateHosts: PrivateHostDesk;
}

const tags = ["Settings"];

/** Which addresses of the private network flows may call. */
export const privateHostRoutes =
  ({ privateHosts }: PrivateHostRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/private-hosts", {
      schema: { tags, summary: "Addresses on your own network that flows may call", response: { 200: privateHostList } },
      handler: async () => ({ hosts: await privateHosts.list() }),
    });
    app.post("/private-hosts", {
      schema: { tags, summary: "Let flows call an address on your own network", body: privateHostBody, response: { 200: privateHostList } },
      handler: async ({ body }) => ({ hosts: await privateHosts.add(body.host) }),
    });
    app.delete("/private-hosts/:host", {
      schema: {
        tags,
        summary: "Remove an address from the list",
        params: z.object({ host: z.string().max(300) }),
        body: z.unknown().optional(),
        response: { 200: privateHostList },
      },
      handler: async ({ params }) => ({ hosts: await privateHosts.remove(params.host) }),
    });
  };
