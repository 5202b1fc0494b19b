import { grouped } from "#kernel/grouped.ts";
import { otherSide, sides } from "./sides.ts";
import type { Side } from "./format.ts";

/** Which records of two lists are the same thing. Everything here takes time in proportion to the lists. */

/** A record by its match keys (see `matchKeys`). */
export interface MatchRow {
  id: string;
  /** By the number of the rule. */
  keys: Readonly<Record<number, string>>;
  /** It has its counterpart already: nothing else is matched with it, but what looks like it is a double. */
  taken?: boolean;
}

export interface MatchedLists {
  matched: { a: string; b: string; rule: number }[];
  onlyA: string[];
  onlyB: string[];
  ambiguous: AmbiguousGroup[];
}

/** Records that could be the same, more than one on a side: a person has to say which belong together. */
export interface AmbiguousGroup {
  rule: number;
  /** Records that wait for the person. */
  a: string[];
  b: string[];
  /** Records that look like these and have their counterparts already, at most ten. */
  taken: { side: Side; ids: string[] } | null;
}

/**
 * Matches two lists by the rules in their order. A pair counts where it is the only one with its key on both sides; those of earlier rules are
 * out of the way. What several share may still be told apart by a later rule, among these alone. What is left and looks like a record that has
 * its counterpart already is a double of it, and ambiguous too.
 */
export function matchLists(a: readonly MatchRow[], b: readonly MatchRow[], rules: number): MatchedLists {
  const matching = new Matching(a, b);
  for (let rule = 0; rule < rules; rule++) matching.apply(rule);
  matching.dissolve();
  for (let rule = 0; rule < rules; rule++) matching.findDoubles(rule);
  return matching.result();
}

/** The records around one that has no counterpart yet: those of each side that share a key with it, itself left out. */
export interface Neighbours {
  own: readonly MatchRow[];
  other: readonly MatchRow[];
}

/** The counterpart of one record among those that share a key with it: its id, the group that a person has to sort out, or null where there is none. */
export function findCounterpart(
  side: Side,
  row: MatchRow,
  { own, other }: Neighbours,
  rules: number,
): { id: string } | { ambiguous: AmbiguousGroup } | null {
  const lists = side === "a" ? matchLists([row, ...own], other, rules) : matchLists(other, [row, ...own], rules);
  const match = lists.matched.find((pair) => pair[side] === row.id);
  if (match) return { id: match[otherSide(side)] };
  const group = lists.ambiguous.find((one) => one[side].includes(row.id));
  return group ? { ambiguous: group } : null;
}

class Matching {
  readonly #rows: Record<Side, readonly MatchRow[]>;
  readonly #free: Record<Side, Set<MatchRow>>;
  readonly #groups: Record<Side, Map<MatchRow, AmbiguousGroup>> = { a: new Map(), b: new Map() };
  readonly #matched: MatchedLists["matched"] = [];

  constructor(a: readonly MatchRow[], b: readonly MatchRow[]) {
    this.#rows = { a, b };
    this.#free = { a: new Set(a.filter(isFree)), b: new Set(b.filter(isFree)) };
  }

  apply(rule: number): void {
    const byKey = { a: withKey(this.#free.a, rule), b: withKey(this.#free.b, rule) };
    for (const [key, as] of byKey.a) {
      const bs = byKey.b.get(key);
      if (bs === undefined) continue;
      if (as.length === 1 && bs.length === 1) this.#match(as[0]!, bs[0]!, rule);
      else this.#doubt({ a: as, b: bs }, rule);
    }
  }

  /** Those in doubt are matched within their group alone: a match beyond it would contradict the stronger rule. */
  #match(a: MatchRow, b: MatchRow, rule: number): void {
    if (this.#groups.a.get(a) !== this.#groups.b.get(b)) return;
    this.#matched.push({ a: a.id, b: b.id, rule });
    this.#free.a.delete(a);
    this.#free.b.delete(b);
    this.#groups.a.delete(a);
    this.#groups.b.delete(b);
  }

  #doubt(rows: Record<Side, MatchRow[]>, rule: number): void {
    const group = emptyGroup(rule);
    for (const side of sides) for (const row of rows[side]) if (!this.#groups[side].has(row)) this.#groups[side].set(row, group);
  }

  /** Where later rules told all of one side apart, nobody is left to mistake the others for. */
  dissolve(): void {
    const has = { a: new Set(this.#groups.a.values()), b: new Set(this.#groups.b.values()) };
    for (const side of sides)
      for (const [row, group] of this.#groups[side]) if (!has[otherSide(side)].has(group)) this.#groups[side].delete(row);
  }

  /** Those without a counterpart that share a key with a record of the other side, and that no stronger rule tells apart from it. */
  findDoubles(rule: number): void {
    for (const side of sides) {
      const lone = withKey(
        [...this.#free[side]].filter((row) => !this.#groups[side].has(row)),
        rule,
      );
      const there = lone.size === 0 ? new Map<string, MatchRow[]>() : withKey(this.#rows[otherSide(side)], rule);
      for (const [key, rows] of lone) this.#double(side, rows, there.get(key)?.slice(0, mostNamed) ?? [], rule);
    }
  }

  #double(side: Side, rows: readonly MatchRow[], there: readonly MatchRow[], rule: number): void {
    const doubles = rows.filter((row) => there.some((one) => !areToldApart(row, one, rule)));
    if (doubles.length === 0) return;
    const group = { ...emptyGroup(rule), taken: { side: otherSide(side), ids: there.map(({ id }) => id) } };
    for (const row of doubles) this.#groups[side].set(row, group);
  }

  result(): MatchedLists {
    const groups = new Set<AmbiguousGroup>();
    for (const side of sides)
      for (const [row, group] of this.#groups[side]) {
        group[side].push(row.id);
        groups.add(group);
      }
    const lone = (side: Side) => [...this.#free[side]].filter((row) => !this.#groups[side].has(row)).map(({ id }) => id);
    return { matched: this.#matched, onlyA: lone("a"), onlyB: lone("b"), ambiguous: [...groups] };
  }
}

const mostNamed = 10;
const isFree = ({ taken }: MatchRow): boolean => taken !== true;
const emptyGroup = (rule: number): AmbiguousGroup => ({ rule, a: [], b: [], taken: null });

const withKey = (rows: Iterable<MatchRow>, rule: number): Map<string, MatchRow[]> =>
  grouped(
    [...rows].filter((row) => row.keys[rule] !== undefined),
    (row) => row.keys[rule]!,
  );

/** Whether a rule before this one shows that two records are not the same: both have its key, and the keys differ. */
function areToldApart(one: MatchRow, other: MatchRow, rule: number): boolean {
  for (let i = 0; i < rule; i++) {
    const [left, right] = [one.keys[i], other.keys[i]];
    if (left !== undefined && right !== undefined && left !== right) return true;
  }
  return false;
}
