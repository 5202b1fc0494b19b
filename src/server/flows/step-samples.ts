import type { Engine } from "#engine/api.ts";
import { sampleOf } from "#catalog/schema-sample.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { SampleView } from "#api/schemas.ts";
import { largestKept, stepsIn } from "./step-trials.ts";

export interface StepSampleParts {
  engine: Pick<Engine, "flows" | "runs" | "runPage">;
  catalog: Catalog;
  trials: Pick<TrialStore, "stepTests">;
  clock: Clock;
}

/** Of a trigger or a step, in the editor. */
export const mostSamples = 10;
const enoughSamples = 3;

/** Sample results of a step, for mapping the steps after it: of its tests, of the newest runs, or made up where it never succeeded. */
export class StepSamples {
  readonly #parts: StepSampleParts;

  constructor(parts: StepSampleParts) {
    this.#parts = parts;
  }

  /** Of the draft, or of the definition that the editor has not saved yet. */
  async of(workspaceId: string, flowId: string, stepId: string, definition: unknown): Promise<SampleView[]> {
    const step = await this.#step(workspaceId, flowId, stepId, definition);
    const tested = await this.#ofTests(workspaceId, flowId, stepId);
    const missing = enoughSamples - tested.length;
    const samples = missing > 0 ? [...tested, ...(await this.#ofRuns(workspaceId, flowId, step, missing))] : tested;
    return samples.length > 0 ? samples : this.#madeUp(workspaceId, step);
  }

  async #step(workspaceId: string, flowId: string, id: string, definition: unknown): Promise<AnyStep> {
    const { flows } = this.#parts.engine;
    const flow = await flows.get(workspaceId, flowId);
    const draft = definition === undefined ? flow.draft : flows.draft(workspaceId, definition);
    const step = stepsIn(draft.steps).find((one) => one.id === id);
    if (!step) throw new MillraceError("NOT_FOUND", { details: { what: "step", id } });
    return step;
  }

  async #ofTests(workspaceId: string, flowId: string, stepId: string): Promise<SampleView[]> {
    const tests = await this.#parts.trials.stepTests(workspaceId, flowId);
    return tests
      .filter(({ step, state, output }) => step === stepId && state !== "failed" && output !== null)
      .map(({ at, output, person }) => ({ event: null, at, payload: output, person, from: "test" }));
  }

  async #ofRuns(workspaceId: string, flowId: string, step: AnyStep, most: number): Promise<SampleView[]> {
    const { engine } = this.#parts;
    const samples: SampleView[] = [];
    for (const { id, person, createdAt } of await engine.runs(workspaceId, { flowId }, { limit: mostSamples })) {
      if (samples.length >= most) break;
      const { steps } = await engine.runPage(workspaceId, id, { limit: 50, mostBytes: largestKept });
      const result = steps.find(
        ({ path, state, operation }) =>
          path.split("/").at(-1) === step.id && state === "succeeded" && operation === (step["operation"] ?? null),
      );
      if (result) samples.push({ event: null, at: createdAt, payload: result.output, person, from: "run" });
    }
    return samples;
  }

  #madeUp(workspaceId: string, { app, operation: id }: AnyStep): SampleView[] {
    const { catalog, clock } = this.#parts;
    const operation = typeof app === "string" && typeof id === "string" ? catalog.of(workspaceId).operation(app, id) : null;
    const output = operation?.example?.output ?? (operation?.output && sampleOf(operation.output));
    if (output === undefined) return [];
    return [{ event: null, at: clock.now(), payload: output, person: null, from: operation?.example ? "example" : "schema" }];
  }
}

/** Of a trigger, with a mark at those whose run a filter ended. */
export async function triggerSamples(
  engine: Pick<Engine, "samples" | "runs">,
  workspaceId: string,
  flowId: string,
  options: NonNullable<Parameters<Engine["samples"]>[3]>,
): Promise<SampleView[]> {
  const [samples, runs] = await Promise.all([
    engine.samples(workspaceId, flowId, mostSamples, options),
    engine.runs(workspaceId, { flowId, states: ["filtered"] }, { limit: 2 * mostSamples }),
  ]);
  const filtered = new Set(runs.map(({ eventId }) => eventId));
  return samples.map((sample) => (sample.event !== null && filtered.has(sample.event) ? { ...sample, filtered: true } : sample));
}
