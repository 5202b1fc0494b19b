import type { SyncPreview } from "#api/schemas/syncs.ts";
import type { RecordType } from "#catalog/record-types.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { conflict, toMillraceError } from "#kernel/errors.ts";
import type { JsonObject } from "#kernel/json.ts";
import { memoryUpTo } from "#kernel/json.ts";
import type { CompiledSync } from "#sync/compile.ts";
import { previewLists } from "#sync/preview.ts";
import { sides } from "#sync/sides.ts";
import type { Side, SideRecord, Sync } from "#sync/types.ts";

export interface SyncPreviewParts {
  compiled(sync: Sync): Promise<CompiledSync>;
  read(sync: Sync, side: Side, signal: AbortSignal, by?: string): AsyncIterable<readonly SideRecord[]>;
  /** What the account of a side allows; null: nobody says. */
  budget(sync: Sync, side: Side): Promise<CallBudget | null>;
  clock: Clock;
}

/** How many calls an account allows. */
export interface CallBudget {
  perSecond: number;
  /** In a day, and what is left of today's; null: there is no such limit. */
  daily: { limit: number; left: number } | null;
}

/** How much of all previews is in memory at a time. */
const mostBytes = 256 * 1024 * 1024;
const mostRecords = 500_000;
const keptMs = hourMs;
const mostKept = 100;
/** Where an app says no limit, a call takes about so long, one after the other. */
const callMs = 250;

interface Kept {
  revision: number;
  at: number;
  read: Record<Side, number>;
  shown: SyncPreview;
  stop: AbortController;
  done: Promise<void>;
}

/** Previews of first syncs: both lists are read in the background, and what would be done is kept for an hour. Nothing is written. */
export class SyncPreviews {
  readonly #parts: SyncPreviewParts;
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(parts: SyncPreviewParts) {
    this.#parts = parts;
  }

  /** Begins one, or shows the one that is being made. Throws CONFLICT while too many records of other previews are in memory. */
  start(sync: Sync, by?: string): SyncPreview {
    const present = this.#kept.get(sync.id);
    if (present?.shown.state === "reading" && present.revision === sync.revision) return this.of(sync);
    if (this.#bytes > mostBytes / 2) throw conflict("Other previews are being made just now. Try again in a minute");
    present?.stop.abort();
    this.#forgetOld();
    const stop = new AbortController();
    const kept: Kept = {
      revision: sync.revision,
      at: this.#parts.clock.now(),
      read: { a: 0, b: 0 },
      shown: { ...nothing, state: "reading" },
      stop,
      done: Promise.resolve(),
    };
    kept.done = this.#make(sync, kept, by);
    this.#kept.set(sync.id, kept);
    return this.of(sync);
  }

  /** As far as it is made; of an older definition there is none. */
  of({ id, revision }: Sync): SyncPreview {
    const kept = this.#kept.get(id);
    if (!kept || kept.revision !== revision || this.#parts.clock.now() - kept.at > keptMs) return nothing;
    return { ...kept.shown, read: { ...kept.read } };
  }

  /** Resolves once nothing is being made. */
  async settled(): Promise<void> {
    await Promise.all([...this.#kept.values()].map(({ done }) => done));
  }

  async close(): Promise<void> {
    for (const { stop } of this.#kept.values()) stop.abort();
    await this.settled();
  }

  async #make(sync: Sync, kept: Kept, by?: string): Promise<void> {
    const lists: Record<Side, SideRecord[]> = { a: [], b: [] };
    const taken = { bytes: 0 };
    try {
      const compiled = await this.#parts.compiled(sync);
      for (const side of sides) await this.#readInto(lists[side], { sync, side, compiled, kept, taken }, by);
      if (kept.stop.signal.aborted) return;
      const { counts, examples, calls } = previewLists(compiled, lists.a, lists.b);
      const seconds = await this.#seconds(sync, calls);
      const all = calls.a + calls.b;
      kept.shown = { state: "ready", read: kept.read, problem: null, counts, examples, calls: all, seconds, at: this.#parts.clock.now() };
    } catch (thrown) {
      kept.shown = { ...nothing, state: "failed", problem: toMillraceError(thrown).message, at: this.#parts.clock.now() };
    } finally {
      this.#bytes -= taken.bytes;
    }
  }

  async #readInto(
    list: SideRecord[],
    { sync, side, compiled, kept, taken }: { sync: Sync; side: Side; compiled: CompiledSync; kept: Kept; taken: { bytes: number } },
    by?: string,
  ): Promise<void> {
    const needed = fieldsOf(compiled, side);
    for await (const records of this.#parts.read(sync, side, kept.stop.signal, by)) {
      for (const each of records) {
        const record = needed === null ? each.record : onlyFields(compiled.types[side], needed, each.record);
        const bytes = memoryUpTo(record, mostBytes);
        taken.bytes += bytes;
        this.#bytes += bytes;
        list.push({ ...each, record });
      }
      kept.read[side] += records.length;
      if (this.#bytes > mostBytes || list.length > mostRecords)
        throw conflict(
          `There are more ${compiled.types[side].many} than a preview keeps in memory. The first sync itself has no such limit`,
        );
    }
  }

  /** Both sides are called side by side, so the slower one counts; two sides of one login share its budget. */
  async #seconds(sync: Sync, calls: Record<Side, number>): Promise<number> {
    const { a, b } = sync.definition;
    const shared = a.app === b.app && a.connection === b.connection;
    const seconds = async (side: Side) => secondsFor(shared ? calls.a + calls.b : calls[side], await this.#parts.budget(sync, side));
    return Math.ceil(Math.max(...(await Promise.all(sides.map(seconds)))));
  }

  #forgetOld(): void {
    const now = this.#parts.clock.now();
    for (const [id, { at, shown }] of this.#kept)
      if (shown.state !== "reading" && (now - at > keptMs || this.#kept.size >= mostKept)) this.#kept.delete(id);
  }
}

/** How long so many calls take. What today's budget has no room for waits for the next day. */
export function secondsFor(calls: number, budget: CallBudget | null): number {
  if (budget === null) return (calls * callMs) / 1_000;
  const { perSecond, daily } = budget;
  if (daily === null || calls <= daily.left) return calls / perSecond;
  const later = calls - daily.left;
  const days = Math.ceil(later / daily.limit);
  return (days * dayMs) / 1_000 + (later - (days - 1) * daily.limit) / perSecond;
}

const nothing: SyncPreview = {
  state: "none",
  read: { a: 0, b: 0 },
  problem: null,
  counts: { matched: 0, createA: 0, createB: 0, ambiguous: 0, conflict: 0, same: 0, left: 0 },
  examples: { matched: [], createA: [], createB: [], ambiguous: [], conflict: [], same: [], left: [] },
  calls: null,
  seconds: null,
  at: null,
};

/** The fields that a preview looks at; null: a template or a condition may look at any. */
function fieldsOf({ definition, types }: CompiledSync, side: Side): ReadonlySet<string> | null {
  const { fields, match, only } = definition;
  if (only?.[side] !== undefined || fields.some(({ toA, toB }) => toA !== undefined || toB !== undefined)) return null;
  return new Set([...fields.map((row) => row[side]), ...match.flat().map((pair) => pair[side]), ...types[side].called.flat()]);
}

/** The record with the members that these fields are read from. */
function onlyFields({ fields }: RecordType, needed: ReadonlySet<string>, record: JsonObject): JsonObject {
  const members = new Set(fields.filter(({ name }) => needed.has(name)).map(({ read }) => read.split(".")[0]!));
  return Object.fromEntries([...members].flatMap((name) => (name in record ? [[name, record[name]!]] : [])));
}
