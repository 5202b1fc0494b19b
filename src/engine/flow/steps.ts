import { isObject, type Json } from "#kernel/json.ts";
import type { StepDefinition } from "../types/flows.ts";
import { attempt } from "./asking.ts";
import type { AnyStep, StepCheck, StepKind, TemplateUse } from "./kinds/kind.ts";
import { listsIn, type StepKinds } from "./kinds/table.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { readShape, type FlowProblem } from "./read-shape.ts";
import { checkCondition, checkExpression, checkValue, type Visible } from "./templates.ts";

const mostSteps = 200;
const deepest = 8;

/** Names with another meaning in templates. */
const alwaysThere = ["trigger", "flow", "run"];
const reserved = new Set([
  ...alwaysThere,
  "now",
  "today",
  "true",
  "false",
  "nil",
  "null",
  "blank",
  "empty",
  "and",
  "or",
  "not",
  "contains",
  "forloop",
  "__proto__",
]);

interface Parts {
  known: FlowKnowledge;
  problems: FlowProblem[];
  /** Whether the flow can read what changed. */
  changes: NonNullable<Visible["changes"]>;
  kinds: StepKinds;
}

/** Checks all steps of a flow, however deep, and returns those that could be read. */
export const checkSteps = (steps: readonly unknown[], parts: Parts): StepDefinition[] =>
  new StepsCheck(parts, resultsOf(steps, parts.kinds)).all(steps) as StepDefinition[];

/** Every id that any step has, and whether it stands for a result: a wait or a branch leaves nothing to read. */
function resultsOf(steps: readonly unknown[], kinds: StepKinds, depth = 0, results = new Map<string, boolean>()): Map<string, boolean> {
  for (const step of steps) {
    if (!isObject(step) || depth > deepest) continue;
    const read = kinds.read(step);
    // A step that cannot be read counts as one with a result: its own problem is reported already.
    if (typeof step.id === "string") results.set(step.id, "problem" in read || read.kind.gives);
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
}

class StepsCheck {
  readonly #taken = new Set<string>();
  readonly #unanswered = new Map<string, string>();
  readonly #parts: Parts;
  readonly #allSteps: ReadonlyMap<string, boolean>;
  #count = 0;

  constructor(parts: Parts, allSteps: ReadonlyMap<string, boolean>) {
    this.#parts = parts;
    this.#allSteps = allSteps;
  }

  all(steps: readonly unknown[]): AnyStep[] {
    return this.#listed(steps, { at: "steps", depth: 1, names: new Set(alwaysThere) });
  }

  #listed(steps: readonly unknown[], place: Place): AnyStep[] {
    if (place.depth > deepest) {
      this.#tell(place.at, `steps can be ${deepest} levels deep at most`);
      return [];
    }
    const read: AnyStep[] = [];
    for (const [i, step] of steps.entries()) {
      if (++this.#count === mostSteps + 1) this.#tell(place.at, `a flow can have ${mostSteps} steps at most`);
      if (this.#count > mostSteps) break;
      const checked = this.#step(step, { ...place, at: `${place.at}[${i}]` });
      if (checked) read.push(checked);
    }
    return read;
  }

  #step(step: unknown, place: Place): AnyStep | null {
    if (!isObject(step)) return this.#tell(place.at, "a step is an object");
    const { kinds, problems } = this.#parts;
    const found = kinds.read(step);
    if ("problem" in found) {
      if (typeof step.id === "string") place.names.add(step.id);
      return this.#tell(place.at, found.problem);
    }
    const read = readShape(found.schema, step, place.at, problems);
    this.#claim(step.id, `${place.at}.id`);
    const checked = read ? this.#content(read as AnyStep, found.kind, place) : null;
    if (typeof step.id === "string" && this.#allSteps.get(step.id)) place.names.add(step.id);
    return checked;
  }

  /** Its templates first, then what its kind says of it, then the steps inside. */
  #content(step: AnyStep, kind: StepKind, place: Place): AnyStep {
    const { problems, changes } = this.#parts;
    const visible: Visible = { names: place.names, allSteps: this.#allSteps, changes, unanswered: this.#unanswered };
    for (const [member, use] of Object.entries(kind.templates))
      if (step[member] !== undefined) checkTemplate[use](step[member], `${place.at}.${member}`, visible, problems);
    kind.check?.(step, this.#checkOf(step, place, visible));
    const inner = listsIn(step, kind).map(([member, steps]) => {
      const names = new Set([...place.names, ...(kind.inside?.(step) ?? [])]);
      return [member, this.#listed(steps, { at: `${place.at}.${member}`, depth: place.depth + 1, names })] as const;
    });
    return inner.length === 0 ? step : { ...step, ...Object.fromEntries(inner) };
  }

  #checkOf({ id }: AnyStep, { at, names }: Place, visible: Visible): StepCheck {
    const { known, problems } = this.#parts;
    return {
      at,
      known,
      names,
      tell: (member, problem) => void this.#tell(`${at}.${member}`, problem),
      isTaken: (name) => reserved.has(name) || this.#allSteps.has(name) || names.has(name),
      value: (value, member) => checkValue(value, `${at}.${member}`, visible, problems),
      attempt: (member, work) => attempt(`${at}.${member}`, problems, work),
      noAnswer: (why) => void this.#unanswered.set(id, why),
    };
  }

  #claim(id: unknown, at: string): void {
    if (typeof id !== "string") return;
    if (reserved.has(id)) this.#tell(at, `'${id}' is a word of the templates; choose another id`);
    if (this.#taken.has(id)) this.#tell(at, `another step is called '${id}' already; ids are unique in a flow`);
    this.#taken.add(id);
  }

  #tell(at: string, problem: string): null {
    this.#parts.problems.push({ at, problem });
    return null;
  }
}

/** The shape has been read: a condition and an expression are texts. */
const checkTemplate: Record<TemplateUse, (value: unknown, at: string, visible: Visible, problems: FlowProblem[]) => void> = {
  condition: (value, at, visible, problems) => checkCondition(String(value), at, visible, problems),
  expression: (value, at, visible, problems) => checkExpression(String(value), at, visible, problems),
  value: (value, at, visible, problems) => checkValue(value as Json, at, visible, problems),
};
