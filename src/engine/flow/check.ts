import { isSupportedCountry } from "libphonenumber-js/min";
import { parseDuration } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { isZone } from "../mapping/dates.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { isTemplate } from "../mapping/template.ts";
import { parseSchedule } from "../triggers/schedule.ts";
import type {
  ActionStep,
  BranchStep,
  FlowDefinition,
  FlowSettings,
  ForEachStep,
  StepDefinition,
  TriggerDefinition,
  WaitStep,
} from "../types.ts";
import { usualItem } from "./compile.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import { flowShape, joinPath, readShape, stepKind, stepShapes } from "./shape.ts";
import type { FlowProblem } from "./shape.ts";
import { checkCondition, checkExpression, checkValue } from "./templates.ts";
import type { Visible } from "./templates.ts";
import { checkWait } from "./wait.ts";

const mostSteps = 200;
const deepest = 8;
const shortestPollMs = 60_000;
const longestRetryMs = 30 * 86_400_000;

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

/** Reads and checks a whole definition. Null when its outer form is wrong; everything wrong is in `problems`. */
export function checkFlow(input: unknown, known: FlowKnowledge, problems: FlowProblem[]): FlowDefinition | null {
  const read = readShape(flowShape, input, "", problems);
  const rawSteps: unknown = isObject(input) ? input.steps : undefined;
  const steps = Array.isArray(rawSteps) ? new StepsCheck(known, problems, idsOf(rawSteps)).all(rawSteps) : [];
  if (!read) return null;
  checkSettings(read.settings ?? {}, problems);
  checkTrigger(read.trigger, read.settings?.zone, known, problems);
  return { ...read, steps };
}

// ---------------------------------------------------------------- settings and trigger

function checkSettings({ zone, country, retry }: FlowSettings, problems: FlowProblem[]): void {
  if (zone !== undefined && !isZone(zone))
    problems.push({ at: "settings.zone", problem: `'${zone}' is not a time zone; write it like Europe/Paris` });
  if (country !== undefined && !isSupportedCountry(country.toUpperCase())) {
    problems.push({ at: "settings.country", problem: `'${country}' is not a country of two letters, like US or DE` });
  }
  if (retry?.maxElapsed !== undefined)
    checkDuration(
      retry.maxElapsed,
      "settings.retry.maxElapsed",
      { most: longestRetryMs, words: "retries go on for 30 days at most" },
      problems,
    );
}

function checkDuration(
  text: string,
  at: string,
  { least = 0, most = Infinity, words }: { least?: number; most?: number; words: string },
  problems: FlowProblem[],
): void {
  attempt(at, problems, () => {
    const ms = parseDuration(text, at);
    if (ms < least || ms > most) problems.push({ at, problem: words });
  });
}

/** Notes what a checked reading refuses, under the place it was written at. */
function attempt(at: string, problems: FlowProblem[], work: () => void): void {
  try {
    work();
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    problems.push({ at, problem: typeof thrown.details.problem === "string" ? thrown.details.problem : thrown.message });
  }
}

function checkTrigger(trigger: TriggerDefinition, zone: string | undefined, known: FlowKnowledge, problems: FlowProblem[]): void {
  const app = checkApp(trigger.app, "trigger", known, problems);
  if (!app) return;
  const found = known.trigger(trigger.app, trigger.operation);
  if (!found)
    return void problems.push({
      at: "trigger.operation",
      problem: `${app.title} has no trigger '${trigger.operation}'${didYouMean(trigger.operation, known.operations(trigger.app))}`,
    });
  checkTriggerOptions(trigger, found.kind, problems);
  if (found.kind === "poll" && app.needsConnection && trigger.connection === undefined)
    problems.push({ at: "trigger.connection", problem: `${app.title} is polled with a connection; name one` });
  if (found.kind === "schedule")
    attempt("trigger.input", problems, () => parseSchedule(trigger, zone !== undefined && isZone(zone) ? zone : "UTC"));
  if (trigger.key !== undefined) checkValue(trigger.key, "trigger.key", { names: new Set(["trigger"]), allSteps: new Set() }, problems);
}

/** Options of one kind of trigger say nothing to another: told, rather than passed over. */
function checkTriggerOptions({ every, emit, key, input }: TriggerDefinition, kind: string, problems: FlowProblem[]): void {
  const only = (option: string, kinds: string[]) => {
    if (!kinds.includes(kind))
      problems.push({ at: `trigger.${option}`, problem: `belongs to a ${kinds.join(" or ")} trigger, and this is a ${kind} trigger` });
  };
  if (emit !== undefined) only("emit", ["poll"]);
  if (key !== undefined) only("key", ["webhook"]);
  if (every !== undefined) only("every", ["poll", "schedule"]);
  if (every !== undefined && kind === "poll")
    checkDuration(every, "trigger.every", { least: shortestPollMs, words: "the shortest interval of a poll is 1m" }, problems);
  for (const at of templatesIn(input ?? {}, "trigger.input"))
    problems.push({ at, problem: "a trigger's input is fixed: there is no event yet that a template could read" });
}

function templatesIn(value: unknown, at: string): string[] {
  if (typeof value === "string") return isTemplate(value) ? [at] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => templatesIn(item, joinPath(at, [i])));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => templatesIn(member, joinPath(at, [key]))) : [];
}

function checkApp(id: string, at: string, known: FlowKnowledge, problems: FlowProblem[]): ReturnType<FlowKnowledge["app"]> {
  const app = known.app(id);
  if (!app) problems.push({ at: `${at}.app`, problem: `there is no app '${id}'${didYouMean(id, known.apps?.() ?? [])}` });
  return app;
}

// ---------------------------------------------------------------- steps

/** Every id that any step has, however deep. */
function idsOf(steps: unknown[], depth = 0): Set<string> {
  const ids = new Set<string>();
  for (const step of steps) {
    if (!isObject(step) || depth > deepest) continue;
    if (typeof step.id === "string") ids.add(step.id);
    for (const inner of [step.then, step.else, step.do]) if (Array.isArray(inner)) for (const id of idsOf(inner, depth + 1)) ids.add(id);
  }
  return ids;
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
  readonly known: FlowKnowledge;
  readonly problems: FlowProblem[];
  readonly allSteps: ReadonlySet<string>;

  constructor(known: FlowKnowledge, problems: FlowProblem[], allSteps: ReadonlySet<string>) {
    this.known = known;
    this.problems = problems;
    this.allSteps = allSteps;
  }

  all(steps: unknown[]): StepDefinition[] {
    return this.#list(steps, { at: "steps", depth: 1, names: new Set(alwaysThere) });
  }

  #list(steps: unknown[], place: Place): StepDefinition[] {
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
    if ("problem" in found) return this.#tell(place.at, found.problem);
    const read = readShape(stepShapes[found.kind], step, place.at, this.problems);
    this.#claim(step.id, `${place.at}.id`);
    const checked = read ? this.#content(read as StepDefinition, place) : null;
    if (typeof step.id === "string") place.names.add(step.id);
    return checked;
  }

  #content(step: StepDefinition, place: Place): StepDefinition {
    const visible: Visible = { names: place.names, allSteps: this.allSteps };
    if ("filter" in step) checkCondition(step.filter, `${place.at}.filter`, visible, this.problems);
    else if ("if" in step) return this.#branch(step, place, visible);
    else if ("forEach" in step) return this.#forEach(step, place, visible);
    else if ("wait" in step) this.#wait(step, place, visible);
    else if ("format" in step) checkValue(step.format, `${place.at}.format`, visible, this.problems);
    else if ("stop" in step) checkValue(step.reason ?? "", `${place.at}.reason`, visible, this.problems);
    else this.#action(step, place, visible);
    return step;
  }

  #branch(step: BranchStep, { at, depth, names }: Place, visible: Visible): BranchStep {
    checkCondition(step.if, `${at}.if`, visible, this.problems);
    const inner = (steps: unknown[], key: string) => this.#list(steps, { at: `${at}.${key}`, depth: depth + 1, names: new Set(names) });
    // oxlint-disable-next-line unicorn/no-thenable -- `then` is a list of steps in the flow format, and nobody awaits it
    return { ...step, then: inner(step.then, "then"), ...(step.else && { else: inner(step.else, "else") }) };
  }

  #forEach(step: ForEachStep, { at, depth, names }: Place, visible: Visible): ForEachStep {
    checkExpression(step.forEach, `${at}.forEach`, visible, this.problems);
    const item = step.as ?? usualItem;
    if (reserved.has(item) || this.allSteps.has(item) || names.has(item))
      this.#tell(`${at}.as`, `the name '${item}' is taken; give the item another one with 'as'`);
    return { ...step, do: this.#list(step.do, { at: `${at}.do`, depth: depth + 1, names: new Set([...names, item, `${item}_index`]) }) };
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
        `${app.title} has no operation '${step.operation}'${didYouMean(step.operation, this.known.operations(step.app))}`,
      );
    if (app.needsConnection && step.connection === undefined) this.#tell(`${at}.connection`, `${app.title} needs a connection; name one`);
    this.#inputs(step, at, operation);
  }

  #inputs(
    { input = {} }: ActionStep,
    at: string,
    { title, inputs }: { title: string; inputs: { name: string; required: boolean }[] },
  ): void {
    const names = inputs.map((field) => field.name);
    for (const key of Object.keys(input)) {
      // An operation without described fields takes whatever it is given.
      if (names.length > 0 && !names.includes(key))
        this.#tell(`${at}.input.${key}`, `'${title}' has no field '${key}'${didYouMean(key, names)}`);
    }
    for (const { name, required } of inputs)
      if (required && !Object.hasOwn(input, name)) this.#tell(`${at}.input.${name}`, `'${title}' needs this field`);
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
