import type { FastifyInstance } from "fastify";
import type { HookCatchers } from "../hooks/hook-catchers.ts";
import { serve } from "../http/serve.ts";

export interface AppDraftRouteParts {
  catchers: Pick<HookCatchers, "create" | "get" | "remove">;
}

/** Drafts of apps, read out of what a person has at hand. Nothing is saved. */
export function serveAppDrafts(app: FastifyInstance, { catchers }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    catch: ({ principal: { workspaceId } }) => catchers.create(workspaceId),
    caught: ({ principal: { workspaceId }, params }) => catchers.get(workspaceId, params.id),
    endCatch: ({ principal: { workspaceId }, params }) => catchers.remove(workspaceId, params.id),
  });
}
