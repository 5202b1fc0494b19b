import type { Engine } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import { badInput, conflict, MillraceError, notFound } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { SyncDecision } from "#api/schemas/syncs.ts";
import { checkSync, type SyncProblem } from "#sync/check.ts";
import type { SyncDefinition } from "#sync/format.ts";
import { payloadOfRow } from "#sync/first.ts";
import { newLink } from "#sync/plan.ts";
import { otherSide, sides } from "#sync/sides.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Link, Side, Sync } from "#sync/types.ts";
import type { ReadySyncs } from "./ready-syncs.ts";
import type { SyncFlows } from "./sync-flows.ts";

/** The job that reads both sides when a sync starts, pairs what is there, and brings it into step. */
export interface FirstSync {
  /** `write` false: records are paired, and nothing is written before one of them changes. */
  start(sync: Sync, options: { write: boolean }): Promise<void>;
  pause(sync: Sync): Promise<void>;
  resume(sync: Sync): Promise<void>;
  cancel(sync: Sync): Promise<void>;
}

export interface SyncServiceParts {
  store: SyncStore;
  ready: Pick<ReadySyncs, "typesOf" | "settings">;
  flows: SyncFlows;
  engine: Pick<Engine, "accept" | "flows">;
  catalog: Catalog;
  firstSync?: FirstSync;
  clock: Clock;
}

const mostSyncs = 100;

/** Syncs as people deal with them. Every method throws errors of the table. */
export class SyncService {
  readonly #parts: SyncServiceParts;

  constructor(parts: SyncServiceParts) {
    this.#parts = parts;
  }

  list(workspaceId: string): Promise<Sync[]> {
    return this.#parts.store.list(workspaceId);
  }

  /** Throws NOT_FOUND. */
  async get(workspaceId: string, id: string): Promise<Sync> {
    const sync = await this.#parts.store.get(workspaceId, id);
    if (!sync) throw notFound("sync", id);
    return sync;
  }

  async create(workspaceId: string, definition: SyncDefinition, by: string): Promise<Sync> {
    const { store, clock } = this.#parts;
    if ((await store.list(workspaceId)).length >= mostSyncs) throw conflict(`A workspace has ${mostSyncs} syncs at most`);
    this.#checkSides(workspaceId, definition);
    const now = clock.now();
    const sync: Sync = {
      id: newId("sync", now),
      workspaceId,
      definition,
      revision: 1,
      status: "draft",
      reason: null,
      flows: null,
      resting: {},
      asking: null,
      trouble: null,
      createdAt: now,
      updatedAt: now,
    };
    await store.add(sync, by);
    return sync;
  }

  /** Throws CONFLICT where somebody changed it since that revision. What has started keeps the accounts whose records it knows. */
  async change(workspaceId: string, id: string, definition: SyncDefinition, revision: number, by: string): Promise<Sync> {
    const { store } = this.#parts;
    const sync = await this.get(workspaceId, id);
    this.#checkSides(workspaceId, definition);
    if (sync.flows) for (const side of sides) refuseOtherRecords(sync, side, definition);
    if (sync.flows) await this.#refuseErrors({ ...sync, definition }); // what runs stays as it is where the change could not run
    if (!(await store.change(workspaceId, id, revision, { definition }, { what: "changed", by }))) throw changedSince();
    const changed = await this.get(workspaceId, id);
    if (!changed.flows) return changed;
    if (changed.status !== "paused") await this.#publish(changed, by);
    if (canonicalJson(changed.definition.match) !== canonicalJson(sync.definition.match)) {
      await store.clearRows(id);
      await this.#parts.firstSync?.start(changed, { write: false });
    }
    return changed;
  }

  async remove(workspaceId: string, id: string, by: string): Promise<void> {
    const { store, flows, firstSync } = this.#parts;
    const sync = await this.get(workspaceId, id);
    await firstSync?.cancel(sync);
    await flows.remove(sync, by);
    await store.remove(workspaceId, id, by);
  }

  /** What stands in the way of a start. */
  async problems(workspaceId: string, id: string): Promise<SyncProblem[]> {
    return this.#problemsOf(await this.get(workspaceId, id));
  }

  async #problemsOf({ workspaceId, id, definition }: Sync): Promise<SyncProblem[]> {
    const { store, ready, catalog } = this.#parts;
    const isThere = (side: Side) => catalog.of(workspaceId).recordType(definition[side].app, definition[side].type) !== undefined;
    const types = sides.every(isThere) ? await ready.typesOf(workspaceId, definition) : { a: null, b: null };
    const others = (await store.list(workspaceId)).filter((other) => other.id !== id);
    return checkSync({ definition, types, others, settings: ready.settings });
  }

  /** Starts it: with a first sync of what is there, or from now on only. */
  async start(workspaceId: string, id: string, first: boolean, by: string): Promise<Sync> {
    const { store, flows, firstSync } = this.#parts;
    const sync = await this.get(workspaceId, id);
    if (sync.status !== "draft") throw conflict("The sync has been started already");
    await this.#refuseErrors(sync);
    const made = await flows.publish(sync, await this.#typesOf(sync), by);
    const status = firstSync ? "first" : "on";
    await store.change(workspaceId, id, null, { status, flows: made, reason: null }, { what: "started", by });
    const started = await this.get(workspaceId, id);
    await firstSync?.start(started, { write: first });
    return started;
  }

  /** What happens meanwhile is caught up with. */
  async pause(workspaceId: string, id: string, by: string): Promise<Sync> {
    const sync = await this.get(workspaceId, id);
    if (sync.status === "draft" || sync.status === "paused") throw conflict("The sync is not on");
    await this.#parts.flows.pause(sync, by);
    await this.#parts.firstSync?.pause(sync);
    await this.#parts.store.change(workspaceId, id, null, { status: "paused" }, { what: "paused", by });
    return this.get(workspaceId, id);
  }

  async resume(workspaceId: string, id: string, by: string): Promise<Sync> {
    const { store, flows, firstSync } = this.#parts;
    const sync = await this.get(workspaceId, id);
    if (sync.status !== "paused") throw conflict("The sync is not paused");
    await this.#refuseErrors(sync);
    await flows.resume(await this.#publish(sync, by), by);
    const job = await store.job(id);
    const status = sync.asking && !sync.asking.answer ? "asking" : job?.kind === "first" && job.finishedAt === null ? "first" : "on";
    await store.change(workspaceId, id, null, { status, reason: null }, { what: "resumed", by });
    const resumed = await this.get(workspaceId, id);
    await firstSync?.resume(resumed);
    return resumed;
  }

  /** Allows or refuses the deletions that it stopped at. */
  async answer(workspaceId: string, id: string, allow: boolean, by: string): Promise<Sync> {
    const { store, clock } = this.#parts;
    const { asking, status } = await this.get(workspaceId, id);
    if (!asking || asking.answer) throw conflict("The sync does not wait for an answer");
    const answered = { ...asking, answer: { allowed: allow, at: clock.now() } };
    const change = { asking: answered, ...(status === "asking" && { status: "on" as const }) };
    await store.change(workspaceId, id, null, change, { what: allow ? "allowed" : "refused", by });
    return this.get(workspaceId, id);
  }

  /** Throws NOT_FOUND. */
  async link(workspaceId: string, id: string, linkId: string): Promise<{ sync: Sync; link: Link }> {
    const sync = await this.get(workspaceId, id);
    const link = await this.#parts.store.link(id, linkId);
    if (!link) throw notFound("pair", linkId);
    return { sync, link };
  }

  /** What a person decides of a pair. Values are written by a run of the sync's own flow, which begins at once. */
  async decide(workspaceId: string, id: string, linkId: string, decision: SyncDecision, by: string): Promise<{ sync: Sync; link: Link }> {
    const { sync, link } = await this.link(workspaceId, id, linkId);
    if ("ignored" in decision) await this.#put({ ...link, ignored: decision.ignored, problem: null });
    else if ("separate" in decision) await this.#separate(link);
    else if ("join" in decision) await this.#join(sync, link, decision.join, by);
    else {
      if ("choose" in decision) refuseOtherFields(link, decision.choose);
      await this.#hand(sync, link, decision, by);
    }
    return this.link(workspaceId, id, linkId);
  }

  /** Makes a record the counterpart of the one that the pair has, and brings both into step. */
  async #join(sync: Sync, link: Link, { side, id }: { side: Side; id: string }, by: string): Promise<void> {
    const { store } = this.#parts;
    if (link[side] !== null || link[otherSide(side)] === null) throw conflict("The pair does not wait for a record of this side");
    if (!(await store.row(sync.id, side, id))) throw notFound("record", id);
    const other = await store.linkOf(sync.id, side, id);
    if (other && other[otherSide(side)] !== null) throw conflict("That record is in another pair. Separate that one first");
    if (other) await store.removeLink(sync.id, other.id);
    await this.#put({ ...link, [side]: id, agreed: {}, conflicts: [], problem: null });
    const joined = await this.link(sync.workspaceId, sync.id, link.id);
    await this.#hand(sync, joined.link, { repair: true }, by);
  }

  async #separate(link: Link): Promise<void> {
    const { store, clock } = this.#parts;
    if (link.a === null || link.b === null) throw conflict("The pair has one record only");
    const now = clock.now();
    const apart = { conflicts: [], problem: null, agreed: {}, ignored: true };
    await this.#put({ ...link, ...apart, b: null, was: { ...link.was, b: [] } });
    await store.putLink({ ...newLink(newId("lnk", now), link.syncId, { a: null, b: link.b }, now), ...apart });
  }

  async #put(link: Link): Promise<void> {
    const { store, clock } = this.#parts;
    if (!(await store.putLink({ ...link, updatedAt: clock.now() }))) throw conflict("The pair was changed meanwhile. Look at it again");
  }

  async #hand(sync: Sync, link: Link, asks: { choose?: Record<string, Side>; repair?: true }, by: string): Promise<void> {
    const { engine, clock } = this.#parts;
    const side = link.a === null ? "b" : "a";
    const recordId = link[side];
    if (!sync.flows || sync.status === "paused") throw conflict("The sync is not on. Start it, then decide");
    if (recordId === null) throw conflict("Both records of the pair are gone");
    const flow = await engine.flows.get(sync.workspaceId, sync.flows[side]);
    const row = await this.#parts.store.row(sync.id, side, recordId);
    const known = row ? payloadOfRow({ types: await this.#typesOf(sync) }, side, row) : {};
    const payload = { ...known, _change: { kind: "changed", id: recordId }, _sync: { ...asks, by } };
    const key = `decided:${link.id}:${link.revision}:${clock.now()}`;
    await engine.accept(await engine.flows.trigger(flow), payload, { key, record: recordId, lane: "live" });
  }

  /** Brings the flows of a started sync up to date. */
  async #publish(sync: Sync, by: string): Promise<Sync> {
    const { store, flows: all } = this.#parts;
    const flows = await all.publish(sync, await this.#typesOf(sync), by);
    await store.change(sync.workspaceId, sync.id, null, { flows }, null);
    return { ...sync, flows };
  }

  #typesOf = ({ workspaceId, definition }: Sync) => this.#parts.ready.typesOf(workspaceId, definition);

  async #refuseErrors(sync: Sync): Promise<void> {
    const [first, ...more] = (await this.#problemsOf(sync)).filter(({ level }) => level === "error");
    if (!first) return;
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    throw new MillraceError("SYNC_WOULD_FAIL", {
      details: { problem: `${first.problem.replace(/\.$/, "")}${others}`, field: first.field },
    });
  }

  #checkSides(workspaceId: string, definition: SyncDefinition): void {
    const catalog = this.#parts.catalog.of(workspaceId);
    for (const side of sides) {
      const { app, type } = definition[side];
      if (!catalog.app(app)) throw badInput(`definition.${side}.app`, `there is no app '${app}'`);
      if (!catalog.recordType(app, type)) throw badInput(`definition.${side}.type`, `${app} has no records called '${type}'`);
    }
  }
}

const changedSince = () => conflict("The sync was changed meanwhile by somebody else. Look at it again, then save");

/** The pairs of a sync are of its accounts: with other ones they would mean other records. */
function refuseOtherRecords(sync: Sync, side: Side, definition: SyncDefinition): void {
  const [before, after] = [sync.definition[side], definition[side]];
  for (const member of ["app", "type", "connection"] as const)
    if (before[member] !== after[member])
      throw badInput(`definition.${side}.${member}`, "stays as it is once a sync has started: make another sync for other records");
}

function refuseOtherFields({ conflicts }: Link, choose: Record<string, Side>): void {
  const open = new Set(conflicts.map(({ field }) => field));
  const other = Object.keys(choose).find((field) => !open.has(field));
  if (other !== undefined) throw badInput("choose", `there is nothing to decide about '${other}'`);
}
