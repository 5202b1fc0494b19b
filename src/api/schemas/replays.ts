/** Runs replayed or cancelled, by id or by filter. */
import { z } from "zod";
import { storedError } from "./common.ts";
import { runQuery } from "./runs.ts";

/** Which runs to change. A condition that is misspelt, blank or missing would mean all runs there are, so it is refused. */
const changedRuns = runQuery
  .omit({ before: true, limit: true })
  .extend({ flow: z.string().min(1).optional(), person: z.string().trim().min(1).max(200).optional() })
  .strict()
  .refine(
    (filter) => Object.values(filter).some((condition) => condition !== undefined),
    "needs a condition, such as flow, state or person",
  );
export const replayBody = z.object({
  /** Either ids or a filter as in the list. */
  ids: z.array(z.string()).max(10_000).optional(),
  filter: changedRuns.optional(),
  /** `failed`: go on from the step that failed, keeping what was done; `start`: do all of it again. */
  from: z.enum(["start", "failed"]).default("failed"),
  version: z.enum(["same", "published"]).default("same"),
  /** `connected`: runs whose connection is broken wait until it works again, and are then replayed once. */
  when: z.enum(["now", "connected"]).default("now"),
});
/** `payload`: the whole event, changed. */
export const editedReplayBody = z.strictObject({ payload: z.unknown(), version: replayBody.shape.version });
/** A connection that does not work, and how many of the runs need it. */
const blockedRuns = z.object({
  connection: z.object({ id: z.string(), name: z.string(), title: z.string(), status: z.string(), reason: z.string().optional() }),
  runs: z.number(),
});
export const replayReply = z.object({
  replayed: z.array(z.object({ run: z.string(), as: z.string() })),
  refused: z.array(z.object({ run: z.string(), error: storedError })),
  waiting: z.array(blockedRuns),
});
/** Either ids, or a filter as in the list: of what it finds, the runs that are not over. */
export const cancelBody = replayBody.pick({ ids: true, filter: true });
export const cancelReply = z.object({
  cancelled: z.array(z.string()),
  refused: z.array(z.object({ run: z.string(), error: storedError })),
});
export const replayCheckReply = z.object({ runs: z.number(), blocked: z.array(blockedRuns) });
/** Runs that wait to be replayed until a connection works again. */
export const waitingReplay = z.object({
  id: z.string(),
  /** Null: it was removed. */
  connection: blockedRuns.shape.connection.nullable(),
  runs: z.array(z.string()),
  createdAt: z.number(),
});
export const waitingReplayList = z.object({ waiting: z.array(waitingReplay) });
export type ReplayCheck = z.infer<typeof replayCheckReply>;
export type WaitingReplayView = z.infer<typeof waitingReplay>;
export type ReplayBody = z.input<typeof replayBody>;
export type CancelBody = z.input<typeof cancelBody>;
export type CancelReply = z.infer<typeof cancelReply>;
