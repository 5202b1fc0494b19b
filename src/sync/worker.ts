import { momentMs } from "#catalog/moments.ts";
import { recordInput, recordName, recordOfRow } from "#catalog/record-values.ts";
import type { RecordType } from "#catalog/record-types.ts";
import type { SyncBegun, SyncCall, SyncEvent, SyncPlan, SyncReads, Syncs } from "#engine/ports/syncs.ts";
import type { Clock } from "#kernel/clock.ts";
import { digest } from "#kernel/digest.ts";
import { minuteMs, parseDuration } from "#kernel/durations.ts";
import type { StoredError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { canonicalJson, getPath, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import { takesPart, type CompiledSync } from "./compile.ts";
import type { Side } from "./format.ts";
import { DeletionGuard } from "./deletion-guard.ts";
import { mergedInto } from "./deletes.ts";
import { keysUnder, keysWithParent, ruleKeys } from "./first.ts";
import { findCounterpart, type MatchRow } from "./match.ts";
import { newLink, planPair, settlePair, type Plan, type WriteOutcome } from "./plan.ts";
import { otherSide, sides } from "./sides.ts";
import type { SideRow, SyncStore } from "./store.ts";
import type { Link, SideRecord, Sync, SyncWrite } from "./types.ts";

/** What is known of the operations of both sides, beside their record types. */
export interface SideFacts {
  /** Path of the id in what an operation gives: that of its list where it says none. */
  identity(side: Side, operation: string): string;
  /** Whether an operation has an input of this name. */
  takes(side: Side, operation: string, input: string): boolean;
}

/** A sync with its record types, templates and conditions made ready. */
export interface ReadySync {
  sync: Sync;
  compiled: CompiledSync;
  facts: SideFacts;
}

export interface SyncWorkerParts {
  store: SyncStore;
  /** Null: the workspace has no such sync. Throws what keeps it from being made ready. */
  ready(workspaceId: string, syncId: string): Promise<ReadySync | null>;
  clock: Clock;
}

/** What `begin` hands to `plan`. */
interface Pair {
  link: Link;
  /** The event says that the record is gone. */
  gone: boolean;
  asks: Asks;
}

/** What a person asked for, in an event of theirs. */
interface Asks {
  choose?: Record<string, Side>;
  repair?: boolean;
}

/** What a plan keeps for settling. */
interface Settling {
  before: Link;
  plan: Plan;
  rows: Partial<Record<Side, SideRow>>;
}

/** A lock outlives what a run needs for its calls; a run that rests longer takes it again. */
const lockMs = 10 * minuteMs;
const lockedAgainMs = 1_000;
const readingAgainMs = 5_000;
const pausedAgainMs = minuteMs;
const usualEvery = "5m";
/** So many readings of the other side are waited for before a record is made there. */
const readsAwaited = 3;
/** What a reading found has its keys kept within this time. */
const seenWithinMs = 5_000;
/** Writes of ours that explain what a read shows, and loops. */
const writesMs = 24 * 60 * minuteMs;

/** Brings pairs into step: the pure core between the store and the calls that a step makes. */
export class SyncWorker implements Syncs {
  readonly #parts: SyncWorkerParts;
  readonly #guard: DeletionGuard;

  constructor(parts: SyncWorkerParts) {
    this.#parts = parts;
    this.#guard = new DeletionGuard(parts);
  }

  async begin(event: SyncEvent): Promise<SyncBegun> {
    const ready = await this.#parts.ready(event.workspaceId, event.syncId);
    const stopped = await this.#whyNot(ready, event);
    if (stopped || !ready) return stopped ?? skip("The sync was deleted");
    const gone = isGone(event) || isHeardGone(event, ready.compiled);
    const own = gone ? null : await this.#ownRow(ready.compiled, event);
    if (own && !isHanded(event)) await this.#parts.store.putRows(event.syncId, event.side, [own]); // so that a run of the other side finds it
    const soon = own && (await this.#notYet(ready, event));
    if (soon) return wait(soon.until, soon.why, true);
    const keys = ruleKeys(own?.keys ?? {}).map(([rule, key]) => `key:${rule}:${key}`);
    if (!(await this.#lock(event, [`${event.side}:${event.recordId!}`, ...keys]))) return this.#locked();
    const link = await this.#linkFor(ready, event, own);
    if (typeof link === "string") return this.#skipped(event, link);
    if (gone && link[event.side] !== event.recordId) return this.#skipped(event, "Another record has its place in the pair");
    const names = sides.flatMap((side) => (link[side] === null ? [] : [`${side}:${link[side]}`]));
    if (!(await this.#lock(event, names))) {
      await this.#parts.store.unlock(event.syncId, event.runId);
      return this.#locked();
    }
    if (gone) {
      const held = await this.#guard.check(ready.sync, event);
      if (held === "refused") return this.#leave(event, link);
      if (held) return this.#waits(event, held);
    }
    const pair: Pair = { link, gone, asks: asksOf(event) };
    return { kind: "read", pair: pair as unknown as Json, calls: await this.#reads(ready, event, link) };
  }

  async plan(event: SyncEvent, pairJson: Json, reads: SyncReads): Promise<SyncPlan> {
    const { link: before, gone, asks } = pairJson as unknown as Pair;
    const { store, clock } = this.#parts;
    const ready = (await this.#parts.ready(event.workspaceId, event.syncId))!;
    const { compiled } = ready;
    const merged = await this.#mergedIds(ready, before, reads);
    const link = merged ? await this.#afterMerge(event, before, merged) : before;
    if (link.ignored)
      return this.#nothing({ before, plan: rests(link), rows: {} }, "The record was merged into one that has a counterpart of its own");
    const records = this.#recordsOf(ready, event, link, reads);
    const rows = this.#rowsOf(compiled, records);
    const now = clock.now();
    const isAnyThere = sides.some((side) => records[side] !== null);
    const unproven = sides.find((side) => isAnyThere && link[side] !== null && records[side] === null && !(gone && side === event.side));
    if (unproven)
      return this.#nothing(
        { before: link, plan: rests(link), rows },
        `The ${compiled.types[unproven].title} is gone: what follows is decided once its list shows it`,
      );
    // What was written before a merge says nothing of the record that is left.
    const writes = merged || link.revision === 0 ? [] : (await store.writesOf(event.syncId, link.id, now - writesMs)).toReversed();
    const parents = await this.#parents(ready, event.side, records[event.side]);
    const made = planPair({
      sync: compiled,
      link,
      ...records,
      event: event.side,
      now,
      writes,
      mayLag: { a: compiled.types.a.one === undefined, b: compiled.types.b.one === undefined },
      lookedAt: await this.#lookedAt(ready),
      parent: (row, id) => parents.get(`${row}:${id}`) ?? null,
      ...asks,
    });
    const calls = made.writes.map((write) => this.#callOf(ready, write, link, records));
    return { calls, says: this.#says(compiled, made), state: { before: link, plan: made, rows } as unknown as Json, at: now };
  }

  async writing(event: SyncEvent, plan: SyncPlan, index: number): Promise<void> {
    await this.#parts.store.addWrite(this.#rowOfWrite(event, plan, index));
  }

  unwritten({ syncId, runId }: SyncEvent, { at }: SyncPlan, index: number): Promise<void> {
    return this.#parts.store.removeWrite(syncId, writeId(runId, at, index));
  }

  async wrote(event: SyncEvent, plan: SyncPlan, index: number, output: Json): Promise<void> {
    const { store, clock } = this.#parts;
    const { before } = plan.state as unknown as Settling;
    const ready = await this.#parts.ready(event.workspaceId, event.syncId);
    const write = this.#rowOfWrite(event, plan, index);
    const recordId = write.recordId ?? (ready && createdId(ready, write.side, output));
    await store.addWrite({ ...write, recordId });
    if (write.kind !== "create" || recordId === null) return;
    // The pair is known before anything else can fail: a record that was made is never made again.
    const link = (await store.link(event.syncId, before.id)) ?? before;
    if (link[write.side] !== recordId) await store.putLink({ ...link, [write.side]: recordId, updatedAt: clock.now() });
  }

  async settle(event: SyncEvent, { state }: SyncPlan, outputs: readonly Json[]): Promise<void> {
    const ready = await this.#parts.ready(event.workspaceId, event.syncId);
    if (ready) await this.#remember(event, ready, state as unknown as Settling, outputs, null);
    await this.#parts.store.unlock(event.syncId, event.runId);
  }

  async failed(event: SyncEvent, error: StoredError, done?: { plan: SyncPlan; outputs: readonly Json[] }): Promise<boolean> {
    const { store, clock } = this.#parts;
    const ready = await this.#parts.ready(event.workspaceId, event.syncId);
    if (done && (await this.#foundThere(event, error, done.plan))) {
      await store.unlock(event.syncId, event.runId);
      return true;
    }
    if (ready && done) await this.#remember(event, ready, done.plan.state as unknown as Settling, done.outputs, error.message);
    else if (ready && event.recordId !== null) {
      const known = await store.linkOf(event.syncId, event.side, event.recordId);
      const link =
        known ?? newLink(newId("lnk", clock.now()), event.syncId, { a: null, b: null, [event.side]: event.recordId }, clock.now());
      await store.putLink({ ...link, problem: error.message, updatedAt: clock.now() });
    }
    await store.unlock(event.syncId, event.runId);
    return false;
  }

  #rowOfWrite(event: SyncEvent, { state, at }: SyncPlan, index: number): SyncWrite {
    const { before, plan } = state as unknown as Settling;
    const { rows: _, ...write } = plan.writes[index]!;
    return {
      ...write,
      id: writeId(event.runId, at, index),
      syncId: event.syncId,
      linkId: before.id,
      runId: event.runId,
      batch: batchOf(event),
      at: this.#parts.clock.now(),
      undoneBy: null,
    };
  }

  /** A create that is refused because the record is there names it: it is the counterpart, unless it has one. */
  async #foundThere(event: SyncEvent, { code, details }: StoredError, { state }: SyncPlan): Promise<boolean> {
    const { store, clock } = this.#parts;
    const { before, plan } = state as unknown as Settling;
    const create = plan.writes.find(({ kind }) => kind === "create");
    const existing = details["existingId"];
    if (code !== "DUPLICATE_RECORD" || !create || typeof existing !== "string" || existing === "") return false;
    if (await store.linkOf(event.syncId, create.side, existing)) return false;
    const link = (await store.link(event.syncId, before.id)) ?? before;
    return store.putLink({ ...link, [create.side]: existing, problem: null, updatedAt: clock.now() });
  }

  // ---------------------------------------------------------------- begin

  /** Why nothing is done about an event, or not yet; null: something is. */
  async #whyNot(ready: ReadySync | null, { recordId }: SyncEvent): Promise<SyncBegun | null> {
    const { store, clock } = this.#parts;
    if (!ready || ready.sync.status === "draft") return skip("The sync was deleted, or is not started");
    if (recordId === null) return skip("The event does not say which record it is about");
    if (ready.sync.status === "paused") return wait(clock.now() + pausedAgainMs, "The sync is paused", true);
    const job = await store.job(ready.sync.id);
    return job?.state === "reading" ? wait(clock.now() + readingAgainMs, "Both sides are being read for the first time", true) : null;
  }

  /** The pair of an event's record: the known one, one with a counterpart that was found, or a new one. A sentence: there is none to work at. */
  async #linkFor({ compiled, sync }: ReadySync, event: SyncEvent, own: SideRow | null): Promise<Link | string> {
    const { store, clock } = this.#parts;
    const recordId = event.recordId!;
    const known = await store.linkOf(sync.id, event.side, recordId);
    if (known?.ignored) return "A person said that this pair takes no part";
    if (known && known.a !== null && known.b !== null) return known;
    if (!own) return known ?? "The record has no counterpart";
    const fresh = known ?? newLink(newId("lnk", clock.now()), sync.id, { a: null, b: null, [event.side]: recordId }, clock.now());
    const record = recordIn(event, compiled.types[event.side]);
    if (!known && !isHanded(event) && !this.#takesPart(compiled, event.side, record)) return "The record does not take part";
    const found = await this.#counterpart(compiled, event.side, own, sync.id);
    if (found === null) return fresh;
    if ("id" in found) return this.#joined(fresh, otherSide(event.side), found.id);
    const problem = `Several records could be the same one: a person has to say which belong together`;
    await store.putLink({ ...fresh, problem, updatedAt: clock.now() });
    return problem;
  }

  /** The pair with its counterpart, which may have waited in a pair of its own. */
  async #joined(link: Link, side: Side, id: string): Promise<Link> {
    const { store } = this.#parts;
    const lone = await store.linkOf(link.syncId, side, id);
    if (lone && lone.id !== link.id && lone[otherSide(side)] === null) await store.removeLink(link.syncId, lone.id);
    return { ...link, [side]: id, problem: null };
  }

  /** What is known of the event's record. One that was handed over by us brings its id alone: it was seen before. */
  async #ownRow(compiled: CompiledSync, event: SyncEvent): Promise<SideRow> {
    const { side, syncId } = event;
    const recordId = event.recordId!;
    const seen = isHanded(event) ? await this.#parts.store.row(syncId, side, recordId) : null;
    return seen ?? this.#rowOf(compiled, side, recordId, recordIn(event, compiled.types[side]));
  }

  #takesPart(compiled: CompiledSync, side: Side, record: JsonObject): boolean {
    try {
      return takesPart(compiled, side, record);
    } catch {
      return true; // what is wrong with the condition is said where the pair is planned
    }
  }

  async #counterpart(compiled: CompiledSync, side: Side, own: SideRow, syncId: string) {
    const { store } = this.#parts;
    const near = async (of: Side): Promise<MatchRow[]> => {
      const ids = new Set<string>();
      for (const [rule, key] of ruleKeys(own.keys)) for (const id of await store.withKey(syncId, of, rule, key)) ids.add(id);
      if (of === side) ids.delete(own.recordId);
      const rows = await Promise.all([...ids].map((id) => this.#matchRow(syncId, of, id)));
      return rows.filter((row) => row !== null);
    };
    const neighbours = { own: await near(side), other: await near(otherSide(side)) };
    return findCounterpart(side, { id: own.recordId, keys: own.keys }, neighbours, compiled.rules.length);
  }

  async #matchRow(syncId: string, side: Side, id: string): Promise<MatchRow | null> {
    const { store } = this.#parts;
    const [row, link] = await Promise.all([store.row(syncId, side, id), store.linkOf(syncId, side, id)]);
    if (!row) return null;
    return { id, keys: row.keys, taken: link !== null && link[side] === id && link[otherSide(side)] !== null };
  }

  /**
   * A record is made only once the other side's list was read after the event: somebody may have made the same one there meanwhile. A list
   * that cannot be read holds nothing up for long.
   */
  async #notYet({ sync, compiled }: ReadySync, event: SyncEvent): Promise<{ until: number; why: string } | null> {
    const { store, clock } = this.#parts;
    const { definition, flows } = sync;
    const other = otherSide(event.side);
    if (!definition.create[other] || !flows || isHanded(event) || compiled.types[other].of?.each) return null;
    const now = clock.now();
    if (now >= event.at + readsAwaited * (parseDuration(definition.every ?? usualEvery) ?? 0)) return null;
    const known = await store.linkOf(sync.id, event.side, event.recordId!);
    if (known && (known[other] !== null || known.gone || known.ignored)) return null;
    if (!this.#takesPart(compiled, event.side, recordIn(event, compiled.types[event.side]))) return null;
    const readAt = await store.readAt(flows[other]);
    if (readAt !== null && readAt > event.at && now >= readAt + seenWithinMs && !(await store.hasUnbegun(flows[other]))) return null;
    return { until: now + seenWithinMs, why: "Waits until the other side was read once more, so that the record is not made twice" };
  }

  /** The reads of both records. Where an app cannot read one alone, what its list said is all there is. */
  async #reads({ compiled, sync, facts }: ReadySync, event: SyncEvent, link: Link): Promise<SyncCall[]> {
    const calls: SyncCall[] = [];
    for (const side of sides) {
      const { one } = compiled.types[side];
      const id = link[side];
      if (id === null || !one) continue;
      const input = { [one.id]: id, ...(await this.#parentInput({ compiled, facts, sync }, event, side, one.operation)) };
      calls.push({ side, operation: one.operation, input, ...placeOf(sync, side) });
    }
    return calls;
  }

  /** The parent that an operation needs to be named, of a record that is not read yet. */
  async #parentInput(ready: ReadySync, event: SyncEvent, side: Side, operation: string): Promise<JsonObject> {
    const { of } = ready.compiled.types[side];
    if (!of || !ready.facts.takes(side, operation, of.input)) return {};
    const record = recordIn(event, ready.compiled.types[event.side]);
    const own = parentIdOf(ready.compiled.types[event.side], record);
    if (side === event.side) return own === null ? {} : { [of.input]: own };
    const parents = await this.#parents(ready, event.side, { id: "", record, changedAt: null, readAt: 0 });
    const [there] = parents.values();
    return there === undefined ? {} : { [of.input]: there };
  }

  /** The counterparts of a record's parents, by the number of the row of parents and the id. */
  async #parents({ compiled, sync }: ReadySync, side: Side, record: SideRecord | null): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    for (const [i, row] of compiled.parents.entries()) {
      const id = record && getPath(record.record, row[side].read);
      if (typeof id !== "string") continue;
      const parent = await this.#parts.store.get(sync.workspaceId, row.sync);
      const own = parent && parentSide(parent.definition, sync.definition, side);
      const link = own && (await this.#parts.store.linkOf(row.sync, own, id));
      const there = link && link[otherSide(own)];
      if (there) found.set(`${i}:${id}`, there);
    }
    return found;
  }

  // ---------------------------------------------------------------- plan

  #recordsOf({ compiled }: ReadySync, event: SyncEvent, link: Link, reads: SyncReads): Record<Side, SideRecord | null> {
    const of = (side: Side): SideRecord | null => {
      const id = link[side];
      const read = reads[side];
      const type = compiled.types[side];
      if (id === null) return null;
      if (read)
        return isObject(read.record) ? { id, record: read.record, changedAt: changedAt(type, read.record), readAt: read.readAt } : null;
      if (side !== event.side || isGone(event)) return null;
      const record = recordIn(event, type);
      return { id, record, changedAt: changedAt(type, record), readAt: event.at };
    };
    return { a: of("a"), b: of("b") };
  }

  /** A read that answers with another record that the list has: the one that was asked for was merged into it. */
  async #mergedIds({ sync, compiled, facts }: ReadySync, link: Link, reads: SyncReads): Promise<{ side: Side; into: string } | null> {
    for (const side of sides) {
      const { one } = compiled.types[side];
      const id = one && getPath(reads[side]?.record, facts.identity(side, one.operation));
      const into = typeof id === "string" || typeof id === "number" ? String(id) : null;
      if (into === null || link[side] === null || into === link[side]) continue;
      if (await this.#parts.store.row(sync.id, side, into)) return { side, into };
    }
    return null;
  }

  /** The pair as it is once one of its records was merged into another: with that one, or over where that one has a counterpart of its own. */
  async #afterMerge(event: SyncEvent, link: Link, { side, into }: { side: Side; into: string }): Promise<Link> {
    const { store, clock } = this.#parts;
    await this.#lock(event, [`${side}:${into}`]); // a run that has it finds the pair taken, and says so
    const winner = await store.linkOf(event.syncId, side, into);
    const isLone = winner !== null && winner.id !== link.id && winner[otherSide(side)] === null && !winner.ignored;
    if (isLone) await store.removeLink(event.syncId, winner.id);
    await store.removeRow(event.syncId, side, link[side]!);
    return mergedInto(link, side, { recordId: into, link: isLone ? null : winner }, clock.now());
  }

  /** When the lists of both sides were read last. */
  async #lookedAt({ sync: { flows }, compiled }: ReadySync): Promise<Record<Side, number | null>> {
    const at = async (side: Side) => (!flows || compiled.types[side].of?.each ? null : this.#parts.store.readAt(flows[side]));
    const [a, b] = await Promise.all([at("a"), at("b")]);
    return { a, b };
  }

  #rowsOf(compiled: CompiledSync, records: Record<Side, SideRecord | null>): Settling["rows"] {
    const rows: Settling["rows"] = {};
    for (const side of sides) {
      const record = records[side];
      if (record) rows[side] = this.#rowOf(compiled, side, record.id, record.record);
    }
    return rows;
  }

  #rowOf(compiled: CompiledSync, side: Side, recordId: string, record: JsonObject): SideRow {
    return {
      recordId,
      name: recordName(compiled.types[side], record, recordId),
      keys: keysWithParent(compiled, side, record),
      digest: digest(canonicalJson(record)),
      seenAt: this.#parts.clock.now(),
    };
  }

  #callOf(ready: ReadySync, write: Plan["writes"][number], link: Link, records: Record<Side, SideRecord | null>): SyncCall {
    const { compiled, sync, facts } = ready;
    const { side, kind, recordId, after } = write;
    const type = compiled.types[side];
    const place = placeOf(sync, side);
    const parent = (operation: string): JsonObject => {
      const id = records[side] && parentIdOf(type, records[side].record);
      return type.of && id && facts.takes(side, operation, type.of.input) ? { [type.of.input]: id } : {};
    };
    if (kind === "create") {
      const { operation, input = {}, key } = type.create!;
      const other = link[otherSide(side)];
      return { side, operation, ...place, input: { ...input, ...recordInput(type, after), ...(key !== undefined && { [key]: other }) } };
    }
    const values = kind === "update" ? recordInput(type, after) : {};
    const { operation, id } = (kind === "update" ? type.update : kind === "archive" ? type.archive : type.remove)!;
    const fixed = (kind === "update" ? type.update?.input : kind === "archive" ? type.archive?.input : undefined) ?? {};
    return { side, operation, ...place, input: { ...fixed, ...parent(operation), ...values, [id]: recordId } };
  }

  /** What a plan does, as the run says it. */
  #says(compiled: CompiledSync, { writes, left, link }: Plan): string {
    if (writes.length === 0)
      return left === null
        ? link?.conflicts.length
          ? "A person has to decide: both sides changed the same field"
          : "Both sides are in step"
        : leftWords[left];
    const labels = (side: Side, keys: readonly string[]) =>
      compiled.rows.filter(({ key }) => keys.includes(key)).map((row) => row[side].label);
    return writes
      .map(
        ({ side, kind, rows }) =>
          `${kindWords[kind]} the ${compiled.types[side].title}${kind === "update" ? `: ${labels(side, rows).join(", ")}` : ""}`,
      )
      .join("; ");
  }

  #nothing(settling: Settling, says: string): SyncPlan {
    return { calls: [], says, state: settling as unknown as Json, at: this.#parts.clock.now() };
  }

  // ---------------------------------------------------------------- settle

  async #remember(
    event: SyncEvent,
    ready: ReadySync,
    { before, plan, rows }: Settling,
    outputs: readonly Json[],
    problem: string | null,
  ): Promise<void> {
    const { store } = this.#parts;
    const outcomes: Partial<Record<Side, WriteOutcome>> = {};
    plan.writes.forEach(({ side, recordId }, i) => {
      const output = outputs[i];
      const id = recordId ?? (output === undefined ? null : createdId(ready, side, output));
      outcomes[side] = output !== undefined && id !== null ? { recordId: id } : { problem: problem ?? "Its answer names no id." };
    });
    const after = settlePair(before, plan, ready.compiled, outcomes);
    const stored = await store.link(event.syncId, before.id);
    if (after === null) return this.#forget(event, before);
    for (const side of sides) if (rows[side]) await store.putRows(event.syncId, side, [rows[side]]);
    await this.#seenAnew(ready, plan, after, rows);
    if (plan.left === "filtered" && !stored) return;
    if (!(await store.putLink({ ...after, revision: stored?.revision ?? 0 }))) await this.#taken(event, after);
  }

  /** A record that was made has the keys of the one it was made from, until it is seen itself. */
  async #seenAnew(
    { sync: { id: syncId }, compiled: { types } }: ReadySync,
    { writes }: Plan,
    link: Link,
    rows: Settling["rows"],
  ): Promise<void> {
    for (const { side, kind, after } of writes) {
      const [id, from] = [link[side], rows[otherSide(side)]];
      if (kind !== "create" || id === null || !from) continue;
      const keys = keysUnder(types[side], from.keys, after);
      await this.#parts.store.putRows(syncId, side, [{ ...from, recordId: id, keys, digest: "" }]);
    }
  }

  /** Both records are gone, or the one that was left was deleted. */
  async #forget({ syncId }: SyncEvent, link: Link): Promise<void> {
    const { store } = this.#parts;
    for (const side of sides) if (link[side] !== null) await store.removeRow(syncId, side, link[side]);
    await store.removeLink(syncId, link.id);
  }

  /** One of its records is in another pair meanwhile: this one says so. */
  async #taken({ side, syncId }: SyncEvent, link: Link): Promise<void> {
    const { store } = this.#parts;
    const stored = await store.link(syncId, link.id);
    const problem = "Its counterpart belongs to another pair already: a person has to say which belong together";
    await store.putLink({ ...link, [otherSide(side)]: null, problem, revision: stored?.revision ?? 0 });
  }

  // ---------------------------------------------------------------- locks and endings

  #lock({ syncId, runId }: SyncEvent, names: readonly string[]): Promise<boolean> {
    const now = this.#parts.clock.now();
    return this.#parts.store.lock(syncId, names, runId, now, now + lockMs);
  }

  #locked = (): SyncBegun => wait(this.#parts.clock.now() + lockedAgainMs, "Another run works at the same pair", false);

  async #waits({ syncId, runId }: SyncEvent, until: { until: number; why: string }): Promise<SyncBegun> {
    await this.#parts.store.unlock(syncId, runId);
    return wait(until.until, until.why, true);
  }

  async #skipped({ syncId, runId }: SyncEvent, why: string): Promise<SyncBegun> {
    await this.#parts.store.unlock(syncId, runId);
    return skip(why);
  }

  /** A person refused the deletion: the other record stays, and the pair keeps what it had. */
  async #leave(event: SyncEvent, link: Link): Promise<SyncBegun> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const was = { ...link.was, [event.side]: [...link.was[event.side], event.recordId!] };
    await store.putLink({ ...link, [event.side]: null, was, gone: { side: event.side, at: now }, conflicts: [], updatedAt: now });
    await store.removeRow(event.syncId, event.side, event.recordId!);
    return this.#skipped(event, "The deletion was not allowed: the other record stays");
  }
}

/** Which side of the parents' sync has the account of a side here: it may have them the other way round. */
function parentSide(parent: Sync["definition"], own: Sync["definition"], side: Side): Side | undefined {
  const has = (its: Side, mine: Side) => parent[its].app === own[mine].app && parent[its].connection === own[mine].connection;
  const other = otherSide(side);
  return [side, other].find((its) => has(its, side) && has(otherSide(its), other));
}

const writeId = (runId: string, at: number, index: number): string => `${runId}.${at}.${index}`;
const skip = (why: string): SyncBegun => ({ kind: "skip", why });
const wait = (until: number, why: string, durable: boolean): SyncBegun => ({ kind: "wait", until, why, durable });
const rests = (link: Link): Plan => ({ writes: [], rows: [], link, left: "gone", lookAgain: false });

const kindWords = { create: "Made", update: "Changed", archive: "Archived", delete: "Deleted" } as const;
const leftWords: Record<NonNullable<Plan["left"]>, string> = {
  ignored: "A person said that this pair takes no part",
  looping: "The two sides keep changing each other's value, so this pair rests",
  filtered: "The record does not take part",
  gone: "The record was deleted, and nothing follows",
  lone: "The other side has no such record, and none is made there",
  parent: "The record that it belongs to has no counterpart yet",
  unsure: "A record may have been made already: the other side is read first",
};

const placeOf = ({ definition }: Sync, side: Side) => ({ app: definition[side].app, connection: definition[side].connection });

/** What an event holds of its record, in the shape in which it is read alone. */
function recordIn(event: SyncEvent, type: RecordType): JsonObject {
  const { payload: whole } = event;
  const wrap = isHeard(event) ? type.events?.find(({ id }) => id === event.heard)?.wrap : undefined;
  const payload = wrap === undefined ? whole : getPath(whole, wrap);
  if (!isObject(payload)) return {};
  const { _change: _, _sync: __, ...row } = payload as JsonObject;
  return recordOfRow(type, row);
}

const isGone = ({ payload }: SyncEvent): boolean => getPath(payload, "_change.kind") === "deleted";

/** It came by webhook. A first sync hands records to the flow of such an event as well. */
const isHeard = (event: SyncEvent): boolean => event.heard !== null && !isHanded(event);

/** A webhook says that the record is gone, which is a hint until it was read. */
const isHeardGone = (event: SyncEvent, { types }: CompiledSync): boolean =>
  isHeard(event) && types[event.side].events?.find(({ id }) => id === event.heard)?.gone === true;

/** A person or a job of the sync brings the record, to be looked at anew. */
const isHanded = ({ payload }: SyncEvent): boolean => isObject(getPath(payload, "_sync"));

function asksOf({ payload }: SyncEvent): Asks {
  const asks = getPath(payload, "_sync");
  if (!isObject(asks)) return {};
  const { choose, repair } = asks as { choose?: Record<string, Side>; repair?: boolean };
  return { ...(choose !== undefined && { choose }), ...(repair === true && { repair }) };
}

/** The job that an event belongs to. */
function batchOf({ payload }: SyncEvent): string | null {
  const batch = getPath(payload, "_sync.batch");
  return typeof batch === "string" ? batch : null;
}

function changedAt(type: RecordType, record: JsonObject): number | null {
  return type.changed === undefined ? null : momentMs(getPath(record, type.changed));
}

function parentIdOf(type: RecordType, record: JsonObject): string | null {
  const field = type.of && type.fields.find(({ name }) => name === type.of?.field);
  const id = field && getPath(record, field.read);
  return typeof id === "string" ? id : null;
}

/** The id of a record that was made, in the answer. */
function createdId({ compiled, facts }: ReadySync, side: Side, output: Json): string | null {
  const { create } = compiled.types[side];
  const id = create && getPath(output, facts.identity(side, create.operation));
  return typeof id === "string" || typeof id === "number" ? String(id) : null;
}
