import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { ListRead } from "#catalog/types.ts";

const lookedAtRuns = 3;
const lookedAtSteps = { limit: 100, mostBytes: 4 * 1024 * 1024 };

/** How far the last runs of a flow read its lists, by step: the run that left out the most counts. */
export async function lastReads(
  engine: Pick<Engine, "runs" | "runPage">,
  { workspaceId, id: flowId }: Pick<Flow, "workspaceId" | "id">,
): Promise<Map<string, ListRead>> {
  const reads = new Map<string, ListRead>();
  for (const { id } of await engine.runs(workspaceId, { flowId }, { limit: lookedAtRuns })) {
    const { steps } = await engine.runPage(workspaceId, id, lookedAtSteps);
    for (const { path, attempts } of steps) {
      const list = attempts.at(-1)?.list;
      const step = path.split("/").at(-1)!;
      if (list && leftOut(list) >= leftOut(reads.get(step))) reads.set(step, list);
    }
  }
  return reads;
}

/** Rows that were not read; one if the number is not known. */
const leftOut = (list: ListRead | undefined): number =>
  list === undefined ? -1 : list.complete ? 0 : list.total === undefined ? 1 : list.total - list.rows;
