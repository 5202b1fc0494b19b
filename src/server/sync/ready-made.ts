import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { RecordType } from "#catalog/record-types.ts";
import type { Side, SyncDefinition } from "#sync/format.ts";
import { sides } from "#sync/sides.ts";
import { suggestSync } from "#sync/suggest.ts";
import type { Sync } from "#sync/types.ts";
import { readySyncs, type ReadyPlace, type ReadySync } from "#templates/ready-syncs.ts";

/** A ready sync as a workspace can have it. */
export interface OfferedSync extends Pick<ReadySync, "id" | "title" | "says"> {
  a: { app: string; type: string };
  b: { app: string; type: string };
}

/** The ready syncs for which a workspace has the apps. Those with apps of its own come once for each. `isBuiltIn`: it comes with Millrace. */
export function offeredSyncs(catalog: WorkspaceCatalog, isBuiltIn: (app: string) => boolean): OfferedSync[] {
  const placesOf = ({ app, types }: ReadyPlace): { app: string; type: string }[] => {
    const apps = app === null ? catalog.apps.filter(({ id }) => !isBuiltIn(id)).map(({ id }) => id) : [app];
    return apps.flatMap((id) => {
      const type = types.find((each) => catalog.recordType(id, each));
      return type === undefined ? [] : { app: id, type };
    });
  };
  return readySyncs.flatMap(({ id, title, says, ...of }) =>
    placesOf(of.a).flatMap((a) => placesOf(of.b).map((b) => ({ id, title, says, a, b }))),
  );
}

export interface SuggestedFrom {
  types: Record<Side, RecordType>;
  /** The other syncs of the workspace, which may know whose records these are. */
  others: readonly Pick<Sync, "id" | "definition">[];
  isBuiltIn(app: string): boolean;
}

/** A definition for two sides, for a person to go on from: the ready one of these kinds of records, or what their fields suggest. */
export function suggestedSync(of: Pick<SyncDefinition, "a" | "b">, { types, others, isBuiltIn }: SuggestedFrom): SyncDefinition {
  const fits = (place: ReadyPlace, side: Side): boolean =>
    place.types.includes(of[side].type) && (place.app === null ? !isBuiltIn(of[side].app) : place.app === of[side].app);
  const ready = readySyncs.find(({ a, b }) => fits(a, "a") && fits(b, "b"));
  const parents = parentsOf(of, types, others);
  return {
    ...suggestSync(of, types),
    ...(ready && { name: ready.title, ...ready.definition }),
    ...(parents.length > 0 && { parents }),
  };
}

/** Records of one parent (the notes of a contact) need a sync of the same accounts that knows the parents of both sides. */
function parentsOf(
  of: Pick<SyncDefinition, "a" | "b">,
  types: Record<Side, RecordType>,
  others: SuggestedFrom["others"],
): NonNullable<SyncDefinition["parents"]> {
  const isOfSameAccounts = ({ definition }: Pick<Sync, "definition">) =>
    sides.every((side) => definition[side].app === of[side].app && definition[side].connection === of[side].connection);
  for (const { id, definition } of others.filter(isOfSameAccounts)) {
    const [a, b] = [parentField(types.a, definition.a.type), parentField(types.b, definition.b.type)];
    if (a !== undefined && b !== undefined) return [{ a, b, sync: id }];
  }
  return [];
}

/** The field that holds the id of a parent of this type. */
const parentField = ({ of, fields }: RecordType, parent: string): string | undefined =>
  of ? (of.type === parent ? of.field : undefined) : fields.find(({ refers }) => refers === parent)?.name;
