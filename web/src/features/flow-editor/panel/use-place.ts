import { setAt } from "../document/edits.ts";
import { type Place, placeKey } from "../document/place.ts";
import { useDraft } from "../draft/context.tsx";

/** Sets and clears members of what is at a place; typing on in one of them is undone at once. */
export function usePlace(place: Place) {
  const draft = useDraft();
  return (member: Place, value: unknown) => {
    const at = [...place, ...member];
    draft.edit((definition) => setAt(definition, at, value), { key: placeKey(at) });
  };
}
