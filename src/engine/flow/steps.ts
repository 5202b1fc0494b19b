import { isObject, type Json } from "#kernel/json.ts";
import { alwaysThere, reservedNames } from "../mapping/reserved-names.ts";
import type { StepDefinition } from "../types/flows.ts";
import { attempt } from "./asking.ts";
import { flowLimits } from "./format.ts";
import type { AnyStep, StepCheck, StepKind, TemplateUse } from "./kinds/kind.ts";
import { listsIn, type StepKinds } from "./kinds/table.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { ruleKindsOf, type RuleKinds } from "../mapping/rule-format.ts";
import { titleOf } from "./place-words.ts";
import { readShape, type FlowProblem } from "./read-shape.ts";
import { checkCondition, checkExpression, checkValue, type Visible } from "./templates.ts";
import { unfinishedStep } from "./unfinished.ts";

const { steps: mostSteps, depth: deepest } = flowLimits;

interface Parts {
  knowledge: FlowKnowledge;
  problems: FlowProblem[];
  /** Whether the flow can read what changed. */
  changes: NonNullable<Visible["changes"]>;
  kinds: StepKinds;
}

/** Checks all steps of a flow, however deep, and returns those that could be read. */
export const checkSteps = (steps: readonly unknown[], parts: Parts): StepDefinition[] =>
  new StepsCheck(parts, resultsOf(steps, parts.kinds)).all(steps) as StepDefinition[];

interface StepResult {
  step: Record<string, unknown>;
  /** Whether it stands for a result: a wait or a branch leaves nothing to read. */
  gives: boolean;
}

/** Every id that any step has. */
function resultsOf(
  steps: readonly unknown[],
  kinds: StepKinds,
  depth = 0,
  results = new Map<string, StepResult>(),
): Map<string, StepResult> {
  for (const step of steps) {
    if (!isObject(step) || depth > deepest) continue;
    const read = kinds.read(step);
    // A step that cannot be read counts as one with a result: its own problem is reported already.
    if (typeof step.id === "string") results.set(step.id, { step, gives: "problem" in read || read.kind.gives });
    for (const member of kinds.listMembers) {
      const inner = step[member];
      if (Array.isArray(inner)) resultsOf(inner, kinds, depth + 1, results);
    }
  }
  return results;
}

/** Where a list of steps is. */
interface Place {
  at: string;
  depth: number;
  /** Grows as steps finish; a branch or loop gets a copy, so that its steps are unknown outside of it. */
  names: Set<string>;
  /** Inside a step that is switched off: no run comes here, so it may be unfinished. */
  off?: boolean;
}

class StepsCheck {
  readonly #usedIds = new Set<string>();
  readonly #unanswered = new Map<string, string>();
  readonly #parts: Parts;
  readonly #allSteps: ReadonlyMap<string, boolean>;
  readonly #byId: ReadonlyMap<string, Record<string, unknown>>;
  readonly #rules: RuleKinds;
  #count = 0;

  constructor(parts: Parts, results: ReadonlyMap<string, StepResult>) {
    this.#parts = parts;
    this.#allSteps = new Map([...results].map(([id, { gives }]) => [id, gives]));
    this.#byId = new Map([...results].map(([id, { step }]) => [id, step]));
    this.#rules = ruleKindsOf(parts.knowledge.rules ?? {});
  }

  all(steps: readonly unknown[]): AnyStep[] {
    return this.#listed(steps, { at: "steps", depth: 1, names: new Set(alwaysThere) });
  }

  #listed(steps: readonly unknown[], place: Place): AnyStep[] {
    if (place.depth > deepest) {
      this.#refuse(place.at, `steps can be ${deepest} levels deep at most`);
      return [];
    }
    const read: AnyStep[] = [];
    for (const [i, step] of steps.entries()) {
      if (++this.#count === mostSteps + 1) this.#refuse(place.at, `a flow can have ${mostSteps} steps at most`);
      if (this.#count > mostSteps) break;
      const checked = this.#step(step, { ...place, at: `${place.at}[${i}]` });
      if (checked) read.push(checked);
    }
    return read;
  }

  #step(step: unknown, place: Place): AnyStep | null {
    if (!isObject(step)) return this.#refuse(place.at, "a step is an object");
    const { kinds, problems } = this.#parts;
    const match = kinds.read(step);
    if ("problem" in match) {
      if (typeof step.id === "string") place.names.add(step.id);
      return this.#refuse(place.at, match.problem);
    }
    const before = problems.length;
    const read = readShape(match.schema, step, place.at, problems);
    const off = place.off === true || step.off === true;
    const own = problems.splice(before).filter(({ at, unreadable }) => !off || unreadable || at === `${place.at}.id`);
    problems.push(...own);
    this.#claim(step.id, `${place.at}.id`);
    const isUnreadable = own.some(({ unreadable }) => unreadable);
    const content = isUnreadable ? null : ((read as AnyStep | null) ?? unfinishedStep(step, match.kind));
    const checked = content && this.#content(content, match.kind, { ...place, off }, new Set(own.map(({ at }) => at)));
    if (typeof step.id === "string" && this.#allSteps.get(step.id)) place.names.add(step.id);
    return checked;
  }

  /** Its templates first, then what its kind says of it, then the steps inside. What was reported before is not looked at again. */
  #content(step: AnyStep, kind: StepKind, place: Place, reported: ReadonlySet<string>): AnyStep {
    const { problems, changes } = this.#parts;
    const visible: Visible = {
      names: place.names,
      allSteps: this.#allSteps,
      titleOf: (id) => this.#titleOf(id),
      changes,
      unanswered: this.#unanswered,
      rules: this.#rules,
    };
    const { off = false } = place;
    const isFine = (member: string) => !reported.has(`${place.at}.${member}`);
    if (!off) {
      for (const [member, use] of Object.entries(kind.templates))
        if (step[member] !== undefined && isFine(member)) checkTemplate[use](step[member], `${place.at}.${member}`, visible, problems);
      if (kind.shape.marks.every(isFine)) kind.check?.(step, this.#checkOf(step, place, visible));
    }
    const inner = listsIn(step, kind).map(([member, steps]) => {
      const names = new Set([...place.names, ...(kind.inside?.(step) ?? [])]);
      return [member, this.#listed(steps, { at: `${place.at}.${member}`, depth: place.depth + 1, names, off })] as const;
    });
    return inner.length === 0 ? step : { ...step, ...Object.fromEntries(inner) };
  }

  #titleOf(id: string): string {
    const { knowledge, kinds } = this.#parts;
    const step = this.#byId.get(id);
    return step === undefined ? id : titleOf(step, knowledge, kinds) || id;
  }

  #checkOf({ id }: AnyStep, { at, names }: Place, visible: Visible): StepCheck {
    const { knowledge, problems } = this.#parts;
    return {
      at,
      knowledge,
      names,
      tell: (member, problem) => this.#tell(`${at}.${member}`, problem),
      isTaken: (name) => reservedNames.has(name) || this.#allSteps.has(name) || names.has(name),
      value: (value, member) => checkValue(value, `${at}.${member}`, visible, problems),
      attempt: (member, work) => attempt(`${at}.${member}`, problems, work),
      noAnswer: (why) => void this.#unanswered.set(id, why),
    };
  }

  #claim(id: unknown, at: string): void {
    if (typeof id !== "string") return;
    if (reservedNames.has(id)) this.#tell(at, `'${id}' is a word of the templates; choose another id`);
    if (this.#usedIds.has(id)) this.#tell(at, `another step is called '${id}' already; ids are unique in a flow`);
    this.#usedIds.add(id);
  }

  #tell(at: string, problem: string): void {
    this.#parts.problems.push({ at, problem });
  }

  /** What cannot even be kept as a draft. */
  #refuse(at: string, problem: string): null {
    this.#parts.problems.push({ at, problem, unreadable: true });
    return null;
  }
}

/** The shape has been read: a condition and an expression are texts. */
const checkTemplate: Record<TemplateUse, (value: unknown, at: string, visible: Visible, problems: FlowProblem[]) => void> = {
  condition: (value, at, visible, problems) => checkCondition(String(value), at, visible, problems),
  expression: (value, at, visible, problems) => checkExpression(String(value), at, visible, problems),
  value: (value, at, visible, problems) => checkValue(value as Json, at, visible, problems),
};
