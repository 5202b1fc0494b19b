import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Clock } from "#kernel/clock.ts";
import { createAttempts } from "../attempts.ts";
import { done, sessionBody } from "../contract.ts";
import type { SignIn } from "../sign-in.ts";

/** Signing a browser in with the API key. The only routes of the API that need nothing, so attempts are few. */
export const sessionRoutes =
  ({ signIn, clock }: { signIn: SignIn; clock: Clock }): FastifyPluginAsyncZod =>
  async (app) => {
    const attempts = createAttempts({ clock });
    app.post("/session", {
      schema: { tags: ["Session"], summary: "Sign the page in with the API key", body: sessionBody, response: { 200: done } },
      handler: async (request, reply) => {
        attempts.count(request.ip);
        signIn.withKey(request, reply, request.body.key);
        return { ok: true as const };
      },
    });
    app.delete("/session", {
      schema: { tags: ["Session"], summary: "Sign the page out", body: z.unknown().optional(), response: { 200: done } },
      handler: async (_, reply) => {
        signIn.end(reply);
        return { ok: true as const };
      },
    });
  };
