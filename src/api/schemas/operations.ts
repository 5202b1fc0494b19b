/** A call of one operation, by its full name. */
import { z } from "zod";
import { listRows } from "#catalog/types.ts";
import { storedError } from "./common.ts";
import { effectView } from "./dry-runs.ts";
import { exchangeView, listRead } from "./runs.ts";

/** A key of the caller's own: the same key with the same request gives the first answer again, for a day. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7e]+$/, "use letters, digits and signs without spaces");
/** One call of an operation. */
export const operationCallBody = z.object({
  /** The name of the login to call it with; an operation that needs none is called without. */
  connection: z.string().max(120).optional(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of a list: how many rows to read at most; 1,000 where it is not said. */
  rows: z.int().min(1).max(listRows.most).optional(),
  /** Nothing is written; the answer says what would be. */
  dryRun: z.boolean().default(false),
  /** As in the header Idempotency-Key. */
  idempotencyKey: idempotencyKey.optional(),
  /** Of a message to a person: why a person sends it all the same, where the message policy refuses it. A program cannot. */
  force: z.string().trim().min(3, "needs a reason").max(300).optional(),
});
const batchSize = { least: 1, most: 100 } as const;
/** One call of a batch; what it leaves out is as the batch says. */
const batchCall = operationCallBody
  .omit({ dryRun: true })
  .extend({ operation: z.string().max(260).optional() })
  .strict();
/** Up to 100 calls of operations, made one after another. */
export const operationBatchBody = z.object({
  /** The operation of every call that names none of its own. */
  operation: z.string().max(260).optional(),
  connection: z.string().max(120).optional(),
  calls: z.array(batchCall).min(batchSize.least).max(batchSize.most),
  dryRun: z.boolean().default(false),
  /** A key for the batch: its first call gets this key with /0, the second with /1, where they have none of their own. */
  idempotencyKey: idempotencyKey.max(190).optional(),
});
/** What a call gave; of a dry run, what it would change. */
export const callReply = z.object({
  output: z.unknown(),
  /** Of a list: how far it was read. */
  list: listRead.optional(),
  effects: z.array(effectView.omit({ step: true })).optional(),
  notices: z.array(z.string()).optional(),
  exchanges: z.array(exchangeView),
});
/** A result or an error for each call. */
export const operationBatchReply = z.object({
  /** In the order of the calls. */
  results: z.array(
    z.union([callReply.omit({ exchanges: true }).extend({ ok: z.literal(true) }), z.object({ ok: z.literal(false), error: storedError })]),
  ),
  succeeded: z.number(),
  failed: z.number(),
});
