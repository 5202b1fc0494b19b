import { capital } from "#kernel/words.ts";
import { apps, findOperation } from "#apps/index.ts";
import { deprecation } from "#catalog/deprecation.ts";
import { placesOf } from "#engine/lint/places.ts";
import { placeInWords } from "#engine/flow/place-words.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { knowledge } from "../catalog/knowledge.ts";

/** What works in a flow and had better be changed: operations whose days are counted. A sentence each, with its place. */
export function flowNotices(definition: FlowDefinition): string[] {
  return placesOf(definition).flatMap(({ at, app, operation }) => {
    const found = findOperation(app, operation);
    const notice = found && deprecation(apps.get(app)!, found, findOperation);
    return notice ? [`${capital(placeInWords(definition, at, knowledge))}: ${notice}`] : [];
  });
}
