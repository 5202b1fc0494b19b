import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { apiPrefix } from "#api/addresses.ts";
import { routes } from "#api/routes.ts";
import type { Effect, Operation } from "#catalog/types.ts";
import { callReply, errorReply } from "#api/schemas.ts";
import { operationsDocument } from "#surfaces/rest/document.ts";
import { chosenOperations } from "../catalog/chosen-operations.ts";
import { callOperation, type OperationCallParts, splitName } from "../catalog/operation-call.ts";
import { refuseAgent, serve } from "../http/serve.ts";
import { usualErrors } from "../http/openapi.ts";

export interface OperationRouteParts extends OperationCallParts {
  publicUrl: () => string;
  version: string;
}

/** The operations of the catalog, each at an address of its own. */
export function serveOperations(app: FastifyInstance, parts: OperationRouteParts): void {
  const { catalog, publicUrl, version } = parts;
  serve(app, "operations", {
    call({ principal, params: { operation }, body }) {
      const { workspaceId, by } = principal;
      const named = splitName(operation, catalog.of(workspaceId));
      if (!body.dryRun && !isHarmless(catalog.of(workspaceId).operation(named.app, named.operation))) refuseAgent(principal);
      return callOperation(parts, { workspaceId, by, ...named, ...body });
    },
    document({ principal: { workspaceId }, query, reply }) {
      const entries = chosenOperations(catalog.of(workspaceId), query);
      const pieces = operationsDocument(entries, { version, server: `${publicUrl()}${apiPrefix}`, errors, ...shapes });
      reply.type("application/json").header("cache-control", "no-store");
      void reply.send(Readable.from(paced(pieces)));
    },
  });
}

/** What an agent may do by itself: read, and add or change records. Deleting, sending and whatever nobody has judged need a person. */
const isHarmless = (operation: Operation | undefined): boolean => operation === undefined || harmless.has(operation.effect);
const harmless: ReadonlySet<Effect> = new Set<Effect>(["read", "create", "update", "upsert", "link"]);

const errors = [...usualErrors, ...routes.operations.call.errors];
const shapes = {
  reply: z.toJSONSchema(callReply.omit({ output: true }), { unrepresentable: "any" }),
  error: z.toJSONSchema(errorReply, { unrepresentable: "any" }),
};

const chunkCharacters = 128 * 1024;

/** The pieces in larger ones; other requests get their turn between them. */
async function* paced(pieces: Iterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = "";
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield chunk;
}
