import type { Json } from "#kernel/json.ts";
import { answerKey } from "../../../mapping/answers.ts";
import type { CompiledValue, Scope } from "../../../mapping/mapping.ts";
import type { StepCall } from "../../../ports/caller.ts";
import { answerOf } from "../../../run/step-answer.ts";
import type { MessageException } from "../../../types/messages.ts";
import type { StepRecord } from "../../../types/steps.ts";
import type { Walk } from "../../compiled.ts";

/** An action step with its input compiled. */
export interface ActionPlan {
  id: string;
  app: string;
  operation: string;
  connection?: string;
  input: CompiledValue;
  meant: StepCall["settings"] & object;
  rows?: number;
  /** The rules for messages that it does not keep. */
  messages?: MessageException;
  onError: "fail" | "continue";
}

/** An action step of a run. */
export interface ActionWork {
  readonly plan: ActionPlan;
  readonly walk: Walk;
  readonly record: StepRecord;
  readonly scope: Scope;
}

/** Evaluates the step's input. Nearly always that is done at once, without a promise. */
export function inputOf({ plan, walk, scope }: ActionWork): Json | Promise<Json> {
  const input = plan.input.unhurried(scope, walk.parts.pace);
  return input instanceof Promise ? input.then((value: unknown) => (value ?? {}) as Json) : ((input ?? {}) as Json);
}

/** The call that the step makes. */
export function callOf({ plan, walk, record }: ActionWork): StepCall {
  const { context, flow, parts } = walk;
  const { id, app, operation, meant, rows, connection } = plan;
  const { run } = context;
  return {
    workspaceId: run.workspaceId,
    app,
    operation,
    input: record.input as Record<string, unknown>,
    settings: meant,
    lane: run.lane,
    dry: parts.dry !== undefined,
    idempotencyKey: `${run.origin ?? run.id}/${record.path}`,
    cause: parts.cause ? { ...parts.cause, step: record.path } : { purpose: "run", flowId: run.flowId, runId: run.id, step: record.path },
    ...(rows !== undefined && { rows }),
    ...(connection !== undefined && { connection }),
    ...(flow.answers.has(id) && { keepHeaders: true }),
    ...(parts.signal && { signal: parts.signal }),
  };
}

/** Puts the step's result and answer into the scope of later steps. */
export function give({ id }: ActionPlan, { flow, parts }: Walk, scope: Scope, output: unknown, record: StepRecord): void {
  scope[id] = output;
  const answer = answerOf(record);
  const isPretended = flow.answers.has(id) && parts.dry && record.state === "succeeded" && answer._status === undefined;
  if (isPretended)
    parts.dry?.skipped.push({ step: record.path, why: "nothing was sent, so its _status is 200 and its _headers are empty" });
  scope[answerKey(id)] = isPretended ? { ...pretendedAnswer, ...answer } : answer;
}

/** The answer of a write that a dry run does not send. */
const pretendedAnswer = { _status: 200, _headers: {} };
