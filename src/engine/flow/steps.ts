import { describedProblems } from "#catalog/described.ts";
import { moreName } from "#catalog/more.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { hasExchangeMember } from "../mapping/answers.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { isTemplate } from "../mapping/template.ts";
import type { ActionStep, BranchStep, ForEachStep, FormatStep, StepDefinition, WaitStep } from "../types/flows.ts";
import { attempt, checkApp } from "./asking.ts";
import { usualItem } from "./compile.ts";
import type { FlowKnowledge, KnownOperation } from "./knowledge.ts";
import { readShape, stepKind, stepShapes } from "./shape.ts";
import type { FlowProblem } from "./shape.ts";
import { checkCondition, checkExpression, checkValue } from "./templates.ts";
import type { Visible } from "./templates.ts";
import { checkWait } from "./wait.ts";

const mostSteps = 200;
const deepest = 8;

/** Names a template reads already, or that Liquid keeps for itself. */
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

/** Checks all steps of a flow, however deep, and gives back what could be read of them. `changes`: the flow is told what changed. */
export const checkSteps = (
  steps: unknown[],
  known: FlowKnowledge,
  problems: FlowProblem[],
  changes: NonNullable<Visible["changes"]>,
): StepDefinition[] => new StepsCheck(known, problems, resultsOf(steps), changes).all(steps);

/** Every id that any step has, and whether it stands for a result: a wait or a branch leaves nothing to read. */
function resultsOf(steps: unknown[], depth = 0, results = new Map<string, boolean>()): Map<string, boolean> {
  for (const step of steps) {
    if (!isObject(step) || depth > deepest) continue;
    if (typeof step.id === "string") results.set(step.id, givesResult(step));
    for (const inner of [step.then, step.else, step.do]) if (Array.isArray(inner)) resultsOf(inner, depth + 1, results);
  }
  return results;
}

/** A step too broken to tell is given the benefit of the doubt: its own problem is told already. */
function givesResult(step: Record<string, unknown>): boolean {
  const found = stepKind(step);
  return "problem" in found || found.kind === "action" || found.kind === "format";
}

/** Where a list of steps stands. */
interface Place {
  at: string;
  depth: number;
  /** Grows as steps finish; a branch or loop gets a copy, so that its steps are unknown outside of it. */
  names: Set<string>;
}

class StepsCheck {
  #taken = new Set<string>();
  #count = 0;
  readonly #unanswered = new Map<string, string>();
  readonly known: FlowKnowledge;
  readonly problems: FlowProblem[];
  readonly allSteps: ReadonlyMap<string, boolean>;
  readonly changes: NonNullable<Visible["changes"]>;

  constructor(
    known: FlowKnowledge,
    problems: FlowProblem[],
    allSteps: ReadonlyMap<string, boolean>,
    changes: NonNullable<Visible["changes"]>,
  ) {
    this.known = known;
    this.problems = problems;
    this.allSteps = allSteps;
    this.changes = changes;
  }

  all(steps: unknown[]): StepDefinition[] {
    return this.#listed(steps, { at: "steps", depth: 1, names: new Set(alwaysThere) });
  }

  #listed(steps: unknown[], place: Place): StepDefinition[] {
    if (place.depth > deepest) {
      this.#tell(place.at, `steps can be ${deepest} levels deep at most`);
      return [];
    }
    const read: StepDefinition[] = [];
    for (const [i, step] of steps.entries()) {
      if (++this.#count === mostSteps + 1) this.#tell(place.at, `a flow can have ${mostSteps} steps at most`);
      if (this.#count > mostSteps) break;
      const checked = this.#step(step, { ...place, at: `${place.at}[${i}]` });
      if (checked) read.push(checked);
    }
    return read;
  }

  #step(step: unknown, place: Place): StepDefinition | null {
    if (!isObject(step)) return this.#tell(place.at, "a step is an object");
    const found = stepKind(step);
    if ("problem" in found) {
      if (typeof step.id === "string") place.names.add(step.id);
      return this.#tell(place.at, found.problem);
    }
    const read = readShape(stepShapes[found.kind], step, place.at, this.problems);
    this.#claim(step.id, `${place.at}.id`);
    const checked = read ? this.#content(read as StepDefinition, place) : null;
    if (typeof step.id === "string" && this.allSteps.get(step.id)) place.names.add(step.id);
    return checked;
  }

  #content(step: StepDefinition, place: Place): StepDefinition {
    const visible: Visible = { names: place.names, allSteps: this.allSteps, changes: this.changes, unanswered: this.#unanswered };
    if ("filter" in step) checkCondition(step.filter, `${place.at}.filter`, visible, this.problems);
    else if ("if" in step) return this.#branch(step, place, visible);
    else if ("forEach" in step) return this.#forEach(step, place, visible);
    else if ("wait" in step) this.#wait(step, place, visible);
    else if ("format" in step) this.#format(step, place, visible);
    else if ("stop" in step) checkValue(step.reason ?? "", `${place.at}.reason`, visible, this.problems);
    else this.#action(step, place, visible);
    return step;
  }

  #branch(step: BranchStep, { at, depth, names }: Place, visible: Visible): BranchStep {
    checkCondition(step.if, `${at}.if`, visible, this.problems);
    const inner = (steps: unknown[], key: string) => this.#listed(steps, { at: `${at}.${key}`, depth: depth + 1, names: new Set(names) });
    // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
    return { ...step, then: inner(step.then, "then"), ...(step.else && { else: inner(step.else, "else") }) };
  }

  #forEach(step: ForEachStep, { at, depth, names }: Place, visible: Visible): ForEachStep {
    checkExpression(step.forEach, `${at}.forEach`, visible, this.problems);
    const item = step.as ?? usualItem;
    if (reserved.has(item) || this.allSteps.has(item) || names.has(item))
      this.#tell(`${at}.as`, `the name '${item}' is taken; give the item another one with 'as'`);
    return { ...step, do: this.#listed(step.do, { at: `${at}.do`, depth: depth + 1, names: new Set([...names, item, `${item}_index`]) }) };
  }

  /** A format step may have such a member of its own. */
  #format({ id, format }: FormatStep, { at }: Place, visible: Visible): void {
    checkValue(format, `${at}.format`, visible, this.problems);
    if (!hasExchangeMember(format)) this.#unanswered.set(id, "makes no call");
  }

  #wait({ wait }: WaitStep, { at }: Place, visible: Visible): void {
    if (isTemplate(wait)) checkValue(wait, `${at}.wait`, visible, this.problems);
    else if (visible.names.has(/^[^.[]*/.exec(wait)![0]))
      this.#tell(`${at}.wait`, `put braces around a value of an earlier step: {{ ${wait} }}`);
    else attempt(`${at}.wait`, this.problems, () => checkWait(wait));
  }

  #action(step: ActionStep, { at }: Place, visible: Visible): void {
    checkValue(step.input ?? {}, `${at}.input`, visible, this.problems);
    const app = checkApp(step.app, at, this.known, this.problems);
    if (!app) return;
    const operation = this.known.operation(step.app, step.operation);
    if (!operation)
      return void this.#tell(
        `${at}.operation`,
        this.known.trigger(step.app, step.operation)?.watch
          ? `'${step.operation}' is a trigger: it starts a flow and cannot be a step`
          : `${app.title} has no operation '${step.operation}'${didYouMean(step.operation, this.known.operations(step.app))}`,
      );
    if (operation.recipe) this.#unanswered.set(step.id, `('${operation.title}') makes several calls, so there is no single answer`);
    if (app.needsConnection && step.connection === undefined) this.#tell(`${at}.connection`, `${app.title} needs a connection; name one`);
    this.#inputs(step, at, operation);
    this.#list(step, at, operation);
  }

  /** A bound of rows needs a list; and where a list is described, it has to be described well. */
  #list({ rows, input = {} }: ActionStep, at: string, { title, list = false, anyList = false }: KnownOperation): void {
    const isList = list || (anyList && input["list"] !== undefined);
    if (rows !== undefined && !isList)
      this.#tell(
        `${at}.rows`,
        anyList
          ? "only applies to a list: set input.list to the list's path in the answer"
          : `belongs to a list, and '${title}' reads none`,
      );
    for (const { field, problem } of describedProblems({ anyList }, input)) this.#tell(`${at}.input.${field}`, problem);
  }

  #inputs({ input = {} }: ActionStep, at: string, { title, inputs, moreProblem }: KnownOperation): void {
    const names = inputs.map((field) => field.name);
    for (const key of Object.keys(input)) {
      if (key === moreName) this.#more(input[key], `${at}.input.${key}`, moreProblem);
      // An operation without described fields takes whatever it is given.
      else if (names.length > 0 && !names.includes(key)) {
        const hint = didYouMean(key, names) || (moreProblem ? `; undocumented fields go into "${moreName}"` : "");
        this.#tell(`${at}.input.${key}`, `'${title}' has no field '${key}'${hint}`);
      }
    }
    for (const { name, required, impliedBy = [] } of inputs)
      if (required && ![name, ...impliedBy].some((given) => Object.hasOwn(input, given)))
        this.#tell(`${at}.input.${name}`, `'${title}' needs this field`);
  }

  /** Further members are written by name: an event must not say which there are. */
  #more(more: Json | undefined, at: string, problemWith: KnownOperation["moreProblem"]): void {
    const problem = typeof more === "string" ? "takes an object, with each further member written by name" : (problemWith?.(more) ?? null);
    if (problem !== null) this.#tell(at, problem);
  }

  #claim(id: unknown, at: string): void {
    if (typeof id !== "string") return;
    if (reserved.has(id)) this.#tell(at, `'${id}' is a word of the templates; choose another id`);
    if (this.#taken.has(id)) this.#tell(at, `another step is called '${id}' already; ids are unique in a flow`);
    this.#taken.add(id);
  }

  #tell(at: string, problem: string): null {
    this.problems.push({ at, problem });
    return null;
  }
}
