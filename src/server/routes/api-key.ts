import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { apiKeyReply } from "../contract.ts";

/** `rotate` makes a new key, keeps it for the command line on this machine, and gives it: the only time it can be read. */
export const apiKeyRoutes =
  ({ rotate }: { rotate: () => Promise<string> }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post("/api-key", {
      schema: { tags: ["Session"], summary: "Replace the API key", body: z.unknown().optional(), response: { 200: apiKeyReply } },
      handler: async () => ({ key: await rotate() }),
    });
  };
