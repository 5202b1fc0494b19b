import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { done, inboxBody, inboxList, inboxPatch, inboxView } from "../contract.ts";
import type { InboxDesk } from "../inbox-desk.ts";

export interface InboxRouteParts {
  inboxDesk: InboxDesk;
}

const params = z.object({ id: z.string().max(64) });
const tags = ["Inboxes"];
const anything = z.unknown().optional();

/** The addresses of marketplace apps, with what is waited for at them and what came. */
export const inboxRoutes =
  ({ inboxDesk: desk }: InboxRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/inboxes", {
      schema: { tags, summary: "All inboxes, with the events that are waited for and those that came", response: { 200: inboxList } },
      handler: async () => ({ inboxes: await desk.list() }),
    });
    app.post("/inboxes", {
      schema: { tags, summary: "Make an address for a marketplace app", body: inboxBody, response: { 201: inboxView } },
      handler: async ({ body }, reply) => reply.code(201).send(await desk.add(body)),
    });
    app.put("/inboxes/:id", {
      schema: { tags, summary: "Change an inbox; what is left out stays", params, body: inboxPatch, response: { 200: inboxView } },
      handler: (request) => desk.change(request.params.id, request.body),
    });
    app.post("/inboxes/:id/rotate", {
      schema: {
        tags,
        summary: "Give an inbox a new address; the old one stops working",
        params,
        body: anything,
        response: { 200: inboxView },
      },
      handler: (request) => desk.rotate(request.params.id),
    });
    app.delete("/inboxes/:id", {
      schema: { tags, summary: "Remove an inbox; its address stops working", params, body: anything, response: { 200: done } },
      handler: async (request) => {
        await desk.remove(request.params.id);
        return { ok: true as const };
      },
    });
  };
