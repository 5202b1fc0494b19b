import { toMillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { eachAtPace } from "#kernel/pace.ts";
import type { CompiledFlow, CompiledStep, Loop, Walk } from "../flow/compiled.ts";
import type { Scope } from "../mapping/mapping.ts";
import type { EvaluationHost } from "../mapping/work.ts";
import { applyScriptRule } from "../scripts/rules.ts";
import type { RunContext } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";
import { RunBounds } from "./bounds.ts";
import { withChange, type ChangeFacts } from "./change.ts";
import type { Ending, RunnerParts } from "./parts.ts";
import { attemptsWithAnswer } from "./step-answer.ts";
import { toStored } from "./stored-error.ts";

const noFacts: ChangeFacts = { volatile: [], at: null };

/** Executes a run from where it is, until it ends or has to wait. Never throws: a failure is one of the endings. */
export async function advance(context: RunContext, flow: CompiledFlow, parts: RunnerParts): Promise<Ending> {
  try {
    const pass = new Pass(context, flow, parts);
    await pass.recall();
    return (await pass.steps(flow.steps, "", pass.scope)) ?? { kind: "succeeded" };
  } catch (thrown) {
    return { kind: "failed", error: toStored(toMillraceError(thrown)) };
  }
}

/** One pass over a run. What each step does is up to its kind. */
class Pass implements Walk {
  readonly scope: Scope;
  readonly #done = new Map<string, StepRecord>();
  readonly #bounds: RunBounds;

  readonly context: RunContext;
  readonly flow: CompiledFlow;
  readonly parts: RunnerParts;

  constructor(context: RunContext, flow: CompiledFlow, parts: RunnerParts) {
    this.context = context;
    this.flow = flow;
    this.parts = flow.scripted ? { ...parts, pace: evaluationHost(context, parts) } : parts;
    this.#bounds = new RunBounds(context.steps.length);
    const trigger = flow.changes ? withChange(context, parts.change ?? noFacts) : context.event.payload;
    this.scope = { ...parts.results, trigger, run: { id: context.run.id }, flow: { id: context.run.flowId } };
  }

  /** Reads the steps that are recorded already: thousands, where a long run goes on. */
  recall(): Promise<void> {
    return eachAtPace(this.context.steps, this.parts.pace, (step) => {
      this.#done.set(step.path, step);
      this.#bounds.addResult(step);
    });
  }

  async steps(steps: readonly CompiledStep[], prefix: string, scope: Scope): Promise<Ending | null> {
    const { pace, cancelled } = this.parts;
    for (const step of steps) {
      if (pace.due()) await pace.rest();
      if (cancelled?.()) return { kind: "cancelled" };
      this.#bounds.checkBytes();
      if (this.#bounds.mustWait()) await this.parts.recorder.written();
      const ending = await step.run(this, prefix + step.id, scope);
      if (ending) return ending;
    }
    return null;
  }

  async each(loop: Loop, items: readonly Json[], path: string, scope: (item: Json, i: number) => Scope): Promise<Ending | null> {
    this.#bounds.enter(loop, items.length);
    for (let i = 0; i < items.length; i++) {
      const ending = await this.steps(loop.body, `${path}[${i}]/`, scope(items[i]!, i));
      if (ending) return ending;
    }
    this.#bounds.leave();
    return null;
  }

  recorded(path: string): StepRecord | undefined {
    return this.#done.get(path);
  }

  async decide(path: string, work: () => Json | Promise<Json>): Promise<StepRecord> {
    const prior = this.#done.get(path);
    if (prior?.state === "succeeded") return prior;
    const now = this.parts.clock.now();
    const record = this.record(path, prior, now);
    try {
      const made = work();
      this.put({ ...record, state: "succeeded", output: made instanceof Promise ? await made : made, finishedAt: now });
    } catch (thrown) {
      this.put({ ...record, state: "failed", error: toStored(toMillraceError(thrown)), finishedAt: now });
      throw thrown;
    }
    return this.#done.get(path)!;
  }

  record(path: string, prior: StepRecord | undefined, now: number): StepRecord {
    if (prior) return { ...prior };
    return {
      runId: this.context.run.id,
      path,
      seq: this.#bounds.nextStep(),
      state: "running",
      app: null,
      operation: null,
      effect: null,
      input: undefined,
      output: undefined,
      attempts: [],
      error: null,
      startedAt: now,
      finishedAt: null,
    };
  }

  put(record: StepRecord): void {
    const brief = withoutAttempts(record);
    this.#done.set(record.path, brief);
    this.#bounds.addResult(record);
    this.parts.recorder.put(record, brief);
  }
}

/** The pace of a run whose rules may be scripts. */
function evaluationHost({ run, event }: RunContext, { pace, scripts, signal }: RunnerParts): EvaluationHost {
  const user = { workspace: run.workspaceId, flow: run.flowId, moment: event.receivedAt, seed: `${event.id}/${run.flowId}` };
  return { due: pace.due, rest: pace.rest, runScript: (call) => applyScriptRule(scripts, call, user, signal) };
}

/** What later steps need of a finished one: its result, and its answer where they read it. The requests and answers of ten thousand calls need not be in memory: they are on the disk. */
function withoutAttempts(step: StepRecord): StepRecord {
  if (step.state !== "succeeded" || step.app === null) return step;
  const { runId, path, seq, state, app, operation, effect, output, error, startedAt, finishedAt } = step; // by name: each step passes here
  const attempts = attemptsWithAnswer(step);
  return { runId, path, seq, state, app, operation, effect, input: undefined, output, attempts, error, startedAt, finishedAt };
}
