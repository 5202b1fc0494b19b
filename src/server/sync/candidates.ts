import { otherSide, sides } from "#sync/sides.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Link, Side } from "#sync/types.ts";

/** A record that could be the counterpart of the one record that a pair has. */
export interface Candidate {
  side: Side;
  id: string;
  /** What a person calls it. */
  name: string;
}

/** Records of the other side that match by a rule and are in no pair with two records. Empty where the pair has both, or none. */
export async function candidatesFor(store: SyncStore, link: Link): Promise<Candidate[]> {
  const present = sides.filter((side) => link[side] !== null);
  const [own] = present;
  if (own === undefined || present.length !== 1) return [];
  const row = await store.row(link.syncId, own, link[own]!);
  const found = new Map<string, Candidate>();
  for (const [rule, key] of Object.entries(row?.keys ?? {})) {
    for (const id of await store.withKey(link.syncId, otherSide(own), Number(rule), key)) {
      const candidate = await freeRecord(store, link.syncId, otherSide(own), id);
      if (candidate) found.set(id, candidate);
    }
  }
  return [...found.values()];
}

async function freeRecord(store: SyncStore, syncId: string, side: Side, id: string): Promise<Candidate | null> {
  const link = await store.linkOf(syncId, side, id);
  if (link !== null && link[otherSide(side)] !== null) return null;
  const row = await store.row(syncId, side, id);
  return row && { side, id, name: row.name };
}
