import type { FastifyInstance } from "fastify";
import { readAnswer, readEvent } from "#definitions/example.ts";
import { readRequests } from "#definitions/read-requests.ts";
import type { DocumentDrafts } from "../apps/document-drafts.ts";
import type { HookCaptures } from "../hooks/hook-captures.ts";
import { serve } from "../http/serve.ts";
import type { AppRouteParts } from "./apps.ts";

export interface AppDraftRouteParts extends Pick<AppRouteParts, "apps"> {
  documents: Pick<DocumentDrafts, "read">;
  captures: Pick<HookCaptures, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved but what an address captures, for half an hour. */
export function serveAppDrafts(app: FastifyInstance, { apps, documents, captures }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    request: ({ body: { kind, text } }) => readRequests(kind, text),
    answer: ({ body: { text, ...operation } }) => readAnswer(text, operation),
    event: ({ body: { text } }) => readEvent(text),
    check: ({ principal: { workspaceId }, body }) => apps.check(workspaceId, body),
    document: ({ principal: { workspaceId }, body }) => documents.read(workspaceId, body),
    startCapture: ({ principal: { workspaceId } }) => captures.create(workspaceId),
    capture: ({ principal: { workspaceId }, params }) => captures.get(workspaceId, params.id),
    endCapture: ({ principal: { workspaceId }, params }) => captures.remove(workspaceId, params.id),
  });
}
