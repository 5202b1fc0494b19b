import { defined } from "#kernel/defined.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { ReplayRequest, ReplayResult } from "../api.ts";
import { runOf } from "../accept/acceptance.ts";
import type { FlowRegistry } from "../flow/registry.ts";
import { findRun, noRun } from "./find-run.ts";
import type { Journal } from "./journal.ts";
import { queuedRun } from "./queued-run.ts";
import type { StateGuard } from "./states.ts";
import type { Run, RunContext, RunFilter } from "../types/runs.ts";
import type { RunQueue } from "../ports/queue.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { StepRecord } from "../types/steps.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  queue: RunQueue;
  flows: FlowRegistry;
  clock: Clock;
  guard: StateGuard;
}

/** Runs replayed in one request at most; a larger selection is asked for in parts. */
export const replayLimit = 10_000;

/** Replays runs by id or by filter. Runs that cannot be replayed are listed with the reason; the others are replayed. */
export async function replay(parts: Parts, workspaceId: string, request: ReplayRequest): Promise<ReplayResult> {
  const ids = request.ids ?? (await selected(parts.store, workspaceId, request.filter ?? {}));
  const result: ReplayResult = { replayed: [], refused: [] };
  for (const id of new Set(ids)) {
    try {
      result.replayed.push({ run: id, as: await replayOne(parts, workspaceId, id, request) });
    } catch (thrown) {
      result.refused.push({ run: id, error: toMillraceError(thrown).toJSON() });
    }
  }
  return result;
}

/** Runs looked at together: a row may hold its record's last state, which is not needed here. */
const pageSize = 200;

/** The newest runs of a selection, oldest first. */
async function selected(store: RunStore, workspaceId: string, filter: RunFilter): Promise<string[]> {
  const ids: string[] = [];
  for (let page = pageSize; page === pageSize && ids.length < replayLimit;) {
    const before = ids.at(-1);
    const runs = await store.list(workspaceId, filter, { limit: pageSize, ...defined({ before }) });
    page = runs.length;
    ids.push(...runs.map((run) => run.id));
  }
  return ids.reverse();
}

async function replayOne(parts: Parts, workspaceId: string, id: string, request: ReplayRequest): Promise<string> {
  const context = await findRun(parts.store, workspaceId, id);
  if (context.run.finishedAt === null) throw notReplayable(`Run ${id} has not ended yet`);
  const version = request.version === "same" ? context.run.version : await publishedVersion(parts, context.run);
  if (request.from === "start") return copy(parts, context, version, { origin: null, starter: request.starter }, []);
  if (context.run.state !== "failed" && context.run.state !== "held")
    throw notReplayable(`Run ${id} did not fail; replay it from the start`);
  if (version === context.run.version) return goOn(parts, context);
  return copy(parts, context, version, { origin: context.run.origin ?? context.run.id, starter: request.starter }, [
    ...context.steps.filter(isDone),
    ...context.steps.filter((s) => isRest(s) && isDoubtful(s)).map((s) => reopen(s, context.run)),
  ]);
}

async function publishedVersion({ flows }: Parts, run: Run): Promise<number> {
  const flow = await flows.get(run.workspaceId, run.flowId);
  if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
  return flow.version;
}

/** A new run of the same event, of the same record with the same old values; in the record's order it comes last. With an origin it goes on with the other's idempotency keys, so that what took effect is not done again. */
async function copy(
  parts: Parts,
  { run, event }: RunContext,
  version: number,
  { origin, starter = run.starter }: { origin: string | null; starter: string | undefined },
  steps: StepRecord[],
): Promise<string> {
  await parts.flows.version(run.workspaceId, run.flowId, version); // a flow that is gone says so here
  const { record, merged, previous, people } = run;
  const fresh: Run = {
    ...runOf(event, run.flowId, version, run.lane, parts.clock.now()),
    replayOf: run.id,
    origin,
    record,
    merged,
    ...defined({ previous, people, starter }),
  };
  const writes = [{ run: fresh, steps: steps.map((s) => ({ ...s, runId: fresh.id })) }];
  await parts.store.commit({
    accept: [],
    steps: [],
    replays: writes,
    runs: run.attention ? [{ was: run, patch: { attention: false } }] : [],
  });
  enqueue(parts, fresh);
  return fresh.id;
}

/** The same run goes on where it failed; of a record in order, before those that have not begun. A person has looked: what was of unknown outcome is tried again. */
async function goOn(parts: Parts, { run, steps }: RunContext): Promise<string> {
  await parts.flows.version(run.workspaceId, run.flowId, run.version);
  const patch = { state: "queued" as const, dueAt: parts.clock.now(), finishedAt: null, attention: false, error: null };
  const reopened = steps.filter(isRest).map((s) => ({ step: reopen(s, run), lease: run.lease }));
  if (!parts.guard.allows({ was: run, patch })) throw notReplayable(`Run ${run.id} cannot go on`);
  const { stale } = await parts.store.commit({ accept: [], steps: reopened, runs: [{ was: run, patch }] });
  if (stale.length > 0) throw await changedMeanwhile(parts.store, run.id);
  enqueue(parts, { ...run, ...patch });
  return run.id;
}

async function changedMeanwhile(store: RunStore, id: string): Promise<MillraceError> {
  if (await store.load(id)) return notReplayable(`Run ${id} was changed meanwhile; look at it again`);
  return noRun(id);
}

/** Where the run came to rest. A failure that the flow allowed for left a result, and the run went on from it. */
const isRest = (step: StepRecord): boolean => (step.state === "failed" || step.state === "held") && step.output === undefined;

const isDone = (step: StepRecord): boolean => step.state === "succeeded" || (step.state === "failed" && !isRest(step));

/** Its last attempt may have taken effect: whoever goes on has to look first, on any version. */
const isDoubtful = (step: StepRecord): boolean => step.state === "failed" && step.attempts.at(-1)?.unknown === true;

const reopen = (step: StepRecord, run: Run): StepRecord => ({
  ...step,
  state: "waiting",
  error: null,
  finishedAt: null,
  output: undefined,
  attempts: run.state === "held" ? step.attempts.map((a) => ({ ...a, unknown: false })) : step.attempts,
});

const enqueue = ({ queue }: Parts, run: Run) => queue.add([queuedRun(run)]);

const notReplayable = (problem: string) => new MillraceError("RUN_NOT_REPLAYABLE", { details: { problem } });
