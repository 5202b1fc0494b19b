import { isObject, sizeUpTo } from "#kernel/json.ts";
import type { StepAnswer } from "../mapping/answers.ts";
import type { StepRecord } from "../types/steps.ts";

/** The last request and answer of a step. */
function lastExchange({ attempts }: Pick<StepRecord, "attempts">): Record<string, unknown> | undefined {
  const exchange = attempts.at(-1)?.exchanges?.at(-1);
  return isObject(exchange) ? exchange : undefined;
}

/** What later steps can read of a step's last answer; the status is missing if there was none. */
export function answerOf(step: Pick<StepRecord, "attempts">): StepAnswer {
  const { list } = step.attempts.at(-1) ?? {};
  const { status, headers } = lastExchange(step) ?? {};
  return {
    ...(typeof status === "number" && { _status: status, _headers: isObject(headers) ? (headers as Record<string, string>) : {} }),
    ...(list && { _complete: list.complete }),
    ...(list?.total !== undefined && { _total: list.total }),
  };
}

/** A step's attempts as far as later steps read them: how far a list was read, and the answer if its headers were kept. */
export function attemptsWithAnswer(step: StepRecord): StepRecord["attempts"] {
  const { list } = step.attempts.at(-1) ?? {};
  const { status, headers } = lastExchange(step) ?? {};
  if (headers === undefined && !list) return [];
  const exchanges = headers === undefined ? [] : [{ status, headers }];
  return [{ at: step.startedAt, durationMs: 0, exchanges, ...(list && { list }) }];
}

/** About how large the kept headers of a step are. */
export function answerBytes(step: Pick<StepRecord, "attempts">): number {
  const headers = lastExchange(step)?.["headers"];
  return headers === undefined ? 0 : sizeUpTo(headers, mostHeaderBytes);
}
/** They are kept up to less than this. */
const mostHeaderBytes = 64 * 1024;
