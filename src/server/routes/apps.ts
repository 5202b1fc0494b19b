import type { FastifyInstance } from "fastify";
import type { AppComparison } from "../apps/app-comparison.ts";
import type { AppService } from "../apps/app-service.ts";
import type { SignIn } from "../auth/sign-in.ts";
import type { WorkspaceService } from "../auth/workspace-service.ts";
import { serve } from "../http/serve.ts";

export interface AppRouteParts {
  apps: Pick<AppService, "list" | "get" | "put" | "remove" | "versions" | "version" | "share" | "check">;
  appComparison: Pick<AppComparison, "compare">;
  workspaceService: WorkspaceService;
  signIn: SignIn;
}

/** The apps of the workspace: those that come with Millrace, and its own. */
export function serveApps(app: FastifyInstance, { apps, appComparison, workspaceService, signIn }: AppRouteParts): void {
  serve(app, "apps", {
    list: ({ principal: { workspaceId } }) => apps.list(workspaceId),
    get: ({ principal: { workspaceId }, params }) => apps.get(workspaceId, params.id),
    put: ({ principal: { workspaceId, by }, params, body }) => apps.put(workspaceId, params.id, body, by),
    remove: ({ principal: { workspaceId, by }, params }) => apps.remove(workspaceId, params.id, by),
    compare: ({ principal: { workspaceId }, params, body }) => appComparison.compare(workspaceId, params.id, body.definition),
    versions: ({ principal: { workspaceId }, params }) => apps.versions(workspaceId, params.id),
    version: ({ principal: { workspaceId }, params }) => apps.version(workspaceId, params.id, params.revision),
    share({ principal, params, body, request }) {
      workspaceService.checkMay(principal, body.workspace, "catalog:write", signIn.addressOf(request));
      return apps.share(principal.workspaceId, params.id, { workspaceId: body.workspace, name: body.name, by: principal.by });
    },
  });
}
