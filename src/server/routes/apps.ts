import type { FastifyInstance } from "fastify";
import type { AppService } from "../apps/app-service.ts";
import { serve } from "../http/serve.ts";

export interface AppRouteParts {
  apps: Pick<AppService, "list" | "get" | "put" | "remove" | "check">;
}

/** The apps of the workspace: those that come with Millrace, and its own. */
export function serveApps(app: FastifyInstance, { apps }: AppRouteParts): void {
  serve(app, "apps", {
    list: ({ principal: { workspaceId } }) => apps.list(workspaceId),
    get: ({ principal: { workspaceId }, params }) => apps.get(workspaceId, params.id),
    put: ({ principal: { workspaceId, by }, params, body }) => apps.put(workspaceId, params.id, body, by),
    remove: ({ principal: { workspaceId, by }, params }) => apps.remove(workspaceId, params.id, by),
  });
}
