import type { z } from "zod";
import type { operationBatchBody, operationBatchReply } from "#api/schemas.ts";
import { badInput, MillraceError, toMillraceError } from "#kernel/errors.ts";
import { shownError } from "../http/errors.ts";
import type { CallReply } from "./operation-call.ts";

export type Batch = z.output<typeof operationBatchBody>;
export type BatchReply = z.input<typeof operationBatchReply>;
type BatchCall = Batch["calls"][number];

/** One call of a batch, with what the batch says for all. */
export interface CallOfBatch extends Omit<BatchCall, "operation"> {
  operation: string;
  dryRun: boolean;
}

const mostCharacters = 16 * 1024 * 1024;

/**
 * Makes the calls of a batch one after another. None stops the others: each has its own result or error, in their order. Once the caller is
 * gone, no further call is made.
 */
export async function callBatch(batch: Batch, make: (call: CallOfBatch) => Promise<CallReply>, isGone: () => boolean): Promise<BatchReply> {
  const results: BatchReply["results"] = [];
  const calls = callsOf(batch);
  let characters = 0;
  for (const call of calls) {
    if (isGone()) break;
    const result = await (characters > mostCharacters ? Promise.reject(tooLarge()) : make(call)).then(succeeded, failed);
    characters += JSON.stringify(result).length;
    results.push(result);
  }
  const ok = results.filter((result) => result.ok).length;
  return { results, succeeded: ok, failed: results.length - ok };
}

/** Each call as it would be alone. Throws BAD_INPUT for one without an operation, before any is made. */
function callsOf({ operation, connection, calls, dryRun, idempotencyKey }: Batch): CallOfBatch[] {
  return calls.map((call, i) => {
    const name = call.operation ?? operation;
    if (name === undefined) throw badInput(`calls.${i}.operation`, "is missing, and the batch has none for all");
    const key = call.idempotencyKey ?? (idempotencyKey === undefined ? undefined : `${idempotencyKey}/${i}`);
    return { ...call, operation: name, connection: call.connection ?? connection, dryRun, idempotencyKey: key };
  });
}

function succeeded({ exchanges: _, ...reply }: CallReply): BatchReply["results"][number] {
  return { ok: true, ...reply };
}
const failed = (thrown: unknown): BatchReply["results"][number] => ({ ok: false, error: shownError(toMillraceError(thrown)) });
const tooLarge = () => new MillraceError("BATCH_TOO_LARGE", { details: { limit: `${mostCharacters / 1024 / 1024} MiB` } });
