import type { FastifyInstance } from "fastify";
import type { AppDrafts } from "../apps/app-drafts.ts";
import type { HookCatchers } from "../hooks/hook-catchers.ts";
import { serve } from "../http/serve.ts";
import type { AppRouteParts } from "./apps.ts";

export interface AppDraftRouteParts extends Pick<AppRouteParts, "apps"> {
  drafts: Pick<AppDrafts, "document" | "request" | "answer" | "event">;
  catchers: Pick<HookCatchers, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved but what an address catches, for half an hour. */
export function serveAppDrafts(app: FastifyInstance, { apps, drafts, catchers }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    request: ({ body }) => drafts.request(body),
    answer: ({ body }) => drafts.answer(body),
    event: ({ body: { text } }) => drafts.event(text),
    check: ({ principal: { workspaceId }, body }) => apps.check(workspaceId, body),
    document: ({ principal: { workspaceId }, body }) => drafts.document(workspaceId, body),
    catch: ({ principal: { workspaceId } }) => catchers.create(workspaceId),
    caught: ({ principal: { workspaceId }, params }) => catchers.get(workspaceId, params.id),
    endCatch: ({ principal: { workspaceId }, params }) => catchers.remove(workspaceId, params.id),
  });
}
