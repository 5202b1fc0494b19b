import type { FastifyInstance } from "fastify";
import type { ConsentService } from "../connections/consent-service.ts";
import { serve } from "../http/serve.ts";

export interface ConsentRouteParts {
  consents: Pick<ConsentService, "needs" | "begin" | "finish">;
}

/** Logins that a person allows at a page of the app. */
export function serveConsents(app: FastifyInstance, { consents }: ConsentRouteParts): void {
  serve(app, "consents", {
    needs: ({ principal: { workspaceId }, query }) => consents.needs(workspaceId, query),
    begin: ({ principal: { workspaceId, by }, body }) => consents.begin(workspaceId, by, body),
    finish: ({ principal: { workspaceId, by }, body }) => consents.finish(workspaceId, by, body),
  });
}
