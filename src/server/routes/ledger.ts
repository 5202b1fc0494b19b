import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Engine } from "#engine/api.ts";
import { ledgerView } from "../contract.ts";

const params = z.object({ id: z.string().max(64) });

/** What a flow's webhook told, and what only the poll beside it found. */
export const ledgerRoutes =
  ({ engine, workspaceId }: { engine: Pick<Engine, "ledger">; workspaceId: string }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/flows/:id/ledger", {
      schema: {
        tags: ["Flows"],
        summary: "What the flow's webhook told, and what only the poll beside it found",
        params,
        response: { 200: ledgerView },
      },
      handler: async (request) => {
        const { lastError, recent, ...ledger } = await engine.ledger(workspaceId, request.params.id);
        return {
          ...ledger,
          lastError: lastError && { ...lastError, details: { ...lastError.details } },
          recent: recent.map(({ item, at, foundAt, runId }) => ({ record: item, at, foundAt, run: runId })),
        };
      },
    });
  };
