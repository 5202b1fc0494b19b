import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { isObject } from "#kernel/json.ts";
import { newId } from "#kernel/ids.ts";
import type { StepCaller } from "#engine/types.ts";
import { searchCatalog } from "../catalog.ts";
import { callBody, callReply, catalogList, catalogQuery, exchangeView } from "../contract.ts";
import { sentReads } from "../sent-reads.ts";

export interface CatalogRouteParts {
  caller: StepCaller;
  workspaceId: string;
}

/** What can be done, and doing one of it. */
export const catalogRoutes =
  ({ caller, workspaceId }: CatalogRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/catalog", {
      schema: { tags: ["Catalog"], summary: "Operations and triggers", querystring: catalogQuery, response: { 200: catalogList } },
      handler: async ({ query }) => ({ operations: searchCatalog(query) }),
    });
    app.post("/call", {
      schema: { tags: ["Catalog"], summary: "Call one operation now", body: callBody, response: { 200: callReply } },
      handler: async ({ body: { app: appId, operation, connection, input, dry } }) => {
        const { output, effects, notices, exchanges } = await caller.call({
          workspaceId,
          app: appId,
          operation,
          input,
          dry,
          lane: "live",
          idempotencyKey: newId("call"),
          ...(connection !== undefined && { connection }),
        });
        return {
          output,
          ...(effects && { effects }),
          ...((notices || dry) && { notices: [...(notices ?? []), ...(dry ? sentReads(exchanges) : [])] }),
          exchanges: exchanges.filter(isObject).map((exchange) => exchangeView.parse(exchange)),
        };
      },
    });
  };
