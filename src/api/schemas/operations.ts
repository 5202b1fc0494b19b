/** A call of one operation, by its full name. */
import { z } from "zod";
import { listRows } from "#catalog/types.ts";
import { appId } from "./common.ts";
import { effectView } from "./dry-runs.ts";
import { exchangeView, listRead } from "./runs.ts";

export const operationCallBody = z.object({
  /** The name of the login to call it with; an operation that needs none is called without. */
  connection: z.string().max(120).optional(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of a list: how many rows to read at most; 1,000 where it is not said. */
  rows: z.int().min(1).max(listRows.most).optional(),
  /** Nothing is written; the answer says what would be. */
  dryRun: z.boolean().default(false),
});
/** Which operations are meant; all that the catalog lists where nothing is chosen. */
export const operationChoice = z.object({
  app: appId.optional(),
  category: z.string().max(120).optional(),
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints: z.stringbool().optional(),
});
export const callReply = z.object({
  output: z.unknown(),
  /** Of a list: how far it was read. */
  list: listRead.optional(),
  effects: z.array(effectView.omit({ step: true })).optional(),
  notices: z.array(z.string()).optional(),
  exchanges: z.array(exchangeView),
});
