import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { FlowService } from "#engine/api.ts";
import type { LintRecord } from "#engine/types.ts";
import { lintView, type LintView } from "../contract.ts";
import type { LintDesk } from "../lint-desk.ts";
import { toFindingView } from "../views.ts";

export interface LintRouteParts {
  engine: { flows: Pick<FlowService, "get"> };
  lint: Pick<LintDesk, "check" | "current">;
  workspaceId: string;
}

const params = z.object({ id: z.string().max(64) });
const tags = ["Flows"];

/** What of a flow would fail, before it does. */
export const lintRoutes =
  ({ engine, lint, workspaceId }: LintRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/flows/:id/lint", {
      schema: { tags, summary: "What the last check of the flow found", params, response: { 200: lintView } },
      handler: async (request) => {
        const flow = await engine.flows.get(workspaceId, request.params.id);
        return toLintView(await lint.current(flow));
      },
    });
    app.post("/flows/:id/lint", {
      schema: {
        tags,
        summary: "Check the flow now: names, ids, logins, scopes",
        params,
        body: z.unknown().optional(),
        response: { 200: lintView },
      },
      handler: async (request) => toLintView(await lint.check(await engine.flows.get(workspaceId, request.params.id))),
    });
  };

const toLintView = ({ checkedAt, findings }: LintRecord): LintView => ({ checkedAt, findings: findings.map(toFindingView) });
