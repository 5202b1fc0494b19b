import type { Json } from "#kernel/json.ts";
import { carried, sourceOf, type CompiledSync, type Row } from "./compile.ts";
import type { Side } from "./format.ts";
import { templateProblem, valueIfAny } from "./merge.ts";
import { shared, union, without } from "./sets.ts";
import { otherSide } from "./sides.ts";
import type { Agreed, Link, SideRecord, SyncWrite } from "./types.ts";
import { isSetKind, sameValue } from "./values.ts";

/**
 * What both sides agreed on, with the writes in it of which nobody heard whether they were done: a side that shows such a value has it from us,
 * and was changed by nobody else. Of a create, what was sent and is there is what both sides had then; where something else is there, it may be
 * another record, and the two meet. `writes` have their time from after the plan, so those of a settled plan add nothing.
 */
export function agreedWithWrites(
  sync: CompiledSync,
  { agreed, updatedAt }: Pick<Link, "agreed" | "updatedAt">,
  records: Record<Side, SideRecord>,
  writes: readonly SyncWrite[],
): Agreed {
  const create = writes.find(({ kind, recordId, at }) => kind === "create" && (recordId === null || at >= updatedAt));
  const updates = writes.filter(({ kind, at }) => kind === "update" && at >= updatedAt);
  if (create === undefined && updates.length === 0) return agreed;
  const amended = { ...agreed };
  for (const row of sync.rows) {
    const unheard = new UnheardRow(sync, row, records);
    const was = agreed[row.key];
    const values = was === undefined ? create && unheard.created(create) : unheard.updated(was, updates);
    if (values) amended[row.key] = values;
  }
  return amended;
}

type Values = Agreed[string];

/** One row with the writes to it of which nobody heard. */
class UnheardRow {
  readonly #sync: CompiledSync;
  readonly #row: Row;
  readonly #records: Record<Side, SideRecord>;

  constructor(sync: CompiledSync, row: Row, records: Record<Side, SideRecord>) {
    this.#sync = sync;
    this.#row = row;
    this.#records = records;
  }

  created({ side, after }: SyncWrite): Values | undefined {
    const [sent, now] = [after[this.#row[side].name] ?? null, this.#now(side)];
    if (!this.#isPlain(side) || !this.#row.creates[side] || now === undefined) return undefined;
    if (this.#same(sent, now)) return { a: sent, b: sent };
    if (!isSetKind(this.#row.kind)) return undefined;
    const there = shared(sent, now);
    return { a: there, b: there };
  }

  /** Of a single value the last write counts: what was sent before it is overwritten, or old news. Of a set each item does. */
  updated(was: Values, updates: readonly SyncWrite[]): Values {
    const sent = updates.filter(({ side, after }) => Object.hasOwn(after, this.#row[side].name));
    if (isSetKind(this.#row.kind)) return sent.reduce((values, write) => this.#withItems(values, write), was);
    const last = sent.at(-1);
    return last === undefined ? was : this.#withValue(was, last);
  }

  #withValue(was: Values, { side, after }: SyncWrite): Values {
    const now = this.#now(side);
    const sent = after[this.#row[side].name] ?? null;
    if (now === undefined || !this.#same(now, sent)) return was;
    const source = this.#isPlain(side) ? sent : this.#madeFrom(side, now);
    return source === undefined ? was : { a: source, b: source, [side]: now };
  }

  /** What was put there or taken away came from the other side, which had done the same. */
  #withItems(was: Values, { side, before, after }: SyncWrite): Values {
    const name = this.#row[side].name;
    const now = this.#now(side) ?? null;
    const put = shared(without(after[name] ?? null, before[name] ?? null), now);
    const taken = without(without(before[name] ?? null, after[name] ?? null), now);
    const amended = (value: Json) => union(without(value, taken), put);
    return { a: amended(was.a), b: amended(was.b) };
  }

  /** Whether what is sent to a side is the value of the other side as its row compares it. */
  #isPlain(side: Side): boolean {
    const { to } = this.#row;
    return to[otherSide(side)] === null && (to[side] === null || sourceOf(this.#row) === otherSide(side));
  }

  #madeFrom(side: Side, value: Json): Json | undefined {
    try {
      return carried(this.#row, side, value, this.#records[side].record);
    } catch (thrown) {
      templateProblem(thrown);
      return undefined;
    }
  }

  #now(side: Side): Json | undefined {
    return valueIfAny(this.#row, side, this.#records[side].record);
  }

  #same(left: Json, right: Json): boolean {
    return sameValue(this.#row.kind, left, right, this.#sync.settings);
  }
}
