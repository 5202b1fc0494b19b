import type { FastifyInstance } from "fastify";
import { readAnswer, readEvent } from "#definitions/example.ts";
import { readRequests } from "#definitions/read-requests.ts";
import type { DocumentDrafts } from "../apps/document-drafts.ts";
import type { HookCatchers } from "../hooks/hook-catchers.ts";
import { serve } from "../http/serve.ts";
import type { AppRouteParts } from "./apps.ts";

export interface AppDraftRouteParts extends Pick<AppRouteParts, "apps"> {
  documents: Pick<DocumentDrafts, "read">;
  catchers: Pick<HookCatchers, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved but what an address catches, for half an hour. */
export function serveAppDrafts(app: FastifyInstance, { apps, documents, catchers }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    request: ({ body: { kind, text } }) => readRequests(kind, text),
    answer: ({ body: { text, ...operation } }) => readAnswer(text, operation),
    event: ({ body: { text } }) => readEvent(text),
    check: ({ principal: { workspaceId }, body }) => apps.check(workspaceId, body),
    document: ({ principal: { workspaceId }, body }) => documents.read(workspaceId, body),
    catch: ({ principal: { workspaceId } }) => catchers.create(workspaceId),
    caught: ({ principal: { workspaceId }, params }) => catchers.get(workspaceId, params.id),
    endCatch: ({ principal: { workspaceId }, params }) => catchers.remove(workspaceId, params.id),
  });
}
