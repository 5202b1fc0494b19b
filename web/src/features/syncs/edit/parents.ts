import type { SyncView } from "#api/schemas.ts";
import { type BothWords, type Definition, type RecordField, type Side, sides } from "../types.ts";

/** Pure: which sync knows the records that those of this one belong to (the contacts of notes). */

export type Parent = NonNullable<Definition["parents"]>[number];
type Known = Pick<SyncView, "id" | "name" | "definition">;

/** Fields of both sides that hold the id of a record which one of the syncs knows, and are not used yet. */
export function parentOffers(definition: Definition, words: BothWords, syncs: readonly Known[]): Parent[] {
  const used = definition.parents ?? [];
  return syncs
    .filter((known) => sides.every((side) => isSameAccount(definition, known.definition, side)))
    .flatMap((known) =>
      referring(words, "a", known.definition).flatMap((a) =>
        referring(words, "b", known.definition).map((b): Parent => ({ a: a.name, b: b.name, sync: known.id })),
      ),
    )
    .filter(({ a, b }) => !used.some((one) => one.a === a || one.b === b));
}

const isSameAccount = (one: Definition, other: Definition, side: Side): boolean =>
  one[side].app === other[side].app && one[side].connection === other[side].connection;

const referring = (words: BothWords, side: Side, known: Definition): RecordField[] =>
  (words[side].type?.fields ?? []).filter(({ refers }) => refers === known[side].type);

/** What the records of a side belong to, by the ids of those types. */
export const referredBy = (words: BothWords, side: Side): string[] => [
  ...new Set((words[side].type?.fields ?? []).flatMap(({ refers }) => (refers === null ? [] : [refers]))),
];

/** Adds one, or takes the one at a place away. */
export const withParent = (definition: Definition, parent: Parent): Definition => ({
  ...definition,
  parents: [...(definition.parents ?? []), parent],
});

export function withoutParent(definition: Definition, at: number): Definition {
  const left = (definition.parents ?? []).toSpliced(at, 1);
  const { parents: _, ...rest } = definition;
  return left.length === 0 ? rest : { ...rest, parents: left };
}
