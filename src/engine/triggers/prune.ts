import type { PollPlan } from "./plan.ts";

/**
 * The seen set is as large as the list, and no larger: what a whole read no longer shows goes when its time as a vanished item is
 * over. A list may still be too large to remember. Then an item may be forgotten only where its row alone proves that it was
 * told: in mode `changed`, with a time that moves on every change, a row at or before the floor has been seen, for the floor lies
 * a week behind the cursor and every row since was read many times over. In mode `new` nothing is forgotten: a later change of a
 * forgotten record would pass for a new one. In mode `all` neither: its deletion would go unseen.
 */
export interface Pruned {
  floor: number | null;
  forget: string[];
}

/** Items a trigger remembers before it begins to forget. */
export const rememberedLimit = 50_000;
/** How far behind the cursor the floor lies: far longer than any index lags. */
export const floorBehindMs = 7 * 86_400_000;

/** Chooses what to forget after a whole read. `times` holds the row time of each item the read showed. */
export function prune(
  plan: Pick<PollPlan, "mode" | "timeTrusted">,
  {
    times,
    cursor,
    floor,
    limit = rememberedLimit,
  }: { times: ReadonlyMap<string, number | null>; cursor: number | null; floor: number | null; limit?: number },
): Pruned {
  if (plan.mode !== "changed" || !plan.timeTrusted || cursor === null || times.size <= limit) return { floor, forget: [] };
  const behind = Math.max(floor ?? -Infinity, cursor - floorBehindMs);
  return { floor: behind, forget: [...times].filter(([, time]) => time !== null && time <= behind).map(([key]) => key) };
}
