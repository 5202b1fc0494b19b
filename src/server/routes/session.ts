import rateLimit from "@fastify/rate-limit";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import { done, sessionBody } from "../contract.ts";
import type { SignIn } from "../sign-in.ts";

/** Signing a browser in with the API key. The only routes of the API that need nothing, so attempts are few. */
export const sessionRoutes =
  ({ signIn }: { signIn: SignIn }): FastifyPluginAsyncZod =>
  async (app) => {
    await app.register(rateLimit, {
      max: 10,
      timeWindow: 60_000,
      cache: 5000,
      errorResponseBuilder: (_, { ttl }) => new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: Math.ceil(ttl / 1000) } }),
    });
    app.post("/session", {
      schema: { tags: ["Session"], summary: "Sign the page in with the API key", body: sessionBody, response: { 200: done } },
      handler: async (request, reply) => {
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
