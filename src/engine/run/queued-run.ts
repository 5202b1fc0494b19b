import type { QueuedRun } from "../ports/queue.ts";
import type { Run } from "../types/runs.ts";

/** A run as the queue carries it: in the group of its flow, due when its row says or at `dueAt`. */
export const queuedRun = (
  { id, dueAt: rowDueAt, lane, flowId }: Pick<Run, "id" | "dueAt" | "lane" | "flowId">,
  dueAt = rowDueAt,
): QueuedRun => ({
  id,
  dueAt,
  lane,
  group: flowId,
});
