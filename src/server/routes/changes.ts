import type { FastifyInstance } from "fastify";
import type { Change, ChangeStore } from "#changes/types.ts";
import type { ChangeView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { serve } from "../http/serve.ts";

export interface ChangeRouteParts {
  changes: Pick<ChangeStore, "history">;
}

/** Who changed what. */
export function serveChanges(app: FastifyInstance, { changes }: ChangeRouteParts): void {
  serve(app, "changes", {
    async list({ principal: { workspaceId }, query: { after, before, limit } }) {
      const page = await changes.history(workspaceId, { limit: limit + 1, ...defined({ after, before }) });
      const shown = page.slice(0, limit);
      return { changes: shown.map(toView), next: page.length > limit ? shown.at(-1)!.seq : null };
    },
  });
}

const toView = ({ seq, kind, id, what, name, by, at }: Change): ChangeView => ({ seq, kind, id, what: what ?? "", name, by, at });
