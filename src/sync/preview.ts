import { isListed, recordName } from "#catalog/record-values.ts";
import { listed as inWords, plural } from "#kernel/words.ts";
import { matchKeys, takesPart, type CompiledSync, type Row } from "./compile.ts";
import type { Side } from "./format.ts";
import { makeRecord, mergePair, templateProblem, type RowOutcome } from "./merge.ts";
import { matchLists, type AmbiguousGroup } from "./match.ts";
import { otherSide, sides } from "./sides.ts";
import type { SideRecord } from "./types.ts";

/** What a first sync would do, from both lists as they are. */

/**
 * `matched`: belong together, and something is written. `same`: belong together, and nothing is written. `conflict`: belong together, and differ in
 * fields that go both ways. `left`: left out by a condition, or because the side makes no records. Each record is counted once.
 */
export type PreviewKind = "matched" | "createA" | "createB" | "ambiguous" | "conflict" | "same" | "left";
export interface PreviewExample {
  a: { id: string; name: string } | null;
  b: { id: string; name: string } | null;
  note: string;
}

export interface Preview {
  counts: Record<PreviewKind, number>;
  examples: Record<PreviewKind, PreviewExample[]>;
  /** Calls to each side: reads of the records that are written or give their values, and the writes. */
  calls: Record<Side, number>;
}

const mostExamples = 10;

/** Counts what a first sync of two lists would do. Time in proportion to the lists. */
export function previewLists(sync: CompiledSync, a: readonly SideRecord[], b: readonly SideRecord[]): Preview {
  const counting = new Counting(sync, { a, b });
  const rows = (side: Side, records: readonly SideRecord[]) =>
    records.map(({ id, record }) => ({ id, keys: matchKeys(sync, side, record) }));
  const lists = matchLists(rows("a", a), rows("b", b), sync.rules.length);
  for (const pair of lists.matched) counting.pair(pair.a, pair.b);
  for (const id of lists.onlyA) counting.lone("a", id);
  for (const id of lists.onlyB) counting.lone("b", id);
  for (const group of lists.ambiguous) counting.ambiguous(group);
  return counting.preview;
}

const kinds: readonly PreviewKind[] = ["matched", "createA", "createB", "ambiguous", "conflict", "same", "left"];
const each = <T>(value: () => T): Record<PreviewKind, T> =>
  Object.fromEntries(kinds.map((kind) => [kind, value()])) as Record<PreviewKind, T>;

class Counting {
  readonly preview: Preview = { counts: each(() => 0), examples: each(() => []), calls: { a: 0, b: 0 } };
  readonly #sync: CompiledSync;
  readonly #records: Record<Side, ReadonlyMap<string, SideRecord>>;
  readonly #unlisted: ReadonlySet<Row>;

  constructor(sync: CompiledSync, records: Record<Side, readonly SideRecord[]>) {
    this.#sync = sync;
    this.#records = { a: byId(records.a), b: byId(records.b) };
    this.#unlisted = new Set(sync.rows.filter((row) => !isListed(row.a) || !isListed(row.b)));
  }

  pair(idA: string, idB: string): void {
    const [a, b] = [this.#records.a.get(idA)!, this.#records.b.get(idB)!];
    const why = this.#whyLeft("a", a) ?? this.#whyLeft("b", b);
    if (why !== null) return this.#add("left", { a, b }, why);
    const { rows } = mergePair({ sync: this.#sync, agreed: {}, a, b, event: "a", leaveOut: (row) => this.#unlisted.has(row) });
    const written = rows.filter(({ write }) => Object.keys(write).length > 0);
    const differed = rows.filter((row) => row.differed);
    if (written.length > 0) this.#callsOf(written);
    if (differed.length > 0) this.#add("conflict", { a, b }, `${this.#labels(differed)} differ`);
    else if (written.length > 0) this.#add("matched", { a, b }, this.#labels(written));
    else this.#add("same", { a, b }, "");
  }

  lone(side: Side, id: string): void {
    const record = this.#records[side].get(id)!;
    const to = otherSide(side);
    const type = this.#sync.types[to];
    const why = this.#whyLeft(side, record);
    if (why !== null) return this.#add("left", { [side]: record }, why);
    if (!this.#sync.definition.create[to] || !type.create) return this.#add("left", { [side]: record }, `no ${type.many} are made`);
    if (this.#sync.types[side].one) this.preview.calls[side]++;
    this.preview.calls[to]++;
    const made = makeRecord(this.#sync, side, record.record).rows.filter(({ write }) => write[to] !== undefined);
    this.#add(to === "a" ? "createA" : "createB", { [side]: record }, this.#labels(made));
  }

  ambiguous(group: AmbiguousGroup): void {
    this.preview.counts.ambiguous += group.a.length + group.b.length - 1;
    const first = (side: Side) => group[side][0] ?? (group.taken?.side === side ? group.taken.ids[0] : undefined);
    const found = sides.map((side) => [side, this.#records[side].get(first(side) ?? "")] as const);
    this.#add("ambiguous", Object.fromEntries(found), this.#groupNote(group));
  }

  #groupNote({ a, b, taken, rule }: AmbiguousGroup): string {
    const fields = inWords(this.#sync.rules[rule]?.map((part) => part.a.label) ?? []);
    const count = (side: Side, ids: readonly string[]) => plural(ids.length, this.#sync.types[side].title, this.#sync.types[side].many);
    const all = { a: taken?.side === "a" ? [...a, ...taken.ids] : a, b: taken?.side === "b" ? [...b, ...taken.ids] : b };
    return `${count("a", all.a)} and ${count("b", all.b)} share: ${fields}${taken ? "; one has its counterpart already" : ""}`;
  }

  /** Both records are read again before anything is written. */
  #callsOf(written: readonly RowOutcome[]): void {
    for (const side of sides) {
      if (this.#sync.types[side].one) this.preview.calls[side]++;
      if (written.some(({ write }) => write[side] !== undefined)) this.preview.calls[side]++;
    }
  }

  #whyLeft(side: Side, { record }: SideRecord): string | null {
    try {
      return takesPart(this.#sync, side, record) ? null : "does not take part";
    } catch (thrown) {
      return templateProblem(thrown);
    }
  }

  #labels(rows: readonly RowOutcome[]): string {
    const keys = new Set(rows.map(({ key }) => key));
    return inWords(this.#sync.rows.filter(({ key }) => keys.has(key)).map(({ a }) => a.label));
  }

  #add(kind: PreviewKind, records: Partial<Record<Side, SideRecord | undefined>>, note: string): void {
    this.preview.counts[kind]++;
    if (this.preview.examples[kind].length >= mostExamples) return;
    this.preview.examples[kind].push({ a: this.#named("a", records.a), b: this.#named("b", records.b), note });
  }

  #named(side: Side, record: SideRecord | undefined): { id: string; name: string } | null {
    return record ? { id: record.id, name: recordName(this.#sync.types[side], record.record, record.id) } : null;
  }
}

const byId = (records: readonly SideRecord[]): Map<string, SideRecord> => new Map(records.map((record) => [record.id, record]));
