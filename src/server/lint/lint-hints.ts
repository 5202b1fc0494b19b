import type { Engine, RunChange } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { LintService } from "./lint-service.ts";

export interface LintHintParts {
  engine: Pick<Engine, "run" | "runPage" | "flows" | "onChange">;
  lint: Pick<LintService, "soon">;
  clock: Clock;
  log: Log;
}

/** A flow is looked at again at most so often because of its runs. */
const pauseMs = 60_000;
/** One whose runs are good is looked at this often for lists that they do not read to their end. */
const goodPauseMs = 3_600_000;
const mostRemembered = 1_000;
const firstSteps = { limit: 20, mostBytes: 1024 * 1024 };

/**
 * Has a flow checked when one of its runs stops at a name that is gone, so that the page offers what to use instead, and when one leaves out
 * rows of a list.
 */
export function checkAfterRuns({ engine, lint, clock, log }: LintHintParts): () => void {
  const failed = new Map<string, number>();
  const good = new Map<string, number>();

  async function lookAtFailed({ workspaceId, flowId, id: runId }: RunChange): Promise<void> {
    const { run } = await engine.run(workspaceId, runId);
    if (run.error?.details["reference"] !== undefined) lint.soon(await engine.flows.get(workspaceId, flowId));
    else failed.delete(flowId);
  }

  async function lookAtGood({ workspaceId, flowId, id: runId }: RunChange): Promise<void> {
    const { steps } = await engine.runPage(workspaceId, runId, firstSteps);
    const isCut = steps.some(({ attempts }) => attempts.at(-1)?.list?.complete === false);
    if (isCut) lint.soon(await engine.flows.get(workspaceId, flowId));
  }

  function isDue(looked: Map<string, number>, flowId: string, everyMs: number): boolean {
    if (clock.now() - (looked.get(flowId) ?? -Infinity) < everyMs) return false;
    if (looked.size >= mostRemembered) looked.clear();
    looked.set(flowId, clock.now());
    return true;
  }

  const logged = (flowId: string) => (err: unknown) =>
    log.error({ err, flowId }, "A flow could not be checked after its run; it will be checked again later");

  return engine.onChange((change) => {
    const { flowId, state } = change;
    if (state === "failed" && isDue(failed, flowId, pauseMs)) lookAtFailed(change).catch(logged(flowId));
    if (state === "succeeded" && isDue(good, flowId, goodPauseMs)) lookAtGood(change).catch(logged(flowId));
  });
}
