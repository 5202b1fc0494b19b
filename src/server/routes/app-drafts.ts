import type { FastifyInstance } from "fastify";
import type { DocumentDrafts } from "../apps/document-drafts.ts";
import { serve } from "../http/serve.ts";

export interface AppDraftRouteParts {
  documents: Pick<DocumentDrafts, "read">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved. */
export function serveAppDrafts(app: FastifyInstance, { documents }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    document: ({ principal: { workspaceId }, body }) => documents.read(workspaceId, body),
  });
}
