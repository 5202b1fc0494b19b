import type { Json } from "#kernel/json.ts";
import { emptiedIn } from "#catalog/empty.ts";
import type { CompiledValue } from "../../../mapping/mapping.ts";
import type { SyncCall, SyncEvent, SyncPlan, SyncReads, Syncs } from "../../../ports/syncs.ts";
import type { Ending } from "../../../run/parts.ts";
import type { StepRecord } from "../../../types/steps.ts";
import type { Walk } from "../../compiled.ts";
import { executeAction } from "../action/attempt.ts";
import type { ActionPlan } from "../action/work.ts";

/** A step that keeps pairs in step. */
export interface SyncStep {
  id: string;
  syncId: string;
  side: "a" | "b";
  /** The id of the webhook event by which it is heard; null: the list is read. */
  heard: string | null;
}

/** What was read longer ago than this is read anew before it is written by, unless a write has begun. */
const freshMs = 60_000;
/** A run that could not write so often has something else to say: its last error. */
const mostRounds = 50;

/** Brings the pair of the run's record into step: reads both records, decides, writes, and remembers what both agree on now. */
export async function executeSync(step: SyncStep, walk: Walk, path: string): Promise<Ending | null> {
  const { syncs, dry } = walk.parts;
  if (walk.recorded(path)?.state === "succeeded") return null;
  if (dry || !syncs) {
    dry?.skipped.push({ step: path, why: "a sync is tried with its preview" });
    return null;
  }
  return new Work(step, walk, path, syncs).go();
}

class Work {
  readonly #step: SyncStep;
  readonly #walk: Walk;
  readonly #path: string;
  readonly #syncs: Syncs;
  readonly #event: SyncEvent;

  constructor(step: SyncStep, walk: Walk, path: string, syncs: Syncs) {
    this.#step = step;
    this.#walk = walk;
    this.#path = path;
    this.#syncs = syncs;
    this.#event = eventOf(step, walk);
  }

  async go(): Promise<Ending | null> {
    const begun = await this.#syncs.begin(this.#event);
    if (begun.kind === "skip") return { kind: "filtered", reason: begun.why };
    if (begun.kind === "wait") return this.#wait(begun);
    const round = await this.#round();
    const reads = await this.#read(begun.calls, round);
    if ("kind" in reads) return this.#ended(reads);
    const plan = await this.#decided(round, () => this.#syncs.plan(this.#event, begun.pair, reads.reads));
    const outputs: Json[] = [];
    const ending = await this.#write(plan, round, outputs);
    if (ending) return this.#ended(ending, { plan, outputs });
    await this.#syncs.settle(this.#event, plan, outputs);
    await this.#walk.decide(this.#path, () => ({ says: plan.says, writes: plan.calls.length }));
    return plan.calls.length === 0 ? { kind: "filtered", reason: plan.says } : null;
  }

  #wait({ until, why, durable }: { until: number; why: string; durable: boolean }): Ending {
    const waiting = { kind: durable ? ("wait" as const) : ("behind" as const), reason: why, step: this.#path };
    return { kind: "paused", dueAt: until, durable, waiting };
  }

  /** The round that goes on: the first, or a new one where the last was decided too long ago and nothing of it was sent. */
  async #round(): Promise<string> {
    for (let n = 1; ; n++) {
      const round = n === 1 ? this.#path : `${this.#path}.${n}`;
      const plan = this.#planOf(round);
      if (!plan || n === mostRounds || this.#isUnderWay(plan, round)) return round;
      for (const i of plan.calls.keys())
        if (this.#walk.recorded(writePath(round, i))?.state !== "succeeded") await this.#syncs.unwritten(this.#event, plan, i);
    }
  }

  #planOf(round: string): SyncPlan | null {
    const record = this.#walk.recorded(`${round}.plan`);
    return record?.state === "succeeded" ? (record.output as unknown as SyncPlan) : null;
  }

  #isUnderWay(plan: SyncPlan, round: string): boolean {
    const writes = plan.calls.map((_, i) => this.#walk.recorded(writePath(round, i)));
    if (writes.some((record) => record !== undefined && isUnclear(record))) return true;
    if (writes.every((record) => record?.state === "succeeded")) return true;
    return this.#walk.parts.clock.now() - plan.at < freshMs && !writes.some((record) => record?.state === "failed");
  }

  async #read(calls: readonly SyncCall[], round: string): Promise<{ reads: SyncReads } | Ending> {
    const reads: SyncReads = {};
    for (const call of calls) {
      const path = `${round}.read_${call.side}`;
      const ending = await executeAction(actionOf(this.#step.id, call, "continue"), this.#walk, path, {});
      if (ending) return ending;
      const record = this.#walk.recorded(path)!;
      if (record.state === "failed" && record.error?.code !== "OUTBOUND_NOT_FOUND") return { kind: "failed", error: record.error! };
      const found = record.state === "failed" ? null : (record.output ?? null);
      reads[call.side] = { record: found, readAt: record.startedAt };
    }
    return { reads };
  }

  async #decided(round: string, plan: () => Promise<SyncPlan>): Promise<SyncPlan> {
    const { output } = await this.#walk.decide(`${round}.plan`, async () => (await plan()) as unknown as Json);
    return output as unknown as SyncPlan;
  }

  /** Makes the writes; their answers are added to `outputs`. */
  async #write(plan: SyncPlan, round: string, outputs: Json[]): Promise<Ending | null> {
    for (const [i, call] of plan.calls.entries()) {
      const path = writePath(round, i);
      if (this.#walk.recorded(path)?.state !== "succeeded") await this.#syncs.writing(this.#event, plan, i);
      const ending = await executeAction(actionOf(this.#step.id, call, "fail"), this.#walk, path, {});
      const record = this.#walk.recorded(path);
      if (ending && !isGoneAlready(ending, record)) {
        if (!record || !isUnclear(record)) await this.#syncs.unwritten(this.#event, plan, i);
        return ending;
      }
      const output = this.#walk.recorded(path)?.output ?? null;
      await this.#syncs.wrote(this.#event, plan, i, output);
      outputs.push(output);
    }
    return null;
  }

  /** Where it ends without being in step, the pair says so. */
  async #ended(ending: Ending, done?: { plan: SyncPlan; outputs: readonly Json[] }): Promise<Ending> {
    if (ending.kind !== "failed" && ending.kind !== "held") return ending;
    const again = await this.#syncs.failed(this.#event, ending.error, done);
    if (!again || ending.kind === "held") return ending;
    return this.#wait({ until: this.#walk.parts.clock.now(), why: "The record was there already", durable: true });
  }
}

/** What was to be deleted is not there: by an earlier attempt whose answer was lost, or by somebody else. */
const isGoneAlready = (ending: Ending, record: StepRecord | undefined): boolean =>
  ending.kind === "failed" && ending.error.code === "OUTBOUND_NOT_FOUND" && record?.effect === "delete";

const writePath = (round: string, i: number): string => `${round}.write_${i + 1}`;

/** Whether nobody knows if a write took effect: what is decided anew could then do it twice. */
const isUnclear = ({ state, attempts }: StepRecord): boolean =>
  state === "running" || state === "held" || attempts.at(-1)?.unknown === true || (state === "waiting" && attempts.length > 0);

function eventOf({ syncId, side, heard }: SyncStep, { context: { run, event } }: Walk): SyncEvent {
  return {
    workspaceId: run.workspaceId,
    syncId,
    side,
    heard,
    runId: run.id,
    triggerId: event.triggerId,
    key: event.key,
    recordId: event.record,
    payload: event.payload,
    at: event.happenedAt ?? event.receivedAt,
    lane: run.lane,
  };
}

/** A call as an action step makes it, with an input that is complete already. */
function actionOf(id: string, { app, operation, connection, input }: SyncCall, onError: "fail" | "continue"): ActionPlan {
  return {
    id,
    app,
    operation,
    connection,
    input: fixed(input),
    meant: { written: Object.keys(input), emptied: emptiedIn(input) },
    onError,
  };
}

function fixed(input: SyncCall["input"]): CompiledValue {
  const value = () => input;
  return { evaluate: value, unhurried: value, uses: [] };
}
