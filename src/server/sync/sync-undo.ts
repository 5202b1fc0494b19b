import type { SyncWriteView } from "#api/schemas/syncs.ts";
import type { RecordType } from "#catalog/record-types.ts";
import { recordInput, recordName } from "#catalog/record-values.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { StepCall, StepCaller } from "#engine/ports/caller.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { badInput, conflict, MillraceError } from "#kernel/errors.ts";
import { getPath, isObject, type Json, type JsonObject } from "#kernel/json.ts";
import type { CompiledSync } from "#sync/compile.ts";
import { otherSide } from "#sync/sides.ts";
import type { SyncJob, SyncStore } from "#sync/store.ts";
import type { Side, Sync, SyncWrite } from "#sync/types.ts";
import { linkAfterUndo, planUndo, type Undo } from "#sync/undo.ts";
import { readValue } from "#sync/values.ts";
import type { JobTools, SyncJobs } from "./sync-jobs.ts";

export interface SyncUndoParts {
  store: SyncStore;
  compiled(sync: Sync): Promise<CompiledSync>;
  catalog: Catalog;
  caller: Pick<StepCaller, "call" | "confirmed">;
  clock: Clock;
}

/** Which writes: those of one batch, or these. */
export interface UndoRequest {
  batch?: string | undefined;
  writes?: readonly string[] | undefined;
}

export interface UndoPreview {
  undo: SyncWriteView[];
  left: { name: string; why: string }[];
  /** How many records it is about, also those that are not looked at here. */
  count: number;
}

/** A preview reads so many records, and the rest is said in numbers. */
const mostPreviewed = 50;
const mostWrites = 200_000;
const writesAtOnce = 200;
const lockMs = minuteMs;
const lockedAgainMs = 1_000;
const lockTries = 120;

/** Puts back what a sync wrote, as far as nobody has changed it since: shown first, then done by a job. */
export class SyncUndo {
  readonly #parts: SyncUndoParts;

  constructor(parts: SyncUndoParts) {
    this.#parts = parts;
  }

  /** What it would do. Reads the records as they are now, and writes nothing. */
  async preview(sync: Sync, request: UndoRequest): Promise<UndoPreview> {
    const groups = await this.#groups(sync, request);
    const compiled = await this.#parts.compiled(sync);
    const worker = new UndoWork(this.#parts, sync, compiled);
    const preview: UndoPreview = { undo: [], left: [], count: groups.length };
    for (const group of groups.slice(0, mostPreviewed)) {
      const planned = await worker.plan(group);
      const name = await worker.nameOf(group[0]!);
      if ("why" in planned) preview.left.push({ name, why: planned.why });
      else if (planned.undo) preview.undo.push(worker.view(planned.undo, group, name));
    }
    return preview;
  }

  /** Begins it. Throws CONFLICT while another job of the sync is at work. */
  async start(jobs: Pick<SyncJobs, "start">, sync: Sync, request: UndoRequest): Promise<{ job: SyncJob; count: number }> {
    const present = await this.#parts.store.job(sync.id);
    if (present && present.finishedAt === null) throw conflict("Another job of this sync is not over yet. Wait for it, or end it");
    const groups = await this.#groups(sync, request);
    const about = { state: "running" as const, total: groups.length, cursor: { ask: JSON.stringify(request), writing: null } };
    return { job: await jobs.start(sync, "undo", about), count: groups.length };
  }

  /** The work of the job. What it has done is undone in the ledger, so that it goes on with the rest after a stop. */
  readonly work = async (tools: JobTools): Promise<boolean> => {
    const { sync } = tools;
    const worker = new UndoWork(this.#parts, sync, await this.#parts.compiled(sync), tools);
    await worker.finishBegun();
    const request = JSON.parse(String(tools.job.cursor["ask"])) as UndoRequest;
    for (const group of await this.#groups(sync, request)) {
      if (!(await tools.mayGoOn())) return false;
      await worker.undo(group);
    }
    return true;
  };

  /** The writes that are asked for and stand, by record. */
  async #groups(sync: Sync, { batch, writes }: UndoRequest): Promise<SyncWrite[][]> {
    if ((batch === undefined) === (writes === undefined)) throw badInput("batch", "or writes: name one of the two");
    const wanted = writes && new Set(writes);
    const groups = new Map<string, SyncWrite[]>();
    let seen = 0;
    for await (const write of this.#writes(sync, batch)) {
      if (++seen > mostWrites) throw conflict(`More than ${mostWrites} writes cannot be undone at once. Choose fewer`);
      if (write.undoneBy !== null || (wanted && !wanted.delete(write.id))) continue;
      const key = `${write.side} ${write.recordId ?? write.id}`;
      groups.set(key, [...(groups.get(key) ?? []), write]);
      if (wanted?.size === 0) break;
    }
    return [...groups.values()];
  }

  async *#writes(sync: Sync, batch: string | undefined): AsyncIterable<SyncWrite> {
    let before: string | undefined;
    do {
      const page = await this.#parts.store.writes(sync.id, {
        limit: writesAtOnce,
        ...(batch !== undefined && { batch }),
        ...(before !== undefined && { before }),
      });
      yield* page.writes;
      before = page.next ?? undefined;
    } while (before !== undefined);
  }
}

/** An undo under way, as the job's row keeps it: after a crash it is made again, or looked for. */
interface Begun {
  undo: Undo;
  parent: string | null;
  /** The id of the record on the other side, under which some apps keep theirs. */
  other: string | null;
  since: number;
}

/** The work at single records. */
class UndoWork {
  readonly #parts: SyncUndoParts;
  readonly #sync: Sync;
  readonly #compiled: CompiledSync;
  readonly #tools: JobTools | null;

  constructor(parts: SyncUndoParts, sync: Sync, compiled: CompiledSync, tools: JobTools | null = null) {
    this.#parts = parts;
    this.#sync = sync;
    this.#compiled = compiled;
    this.#tools = tools;
  }

  /** What undoes the writes of one record, from the record as it is now. `undo` null: it is as it was. */
  async plan(group: readonly SyncWrite[]): Promise<{ undo: Undo | null; parent: string | null } | { why: string }> {
    const { side, recordId } = group[0]!;
    const record = recordId === null ? null : await this.#read(side, recordId, group);
    const { undo, left } = planUndo(this.#compiled, group, () => record);
    if (left[0]) return { why: left[0].why };
    return { undo: undo[0] ?? null, parent: parentOf(this.#compiled.types[side], record ?? group.at(-1)!.before) };
  }

  async undo(group: readonly SyncWrite[]): Promise<void> {
    const { clock } = this.#parts;
    if (!(await this.#locked(group[0]!))) return this.#count({ failed: 1 });
    try {
      const planned = await this.plan(group);
      if ("why" in planned) return await this.#count({ failed: 1 });
      const { undo, parent } = planned;
      if (undo) await this.#make({ undo, parent, other: await this.#counterpart(group[0]!), since: clock.now() }, false);
      await this.#count({ done: 1 });
    } finally {
      await this.#parts.store.unlock(this.#sync.id, this.#lockId());
    }
  }

  /** Finishes what a crash left open between the call and its note. */
  async finishBegun(): Promise<void> {
    const text = this.#tools!.job.cursor["writing"];
    if (typeof text !== "string") return;
    await this.#make(JSON.parse(text) as Begun, true);
    await this.#count({ done: 1 });
  }

  async nameOf({ side, recordId, before, after }: SyncWrite): Promise<string> {
    const row = recordId === null ? null : await this.#parts.store.row(this.#sync.id, side, recordId);
    return row?.name ?? recordName(this.#compiled.types[side], { ...after, ...before }, recordId ?? "");
  }

  view({ side, linkId, kind, before, after }: Undo, group: readonly SyncWrite[], name: string): SyncWriteView {
    const { fields } = this.#compiled.types[side];
    const changed = fields.filter((field) =>
      kind === "delete" ? field.write !== null && readValue(field, before) !== null : field.name in after,
    );
    const valueBefore = (field: (typeof fields)[number]): Json =>
      kind === "delete" ? readValue(field, before) : (before[field.name] ?? null);
    return {
      id: group[0]!.id,
      linkId,
      name,
      side,
      kind,
      changes: changed.map((field) => ({
        field: field.name,
        label: field.label,
        before: valueBefore(field),
        after: after[field.name] ?? null,
      })),
      runId: group[0]!.runId,
      batch: group[0]!.batch,
      at: this.#parts.clock.now(),
      undone: false,
    };
  }

  async #make(begun: Begun, again: boolean): Promise<void> {
    const { store, clock } = this.#parts;
    const { undo } = begun;
    if (!again) await this.#tools!.put({ cursor: { ...this.#tools!.job.cursor, writing: JSON.stringify(begun) } });
    const recordId = await this.#write(begun, again);
    const id = `undo:${undo.undoes[0]!}`;
    const { side, kind, before, after, linkId } = undo;
    const job = this.#tools!.job.id;
    const at = clock.now();
    await store.addWrite({
      id,
      syncId: this.#sync.id,
      linkId,
      side,
      kind,
      recordId,
      before,
      after,
      runId: job,
      batch: job,
      at,
      undoneBy: null,
    });
    await store.markUndone(this.#sync.id, undo.undoes, job);
    const link = await store.link(this.#sync.id, linkId);
    if (link) await store.putLink({ ...linkAfterUndo(link, this.#compiled, undo, recordId ?? "", at), updatedAt: at });
    await this.#tools!.put({ cursor: { ...this.#tools!.job.cursor, writing: null } });
  }

  /** Gives the id of the record. What may have been made before a crash is looked for first. */
  async #write(begun: Begun, again: boolean): Promise<string | null> {
    const { caller } = this.#parts;
    const { undo, since } = begun;
    const call = this.#callOf(begun);
    if (undo.kind !== "create") {
      await caller.call(call).catch((thrown: unknown) => (undo.kind === "update" ? Promise.reject(thrown) : unlessGone(thrown)));
      return undo.recordId;
    }
    const found = again ? await caller.confirmed(call, since) : null;
    if (found === undefined) throw conflict("Nobody can tell whether a record was made again. Look for it, then undo the rest");
    const { output } = found ?? (await caller.call(call));
    const type = this.#compiled.types[undo.side];
    const id = getPath(output, this.#operation(undo.side, type.create!.operation)?.identity ?? "id");
    return typeof id === "string" || typeof id === "number" ? String(id) : null;
  }

  #callOf({ undo: { side, kind, recordId, after, undoes }, parent, other }: Begun): StepCall {
    const type = this.#compiled.types[side];
    const to = kind === "create" ? type.create! : kind === "update" ? type.update! : kind === "archive" ? type.archive! : type.remove!;
    const input: JsonObject = {
      ...("input" in to ? to.input : {}),
      ...(kind === "create" || kind === "update" ? recordInput(type, after) : {}),
      ...("id" in to ? { [to.id]: recordId } : "key" in to && to.key !== undefined ? { [to.key]: other } : {}),
    };
    return this.#call(side, to.operation, this.#withParent(side, to.operation, input, parent), `undo:${undoes[0]!}`);
  }

  #withParent(side: Side, operation: string, input: JsonObject, parent: string | null): JsonObject {
    const { of } = this.#compiled.types[side];
    const takes = of && this.#operation(side, operation)?.input.some(({ name }) => name === of.input);
    return takes && parent !== null ? { [of.input]: parent, ...input } : input;
  }

  #call(side: Side, operation: string, input: JsonObject, idempotencyKey: string): StepCall {
    const { app, connection } = this.#sync.definition[side];
    const { workspaceId } = this.#sync;
    return { workspaceId, app, operation, connection, input, lane: "backfill", dry: false, idempotencyKey, cause: { purpose: "sync" } };
  }

  #operation(side: Side, id: string) {
    return this.#parts.catalog.of(this.#sync.workspaceId).operation(this.#sync.definition[side].app, id);
  }

  /** The record as it is now; null: it is gone. */
  async #read(side: Side, recordId: string, group: readonly SyncWrite[]): Promise<JsonObject | null> {
    const type = this.#compiled.types[side];
    const { one } = type;
    if (!one) throw conflict(`${type.many} cannot be read one by one, so nobody can tell what was changed since`);
    const parent = group.map(({ before, after }) => parentOf(type, after) ?? parentOf(type, before)).find((id) => id !== null) ?? null;
    const input = this.#withParent(side, one.operation, { [one.id]: recordId }, parent);
    const reply = await this.#parts.caller.call(this.#call(side, one.operation, input, `read:${recordId}`)).catch(unlessGone);
    return isObject(reply?.output) ? (reply.output as JsonObject) : null;
  }

  /** Takes the pair as a run does, so that none works at it meanwhile. */
  async #locked(write: SyncWrite): Promise<boolean> {
    const { store, clock } = this.#parts;
    const { side, recordId } = write;
    const other = await this.#counterpart(write);
    const names = [recordId === null ? [] : [`${side}:${recordId}`], other === null ? [] : [`${otherSide(side)}:${other}`]].flat();
    for (let i = 0; i < lockTries; i++) {
      const now = clock.now();
      if (await store.lock(this.#sync.id, names, this.#lockId(), now, now + lockMs)) return true;
      if (!(await this.#tools!.mayGoOn())) return false;
      await sleep(clock, lockedAgainMs, this.#tools!.signal);
    }
    return false;
  }

  async #counterpart({ side, linkId }: SyncWrite): Promise<string | null> {
    return (await this.#parts.store.link(this.#sync.id, linkId))?.[otherSide(side)] ?? null;
  }

  /** Not the job's own: unlocking a pair must not end the job's lease. */
  #lockId(): string {
    return `undo:${this.#tools!.job.id}`;
  }

  #count({ done = 0, failed = 0 }: { done?: number; failed?: number }): Promise<void> {
    const { job } = this.#tools!;
    return this.#tools!.put({ done: job.done + done + failed, failed: job.failed + failed });
  }
}

function parentOf({ of, fields }: RecordType, values: JsonObject): string | null {
  const field = of && fields.find(({ name }) => name === of.field);
  const id = field && (values[field.name] ?? getPath(values, field.read));
  return typeof id === "string" ? id : null;
}

function unlessGone(thrown: unknown): null {
  if (thrown instanceof MillraceError && thrown.code === "OUTBOUND_NOT_FOUND") return null;
  throw thrown;
}
