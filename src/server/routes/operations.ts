import type { FastifyInstance } from "fastify";
import { callOperation, type OperationCallParts, splitName } from "../catalog/operation-call.ts";
import { serve } from "../http/serve.ts";

/** The operations of the catalog, each at an address of its own. */
export function serveOperations(app: FastifyInstance, parts: OperationCallParts): void {
  serve(app, "operations", {
    call: ({ principal: { workspaceId, by }, params: { operation }, body }) =>
      callOperation(parts, { workspaceId, by, ...splitName(operation, parts.catalog.of(workspaceId)), ...body }),
  });
}
