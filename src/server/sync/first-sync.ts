import { sleep, type Clock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import type { Json, JsonObject } from "#kernel/json.ts";
import type { CompiledSync } from "#sync/compile.ts";
import {
  ambiguousLinks,
  isSamePair,
  linkAsItIs,
  linkOfPair,
  matchRows,
  needsRun,
  payloadOfRow,
  rowOfRecord,
  valuesOf,
  type LinkBase,
  type Matched,
} from "#sync/first.ts";
import { sides } from "#sync/sides.ts";
import type { SideRow, SyncJob, SyncStore } from "#sync/store.ts";
import type { Side, SideRecord, Sync } from "#sync/types.ts";
import type { JobTools, SyncJobs } from "./sync-jobs.ts";

export interface FirstSyncParts {
  store: SyncStore;
  compiled(sync: Sync): Promise<CompiledSync>;
  /** Reads all records of a side, within the quota. Ends early when the signal aborts. */
  read(sync: Sync, side: Side, signal: AbortSignal): AsyncIterable<readonly SideRecord[]>;
  /** Brings records to the flow of their side as events of the backfill lane, and gives how many were new: one with the same key comes once. */
  hand(sync: Sync, side: Side, records: readonly HandedRecord[]): Promise<number>;
  /** How many runs of the sync's backfill are not over, and how many of those since the job began rest in Needs attention. */
  progress(sync: Sync, job: SyncJob): Promise<{ open: number; failed: number }>;
  /** Ends the runs of the sync's backfill that have not begun. */
  cancelRuns(sync: Sync): Promise<void>;
  clock: Clock;
}

/** A record that its run has to look at. */
export interface HandedRecord {
  recordId: string;
  /** Of the event. */
  key: string;
  /** What is known of the record; the whole of it where the app cannot read one alone. */
  payload: JsonObject;
  /** The job, by which writes are grouped. */
  batch: string;
}

/** How many runs of one first sync wait at most: what happens meanwhile must not stand behind them for long. */
const mostOpen = 1_000;
const pageRows = 200;
const rowsAtOnce = 500;
const lookAgainMs = 1_000;
/** First syncs: what is there on both sides is brought into step by a job. */
export class FirstSyncs {
  readonly #parts: Pick<FirstSyncParts, "store" | "cancelRuns">;
  readonly #jobs: Pick<SyncJobs, "start" | "pause" | "resume" | "cancel">;

  constructor(parts: Pick<FirstSyncParts, "store" | "cancelRuns">, jobs: Pick<SyncJobs, "start" | "pause" | "resume" | "cancel">) {
    this.#parts = parts;
    this.#jobs = jobs;
  }

  /** Begins one, of a sync whose flows are on. `write` false: records are paired, and nothing is written before one of them changes. */
  async start(sync: Sync, { write }: { write: boolean }): Promise<void> {
    const cursor = { phase: "a", write: Number(write), after: null, handed: 0, read: 0 };
    await this.#jobs.start(sync, "first", { state: "reading", total: null, cursor });
  }

  pause(sync: Sync): Promise<void> {
    return this.#jobs.pause(sync);
  }

  resume(sync: Sync): Promise<void> {
    return this.#jobs.resume(sync);
  }

  /** Ends it. What it wrote stays. */
  async cancel(sync: Sync): Promise<void> {
    if (!(await this.#jobs.cancel(sync))) return;
    await this.#parts.cancelRuns(sync);
    await firstSyncEnded(this.#parts.store, sync);
  }
}

/** After a first sync a sync is on, unless a person paused it or it stopped meanwhile. */
export async function firstSyncEnded(store: SyncStore, { workspaceId, id }: Sync): Promise<void> {
  const now = await store.get(workspaceId, id);
  if (now?.status === "first") await store.change(workspaceId, id, null, { status: "on" }, {});
}

/** What a person has to put right pauses the sync with its first sync; resumed, both go on. */
export async function firstSyncStuck(store: SyncStore, { workspaceId, id }: Sync, problem: string): Promise<boolean> {
  const now = await store.get(workspaceId, id);
  if (now?.status === "first") await store.change(workspaceId, id, null, { status: "paused", reason: problem }, { what: "paused" });
  return true;
}

/** The work of a first sync. */
export const firstSyncWork =
  (parts: FirstSyncParts) =>
  async (tools: JobTools): Promise<boolean> =>
    new FirstSyncWork(parts, tools, await parts.compiled(tools.sync)).run();

class FirstSyncWork {
  readonly #parts: FirstSyncParts;
  readonly #tools: JobTools;
  readonly #compiled: CompiledSync;

  constructor(parts: FirstSyncParts, tools: JobTools, compiled: CompiledSync) {
    this.#parts = parts;
    this.#tools = tools;
    this.#compiled = compiled;
  }

  async run(): Promise<boolean> {
    for (const side of sides) if (this.#phase === side && !(await this.#readAll(side))) return false;
    if (this.#phase === "links" && !(await this.#linkAll())) return false;
    return this.#runAll();
  }

  get #phase(): unknown {
    return this.#job.cursor["phase"];
  }

  get #job(): SyncJob {
    return this.#tools.job;
  }

  get #sync(): Sync {
    return this.#tools.sync;
  }

  get #signal(): AbortSignal {
    return this.#tools.signal;
  }

  #mayGoOn(): Promise<boolean> {
    return this.#tools.mayGoOn();
  }

  #put(change: Partial<SyncJob>): Promise<void> {
    return this.#tools.put(change);
  }

  // ---------------------------------------------------------------- its phases

  /** Keeps what matters of each record of a side. A list is read again from its beginning after a stop: it costs little beside the writes. */
  async #readAll(side: Side): Promise<boolean> {
    const { store, clock } = this.#parts;
    const begun = clock.now();
    let read = 0;
    for await (const records of this.#parts.read(this.#sync, side, this.#signal)) {
      await store.putRows(
        this.#sync.id,
        side,
        records.flatMap((record) => rowOfRecord(this.#compiled, side, record) ?? []),
      );
      read += records.length;
      if (!(await this.#mayGoOn())) return false;
      await this.#put({ cursor: { ...this.#job.cursor, read }, problem: null });
    }
    if (this.#signal.aborted) return false;
    await this.#forgetUnseen(side, begun);
    await this.#put({ cursor: { ...this.#job.cursor, phase: side === "a" ? "b" : "links", read: 0, [`read_${side}`]: read } });
    return true;
  }

  /** Rows from before that the list no longer has would match with records that are there. */
  async #forgetUnseen(side: Side, begun: number): Promise<void> {
    const { store } = this.#parts;
    for await (const row of this.#rows(side)) if (row.seenAt < begun) await store.removeRow(this.#sync.id, side, row.recordId);
  }

  async #linkAll(): Promise<boolean> {
    const { store, clock } = this.#parts;
    const base = (): LinkBase => ({ id: newId("lnk", clock.now()), syncId: this.#sync.id, now: clock.now() });
    const rows = { a: await this.#collect("a"), b: await this.#collect("b") };
    const taken = await this.#taken();
    const matches = matchRows(this.#compiled, rows, taken);
    const names = { a: namesOf(rows.a), b: namesOf(rows.b) };
    await store.addLinks(ambiguousLinks(this.#compiled, matches, names, base));
    const rowsOfA = new Map(rows.a.map((row) => [row.recordId, row]));
    const pairs = new Map(matches.matched.map(({ a, b }) => [b, rowsOfA.get(a)!]));
    const link = this.#isWriting ? this.#linkPairs : this.#linkAsTheyAre;
    if (pairs.size > 0 && !(await link(pairs, base))) return false;
    await this.#put({ state: "running", cursor: { ...this.#job.cursor, phase: "run", side: "a", after: null, runningAt: clock.now() } });
    await this.#put({ total: this.#isWriting ? await this.#count() : 0 });
    return true;
  }

  get #isWriting(): boolean {
    return this.#job.cursor["write"] === 1;
  }

  /** Reads b once more: its values are what both agree on where nothing differs, and they need not be kept for all records at once. */
  readonly #linkPairs = async (pairs: ReadonlyMap<string, SideRow>, base: () => LinkBase): Promise<boolean> => {
    const { store } = this.#parts;
    for await (const matched of this.#matched(pairs)) {
      await store.addLinks(matched.map((pair) => linkOfPair(this.#compiled, pair, base())));
      if (!(await this.#mayGoOn())) return false;
    }
    return !this.#signal.aborted;
  };

  /** The same for pairs that stay as they are: those that differ agree on what each side says now. */
  readonly #linkAsTheyAre = async (pairs: ReadonlyMap<string, SideRow>, base: () => LinkBase): Promise<boolean> => {
    const { store } = this.#parts;
    const differing = new Map<string, { id: string; values: Record<string, Json> }>();
    for await (const matched of this.#matched(pairs)) {
      const same = matched.filter((pair) => isSamePair(this.#compiled, pair));
      await store.addLinks(same.map((pair) => linkOfPair(this.#compiled, pair, base())));
      for (const { a, b } of matched.filter((pair) => !same.includes(pair)))
        differing.set(a.recordId, { id: b.id, values: valuesOf(this.#compiled, "b", b.record) });
      if (!(await this.#mayGoOn())) return false;
    }
    if (differing.size === 0) return !this.#signal.aborted;
    for await (const records of this.#parts.read(this.#sync, "a", this.#signal)) {
      const links = records.flatMap(({ id, record }) => {
        const b = differing.get(id);
        return b ? [linkAsItIs({ id, values: valuesOf(this.#compiled, "a", record) }, b, base())] : [];
      });
      await store.addLinks(links);
      if (!(await this.#mayGoOn())) return false;
    }
    return !this.#signal.aborted;
  };

  /** b's records that have a counterpart, page by page. */
  async *#matched(pairs: ReadonlyMap<string, SideRow>): AsyncIterable<Matched[]> {
    for await (const records of this.#parts.read(this.#sync, "b", this.#signal))
      yield records.flatMap((b) => (pairs.has(b.id) ? { a: pairs.get(b.id)!, b } : []));
  }

  /** Hands what is not in step to the flows, never many at a time, and waits until the last run is over. */
  async #runAll(): Promise<boolean> {
    for (const side of this.#job.cursor["side"] === "b" ? (["b"] as const) : sides) {
      if (!(await this.#handAll(side))) return false;
      await this.#put({ cursor: { ...this.#job.cursor, side: "b", ...(side === "a" && { after: null }) } });
    }
    while (await this.#mayGoOn()) {
      if ((await this.#progress()) === 0) {
        await this.#put({ total: this.#job.done });
        return true;
      }
      await sleep(this.#parts.clock, lookAgainMs, this.#signal);
    }
    return false;
  }

  #handAll(side: Side): Promise<boolean> {
    if (!this.#isWriting) return Promise.resolve(true);
    return this.#compiled.types[side].one ? this.#handRows(side) : this.#handListed(side);
  }

  /** By what was kept of each record; its run reads it. */
  async #handRows(side: Side): Promise<boolean> {
    const { store } = this.#parts;
    for (;;) {
      const rows = await store.rows(this.#sync.id, side, textOrNull(this.#job.cursor["after"]), pageRows);
      if (rows.length === 0) return true;
      const chosen = await this.#chosen(side, rows);
      const handed = await this.#hand(
        side,
        chosen.map((row) => this.#handed(side, row.recordId, payloadOfRow(this.#compiled, side, row))),
      );
      if (handed === null) return false;
      const sum = Number(this.#job.cursor["handed"]) + handed;
      await this.#put({ cursor: { ...this.#job.cursor, after: rows.at(-1)!.recordId, handed: sum }, problem: null });
    }
  }

  /** Where the app cannot read one record, its list is read again, and each goes with what the list says. */
  async #handListed(side: Side): Promise<boolean> {
    for await (const records of this.#parts.read(this.#sync, side, this.#signal)) {
      const rows = new Map(records.map(({ id, record }) => [id, record]));
      const seen = await Promise.all([...rows.keys()].map((id) => this.#parts.store.row(this.#sync.id, side, id)));
      const chosen = await this.#chosen(
        side,
        seen.filter((row) => row !== null),
      );
      const handed = await this.#hand(
        side,
        chosen.map(({ recordId }) => this.#handed(side, recordId, rows.get(recordId)!)),
      );
      if (handed === null) return false;
      await this.#put({ cursor: { ...this.#job.cursor, handed: Number(this.#job.cursor["handed"]) + handed }, problem: null });
    }
    return !this.#signal.aborted;
  }

  /** Null: it was stopped. */
  async #hand(side: Side, records: readonly HandedRecord[]): Promise<number | null> {
    if (!(await this.#room())) return null;
    return records.length === 0 ? 0 : this.#parts.hand(this.#sync, side, records);
  }

  #handed(side: Side, recordId: string, payload: JsonObject): HandedRecord {
    return { recordId, key: `first:${this.#job.id}:${side}:${recordId}`, payload, batch: this.#job.id };
  }

  async #chosen(side: Side, rows: readonly SideRow[]): Promise<SideRow[]> {
    const chosen: SideRow[] = [];
    for (const row of rows) if (await this.#needsRun(side, row)) chosen.push(row);
    return chosen;
  }

  async #needsRun(side: Side, { recordId }: SideRow): Promise<boolean> {
    return needsRun(this.#compiled, side, await this.#parts.store.linkOf(this.#sync.id, side, recordId));
  }

  /** Waits until another page of records may be handed over. False: it was stopped. */
  async #room(): Promise<boolean> {
    while (await this.#mayGoOn()) {
      if ((await this.#progress()) <= mostOpen - pageRows) return true;
      await sleep(this.#parts.clock, lookAgainMs, this.#signal);
    }
    return false;
  }

  /** Brings the row's counts up to date, and gives how many runs are not over. */
  async #progress(): Promise<number> {
    const { open, failed } = await this.#parts.progress(this.#sync, this.#job);
    const handed = Number(this.#job.cursor["handed"]);
    const done = Math.max(handed - open, 0);
    // Records may have changed since they were counted: what was handed over is the truth.
    const total = this.#job.total === null ? null : Math.max(this.#job.total, handed);
    if (done !== this.#job.done || failed !== this.#job.failed || total !== this.#job.total) await this.#put({ done, failed, total });
    return open;
  }

  // ---------------------------------------------------------------- the rows

  async *#rows(side: Side): AsyncIterable<SideRow> {
    let after: string | null = null;
    for (;;) {
      const rows: SideRow[] = await this.#parts.store.rows(this.#sync.id, side, after, rowsAtOnce);
      yield* rows;
      if (rows.length < rowsAtOnce) return;
      after = rows.at(-1)!.recordId;
    }
  }

  async #collect(side: Side): Promise<SideRow[]> {
    const rows: SideRow[] = [];
    for await (const row of this.#rows(side)) rows.push(row);
    return rows;
  }

  /** Records that have their counterpart already. */
  async #taken(): Promise<Record<Side, Set<string>>> {
    const taken = { a: new Set<string>(), b: new Set<string>() };
    let after: string | undefined;
    do {
      const page = await this.#parts.store.links(this.#sync.id, { show: "all", limit: rowsAtOnce, ...(after !== undefined && { after }) });
      const pairs = page.links.filter(({ a, b }) => a !== null && b !== null);
      for (const side of sides) for (const link of pairs) taken[side].add(link[side]!);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return taken;
  }

  async #count(): Promise<number> {
    let count = 0;
    for (const side of sides) for await (const row of this.#rows(side)) if (await this.#needsRun(side, row)) count++;
    return count;
  }
}

const namesOf = (rows: readonly SideRow[]): Map<string, string> => new Map(rows.map(({ recordId, name }) => [recordId, name]));
const textOrNull = (value: string | number | null | undefined): string | null => (typeof value === "string" ? value : null);
