import { cutText } from "#kernel/characters.ts";
import { cronWords } from "#kernel/cron-words.ts";
import { everyWords } from "#kernel/durations.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { capital } from "#kernel/words.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import { conditionWords } from "../mapping/words/condition-words.ts";
import { withRuleTitles } from "../mapping/rule-names.ts";
import { isTemplate } from "../mapping/template.ts";
import { expressionWords } from "../mapping/words/expressions.ts";
import type { SourceNames } from "../mapping/words/paths.ts";
import { noCondition, small } from "./clause-words.ts";
import type { AnyStep, ClauseWords } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import type { StepKinds } from "./kinds/table.ts";
import type { ChangeTriggerInfo, Titles } from "./knowledge.ts";

export type { Titles } from "./knowledge.ts";

const mostClauses = 8;

/** A flow in one sentence: "When SightMill receives a response, then create or update a contact and, if the score is at most 6, create a task." */
export function flowSentence({ trigger, steps }: FlowDefinition, titles: Titles, kinds: StepKinds = stepKinds): string {
  const start = startSentence({ trigger }, titles);
  const done = steps.filter(isOn);
  return done.length === 0
    ? `${start}, nothing happens yet.`
    : `${start}, then ${new Clauses(titles, kinds, namesIn(steps, kinds)).together(done)}.`;
}

/** What starts a flow, as the beginning of a sentence: "When a tag is added to a contact in HighLevel". */
export const startSentence = ({ trigger }: Pick<FlowDefinition, "trigger">, titles: Titles): string =>
  capital(triggerClause(trigger, titles));

/** What a step is called on the page of a run: its own title, or what it does. */
export function stepTitle(step: AnyStep, titles: Titles, kinds: StepKinds = stepKinds): string {
  const clauses = new Clauses(titles, kinds);
  return step.title ?? kinds.find(step)?.title?.(step, clauses) ?? capital(clauses.of(step));
}

/** What the results of steps are called: as the step, where it has a title of its own. */
export function namesIn(steps: readonly AnyStep[], kinds: StepKinds, names = new Map<string, string>()): SourceNames {
  for (const step of steps) {
    if (step.title !== undefined) names.set(step.id, `'${step.title}'`);
    if (typeof step["as"] === "string") names.set(step["as"], `the ${fieldWords(step["as"])}`);
    for (const [, inner] of kinds.listsOf(step)) namesIn(inner, kinds, names);
  }
  return (source) => names.get(source);
}

// ---------------------------------------------------------------- the trigger

function triggerClause(trigger: TriggerDefinition, titles: Titles): string {
  const app = titles.app(trigger.app)?.title ?? trigger.app;
  if (trigger.operation === "") return app === "" ? "when something happens" : `when something happens in ${app}`;
  const start = titles.trigger(trigger.app, trigger.operation);
  if (start?.kind === "schedule") return scheduleClause(trigger);
  if (start?.kind === "manual") return "when somebody starts it";
  if (start?.watch) return `when ${start.watch.says} in ${app}${settingsIn(trigger, start.watch)}`;
  if (start?.kind === "poll" && typeof trigger.input?.["url"] === "string") return listClause(trigger.input["url"], trigger.emit);
  return `when ${happening(start?.title ?? trigger.operation, app, trigger.emit)}`;
}

/** " (tag: vip)": what a change trigger is narrowed to. */
function settingsIn({ input = {} }: TriggerDefinition, { settings }: ChangeTriggerInfo): string {
  const filled = settings.filter(({ name }) => typeof input[name] === "string" && input[name] !== "");
  return filled.length === 0 ? "" : ` (${filled.map(({ name, label }) => `${small(label)}: ${String(input[name])}`).join(", ")})`;
}

/** Of a list at any address: the operation's title says only how it is asked. */
function listClause(url: string, emit: TriggerDefinition["emit"]): string {
  const place = url.replace(/^https?:\/\//i, "").replace(/[?#].*$/s, "");
  return `when the list at ${place === "" ? "its address" : cutText(place, longestPlace)} has ${freshness(emit)} items`;
}

const longestPlace = 80;
const freshness = (emit: TriggerDefinition["emit"]): string => (emit === "changed" || emit === "all" ? "new or changed" : "new");

function scheduleClause({ input = {}, every }: TriggerDefinition): string {
  const interval = every ?? input.every;
  if (typeof interval === "string") return everyWords(interval);
  const cron = typeof input.cron === "string" ? input.cron : "?";
  return cronWords(cron) ?? `at the times of '${cron}'`;
}

/** "Answer received", "New contact", "Contact Created", "Search Contacts" and whatever else a title can be, as something that happens. */
function happening(title: string, app: string, emit: TriggerDefinition["emit"]): string {
  if (/webhook/i.test(title)) return "a webhook arrives";
  const [, made] = /^New (.+)$/i.exec(title) ?? [];
  if (made) return `${app} has a new ${small(made)}`;
  const [, thing, verb] = /^(.+?) ((?:\w+ed or )?(?:\w+ed|sent|won|lost))$/i.exec(title) ?? [];
  if (thing && verb)
    return verb.toLowerCase() === "received"
      ? `${app} receives ${withArticle(small(thing))}`
      : `${withArticle(small(thing))} ${isPlural(thing) ? "are" : "is"} ${small(verb)} in ${app}`;
  const [, listed] = /^(?:list|search|get|find)(?: all)? (.+)$/i.exec(title) ?? [];
  if (listed) return `${app} has ${freshness(emit)} ${small(listed)}`;
  return `'${title}' happens in ${app}`;
}

// ---------------------------------------------------------------- steps

/** Says of steps what they do, by their kinds. */
class Clauses implements ClauseWords {
  readonly titles: Titles;
  readonly #kinds: StepKinds;

  readonly #names: SourceNames;

  constructor(titles: Titles, kinds: StepKinds, names: SourceNames = () => undefined) {
    this.titles = titles;
    this.#kinds = kinds;
    this.#names = names;
  }

  /** A field, so that kinds can take it out of the object. */
  readonly all = (steps: readonly AnyStep[]): string => {
    const done = steps.filter(isOn);
    return done.length === 0 ? "do nothing" : this.together(done);
  };

  readonly condition = (text: string): string => conditionWords(this.#titled(text), this.#names) || noCondition;
  readonly expression = (text: string): string => expressionWords(this.#titled(text), this.#names);
  readonly template = (text: string): string => (isTemplate(text) ? expressionWords(this.#titled(text), this.#names) : text);

  #titled(text: string): string {
    return withRuleTitles(text, this.titles.rules);
  }

  of(step: AnyStep): string {
    return this.#kinds.find(step)?.clause(step, this) ?? `do what '${step.id}' says`;
  }

  /** "a, b and c"; a last clause that has commas of its own is set off with one. What follows steps within a step starts anew: it is no part of it. */
  together(steps: readonly AnyStep[]): string {
    const shown = steps.length > mostClauses ? steps.slice(0, mostClauses - 1) : steps;
    const more = steps.length - shown.length;
    const parts: AnyStep[][] = [[]];
    for (const step of shown) {
      const last = parts.at(-1)!;
      if (last.length > 0 && this.#hasSteps(last.at(-1)!)) parts.push([step]);
      else last.push(step);
    }
    const words = parts.map((part, i) => this.#listed(part, i === parts.length - 1 ? more : 0));
    return words.reduce((before, after, i) => `${before}; ${this.#transition(parts[i - 1]!.at(-1)!)}${after}`);
  }

  #listed(steps: readonly AnyStep[], more: number): string {
    const clauses = steps.map((step) => this.of(step));
    if (more > 0) return `${clauses.join(", ")} and ${more} more steps`;
    const last = clauses.pop()!;
    return clauses.length === 0 ? last : `${clauses.join(", ")} and${this.#hasSteps(steps.at(-1)!) ? "," : ""} ${last}`;
  }

  /** How the sentence goes on after steps within a step: for everybody, unless a run may end among them. */
  #transition(step: AnyStep): string {
    return typeof step["if"] === "string" && !this.#mayEnd(step) ? "after that, in any case, " : "after that, ";
  }

  #hasSteps(step: AnyStep): boolean {
    return this.#kinds.listsOf(step).length > 0;
  }

  #mayEnd(step: AnyStep): boolean {
    if (!isOn(step)) return false;
    if (this.#kinds.find(step)?.ends === true || typeof step["filter"] === "string") return true;
    return this.#kinds.listsOf(step).some(([, inner]) => inner.some((one) => this.#mayEnd(one)));
  }
}

const isOn = ({ off }: AnyStep): boolean => off !== true;
const isPlural = (thing: string): boolean => /[^su]s$/.test(thing);
const withArticle = (thing: string): string => (isPlural(thing) ? thing : `${/^[aeio]|^u(?!ni|se)/i.test(thing) ? "an" : "a"} ${thing}`);
