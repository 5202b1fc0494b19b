import type { DryRun, Engine, StepPlan } from "#engine/api.ts";
import type { StepTest } from "#engine/types/trials.ts";
import { MillraceError } from "#kernel/errors.ts";

interface Wish {
  workspaceId: string;
  flowId: string;
  definition: unknown;
  payload: unknown;
  /** The sample key of that payload. */
  sample: string;
  plan: Pick<StepPlan, "reads">;
  /** These replace what the server has. */
  results: Readonly<Record<string, unknown>>;
  tests: readonly StepTest[];
  by: string;
}

/**
 * What the earlier steps that a step reads give with a sample: when they were tested with the same one, otherwise in a dry run. A test with
 * another sample is about somebody else.
 */
export async function resultsToTry(engine: Pick<Engine, "dryRun">, wish: Wish): Promise<Record<string, unknown>> {
  const { workspaceId, flowId, definition, payload, sample, plan, results, tests, by } = wish;
  const tested = resultsOf(tests.filter((test) => test.sample === sample && (test.state === "succeeded" || test.state === "pretended")));
  const available: Record<string, unknown> = { ...tested, ...results };
  if (plan.reads.every((id) => Object.hasOwn(available, id))) return available;
  const { steps } = await engine.dryRun(workspaceId, { definition, remember: flowId, cause: { purpose: "dry_run", flowId, by } }, payload);
  return { ...dryResults(steps), ...available };
}

/** What they really gave with the sample. Throws STEP_NOT_TESTED where that is not known: nothing is written with somebody else's values, or with made-up ones. */
export function resultsToWrite({
  plan,
  sample,
  tests,
  results,
}: Pick<Wish, "plan" | "sample" | "tests" | "results">): Record<string, unknown> {
  const real = tests.filter((test) => test.sample === sample && test.state === "succeeded");
  const missing = plan.reads.filter((id) => !real.some(({ step }) => step === id));
  if (missing.length > 0) throw new MillraceError("STEP_NOT_TESTED", { details: { steps: missing.map((id) => `'${id}'`).join(" and ") } });
  const kept = resultsOf(real);
  // A result that was too large to be kept comes with the request.
  return Object.fromEntries(plan.reads.map((id) => [id, kept[id] ?? results[id]]));
}

const resultsOf = (tests: readonly StepTest[]): Record<string, unknown> =>
  Object.fromEntries(tests.map(({ step, output }) => [step, output]));

/** By the ids of the steps; of a step in a loop, what it gave in the first round. */
function dryResults(steps: DryRun["steps"]): Record<string, unknown> {
  const results: Record<string, unknown> = {};
  for (const { path, state, output } of steps) {
    const id = path.split("/").at(-1)!;
    if ((state === "succeeded" || state === "skipped") && !Object.hasOwn(results, id)) results[id] = output;
  }
  return results;
}
