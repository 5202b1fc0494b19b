import { findOperations } from "../definition/find.ts";
import type { Offer } from "../definition/from-draft.ts";
import type { Effect } from "../definition/types.ts";

/** What is wanted of the offers: which, and with which effect where a person chose another one. */
export interface Ticked {
  wanted: ReadonlySet<number>;
  effects: ReadonlyMap<number, Effect>;
}

/** At first all are wanted, but what the document calls deprecated; of an app that has some of them already, just those. */
export function tickedAtFirst(offers: readonly Offer[], existing?: ReadonlySet<string>): Ticked {
  const isThere = ({ operation }: Offer) => existing?.has(operation.id) ?? false;
  const wanted = offers.some(isThere) ? offers.filter(isThere) : offers.filter(({ operation }) => operation.deprecated !== true);
  return { wanted: new Set(wanted.map(({ index }) => index)), effects: new Map() };
}

/** With some offers wanted, or not wanted. */
export function tick({ wanted, effects }: Ticked, offers: readonly Offer[], isWanted: boolean): Ticked {
  const next = new Set(wanted);
  for (const { index } of offers) {
    if (isWanted) next.add(index);
    else next.delete(index);
  }
  return { wanted: next, effects };
}

export const withEffect = ({ wanted, effects }: Ticked, index: number, effect: Effect): Ticked => ({
  wanted,
  effects: new Map(effects).set(index, effect),
});

/** What is wanted, as a person left it: a chosen effect is no guess any more. */
export const wantedOf = (offers: readonly Offer[], { wanted, effects }: Ticked): Offer[] =>
  offers
    .filter(({ index }) => wanted.has(index))
    .map((offer) => {
      const effect = effects.get(offer.index);
      if (effect === undefined) return offer;
      return {
        ...offer,
        operation: { ...offer.operation, effect },
        guesses: offer.guesses.filter(({ member }) => member !== "effect"),
      };
    });

/** The offers that are found by words, under the name of their category. */
export function groupsOf(offers: readonly Offer[], words: string): [category: string, offers: Offer[]][] {
  const byOperation = new Map(offers.map((offer) => [offer.operation, offer]));
  const found = findOperations([...byOperation.keys()], words).map((operation) => byOperation.get(operation)!);
  const groups = new Map<string, Offer[]>();
  for (const offer of found) {
    const category = offer.operation.category ?? "";
    const group = groups.get(category);
    if (group === undefined) groups.set(category, [offer]);
    else group.push(offer);
  }
  return [...groups];
}

/** Whether all, some or none of a group are wanted. */
export function stateOf(offers: readonly Offer[], { wanted }: Ticked): boolean | "some" {
  const n = offers.filter(({ index }) => wanted.has(index)).length;
  return n === 0 ? false : n === offers.length ? true : "some";
}
