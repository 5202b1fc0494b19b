import type { Catalog } from "#catalog/registry.ts";
import type { Engine } from "#engine/api.ts";
import type { StepCaller } from "#engine/ports/caller.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { Caller } from "#outbound/caller.ts";
import type { QuotaMeter } from "#outbound/types.ts";
import type { CompiledSync } from "#sync/compile.ts";
import { sides } from "#sync/sides.ts";
import type { SyncJob, SyncStore } from "#sync/store.ts";
import type { Side, Sync } from "#sync/types.ts";
import type { Connection } from "#vault/types.ts";
import { firstSyncEnded, firstSyncStuck, FirstSyncs, firstSyncWork, type FirstSyncParts, type HandedRecord } from "./first-sync.ts";
import { readSide } from "./side-reader.ts";
import { SyncJobs } from "./sync-jobs.ts";
import { SyncPreviews, type CallBudget } from "./sync-previews.ts";
import { SyncUndo } from "./sync-undo.ts";

export interface SyncWorkParts {
  store: SyncStore;
  compiled(sync: Sync): Promise<CompiledSync>;
  catalog: Catalog;
  caller: Pick<Caller, "pages"> & Pick<StepCaller, "call" | "confirmed">;
  engine: Pick<Engine, "accept" | "flows" | "runs" | "cancelMany">;
  connection(workspaceId: string, name: string): Promise<Connection | null>;
  /** How full a connection's budget is; null while nothing was asked over it. */
  quota(connection: Connection): QuotaMeter | null;
  clock: Clock;
  log: Log;
}

/** What goes on in a sync beside its flows: first syncs, previews and undoing. */
export interface SyncWork {
  jobs: SyncJobs;
  firstSyncs: FirstSyncs;
  previews: SyncPreviews;
  undo: SyncUndo;
  /** Ends the job of a sync, whichever it is. */
  cancelJob(sync: Sync): Promise<void>;
}

export function openSyncWork(parts: SyncWorkParts): SyncWork {
  const { store, compiled, catalog, caller, clock, log } = parts;
  const read = async function* (sync: Sync, side: Side, signal: AbortSignal, by?: string, lane: "sync" | "backfill" = "sync") {
    const type = (await compiled(sync)).types[side];
    yield* readSide({ catalog, caller, clock }, { workspaceId: sync.workspaceId, side: sync.definition[side], type, lane, by, signal });
  };
  const first: FirstSyncParts = {
    store,
    compiled,
    read: (sync, side, signal) => read(sync, side, signal, undefined, "backfill"),
    ...backfill(parts),
    clock,
  };
  const undo = new SyncUndo({ store, compiled, catalog, caller, clock });
  const jobs = new SyncJobs({
    store,
    works: { first: firstSyncWork(first), undo: undo.work },
    ended: (sync, kind) => (kind === "first" ? firstSyncEnded(store, sync) : Promise.resolve()),
    stuck: (sync, kind, problem) => (kind === "first" ? firstSyncStuck(store, sync, problem) : Promise.resolve(false)),
    clock,
    log,
  });
  const firstSyncs = new FirstSyncs(first, jobs);
  return {
    jobs,
    undo,
    firstSyncs,
    async cancelJob(sync) {
      const job = await store.job(sync.id);
      if (job?.kind === "first") await firstSyncs.cancel(sync);
      else await jobs.cancel(sync);
    },
    previews: new SyncPreviews({ compiled, read, budget: (sync, side) => budgetOf(parts, sync, side), clock }),
  };
}

const openStates = ["queued", "running", "waiting"] as const;
const mostRuns = 2_000;

/** The runs of a first sync: events of the sync's own flows, in the lane that stands behind everything else. */
function backfill({ engine, store }: Pick<SyncWorkParts, "engine" | "store">): Pick<FirstSyncParts, "hand" | "progress" | "cancelRuns"> {
  const openRuns = async ({ workspaceId, flows }: Sync) => {
    const found = await Promise.all(
      (flows ? sides.map((side) => flows[side]) : []).map((flowId) =>
        engine.runs(workspaceId, { flowId, states: [...openStates] }, { limit: mostRuns }),
      ),
    );
    return found.flat().filter(({ lane }) => lane === "backfill");
  };
  return {
    async hand(sync, side, records) {
      const trigger = await engine.flows.trigger(await engine.flows.get(sync.workspaceId, sync.flows![side]));
      const accept = ({ recordId, key, payload, batch }: HandedRecord) => {
        const event = { ...payload, _change: { kind: "changed", id: recordId }, _sync: { batch } };
        return engine.accept(trigger, event, { key, record: recordId, lane: "backfill" });
      };
      const accepted = await Promise.all(records.map(accept));
      return accepted.filter(({ repeat }) => !repeat).length;
    },
    progress: ({ flows }: Sync, job: SyncJob) => store.countBackfill(flows ? sides.map((side) => flows[side]) : [], job.startedAt),
    async cancelRuns(sync) {
      const now = await store.get(sync.workspaceId, sync.id);
      const ids = (await openRuns(now ?? sync)).map(({ id }) => id);
      if (ids.length > 0) await engine.cancelMany(sync.workspaceId, { ids });
    },
  };
}

/** What an account allows: as its answers say, or as its app does. */
async function budgetOf({ catalog, connection, quota }: SyncWorkParts, sync: Sync, side: Side): Promise<CallBudget | null> {
  const { app, connection: name } = sync.definition[side];
  const rules = catalog.of(sync.workspaceId).app(app)?.quota;
  if (!rules) return null;
  const login = await connection(sync.workspaceId, name);
  const meter = login && quota(login);
  const { limit, windowMs } = meter ?? rules.burst;
  const daily = meter?.daily ?? (rules.daily === undefined ? null : { limit: rules.daily, left: rules.daily });
  return { perSecond: (limit * 1_000) / windowMs, daily: daily && { limit: daily.limit, left: daily.left } };
}
