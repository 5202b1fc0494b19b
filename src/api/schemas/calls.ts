/** Which login was used for which call. */
import { z } from "zod";
import { callPurposes } from "#kernel/call-cause.ts";
import { moment, rowNumber } from "./common.ts";

const callFilter = z.object({
  /** Each word is in the connection's name, the operation, the address, the error, or the id of the run. */
  text: z.string().max(200).optional(),
  /** Name or id; of a connection that was removed, its id. */
  connection: z.string().max(100).optional(),
  /** The id of a flow. */
  flow: z.string().max(100).optional(),
  /** The id of a run. */
  run: z.string().max(100).optional(),
  /** As in `by` of a call: whose calls. */
  by: z.string().max(100).optional(),
  /** What they were made for. */
  purpose: z.enum(callPurposes).optional(),
  /** Only calls that were refused or had no answer. */
  failed: z.stringbool().optional(),
  from: moment.optional(),
  to: moment.optional(),
});

export const callQuery = callFilter.extend({
  /** Those that come after the call of this number, so older ones. */
  before: rowNumber.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const callExportQuery = callFilter.extend({ format: z.enum(["csv", "jsonl"]).default("csv") });
export type CallFilterQuery = z.output<typeof callFilter>;

export const callView = z.object({
  /** Grows with the order in which calls were noted. */
  seq: z.number(),
  at: z.number(),
  durationMs: z.number(),
  /** `name`: what it was called at the time. */
  connection: z.object({ id: z.string(), name: z.string() }),
  app: z.string(),
  operation: z.string(),
  /** The operation in words. */
  title: z.string(),
  method: z.string(),
  /** Where it went: the host and the route of the operation; of another address, what reads like words or numbers. Without a query. */
  address: z.string(),
  /** Null: there was no answer. */
  status: z.number().nullable(),
  /** The code of what went wrong. */
  error: z.string().nullable(),
  purpose: z.enum(callPurposes),
  /** Who asked for it: `key:`, `session:` or `account:` and an id. Null: a flow, or Millrace itself. */
  by: z.string().nullable(),
  /** Who it was, in words. */
  who: z.string(),
  /** `name` is null once the flow is deleted. */
  flow: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  run: z.string().nullable(),
  step: z.string().nullable(),
  /** Whom the run is about, while it is kept. */
  person: z.string().nullable(),
});
export type CallView = z.output<typeof callView>;

/**
 * `next`: the `before` of the next page; null when there is none. One answer looks through fifty thousand calls at most, so with a filter
 * it may have few calls or none, and still a `next` that goes on with the older ones.
 */
export const callList = z.object({ calls: z.array(callView), next: z.number().nullable() });
