import type { SyncLinkView } from "#api/schemas.ts";
import { plural } from "../../../lib/words.ts";
import { type BothWords, otherSide, type Side } from "../types.ts";

/** Pure: how a pair stands, in words, and what a decision about it says. */

export type PairStanding = "ignored" | "conflict" | "problem" | "gone" | "waiting" | "new" | "linked";

type Stood = Pick<SyncLinkView, "a" | "b" | "gone" | "problem" | "compared" | "ignored" | "conflicts">;

export function pairStanding({ a, b, gone, problem, compared, ignored, conflicts }: Stood): PairStanding {
  if (ignored) return "ignored";
  if (conflicts.length > 0) return "conflict";
  if (problem !== null) return "problem";
  if (gone !== null) return "gone";
  if (a === null || b === null) return "waiting";
  return compared ? "linked" : "new";
}

export function pairWords(pair: Stood, words: BothWords): string {
  const says: Record<PairStanding, () => string> = {
    ignored: () => "Ignored",
    conflict: () => `${plural(pair.conflicts.length, "field")} to decide`,
    problem: () => pair.problem ?? "",
    gone: () => (pair.gone === null ? "" : `Deleted in ${words[pair.gone.side].account}`),
    waiting: () => {
      const side: Side = pair.a === null ? "a" : "b";
      return `Only in ${words[otherSide(side)].account}: no ${words[side].one} in ${words[side].account} yet`;
    },
    new: () => "Found to be the same; not compared yet",
    linked: () => "In step",
  };
  return says[pairStanding(pair)]();
}

/** Which side counts, field by field. */
export type Choice = Readonly<Record<string, Side>>;

/** The same side for every field that is in conflict. */
export const allOf = (pair: Pick<SyncLinkView, "conflicts">, side: Side): Choice =>
  Object.fromEntries(pair.conflicts.map(({ field }) => [field, side]));

/** Those of a choice that are still in conflict: somebody may have decided meanwhile. */
export const stillOpen = (choice: Choice, pair: Pick<SyncLinkView, "conflicts">): Choice =>
  Object.fromEntries(Object.entries(choice).filter(([field]) => pair.conflicts.some((one) => one.field === field)));
