import type { FastifyInstance } from "fastify";
import type { Catalog } from "#catalog/registry.ts";
import type { Effect, Operation } from "#catalog/types.ts";
import { isObject } from "#kernel/json.ts";
import { newId } from "#kernel/ids.ts";
import type { StepCaller } from "#engine/ports/caller.ts";
import { listReadInWords } from "#surfaces/list-read.ts";
import { searchCatalog } from "../catalog/catalog-search.ts";
import { exchangeView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { sentReads } from "../runs/sent-reads.ts";
import { refuseAgent, serve } from "../http/serve.ts";

export interface CatalogRouteParts {
  catalog: Catalog;
  caller: StepCaller;
}

/** What can be done, and doing one of it. */
export function serveCatalog(app: FastifyInstance, { catalog, caller }: CatalogRouteParts): void {
  serve(app, "catalog", {
    search: ({ principal: { workspaceId }, query }) => ({ operations: searchCatalog(catalog.of(workspaceId), query) }),
    call: async ({ principal, body }) => {
      const { workspaceId, by } = principal;
      const { app = catalog.of(workspaceId).main?.id ?? "", operation, connection, input, rows, dry } = body;
      if (!dry && !isHarmless(catalog.of(workspaceId).operation(app, operation))) refuseAgent(principal);
      const { output, list, effects, notices, exchanges } = await caller.call({
        workspaceId,
        app,
        operation,
        input,
        dry,
        lane: "live",
        idempotencyKey: newId("call"),
        cause: { purpose: "direct", by },
        ...defined({ connection, rows }),
      });
      const allNotices = [...(list && !list.complete ? [listReadInWords(list)] : []), ...(notices ?? [])];
      return {
        output,
        ...(list && { list }),
        ...(effects && { effects }),
        ...((allNotices.length > 0 || dry) && { notices: [...allNotices, ...(dry ? sentReads(exchanges) : [])] }),
        exchanges: exchanges.filter(isObject).map((exchange) => exchangeView.parse(exchange)),
      };
    },
  });
}

/** What an agent may do by itself: read, and add or change records. Deleting, sending and whatever nobody has judged need a person. */
const isHarmless = (operation: Operation | undefined): boolean => operation === undefined || harmless.has(operation.effect);
const harmless: ReadonlySet<Effect> = new Set<Effect>(["read", "create", "update", "upsert", "link"]);
