import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import type { CompiledValue, Scope } from "../../../mapping/mapping.ts";
import type { ScriptFault, ScriptJob, ScriptLanguage, ScriptOutcome } from "../../../ports/scripts.ts";
import type { Ending } from "../../../run/parts.ts";
import { toStored } from "../../../run/stored-error.ts";
import { quotaWaiting } from "../../../run/waiting.ts";
import type { StepAttempt, StepRecord } from "../../../types/steps.ts";
import type { Walk } from "../../compiled.ts";

/** A code step with its input compiled. */
export interface CodePlan {
  id: string;
  code: string;
  language: ScriptLanguage;
  input: CompiledValue;
  timeoutMs: number;
  /** What it may read of the run; null: everything. */
  names: ReadonlySet<string> | null;
}

/** Executes the script of a step, unless it was executed already. It is pure, so a dry run executes it too. */
export async function executeCode(plan: CodePlan, walk: Walk, path: string, scope: Scope): Promise<Ending | null> {
  const { clock, pace, scripts, signal, room, dry } = walk.parts;
  const prior = walk.recorded(path);
  if (prior?.state === "succeeded") {
    scope[plan.id] = prior.output;
    return null;
  }
  // Scripts take their places by workspace: those that wait for a worker must not be all that is executed.
  const host = `scripts of ${walk.context.run.workspaceId}`;
  if (room && !room(host)) return { kind: "parked", host };
  const at = clock.now();
  const record = walk.record(path, prior, at);
  record.input = ((await plan.input.unhurried(scope, pace)) ?? {}) as Json;
  const outcome = await scripts.run(jobOf(plan, walk, path, { ...scope, input: record.input }), signal).catch(ifBusy);
  if (outcome instanceof MillraceError) {
    if (dry) throw outcome;
    return { kind: "paused", dueAt: clock.now() + busyMs, durable: false, waiting: quotaWaiting(outcome, path) };
  }
  walk.put(recordOf(record, outcome, at, clock.now(), plan.id));
  if ("fault" in outcome) throw failure(outcome.fault, plan.id);
  scope[plan.id] = outcome.output;
  return null;
}

/** How soon a script is tried again for which there was no worker. */
const busyMs = 5000;

function ifBusy(thrown: unknown): MillraceError {
  const error = toMillraceError(thrown);
  if (error.code !== "SCRIPTS_BUSY") throw error;
  return error;
}

function jobOf({ code, language, timeoutMs, names }: CodePlan, { context }: Walk, path: string, scope: Scope): ScriptJob {
  const { run, event } = context;
  return {
    workspace: run.workspaceId,
    flow: run.flowId,
    code,
    language,
    data: visible(scope, names),
    moment: event.receivedAt,
    seed: `${event.id}/${run.flowId}/${path}`, // no run: a replay is to give the same
    timeoutMs,
  };
}

/** What a script can see of the run: the answers of calls are not among it. */
function visible(scope: Scope, names: ReadonlySet<string> | null): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scope).filter(([name]) => (names ? names.has(name) : !name.includes("."))));
}

function recordOf(record: StepRecord, outcome: ScriptOutcome, at: number, now: number, step: string): StepRecord {
  const { log, durationMs } = outcome;
  const error = "fault" in outcome ? toStored(failure(outcome.fault, step)) : null;
  const attempt: StepAttempt = { at, durationMs: Math.round(durationMs), ...(error && { error }), ...(log.length > 0 && { log }) };
  const ended = { ...record, attempts: [...record.attempts, attempt], error, finishedAt: now };
  return "output" in outcome ? { ...ended, state: "succeeded", output: outcome.output } : { ...ended, state: "failed" };
}

function failure({ problem, line, column }: ScriptFault, step: string): MillraceError {
  const place = line === undefined ? "" : ` at line ${line}`;
  return new MillraceError("SCRIPT_FAILED", { details: { place, problem, step, ...(line !== undefined && { line, column }) } });
}
