import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Live } from "../live.ts";

export const liveRoutes =
  ({ live }: { live: Live }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/events/stream", {
      schema: { tags: ["Overview"], summary: "Which runs changed, as server-sent events: `runs` with {changed: [{id, flowId, state}]}" },
      handler: (_, reply) => {
        live.join(reply.raw);
        reply.hijack();
      },
    });
  };
