import { parseDuration } from "#kernel/durations.ts";
import { defined } from "#kernel/defined.ts";
import { answerReadBy } from "../mapping/answers.ts";
import { compileCondition, compileExpression, compileKey, compileValue } from "../mapping/mapping.ts";
import type { CompiledCondition, CompiledValue, MappingSettings } from "../mapping/mapping.ts";
import type { Json } from "#kernel/json.ts";
import { defaultRetryLimits } from "../run/retry.ts";
import type { CompiledFlow, CompiledSettings, CompiledStep } from "./compiled.ts";
import type { FlowDefinition, FlowSettings } from "./format.ts";
import type { AnyStep, StepCompiling } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { compileInput } from "./written.ts";

/** Compiles a definition that `parseFlow` let through. `now` is the clock of its templates; `known` says which inputs are addresses or bodies. */
export function compileFlow(
  definition: FlowDefinition,
  now: () => number,
  known?: Pick<FlowKnowledge, "operation">,
  kinds: StepKinds = stepKinds,
): CompiledFlow {
  const settings = compileSettings(definition.settings);
  const mapping: MappingSettings = { zone: settings.zone, now, ...defined({ country: settings.country }) };
  const { app, operation, key, record, previous = false } = definition.trigger;
  const common: Common = { mapping, home: homeOf(definition), operation: (app, id) => known?.operation(app, id) ?? null, kinds };
  const steps = definition.steps.map((step) => compileStep(step, common));
  return {
    settings,
    trigger: { app, operation },
    changes: previous || settings.settleMs !== null,
    answers: new Set(steps.flatMap(({ uses }) => uses).flatMap((path) => answerReadBy(path) ?? [])),
    steps,
    ...defined({
      eventKey: key === undefined ? undefined : compileKey(key, mapping, "trigger.key"),
      record: record === undefined ? undefined : compileKey(record, mapping, "trigger.record"),
    }),
  };
}

/** What all steps of a flow are compiled with. */
interface Common {
  mapping: MappingSettings;
  home: Pick<FlowSettings, "zone" | "country">;
  operation: FlowKnowledge["operation"];
  kinds: StepKinds;
}

function compileStep(step: AnyStep, common: Common): CompiledStep {
  const kind = common.kinds.of(step);
  const compiling = new Compiling(common);
  const run = kind.compile(step, compiling);
  const { uses, inner } = compiling;
  return { id: step.id, uses, calls: kind.calls ?? false, mayEnd: (kind.ends ?? false) || inner.some(({ mayEnd }) => mayEnd), run };
}

/** Compiles the texts of one step, and notes what they read. */
class Compiling implements StepCompiling {
  readonly uses: string[] = [];
  /** The steps inside. */
  readonly inner: CompiledStep[] = [];
  readonly #common: Common;

  constructor(common: Common) {
    this.#common = common;
  }

  get home(): Common["home"] {
    return this.#common.home;
  }

  condition(text: string, member: string): CompiledCondition {
    return this.#noted(compileCondition(text, this.#common.mapping, member));
  }

  expression(text: string, member: string): CompiledValue {
    return this.#noted(compileExpression(text, this.#common.mapping, member));
  }

  value(value: Json, member: string): CompiledValue {
    return this.#noted(compileValue(value, this.#common.mapping, member));
  }

  input(input: Record<string, Json>, app: string, operation: string): CompiledValue {
    return this.#noted(compileInput(input, this.#common.operation(app, operation)?.inputs ?? [], this.#common.mapping));
  }

  steps(steps: readonly AnyStep[]): readonly CompiledStep[] {
    const compiled = steps.map((step) => compileStep(step, this.#common));
    this.inner.push(...compiled);
    for (const { uses } of compiled) this.uses.push(...uses);
    return compiled;
  }

  #noted<T extends { uses: string[] }>(compiled: T): T {
    this.uses.push(...compiled.uses);
    return compiled;
  }
}

/** The zone and country that a flow itself names: where it names none, those of the sub-account count. */
export function homeOf({ settings: { zone, country } = {} }: FlowDefinition): Pick<FlowSettings, "zone" | "country"> {
  return defined({ zone, country });
}

function compileSettings({
  zone = "UTC",
  country,
  unknownOutcome = "hold",
  retry = {},
  lane = "live",
  settle,
  order,
}: FlowSettings = {}): CompiledSettings {
  const maxElapsedMs =
    retry.maxElapsed === undefined ? defaultRetryLimits.maxElapsedMs : parseDuration(retry.maxElapsed, "settings.retry.maxElapsed");
  const limits = { maxAttempts: retry.maxAttempts ?? defaultRetryLimits.maxAttempts, maxElapsedMs };
  const settleMs = settle === undefined ? null : parseDuration(settle, "settings.settle");
  return { zone, unknownOutcome, retry: limits, lane, settleMs, order: order === "record", ...defined({ country }) };
}
