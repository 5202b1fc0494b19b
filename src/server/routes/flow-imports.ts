import type { FastifyInstance } from "fastify";
import type { FlowImports } from "../flows/flow-imports.ts";
import { serve } from "../http/serve.ts";

export interface FlowImportRouteParts {
  flowImports: Pick<FlowImports, "read">;
}

/** Flows of other tools, read as drafts. Nothing is saved. */
export function serveFlowImports(app: FastifyInstance, { flowImports }: FlowImportRouteParts): void {
  serve(app, "flowImports", {
    read: ({ principal: { workspaceId }, body: { text } }) => flowImports.read(workspaceId, text),
  });
}
