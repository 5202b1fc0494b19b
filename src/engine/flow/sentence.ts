import { cutText } from "#kernel/characters.ts";
import { capital } from "#kernel/words.ts";
import type { FlowKnowledge } from "./knowledge.ts";
import type { KnownWatch } from "./knowledge.ts";
import type { FlowDefinition, StepDefinition } from "../types/flows.ts";
import type { TriggerDefinition } from "../types/triggers.ts";

/** Where a sentence finds what apps, operations and triggers are called. */
export type Titles = Pick<FlowKnowledge, "app" | "operation" | "trigger">;

const mostClauses = 8;

/** A flow in one sentence: "When SightMill receives a response, then create or update a contact and, if trigger.score <= 6, create a task." */
export function flowSentence(definition: FlowDefinition, titles: Titles): string {
  const clauses = definition.steps.map((step) => stepClause(step, titles));
  const start = capital(triggerClause(definition.trigger, titles));
  return clauses.length === 0 ? `${start}, nothing happens yet.` : `${start}, then ${together(clauses)}.`;
}

/** What a step is called on the page of a run: its own title, or what it does. */
export function stepTitle(step: StepDefinition, titles: Titles): string {
  if (step.title !== undefined) return step.title;
  if ("if" in step) return `If ${step.if}`;
  if ("forEach" in step) return `For each of ${bare(step.forEach)}`;
  return capital(stepClause(step, titles));
}

// ---------------------------------------------------------------- the trigger

function triggerClause(trigger: TriggerDefinition, titles: Titles): string {
  const app = titles.app(trigger.app)?.title ?? trigger.app;
  const found = titles.trigger(trigger.app, trigger.operation);
  if (found?.kind === "schedule") return scheduleClause(trigger);
  if (found?.kind === "manual") return "when somebody starts it";
  if (found?.watch) return `when ${found.watch.says} in ${app}${settingsIn(trigger, found.watch)}`;
  if (found?.kind === "poll" && typeof trigger.input?.["url"] === "string") return listClause(trigger.input["url"], trigger.emit);
  return `when ${happening(found?.title ?? trigger.operation, app, trigger.emit)}`;
}

/** " (tag: vip)": what a change trigger is narrowed to. */
function settingsIn({ input = {} }: TriggerDefinition, { settings }: KnownWatch): string {
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
  return typeof interval === "string" ? `every ${interval}` : `at the times of '${typeof input.cron === "string" ? input.cron : "?"}'`;
}

/** "Answer received", "New contact", "Contact Created", "Search Contacts" and whatever else a title can be, as something that happens. */
function happening(title: string, app: string, emit: TriggerDefinition["emit"]): string {
  if (/webhook/i.test(title)) return "a webhook arrives";
  const [, made] = /^New (.+)$/i.exec(title) ?? [];
  if (made) return `${app} has a new ${small(made)}`;
  const [, thing, verb] = /^(.+) (\w+ed|sent|won|lost)$/i.exec(title) ?? [];
  if (thing && verb)
    return verb.toLowerCase() === "received"
      ? `${app} receives ${withArticle(small(thing))}`
      : `${withArticle(small(thing))} ${isPlural(thing) ? "are" : "is"} ${small(verb)} in ${app}`;
  const [, listed] = /^(?:list|search|get|find)(?: all)? (.+)$/i.exec(title) ?? [];
  if (listed) return `${app} has ${freshness(emit)} ${small(listed)}`;
  return `'${title}' happens in ${app}`;
}

// ---------------------------------------------------------------- steps

function stepClause(step: StepDefinition, titles: Titles): string {
  const all = (steps: StepDefinition[]) => (steps.length === 0 ? "do nothing" : together(steps.map((each) => stepClause(each, titles))));
  if ("filter" in step) return `go on only if ${bare(step.filter)}`;
  if ("if" in step) return `if ${bare(step.if)}, ${all(step.then)}${step.else?.length ? `, otherwise ${all(step.else)}` : ""}`;
  if ("forEach" in step) return `for each of ${bare(step.forEach)}, ${all(step.do)}`;
  if ("wait" in step) return /^\d/.test(step.wait) ? `wait ${step.wait}` : `wait until ${bare(step.wait)}`;
  if ("format" in step) return `prepare ${Object.keys(step.format).join(", ") || "values"}`;
  if ("stop" in step) return step.stop === "failed" ? "stop as failed" : "stop";
  const title = titles.operation(step.app, step.operation)?.title;
  return title === undefined ? `do ${step.operation} in ${step.app}` : small(title);
}

/** "a, b and c"; a last clause that has commas of its own is set off with one. */
function together(clauses: string[]): string {
  const shown =
    clauses.length > mostClauses ? [...clauses.slice(0, mostClauses - 1), `${clauses.length - mostClauses + 1} more steps`] : clauses;
  const last = shown.at(-1)!;
  if (shown.length === 1) return last;
  return `${shown.slice(0, -1).join(", ")} and${/^(if|for each) /.test(last) ? "," : ""} ${last}`;
}

// ---------------------------------------------------------------- words

/** An expression without the braces of a template around it. */
export const bare = (expression: string): string => expression.replace(/^\s*\{\{-?\s*|\s*-?\}\}\s*$/g, "");
const isPlural = (thing: string): boolean => /[^su]s$/.test(thing);
const withArticle = (thing: string): string => (isPlural(thing) ? thing : `${/^[aeio]|^u(?!ni|se)/i.test(thing) ? "an" : "a"} ${thing}`);

const properNames = new Set([
  "Google",
  "Facebook",
  "Instagram",
  "Twitter",
  "Pinterest",
  "Stripe",
  "Shopify",
  "Zoom",
  "Outlook",
  "Zapier",
  "Slack",
]);

/** Small as within a sentence; "SMS" and "HighLevel" stay as they are. */
const small = (title: string): string =>
  title.replace(/ \(deprecated\)$/i, "").replace(/\b[A-Z][a-z]*\b/g, (word) => (properNames.has(word) ? word : word.toLowerCase()));
