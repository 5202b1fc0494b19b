import { createHash } from "node:crypto";
import type { Engine } from "#engine/api.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { StepTest } from "#engine/types/trials.ts";
import type { Clock } from "#kernel/clock.ts";
import { canonicalJson, isObject, sizeUpTo } from "#kernel/json.ts";
import { sampleKey } from "#kernel/sample-key.ts";
import type { StepTestView } from "#api/schemas.ts";
import { resultsToTry, resultsToWrite } from "./earlier-results.ts";

interface StepTrialParts {
  engine: Engine;
  trials: TrialStore;
  clock: Clock;
}

/** Of a test's result that is kept as a sample. */
export const largestKept = 256 * 1024;

/** Tests steps one by one, and keeps the last test of each. */
export function stepTrials({ engine, trials, clock }: StepTrialParts) {
  const { flows } = engine;

  async function testOne(workspaceId: string, flowId: string, by: string, body: TestBody): Promise<StepTestView> {
    const flow = await flows.get(workspaceId, flowId);
    const payload = body.event === undefined ? (body.payload ?? {}) : await engine.payloadOf(workspaceId, body.event);
    const definition = body.definition ?? flow.draft;
    const { step, results, write } = body;
    const plan = engine.planStep(workspaceId, { flow, definition, step, payload, results });
    if (body.plan) return { plan, test: null };
    const isWritten = write && plan.effect === "write";
    const sample = sampleKey(payload);
    const wish = {
      workspaceId,
      flowId,
      definition,
      payload,
      sample,
      plan,
      results,
      tests: await currentTests(workspaceId, flowId, definition),
      by,
    };
    const earlier = isWritten ? resultsToWrite(wish) : await resultsToTry(engine, wish);
    const request = { flow, definition, step, payload, results: earlier, write, by };
    const common = { step, at: clock.now(), app: plan.app, operation: plan.operation, wrote: isWritten, sample, by };
    const empty = { input: null, output: null, effects: [], exchanges: [], error: null, person: null };
    // Noted before it is sent: of a write whose end nobody sees, the list of changes has a line all the same.
    if (isWritten)
      await trials.putStepTest(workspaceId, flowId, { ...common, ...empty, state: "running" }, `tested a step with a write: ${plan.title}`);
    const { plan: _, step: __, wrote: ___, notes: ____, log, ...done } = await engine.testStep(workspaceId, request);
    const test: StepTest = { ...common, ...done };
    await trials.putStepTest(workspaceId, flowId, bounded(test));
    return { plan, test: { ...testView(test), ...(log.length > 0 && { log }) } };
  }

  /** The last tests of the steps as they are in a draft: a test of another operation says nothing any more. */
  async function currentTests(workspaceId: string, flowId: string, definition: unknown): Promise<StepTest[]> {
    const operations = new Map(stepsIn(flows.draft(workspaceId, definition).steps).map(({ id, operation = null }) => [id, operation]));
    return (await trials.stepTests(workspaceId, flowId)).filter(({ step, operation }) => operations.get(step) === operation);
  }

  const once = onceWhileMade();
  const tested: typeof testOne = (workspaceId, flowId, by, body) =>
    once(body.write && !body.plan, [workspaceId, flowId, body], () => testOne(workspaceId, flowId, by, body));

  return tested;
}

interface TestBody {
  definition?: unknown;
  step: string;
  payload?: unknown;
  event?: string | undefined;
  results: Record<string, unknown>;
  write: boolean;
  plan: boolean;
}

/** Tests that are writing just now. A second click, or a repeated request, gets the same test, so that it writes once. */
function onceWhileMade(): (writes: boolean, request: unknown, test: () => Promise<StepTestView>) => Promise<StepTestView> {
  const writing = new Map<string, Promise<StepTestView>>();
  return (writes, request, test) => {
    if (!writes) return test();
    const key = createHash("sha256").update(canonicalJson(request)).digest("hex");
    const made = writing.get(key) ?? test().finally(() => writing.delete(key));
    writing.set(key, made);
    return made;
  };
}

/** All steps of a flow, those within others included. */
export const stepsIn = (steps: readonly AnyStep[]): AnyStep[] =>
  steps.flatMap((step) => [step, ...stepKinds.listsOf(step).flatMap(([, inner]) => stepsIn(inner))]);

/** A result that is too large to be kept is shown once, and is no sample afterwards. */
const bounded = (test: StepTest): StepTest =>
  sizeUpTo([test.input, test.output, test.exchanges], largestKept) < largestKept
    ? test
    : { ...test, output: null, input: null, exchanges: [] };

/** A test as the API shows it. */
export const testView = ({ effects, exchanges, error, ...test }: StepTest): NonNullable<StepTestView["test"]> => ({
  ...test,
  effects: effects.map((effect) => ({ ...effect, changes: [...effect.changes] })),
  exchanges: exchanges.filter(isObject) as never,
  error: error && { ...error, details: { ...error.details } },
});
