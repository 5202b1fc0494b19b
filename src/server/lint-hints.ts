import type { Engine } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { LintDesk } from "./lint-desk.ts";

export interface LintHintParts {
  engine: Pick<Engine, "run" | "flows" | "onChange">;
  lint: Pick<LintDesk, "soon">;
  workspaceId: string;
  clock: Clock;
  log: Log;
}

/** A flow is looked at again at most so often because of its runs. */
const pauseMs = 60_000;
const mostRemembered = 1_000;

/** Has a flow checked when one of its runs stops at a name that is gone, so that the page offers what to use instead. */
export function checkAfterLostNames({ engine, lint, workspaceId, clock, log }: LintHintParts): () => void {
  const looked = new Map<string, number>();

  async function look(flowId: string, runId: string): Promise<void> {
    const { run } = await engine.run(workspaceId, runId);
    if (run.error?.details["reference"] !== undefined) lint.soon(await engine.flows.get(workspaceId, flowId));
    else looked.delete(flowId);
  }

  return engine.onChange(({ id, flowId, state }) => {
    if (state !== "failed" || clock.now() - (looked.get(flowId) ?? -Infinity) < pauseMs) return;
    if (looked.size >= mostRemembered) looked.clear();
    looked.set(flowId, clock.now());
    look(flowId, id).catch((err: unknown) =>
      log.error({ err, flowId }, "A flow could not be checked after its run; it is looked at again later"),
    );
  });
}
