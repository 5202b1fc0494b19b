/** What the home page shows. */
import { z } from "zod";
import { runState } from "./common.ts";
import { connectionStatus } from "./connections.ts";

/** A system that does not answer, or only with errors; or a connection whose login is refused. */
export const outageView = z.object({
  /** Null where several hosts of an app are meant. */
  host: z.string().nullable(),
  /** The title of the app whose call failed first; null for a login's own requests. */
  app: z.string().nullable(),
  since: z.number(),
  /** In words: "no answer within 30 s", "HighLevel answered 500". */
  reason: z.string(),
  /** The connection whose login is refused, and for which the runs wait; absent where a system is meant. */
  connection: z.object({ id: z.string(), name: z.string(), title: z.string(), status: connectionStatus }).optional(),
  /** Null: calls still go there, or for a connection: when it works again. */
  nextTryAt: z.number().nullable(),
  /** Runs that wait to call it again, with those of the same record that keep their order behind them. */
  waiting: z.number(),
  /** The same by flow, as far as the rows of the runs say it. */
  flows: z.array(z.object({ flowId: z.string(), waiting: z.number() })),
});
export const overview = z.object({
  version: z.string(),
  startedAt: z.number(),
  /** Runs of events of the last 24 hours. One that stopped, and whose work a replay has done since, is in `replayed` alone. */
  runs: z.record(runState, z.number()),
  replayed: z.number(),
  /** Runs that have not ended, of all days. */
  underWay: z.object({ queued: z.number(), running: z.number(), waiting: z.number() }),
  /** Runs that failed or are held and that nobody has dealt with, of all days. */
  attention: z.number(),
  /** Syncs that wait for a person: `deletions` to allow, `conflicts` to decide, `problems` of pairs that could not be brought into step. */
  syncs: z.array(z.object({ id: z.string(), name: z.string(), deletions: z.number(), conflicts: z.number(), problems: z.number() })),
  queue: z.object({ live: z.number(), sync: z.number(), backfill: z.number() }),
  flows: z.object({ on: z.number(), total: z.number() }),
  /** By what the last test or call showed: works, does not, and nobody knows yet. */
  connections: z.object({ connected: z.number(), broken: z.number(), untested: z.number(), total: z.number() }),
  /** Connections whose login is refused, then systems that do not answer or only with errors, as far as they keep runs waiting. Those that failed first are at the front. */
  outages: z.array(outageView),
  sandboxUrl: z.string().nullable(),
  /** What is wrong with the store or the clock, and what to do; a sentence or two each. */
  warnings: z.array(z.string()),
  /** Events are accepted, and nothing is executed until somebody resumes. */
  held: z.boolean(),
});
export type Overview = z.infer<typeof overview>;
export type OutageView = z.infer<typeof outageView>;
