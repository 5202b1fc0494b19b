import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Live } from "../live.ts";
import type { SignIn } from "../sign-in.ts";

export const liveRoutes =
  ({ live, signIn }: { live: Live; signIn: SignIn }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/events/stream", {
      schema: { tags: ["Overview"], summary: "Which runs changed, as server-sent events: `runs` with {changed: [{id, flowId, state}]}" },
      handler: ({ visitor }, reply) => {
        live.join(reply.raw, () => visitor !== null && signIn.isStillIn(visitor));
        reply.hijack();
      },
    });
  };
