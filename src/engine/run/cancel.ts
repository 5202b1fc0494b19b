import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { CancelRequest, CancelResult, RunChange } from "../api.ts";
import { noRun } from "./find-run.ts";
import type { Journal } from "./journal.ts";
import type { Run, RunState } from "../types/runs.ts";
import type { RunStore } from "../ports/run-store.ts";
import { cancelledByHand } from "./summary.ts";
import type { Worker } from "./worker.ts";

interface Parts {
  store: RunStore;
  journal: Journal;
  worker: Worker;
  clock: Clock;
  pace: Pace;
  changed: (change: RunChange) => void;
}

/** Runs cancelled by one request at most. */
const cancelLimit = 10_000;
const pageSize = 500;
/** Attempts, where other processes claim runs that are about to be cancelled. */
const mostRounds = 3;
const openStates: RunState[] = ["queued", "running", "waiting"];

/**
 * Cancels runs, whatever they are doing: the row says so before the answer is sent, so that no restart takes one up again. One that is
 * executing ends between two steps, and what its last call brings is still recorded. One that another process owns is ended by that one.
 */
export async function cancelRuns(parts: Parts, workspaceId: string, { ids, filter = {} }: CancelRequest): Promise<CancelResult> {
  const result: CancelResult = { cancelled: [], refused: [] };
  const open = { ...filter, states: filter.states ?? openStates };
  const wanted = ids ?? (await parts.store.list(workspaceId, open, { limit: cancelLimit })).map((run) => run.id);
  const unique = [...new Set(wanted)];
  for (let at = 0; at < unique.length; at += pageSize) await cancelPage(parts, workspaceId, unique.slice(at, at + pageSize), result);
  return result;
}

/** One page. Afterwards the worker executes these runs again, whatever happened: one that could not be cancelled goes on. */
async function cancelPage(parts: Parts, workspaceId: string, ids: string[], result: CancelResult): Promise<void> {
  const open = cancellable(await currentRows(parts, workspaceId, ids), ids, result);
  try {
    await cancelOpen(parts, workspaceId, await notElsewhere(parts, open, result), result);
  } finally {
    for (const run of open) parts.worker.cancelled(run.id);
  }
  if (parts.pace.due()) await parts.pace.rest();
}

/** All of them in one commit. */
async function cancelOpen(parts: Parts, workspaceId: string, open: readonly Run[], result: CancelResult, round = 1): Promise<void> {
  if (open.length === 0) return;
  const { journal, worker, clock } = parts;
  const ids = open.map((run) => run.id);
  // The next run of the same record may begin once this one is over, so wait for its last call first.
  await Promise.all(
    open.map((run) => {
      const letGo = worker.cancel(run.id);
      return run.record === null ? Promise.resolve() : letGo;
    }),
  );
  const left = cancellable(await currentRows(parts, workspaceId, ids), ids, result);
  const patch = { state: "cancelled" as const, attention: false, summary: cancelledByHand };
  for (const was of left) journal.note(null, { was, patch: { ...patch, finishedAt: was.finishedAt ?? clock.now() } });
  await journal.durable(null);
  const rows = await currentRows(parts, workspaceId, ids);
  const isOver = ({ id }: Run) => rows.get(id)?.state === "cancelled";
  for (const { id, flowId } of left.filter(isOver)) {
    result.cancelled.push(id);
    parts.changed({ id, workspaceId, flowId, state: "cancelled" });
  }
  await again(
    parts,
    workspaceId,
    left.filter((run) => !isOver(run)),
    result,
    round,
  );
}

/** Tries again for runs that another process has claimed in this moment. */
async function again(parts: Parts, workspaceId: string, runs: readonly Run[], result: CancelResult, round: number): Promise<void> {
  if (runs.length === 0) return;
  if (round === mostRounds) return void result.refused.push(...runs.map(({ id }) => ({ run: id, error: busy(id).toJSON() })));
  const ids = runs.map((run) => run.id);
  const open = cancellable(await currentRows(parts, workspaceId, ids), ids, result);
  await cancelOpen(parts, workspaceId, await notElsewhere(parts, open, result), result, round + 1);
}

/** Asks other processes to cancel the runs that they own, and returns the rest. */
async function notElsewhere({ store, clock }: Parts, open: readonly Run[], result: CancelResult): Promise<Run[]> {
  const ofOthers = open.filter(({ lease, finishedAt }) => finishedAt === null && lease.owner !== null && lease.owner !== store.owner);
  const ids = ofOthers.map((run) => run.id);
  const asked = new Set(ids.length > 0 ? await store.requestCancel(ids, clock.now()) : []);
  result.cancelled.push(...asked);
  return open.filter((run) => !asked.has(run.id));
}

/** The runs that can be cancelled. The others are added to `refused`, with the reason. */
function cancellable(rows: ReadonlyMap<string, Run>, ids: readonly string[], { refused }: CancelResult): Run[] {
  const open: Run[] = [];
  for (const id of ids) {
    const run = rows.get(id);
    if (run && (run.finishedAt === null || isSetAside(run))) open.push(run);
    else refused.push({ run: id, error: (run ? over(id) : noRun(id)).toJSON() });
  }
  return open;
}

const over = (id: string) => new MillraceError("CONFLICT", { details: { problem: `Run ${id} has already ended` } });
const busy = (id: string) =>
  new MillraceError("CONFLICT", { details: { problem: `Run ${id} is being claimed by another process; try again` } });

/** Reads the rows once all their noted changes are written, so that a run that has just ended is seen as ended. */
async function currentRows({ store, journal }: Parts, workspaceId: string, ids: string[]): Promise<Map<string, Run>> {
  for (;;) {
    if (ids.some(journal.isBehind)) await journal.durable(null);
    const rows = await store.list(workspaceId, { ids }, { limit: ids.length });
    if (!ids.some(journal.isBehind)) return new Map(rows.map((run) => [run.id, run]));
  }
}

/** A run that was set aside has not ended by itself, so it can be cancelled. */
const isSetAside = (run: Run): boolean => run.attention && run.error?.code === "RUN_SET_ASIDE";
