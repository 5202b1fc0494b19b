import type { FastifyInstance } from "fastify";
import type { AppDrafts } from "../apps/app-drafts.ts";
import type { HookCaptures } from "../hooks/hook-captures.ts";
import { serve } from "../http/serve.ts";
import type { AppRouteParts } from "./apps.ts";

export interface AppDraftRouteParts extends Pick<AppRouteParts, "apps"> {
  drafts: Pick<AppDrafts, "document" | "request" | "answer" | "event">;
  captures: Pick<HookCaptures, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved but what an address captures, for half an hour. */
export function serveAppDrafts(app: FastifyInstance, { apps, drafts, captures }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    request: ({ principal: { workspaceId }, body }) => drafts.request(workspaceId, body),
    answer: ({ principal: { workspaceId }, body }) => drafts.answer(workspaceId, body),
    event: ({ principal: { workspaceId }, body: { text } }) => drafts.event(workspaceId, text),
    check: ({ principal: { workspaceId }, body }) => apps.check(workspaceId, body),
    document: ({ principal: { workspaceId }, body }) => drafts.document(workspaceId, body),
    startCapture: ({ principal: { workspaceId } }) => captures.create(workspaceId),
    capture: ({ principal: { workspaceId }, params }) => captures.get(workspaceId, params.id),
    endCapture: ({ principal: { workspaceId }, params }) => captures.remove(workspaceId, params.id),
  });
}
