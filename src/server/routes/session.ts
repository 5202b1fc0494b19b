import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { done, sessionBody, signInLinkReply } from "../contract.ts";
import type { SignIn } from "../sign-in.ts";

/** Signing a browser in and out: the routes that need no sign-in themselves. */
export const sessionRoutes =
  ({ signIn }: { signIn: SignIn }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post("/session", {
      schema: {
        tags: ["Session"],
        summary: "Sign the page in, with the API key or the token of a one-time link",
        body: sessionBody,
        response: { 200: done },
      },
      handler: async (request, reply) => {
        const { body } = request;
        if ("key" in body) await signIn.withKey(request, reply, body.key);
        else await signIn.withLink(request, reply, body.link);
        return { ok: true as const };
      },
    });
    app.delete("/session", {
      schema: {
        tags: ["Session"],
        summary: "Sign the page out: its session and event streams end",
        body: z.unknown().optional(),
        response: { 200: done },
      },
      handler: async (request, reply) => {
        await signIn.end(request, reply);
        return { ok: true as const };
      },
    });
  };

/** One-time links, for `millrace open`. */
export const signInLinkRoutes =
  ({ signIn, signInUrl }: { signIn: SignIn; signInUrl: (token: string) => string }): FastifyPluginAsyncZod =>
  async (app) => {
    app.post("/sign-in-links", {
      schema: {
        tags: ["Session"],
        summary: "Make a link that signs one browser in, once, within minutes",
        body: z.unknown().optional(),
        response: { 200: signInLinkReply },
      },
      handler: async () => {
        const { token, expiresAt } = signIn.newLink();
        return { url: signInUrl(token), expiresAt };
      },
    });
  };
