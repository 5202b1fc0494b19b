import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";

/** The names of the flows that use an app, in their draft or in what is published. */
export const flowsThatUse =
  (flows: Pick<FlowService, "list" | "published">) =>
  async (workspaceId: string, app: string): Promise<string[]> => {
    const uses = (definition: FlowDefinition) => placesOf(definition).some((place) => place.app === app);
    const [all, published] = await Promise.all([flows.list(workspaceId), flows.published(workspaceId)]);
    return all
      .filter(({ id, draft }) => {
        const running = published.get(id);
        return uses(draft) || (running !== undefined && uses(running));
      })
      .map(({ name }) => name);
  };
