import type { FlowUse } from "#api/schemas.ts";
import type { FlowService } from "#engine/api.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";

/** A flow as it is edited and as it runs. */
export interface FlowTexts {
  id: string;
  name: string;
  status: FlowUse["status"];
  draft: FlowDefinition;
  published: FlowDefinition | null;
}

/** All flows of a workspace, each with what it says in its draft and in its published version. */
export async function flowTexts(flows: Pick<FlowService, "list" | "published">, workspaceId: string): Promise<FlowTexts[]> {
  const [all, published] = await Promise.all([flows.list(workspaceId), flows.published(workspaceId)]);
  return all.map(({ id, name, status, draft }) => ({ id, name, status, draft, published: published.get(id) ?? null }));
}

/** The flows whose draft or published version a test is true of. */
export const usesIn = (flows: readonly FlowTexts[], uses: (definition: FlowDefinition) => boolean): FlowUse[] =>
  flows
    .map(({ id, name, status, draft, published }) => ({
      id,
      name,
      status,
      draft: uses(draft),
      published: published !== null && uses(published),
    }))
    .filter((use) => use.draft || use.published);
