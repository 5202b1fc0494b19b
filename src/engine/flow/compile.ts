import { parseDuration } from "#kernel/durations.ts";
import { defined } from "#kernel/defined.ts";
import { answerReadBy } from "../mapping/answers.ts";
import { compileCondition, compileExpression, compileKey, compileValue } from "../mapping/mapping.ts";
import type { CompiledCondition, CompiledValue, MappingSettings } from "../mapping/mapping.ts";
import type { Rules } from "../mapping/rule-format.ts";
import { withRules } from "../mapping/rules.ts";
import type { Json } from "#kernel/json.ts";
import { defaultRetryLimits } from "../run/retry.ts";
import type { CompiledFlow, CompiledSettings, CompiledStep } from "./compiled.ts";
import type { FlowDefinition, FlowSettings } from "./format.ts";
import type { AnyStep, StepCompiling } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { compileInput } from "./written.ts";

export interface CompileOptions {
  kinds?: StepKinds;
  /** Steps of a draft that cannot be executed yet, each with why: they are passed over, and said to be. */
  unready?: ReadonlyMap<object, string>;
}

/** Compiles a definition that `parseFlow` let through. `now` is the clock of its templates; `knowledge` says which inputs are addresses or bodies, and has the rules. */
export function compileFlow(
  definition: FlowDefinition,
  now: () => number,
  knowledge?: Pick<FlowKnowledge, "operation" | "rules">,
  { kinds = stepKinds, unready = new Map() }: CompileOptions = {},
): CompiledFlow {
  const settings = compileSettings(definition.settings);
  const mapping = mappingOf(settings, now, knowledge?.rules ?? noRules);
  const { app, operation, key, record, previous = false } = definition.trigger;
  const common: Common = {
    mapping,
    home: homeOf(definition),
    rules: knowledge?.rules ?? noRules,
    operation: (app, id) => knowledge?.operation(app, id) ?? null,
    kinds,
    unready,
  };
  const steps = definition.steps.map((step) => compileStep(step, common));
  return {
    settings,
    trigger: { app, operation },
    scripted: Object.values(knowledge?.rules ?? noRules).some(({ kind }) => kind === "script"),
    changes: previous || settings.settleMs !== null,
    answers: new Set(steps.flatMap(({ uses }) => uses).flatMap((path) => answerReadBy(path) ?? [])),
    steps,
    ...defined({
      eventKey: key === undefined ? undefined : compileKey(key, mapping, "trigger.key"),
      record: record === undefined ? undefined : compileKey(record, mapping, "trigger.record"),
    }),
  };
}

const noRules: Rules = {};
const mappings = new WeakMap<() => number, WeakMap<Rules, Map<string, MappingSettings>>>();

/** One object for all flows that share a clock, rules, a zone and a country: what evaluates their mappings takes longer to make than a flow. */
function mappingOf({ zone, country }: Pick<CompiledSettings, "zone" | "country">, now: () => number, rules: Rules): MappingSettings {
  const ofClock = remembered(mappings, now, () => new WeakMap());
  const ofRules = remembered(ofClock, rules, () => new Map());
  return remembered(ofRules, JSON.stringify([zone, country]), () => withRules({ zone, now, ...defined({ country }) }, rules));
}

/** The value kept under a key, made on first use. */
function remembered<K, V>(kept: { get(key: K): V | undefined; set(key: K, value: V): unknown }, key: K, make: () => V): V {
  const value = kept.get(key) ?? make();
  kept.set(key, value);
  return value;
}

/** What all steps of a flow are compiled with. */
interface Common {
  mapping: MappingSettings;
  home: Pick<FlowSettings, "zone" | "country">;
  rules: Rules;
  operation: FlowKnowledge["operation"];
  kinds: StepKinds;
  unready: ReadonlyMap<object, string>;
}

function compileStep(step: AnyStep, common: Common): CompiledStep {
  if (step.off === true) return switchedOff(step.id);
  const why = common.unready.get(step);
  if (why !== undefined) return notReady(step.id, why);
  const kind = common.kinds.of(step);
  const compiling = new Compiling(common);
  const run = kind.compile(step, compiling);
  const { uses, inner } = compiling;
  return { id: step.id, uses, calls: kind.calls ?? false, mayEnd: (kind.ends ?? false) || inner.some(({ mayEnd }) => mayEnd), run };
}

/** A step that is switched off is recorded as skipped, and the run goes on with the next. */
const switchedOff = (id: string): CompiledStep => ({
  ...passedOver(id),
  run(walk, path) {
    if (walk.recorded(path)) return null;
    const now = walk.parts.clock.now();
    walk.put({ ...walk.record(path, undefined, now), state: "skipped", output: { off: true }, finishedAt: now });
    walk.parts.dry?.skipped.push({ step: path, why: "the step is switched off" });
    return null;
  },
});

/** A step that cannot be executed yet. Only a dry run has such. */
const notReady = (id: string, why: string): CompiledStep => ({
  ...passedOver(id),
  run(walk, path) {
    walk.parts.dry?.skipped.push({ step: path, why });
    return null;
  },
});

const passedOver = (id: string): Omit<CompiledStep, "run"> => ({ id, uses: [], calls: false, mayEnd: false });

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

  get rules(): Rules {
    return this.#common.rules;
  }

  condition(text: string, member: string): CompiledCondition {
    return this.#withUses(compileCondition(text, this.#common.mapping, member));
  }

  expression(text: string, member: string): CompiledValue {
    return this.#withUses(compileExpression(text, this.#common.mapping, member));
  }

  value(value: Json, member: string): CompiledValue {
    return this.#withUses(compileValue(value, this.#common.mapping, member));
  }

  input(input: Record<string, Json>, app: string, operation: string): CompiledValue {
    return this.#withUses(compileInput(input, this.#common.operation(app, operation)?.inputs ?? [], this.#common.mapping));
  }

  steps(steps: readonly AnyStep[]): readonly CompiledStep[] {
    const compiled = steps.map((step) => compileStep(step, this.#common));
    this.inner.push(...compiled);
    for (const { uses } of compiled) this.uses.push(...uses);
    return compiled;
  }

  reads(paths: readonly string[]): void {
    this.uses.push(...paths);
  }

  #withUses<T extends { uses: string[] }>(compiled: T): T {
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
  messages,
}: FlowSettings = {}): CompiledSettings {
  const maxElapsedMs =
    retry.maxElapsed === undefined ? defaultRetryLimits.maxElapsedMs : parseDuration(retry.maxElapsed, "settings.retry.maxElapsed");
  const limits = { maxAttempts: retry.maxAttempts ?? defaultRetryLimits.maxAttempts, maxElapsedMs };
  const settleMs = settle === undefined ? null : parseDuration(settle, "settings.settle");
  return { zone, unknownOutcome, retry: limits, lane, settleMs, order: order === "record", ...defined({ country, messages }) };
}
