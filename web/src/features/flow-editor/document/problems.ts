import type { FlowDefinition } from "#api/schemas.ts";
import { usedNames } from "./ids.ts";
import { allSteps, placeKey } from "./place.ts";
import { unseenReads } from "./visible.ts";

/** By the key of a step's place: the ids it reads although it cannot see them there. */
export function unseenByPlace(definition: FlowDefinition): ReadonlyMap<string, readonly string[]> {
  const names = usedNames(definition);
  const byPlace = new Map<string, readonly string[]>();
  for (const { place } of allSteps(definition)) {
    const unseen = unseenReads(definition, place, names);
    if (unseen.length > 0) byPlace.set(placeKey(place), unseen);
  }
  return byPlace;
}
