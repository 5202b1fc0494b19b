import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import {
  connectionBody,
  connectionList,
  connectionPatch,
  connectionTestBody,
  connectionTestReply,
  connectionView,
  done,
} from "../contract.ts";
import type { ConnectionDesk } from "../connection-desk.ts";

export interface ConnectionRouteParts {
  desk: ConnectionDesk;
}

const params = z.object({ id: z.string().max(64) });
const tags = ["Connections"];
const verify = z.object({
  /** False: saved without a test. */
  verify: z.stringbool().default(true),
});
const force = z.object({
  /** True: also where flows use it. */
  force: z.stringbool().default(false),
});

/** Logins. Secrets go in here and never come out. */
export const connectionRoutes =
  ({ desk }: ConnectionRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/connections", {
      schema: { tags, summary: "All connections, without their secrets", response: { 200: connectionList } },
      handler: async () => ({ connections: await desk.list() }),
    });
    app.post("/connections", {
      schema: {
        tags,
        summary: "Add a connection; it is tested first, unless verify is false",
        querystring: verify,
        body: connectionBody,
        response: { 201: connectionView },
      },
      handler: async ({ body, query }, reply) => reply.code(201).send(await desk.add(body, query)),
    });
    app.post("/connections/test", {
      schema: {
        tags,
        summary: "Test a connection that is not saved, or a change of one that is; nothing is kept",
        body: connectionTestBody,
        response: { 200: connectionTestReply },
      },
      handler: ({ body }) => desk.testDraft(body),
    });
    for (const method of ["PUT", "PATCH"] as const) {
      app.route({
        method,
        url: "/connections/:id",
        schema: {
          tags,
          summary: "Change a connection; what is left out stays. A new secret is tested before the old one goes, unless verify is false",
          params,
          querystring: verify,
          body: connectionPatch,
          response: { 200: connectionView },
        },
        handler: (request) => desk.change(request.params.id, request.body, request.query),
      });
    }
    app.post("/connections/:id/test", {
      schema: {
        tags,
        summary: "Test the login with a harmless read, and keep what came of it",
        params,
        body: z.unknown().optional(),
        response: { 200: connectionTestReply },
      },
      handler: (request) => desk.test(request.params.id),
    });
    app.delete("/connections/:id", {
      schema: {
        tags,
        summary: "Remove a connection and forget its secret; refused while flows use it, unless force is true",
        params,
        querystring: force,
        body: z.unknown().optional(),
        response: { 200: done },
      },
      handler: async (request) => {
        await desk.remove(request.params.id, request.query);
        return { ok: true as const };
      },
    });
  };
