import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { apiKeyReply } from "../contract.ts";
import type { SignIn } from "../sign-in.ts";

/** The new key is in the answer and in the data folder, and can be read nowhere else. */
export const apiKeyRoutes =
  ({ signIn }: { signIn: SignIn }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post("/api-key", {
      schema: {
        tags: ["Session"],
        summary: "Replace the API key. All sessions and event streams end",
        body: z.unknown().optional(),
        response: { 200: apiKeyReply },
      },
      handler: async (request) => ({ key: await signIn.rotateKey(request) }),
    });
  };
