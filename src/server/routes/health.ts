import type { FastifyInstance } from "fastify";
import { mayUse } from "#api/principal.ts";
import type { HealthReport } from "#api/schemas.ts";
import { serve } from "../http/serve.ts";

export interface HealthRouteParts {
  healthChecks: { report(workspaceId: string, options: { whole: boolean }): Promise<HealthReport> };
}

/** What the page Health and `millrace doctor` show. What concerns the machine is for whoever may read its settings. */
export function serveHealthReport(app: FastifyInstance, { healthChecks }: HealthRouteParts): void {
  serve(app, "health", {
    get: ({ principal }) => healthChecks.report(principal.workspaceId, { whole: mayUse(principal, "settings:read") }),
  });
}
