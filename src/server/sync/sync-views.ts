import type { Engine } from "#engine/api.ts";
import { readingEvery } from "#engine/triggers/whole.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { SideReading, SyncJobView, SyncLinkView, SyncView, SyncWriteView } from "#api/schemas/syncs.ts";
import type { Overview } from "#api/schemas/overview.ts";
import { readRecordField } from "#catalog/record-values.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { isObject, type Json, type JsonObject } from "#kernel/json.ts";
import type { Log } from "#kernel/log.ts";
import { newId } from "#kernel/ids.ts";
import type { StepCaller } from "#engine/ports/caller.ts";
import { sides } from "#sync/sides.ts";
import type { LinkPage, SyncJob, SyncStore, WritePage } from "#sync/store.ts";
import type { Link, Side, Sync, SyncWrite } from "#sync/types.ts";
import { sameValue } from "#sync/values.ts";
import type { ReadySync } from "#sync/worker.ts";
import { candidatesFor } from "./candidates.ts";
import { wholeEvery } from "./sync-flows.ts";

export interface SyncViewParts {
  store: SyncStore;
  ready(workspaceId: string, id: string): Promise<ReadySync | null>;
  flows: Pick<Engine["flows"], "get" | "trigger">;
  caller: Pick<StepCaller, "call">;
  clock: Clock;
  log: Pick<Log, "warn">;
}

/** Pairs show the writes of a while at most. */
const mostWrites = 200;

/** Syncs as the API shows them. */
export class SyncViews {
  readonly #parts: SyncViewParts;

  constructor(parts: SyncViewParts) {
    this.#parts = parts;
  }

  async sync(sync: Sync): Promise<SyncView> {
    const { store } = this.#parts;
    const [{ lastChangeAt, ...counts }, job, a, b] = await Promise.all([
      store.counts(sync.id),
      store.job(sync.id),
      this.#triggerOf(sync, "a"),
      this.#triggerOf(sync, "b"),
    ]);
    const isInStep = sync.status === "on" && counts.conflicts === 0 && counts.problems === 0;
    return {
      id: sync.id,
      name: sync.definition.name,
      definition: sync.definition,
      revision: sync.revision,
      status: sync.status,
      reason: sync.reason,
      flows: sync.flows,
      inStepSince: isInStep ? (lastChangeAt ?? sync.updatedAt) : null,
      counts,
      resting: sync.resting,
      job: job && this.job(job),
      asking: sync.asking && sync.asking.answer === null ? askingView(sync.asking) : null,
      lastReadAt: { a: a?.lastAt ?? null, b: b?.lastAt ?? null },
      reading: { a: readingOf(a, sync), b: readingOf(b, sync) },
      updatedAt: sync.updatedAt,
    };
  }

  /** The same with what health looks at. */
  async standing(sync: Sync): Promise<SyncView & { troubledSince: number | null }> {
    return { ...(await this.sync(sync)), troubledSince: sync.trouble?.since ?? null };
  }

  /** The syncs of a workspace that wait for a person, with what for. */
  async concerned(workspaceId: string): Promise<Overview["syncs"]> {
    const { store } = this.#parts;
    const syncs = (await store.list(workspaceId)).filter(({ status }) => status !== "draft");
    const all = syncs.map(async ({ id, status, asking, definition: { name } }) => {
      const { conflicts, problems } = await store.counts(id);
      const deletions = status === "asking" && asking?.answer === null ? asking.deletions : 0;
      return { id, name, deletions, conflicts, problems };
    });
    return (await Promise.all(all)).filter(({ deletions, conflicts, problems }) => deletions + conflicts + problems > 0);
  }

  job(job: SyncJob): SyncJobView {
    const now = this.#parts.clock.now();
    const minutes = ((job.finishedAt ?? now) - job.startedAt) / minuteMs;
    const perMinute = job.done > 0 && minutes > 0 ? job.done / minutes : null;
    const left = job.total === null ? null : Math.max(job.total - job.done, 0);
    const { id, kind, state, done, failed, total, problem, startedAt, finishedAt } = job;
    const isGoing = state === "running" && perMinute !== null && left !== null;
    return {
      id,
      kind,
      learns: kind === "first" && job.cursor["write"] === 0,
      state,
      done,
      failed,
      total,
      problem,
      startedAt,
      finishedAt,
      perMinute: perMinute === null ? null : Math.round(perMinute),
      endsAt: isGoing ? Math.round(now + (left / perMinute) * minuteMs) : null,
    };
  }

  async links(sync: Sync, page: LinkPage): Promise<{ links: SyncLinkView[]; next: string | null }> {
    const { links, next } = await this.#parts.store.links(sync.id, page);
    const labels = await this.#labels(sync);
    return { links: await Promise.all(links.map((link) => this.#link(sync, link, labels))), next };
  }

  async link(sync: Sync, link: Link) {
    const labels = await this.#labels(sync);
    const writes = (await this.#parts.store.writesOf(sync.id, link.id, 0)).slice(0, mostWrites);
    return {
      link: await this.#link(sync, link, labels),
      values: await this.#values(sync, link),
      writes: await this.#writes(sync, writes, labels),
      candidates: await candidatesFor(this.#parts.store, link),
    };
  }

  async writes(sync: Sync, page: WritePage): Promise<{ writes: SyncWriteView[]; next: string | null }> {
    const { writes, next } = await this.#parts.store.writes(sync.id, page);
    return { writes: await this.#writes(sync, writes, await this.#labels(sync)), next };
  }

  // ---------------------------------------------------------------- parts

  /** What reads the list of a side; null before the first start, and where its changes come as events alone. */
  async #triggerOf({ workspaceId, flows }: Sync, side: Side): Promise<Trigger | null> {
    const isHeardOnly = flows && Object.values(flows.events[side]).includes(flows[side]);
    const flow = flows && !isHeardOnly && (await this.#parts.flows.get(workspaceId, flows[side]).catch(() => null));
    return flow ? this.#parts.flows.trigger(flow) : null;
  }

  /** What people call the fields of each side. Where the account's own fields cannot be read just now, they are called by their names. */
  async #labels({ workspaceId, id }: Sync): Promise<Labels> {
    const ready = await this.#ready(workspaceId, id);
    const of = (side: Side) => new Map(ready?.compiled.types[side].fields.map(({ name, label }) => [name, label]));
    return { a: of("a"), b: of("b") };
  }

  async #ready(workspaceId: string, id: string): Promise<ReadySync | null> {
    return this.#parts.ready(workspaceId, id).catch((err: unknown) => {
      this.#parts.log.warn({ err, sync: id }, "The fields of a sync could not be read");
      return null;
    });
  }

  async #nameOf(sync: Sync, link: Link): Promise<string> {
    for (const side of sides) {
      const id = link[side] ?? link.was[side].at(-1);
      const row = id === undefined ? null : await this.#parts.store.row(sync.id, side, id);
      if (row) return row.name;
    }
    return link.a ?? link.b ?? "";
  }

  async #link(sync: Sync, link: Link, labels: Labels): Promise<SyncLinkView> {
    const { id, a, b, gone, problem, ignored, conflicts, updatedAt } = link;
    const labelOf = (field: string) => pairLabel(sync, field, labels);
    return {
      id,
      name: await this.#nameOf(sync, link),
      a,
      b,
      gone,
      problem,
      compared: Object.keys(link.agreed).length > 0,
      ignored,
      conflicts: conflicts.map((conflict) => ({ ...conflict, label: labelOf(conflict.field) })),
      updatedAt,
    };
  }

  /** Both records, field by field, as they are now. What cannot be read just now is shown as it was agreed on. */
  async #values(sync: Sync, link: Link) {
    const ready = await this.#ready(sync.workspaceId, sync.id);
    if (!ready) return [];
    const records = { a: await this.#read(ready, "a", link.a), b: await this.#read(ready, "b", link.b) };
    return ready.sync.definition.fields.flatMap((pair) => {
      const row = ready.compiled.rows.find(({ key }) => key === `${pair.a}=${pair.b}`);
      if (!row) return [];
      const value = (side: Side): Json => {
        const record = records[side];
        return record === null ? (link.agreed[row.key]?.[side] ?? null) : (readRecordField(row[side], record) ?? null);
      };
      const [a, b] = [value("a"), value("b")];
      const differs = !sameValue(row.kind, a, b, ready.compiled.settings) && row.to.a === null && row.to.b === null;
      return [{ field: row.key, labelA: row.a.label, labelB: row.b.label, a, b, way: pair.way, differs }];
    });
  }

  async #read({ sync, compiled }: ReadySync, side: Side, id: string | null): Promise<JsonObject | null> {
    const { one } = compiled.types[side];
    if (id === null || !one) return null;
    const { app, connection } = sync.definition[side];
    const now = this.#parts.clock.now();
    const request = {
      workspaceId: sync.workspaceId,
      app,
      operation: one.operation,
      connection,
      input: { [one.id]: id },
      lane: "live" as const,
      dry: false,
      idempotencyKey: newId("call", now),
      cause: { purpose: "sync" as const },
    };
    const reply = await this.#parts.caller.call(request).catch(() => null);
    return isObject(reply?.output) ? (reply.output as JsonObject) : null;
  }

  async #writes(sync: Sync, writes: readonly SyncWrite[], labels: Labels): Promise<SyncWriteView[]> {
    const names = new Map<string, string>();
    for (const { linkId } of writes) {
      if (names.has(linkId)) continue;
      const link = await this.#parts.store.link(sync.id, linkId);
      names.set(linkId, link ? await this.#nameOf(sync, link) : "");
    }
    return writes.map((write) => ({
      id: write.id,
      linkId: write.linkId,
      name: names.get(write.linkId) || (write.recordId ?? ""),
      side: write.side,
      kind: write.kind,
      changes: changesOf(write, labels[write.side]),
      runId: write.runId,
      batch: write.batch,
      at: write.at,
      undone: write.undoneBy !== null,
    }));
  }
}

type Labels = Record<Side, ReadonlyMap<string, string>>;

function readingOf(trigger: Trigger | null, sync: Sync): SideReading | null {
  const reading = trigger && readingEvery(trigger, wholeEvery);
  return reading && sync.status !== "draft" ? reading : null;
}

const askingView = ({ side, deletions, of, examples }: NonNullable<Sync["asking"]>) => ({ side, deletions, of, examples });

function pairLabel({ definition }: Sync, key: string, labels: Labels): string {
  const pair = definition.fields.find(({ a, b }) => `${a}=${b}` === key);
  return pair ? (labels.a.get(pair.a) ?? labels.b.get(pair.b) ?? nameless(pair.a)) : key;
}

/** A field that is gone: of a custom one only its id is left, which says nothing to people. */
const nameless = (field: string): string => (field.startsWith("custom:") ? "Deleted custom field" : field);

/** Of a deletion the whole record is kept: its fields are shown. */
function changesOf({ kind, before, after }: SyncWrite, labels: ReadonlyMap<string, string>): SyncWriteView["changes"] {
  const fields = kind === "delete" ? [...labels.keys()].filter((name) => Object.hasOwn(before, name)) : Object.keys(after);
  return fields.map((field) => ({
    field,
    label: labels.get(field) ?? nameless(field),
    before: before[field] ?? null,
    after: after[field] ?? null,
  }));
}
