import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { connectionBody, connectionList, connectionPatch, connectionTestReply, connectionView, done } from "../contract.ts";
import type { ConnectionDesk } from "../connection-desk.ts";

export interface ConnectionRouteParts {
  desk: ConnectionDesk;
}

const params = z.object({ id: z.string().max(64) });
const tags = ["Connections"];

/** Logins. Secrets go in here and never come out. */
export const connectionRoutes =
  ({ desk }: ConnectionRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/connections", {
      schema: { tags, summary: "All connections, without their secrets", response: { 200: connectionList } },
      handler: async () => ({ connections: await desk.list() }),
    });
    app.post("/connections", {
      schema: { tags, summary: "Add a connection", body: connectionBody, response: { 201: connectionView } },
      handler: async ({ body }, reply) => reply.code(201).send(await desk.add(body)),
    });
    app.put("/connections/:id", {
      schema: {
        tags,
        summary: "Change a connection; what is left out stays",
        params,
        body: connectionPatch,
        response: { 200: connectionView },
      },
      handler: (request) => desk.change(request.params.id, request.body),
    });
    app.post("/connections/:id/test", {
      schema: {
        tags,
        summary: "Try the login with a harmless read",
        params,
        body: z.unknown().optional(),
        response: { 200: connectionTestReply },
      },
      handler: (request) => desk.test(request.params.id),
    });
    app.delete("/connections/:id", {
      schema: { tags, summary: "Remove a connection and forget its secret", params, body: z.unknown().optional(), response: { 200: done } },
      handler: async (request) => {
        await desk.remove(request.params.id);
        return { ok: true as const };
      },
    });
  };
