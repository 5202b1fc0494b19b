import { capital } from "#kernel/words.ts";
import { deprecation } from "#catalog/deprecation.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";
import { placesOf } from "#engine/lint/places.ts";
import { placeInWords } from "#engine/flow/place-words.ts";
import type { Titles } from "#engine/flow/sentence.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";

/** What works in a flow and had better be changed: operations whose days are counted. A sentence each, with its place. */
export function flowNotices(definition: FlowDefinition, catalog: WorkspaceCatalog, titles: Titles): string[] {
  return placesOf(definition).flatMap(({ at, app: appId, operation: id }) => {
    const [app, operation] = [catalog.app(appId), catalog.operation(appId, id)];
    const notice = app && operation && deprecation(app, operation, (...named) => catalog.operation(...named));
    return notice ? [`${capital(placeInWords(definition, at, titles))}: ${notice}`] : [];
  });
}
