import type { FastifyInstance } from "fastify";
import { serve } from "../http/serve.ts";
import type { SignIn } from "../auth/sign-in.ts";

export interface SessionRouteParts {
  signIn: SignIn;
  /** The address of a one-time link. */
  signInUrl: (token: string) => string;
}

/** Signing a browser in and out, one-time links, and the API key. */
export function serveSession(app: FastifyInstance, { signIn, signInUrl }: SessionRouteParts): void {
  serve(app, "session", {
    start: async ({ body, request, reply }) => {
      if ("key" in body) await signIn.withKey(request, reply, body.key);
      else await signIn.withLink(request, reply, body.link);
    },
    end: ({ request, reply }) => signIn.end(request, reply),
  });
  serve(app, "access", {
    makeLink: ({ principal }) => {
      const { token, expiresAt } = signIn.newLink(principal.workspaceId);
      return { url: signInUrl(token), expiresAt };
    },
    // The new key is in the answer and in the data folder, and can be read nowhere else.
    rotateKey: async ({ principal, request }) => ({ key: await signIn.rotateKey(principal.workspaceId, request, principal.by) }),
  });
}
