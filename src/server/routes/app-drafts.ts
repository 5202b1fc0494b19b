import type { FastifyInstance } from "fastify";
import type { DocumentDrafts } from "../apps/document-drafts.ts";
import type { HookCatchers } from "../hooks/hook-catchers.ts";
import { serve } from "../http/serve.ts";

export interface AppDraftRouteParts {
  documents: Pick<DocumentDrafts, "read">;
  catchers: Pick<HookCatchers, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved but what an address catches, for half an hour. */
export function serveAppDrafts(app: FastifyInstance, { documents, catchers }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    document: ({ principal: { workspaceId }, body }) => documents.read(workspaceId, body),
    catch: ({ principal: { workspaceId } }) => catchers.create(workspaceId),
    caught: ({ principal: { workspaceId }, params }) => catchers.get(workspaceId, params.id),
    endCatch: ({ principal: { workspaceId }, params }) => catchers.remove(workspaceId, params.id),
  });
}
