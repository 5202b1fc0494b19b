import { MillraceError } from "#kernel/errors.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import { carried, sourceOf, type CompiledSync, type Row } from "./compile.ts";
import type { ConflictPolicy, Side } from "./format.ts";
import { otherSide, sides } from "./sides.ts";
import type { Agreed, Conflict, SideRecord } from "./types.ts";
import { union, without } from "./sets.ts";
import { isSetKind, readValue, sameValue } from "./values.ts";

/** The three-way merge of a pair: what both sides agreed on last, and what each says now, become what is written to each. */

export interface MergeInput {
  sync: CompiledSync;
  agreed: Agreed;
  a: SideRecord;
  b: SideRecord;
  /** Whose event this is: where nobody knows which change is newer, it is this side's. */
  event: Side;
  /** A person's decisions, by the key of the row. */
  choose?: Readonly<Record<string, Side>>;
  /** Puts back what was edited in targets of one-way rows, and settles what differs although nobody changed it since. */
  repair?: boolean;
  stale?: Readonly<Record<Side, Stale>>;
  /** The records are rows of lists: fields that a list does not have are left alone. */
  leaveOut?: (row: Row) => boolean;
}

/** By the key of the row, the value that stands instead of one that is not believed (see `staleRows`); null: nobody knows it now. */
export type Stale = ReadonlyMap<string, { value: Json } | null>;

/** What becomes of one row. */
export interface RowOutcome {
  key: string;
  /** Values to write, by side. */
  write: Partial<Record<Side, Json>>;
  /** What both sides agree on once this is written; null: on nothing, as before the first meeting. */
  agreed: Agreed[string] | null;
  /** What they agreed on before, as this merge took it: it stands where the write is refused. */
  was?: Agreed[string];
  /** Both sides changed it in different ways, or differed when they met. `winner`: who won by the policy; null: a person decides. */
  differed?: { winner: Side | null };
  /** Why it could not be brought over, in words. */
  problem?: string;
}

export interface Merged {
  rows: RowOutcome[];
  /** What differs and waits for a person. */
  conflicts: Omit<Conflict, "at">[];
}

/** Merges every row of a pair of which both records are there. */
export function mergePair(input: MergeInput): Merged {
  const merged = input.sync.rows.filter((row) => input.leaveOut?.(row) !== true).map((row) => ({ row, outcome: mergeRow(row, input) }));
  const undecided = merged.filter(({ outcome }) => outcome.differed?.winner === null);
  return {
    rows: merged.map(({ outcome }) => outcome),
    conflicts: undecided.map(({ row }) => ({ field: row.key, a: readValue(row.a, input.a.record), b: readValue(row.b, input.b.record) })),
  };
}

function mergeRow(row: Row, input: MergeInput): RowOutcome {
  const was = input.agreed[row.key] ?? null;
  if (sides.some((side) => input.stale?.[side].get(row.key) === null)) return { key: row.key, write: {}, agreed: was };
  try {
    return { ...new RowMerge(row, input, was).outcome(), ...(was && { was }) };
  } catch (thrown) {
    return { key: row.key, write: {}, agreed: was, problem: templateProblem(thrown) };
  }
}

/** What is wrong with a template, in words; anything else that was thrown is a mistake of ours and goes on. */
export function templateProblem(thrown: unknown): string {
  if (thrown instanceof MillraceError && thrown.code === "MAPPING_FAILED") return String(thrown.details.problem);
  throw thrown;
}

type Values = Record<Side, Json>;

/** The merge of one row: its two values now, and those agreed on last. */
class RowMerge {
  readonly #row: Row;
  readonly #input: MergeInput;
  readonly #was: Values | null;
  readonly #now: Values;
  readonly #source: Side | null;

  constructor(row: Row, input: MergeInput, was: Values | null) {
    this.#row = row;
    this.#input = input;
    this.#was = was;
    this.#source = sourceOf(row);
    const now = (side: Side): Json => {
      const instead = input.stale?.[side].get(row.key);
      return instead ? instead.value : valueOf(row, side, input[side].record);
    };
    this.#now = { a: now("a"), b: now("b") };
  }

  outcome(): RowOutcome {
    if (this.#source !== null) return this.#isSet() ? this.#oneWaySet(this.#source) : this.#oneWay(this.#source);
    if (!this.#row.updates.a) return this.#keep(this.#was ?? this.#now);
    return this.#isSet() ? this.#set() : this.#both();
  }

  // ---- one way: the row owns its target

  #oneWay(source: Side): RowOutcome {
    const target = otherSide(source);
    const [value, there] = [this.#now[source], this.#now[target]];
    // Nothing is cleared when two records meet.
    if (this.#was === null && value === null) return this.#keep(this.#now);
    if (!this.#moved(source) && !this.#input.repair) return this.#keep(this.#was);
    return this.#same(value, there) ? this.#keep(this.#now) : this.#write({ [target]: value });
  }

  #oneWaySet(source: Side): RowOutcome {
    if (!this.#moved(source) && !this.#input.repair) return this.#keep(this.#was);
    const target = otherSide(source);
    const removed = without(this.#was?.[source] ?? null, this.#now[source]);
    return this.#writeSets({ [target]: union(without(this.#now[target], removed), this.#now[source]) });
  }

  // ---- both ways

  #both(): RowOutcome {
    const chosen = this.#input.choose?.[this.#row.key];
    if (chosen !== undefined) return this.#agree() ? this.#keep(this.#now) : this.#carry(chosen);
    if (this.#was === null || (this.#input.repair && !this.#moved("a") && !this.#moved("b"))) return this.#meet();
    const [a, b] = [this.#moved("a"), this.#moved("b")];
    if (!a && !b) return this.#keep(this.#was);
    if (this.#agree()) return this.#keep(this.#now);
    return a && b ? this.#decide() : this.#carry(a ? "a" : "b");
  }

  /** They have not agreed on anything yet: what only one side has goes to the other. */
  #meet(): RowOutcome {
    if (this.#agree()) return this.#keep(this.#now);
    if (this.#now.a === null) return this.#carry("b");
    return this.#now.b === null ? this.#carry("a") : this.#decide();
  }

  #decide(): RowOutcome {
    const winner = winnerBy(this.#row.policy, this.#input);
    if (winner === null) return { ...this.#keep(this.#was), differed: { winner } };
    return { ...this.#carry(winner), differed: { winner } };
  }

  #carry(from: Side): RowOutcome {
    const to = otherSide(from);
    const value = this.#made(from);
    return this.#same(value, this.#now[to]) ? this.#keep(this.#now) : this.#write({ [to]: value });
  }

  /** Tags and lists: what either side added is kept, what either side removed goes. */
  #set(): RowOutcome {
    const { a, b } = this.#now;
    const gone = [...without(this.#was?.a ?? null, a), ...without(this.#was?.b ?? null, b)];
    return this.#writeSets({ a: union(without(a, gone), without(b, gone)), b: union(without(b, gone), without(a, gone)) });
  }

  // ---- parts

  #isSet(): boolean {
    if (this.#row.to.a !== null || this.#row.to.b !== null) return this.#source !== null && Array.isArray(this.#now[this.#source]);
    if (isSetKind(this.#row.kind)) return true;
    const values = [this.#now.a, this.#now.b];
    return values.some(Array.isArray) && values.every((value) => value === null || Array.isArray(value));
  }

  #moved(side: Side): boolean {
    return this.#was === null || !this.#same(this.#now[side], this.#was[side]);
  }

  /** Whether each value is what the other one becomes, by one of the two templates at least. */
  #agree(): boolean {
    return sides.some((from) => this.#same(this.#made(from), this.#now[otherSide(from)]));
  }

  #made(from: Side): Json {
    return carried(this.#row, from, this.#now[from], this.#input[from].record);
  }

  #same(left: Json, right: Json): boolean {
    return sameValue(this.#row.kind, left, right, this.#input.sync.settings);
  }

  #keep(agreed: Values | null): RowOutcome {
    return { key: this.#row.key, write: {}, agreed };
  }

  #write(write: Partial<Values>): RowOutcome {
    return { key: this.#row.key, write, agreed: { ...this.#now, ...write } };
  }

  #writeSets(wanted: Partial<Record<Side, Json[]>>): RowOutcome {
    const write: Partial<Values> = {};
    for (const side of sides) {
      const items = wanted[side];
      if (items !== undefined && !this.#same(items, this.#now[side])) write[side] = items;
    }
    return this.#write(write);
  }
}

/** The value of a side as a row compares it: of the source of a one-way row, what its template makes of it. */
export function valueOf(row: Row, side: Side, record: JsonObject): Json {
  const value = readValue(row[side], record);
  return sourceOf(row) === side ? carried(row, side, value, record) : value;
}

/** The same; undefined where a template of the row fails. */
export function valueIfAny(row: Row, side: Side, record: JsonObject): Json | undefined {
  try {
    return valueOf(row, side, record);
  } catch (thrown) {
    templateProblem(thrown);
    return undefined;
  }
}

function winnerBy(policy: ConflictPolicy, { a, b, event }: Pick<MergeInput, "a" | "b" | "event">): Side | null {
  if (policy === "ask") return null;
  if (policy !== "newest") return policy;
  if (a.changedAt === null || b.changedAt === null || a.changedAt === b.changedAt) return event;
  return a.changedAt > b.changedAt ? "a" : "b";
}

// ---------------------------------------------------------------- making a record

export interface Made {
  /** By the names of the target's fields; without those that are blank. */
  values: JsonObject;
  rows: RowOutcome[];
}

/** What a record is made of on the side that lacks it, from the record of the other side. */
export function makeRecord(sync: CompiledSync, from: Side, record: JsonObject): Made {
  const to = otherSide(from);
  const values: JsonObject = {};
  const rows = sync.rows.map((row): RowOutcome => {
    if (!row.creates[to]) return { key: row.key, write: {}, agreed: null };
    try {
      return made(row, from, record, values);
    } catch (thrown) {
      return { key: row.key, write: {}, agreed: null, problem: templateProblem(thrown) };
    }
  });
  return { values, rows };
}

function made(row: Row, from: Side, record: JsonObject, values: JsonObject): RowOutcome {
  const to = otherSide(from);
  const own = valueOf(row, from, record);
  const value = sourceOf(row) === from ? own : carried(row, from, own, record);
  if (value === null) return { key: row.key, write: {}, agreed: { a: null, b: null, [from]: own } };
  values[row[to].name] = value;
  return { key: row.key, write: { [to]: value }, agreed: { a: null, b: null, [from]: own, [to]: value } };
}
