import type { CatalogEntry, Step, StepDefinition, StepKindName } from "#api/schemas.ts";
import { humanize, listed, plural } from "../../../lib/words.ts";
import { operationWords } from "../../../lib/operation-words.ts";
import { readCondition } from "#engine/mapping/words/conditions.ts";
import { inputWords, searchedBy } from "#engine/mapping/words/input-words.ts";
import type { SourceNames } from "#engine/mapping/words/paths.ts";
import { durationInWords, isDuration } from "#kernel/durations.ts";
import { isUnfinished } from "../conditions/tree.ts";
import { kindOf } from "../document/kinds.ts";
import { isObject } from "../../../lib/is-object.ts";
import { itemNames } from "../document/ids.ts";
import { isBlank, missingFields } from "../document/missing-fields.ts";

/** What the words of steps are made with. */
export interface StepNames {
  /** What the catalog knows of an operation. */
  entry(app: string, operation: string): CatalogEntry | undefined;
  app(id: string): string;
  connection(name: string): string;
  /** What steps and items are called as sources of values: "'Find the contact'", "step 2". */
  source: SourceNames;
  /** A condition in words: "the contact's e-mail is there". */
  condition(text: string): string;
  /** What a template stands for: "E-mail". */
  value(text: string): string;
  /** A text with templates in it: "Call [First name]". */
  text(text: string): string;
}

type WordsOf<S> = (step: S, names: StepNames) => string;

const stops = { success: "Stop here: success", filtered: "Stop here: filtered", failed: "Stop here: failed" } as const;

/** The sentence on the card of each kind of step. */
const sentences: { readonly [K in StepKindName]: WordsOf<Step<K>> } = {
  action: actionWords,
  filter: ({ filter }, { condition }) => (isBlank(filter) ? "Continue only if …" : `Continue only if ${condition(asText(filter))}`),
  branch: (step, { condition }) => (isBlank(step.if) ? "If …" : `If ${condition(asText(step.if))}`),
  forEach: (step, { value }) => `For each ${itemWord(step)} ${isBlank(step.forEach) ? "of …" : `of ${value(asText(step.forEach))}`}`,
  wait: ({ wait }, { value }) =>
    isBlank(wait) ? "Wait …" : isDuration(asText(wait)) ? `Wait ${durationInWords(asText(wait))}` : `Wait until ${value(asText(wait))}`,
  format: ({ format }) => {
    const names = isObject(format) ? Object.keys(format) : [];
    return names.length === 0 ? "Prepare values" : `Prepare ${shortList(names.map((name) => `'${name}'`))}`;
  },
  stop: ({ stop }) => stops[stop] ?? "Stop here",
};

/** What a step is called: its own title, or what it does. */
export const stepWords = (step: StepDefinition, names: StepNames): string => (hasTitle(step) ? step.title! : doesWords(step, names));

const hasTitle = ({ title }: StepDefinition): boolean => typeof title === "string" && title !== "";

/** What a step does, in words. */
function doesWords(step: StepDefinition, names: StepNames): string {
  const kind = kindOf(step);
  if (kind === null) return `Step '${step.id}' is of a kind that this page does not know`;
  return (sentences[kind] as WordsOf<StepDefinition>)(step, names);
}

/** "Create or update the contact by e-mail in Acme Dental". */
function actionWords({ app, operation, connection, input }: Step<"action">, names: StepNames): string {
  const entry = names.entry(app, operation);
  const title = entry === undefined ? humanize(String(operation ?? "")) : operationWords(entry);
  const where = typeof connection === "string" && connection !== "" ? names.connection(connection) : names.app(app);
  const address = entry && addressOf(entry, input);
  if (address !== undefined) return /\baddress$/.test(title) ? title.replace(/(a web )?address$/, () => address) : `${title} to ${address}`;
  return `${title}${entry === undefined ? "" : foundBy(entry, input)} in ${where}`;
}

/** By what a record is looked for, where that is what the operation does. */
function foundBy(entry: CatalogEntry, input: unknown): string {
  const by = searchedBy(entry, input).map((name) => (name === "email" ? "e-mail" : name));
  return by.length === 0 ? "" : ` by ${by.join(" or ")}`;
}

const longestAddress = 60;

/** Where a request goes, where the operation takes a whole address. */
function addressOf({ inputs }: CatalogEntry, input: unknown): string | undefined {
  const field = inputs.find(({ text }) => text === "address");
  if (field === undefined) return undefined;
  const value = isObject(input) ? input[field.name] : undefined;
  if (typeof value !== "string" || value.trim() === "") return "…";
  const shown = value.replace(/^https?:\/\//i, "").replace(/[?#].*$/s, "");
  return shown.length > longestAddress ? `${shown.slice(0, longestAddress - 1)}…` : shown;
}

function itemWord(step: Step<"forEach">): string {
  const [item] = itemNames(step);
  return item === "item" ? "item" : humanize(item).toLowerCase();
}

/** What stands under the name of a step: what it does, where it has a title of its own, and what is filled in with what. */
export function detailWords(step: StepDefinition, names: StepNames): string | null {
  const filled = filledWords(step, names);
  if (!hasTitle(step)) return filled || null;
  return filled === "" ? doesWords(step, names) : `${doesWords(step, names)}. ${filled}`;
}

function filledWords(step: StepDefinition, names: StepNames): string {
  if ("stop" in step) return typeof step.reason === "string" && step.reason !== "" ? `“${step.reason}”` : "";
  if (!("operation" in step)) return "";
  const entry = names.entry(step.app, step.operation);
  return inputWords(entry ?? { title: "", effect: null, inputs: [] }, step.input, names.source);
}

const shownNames = 3;
const shortList = (names: readonly string[]): string =>
  names.length <= shownNames
    ? listed(names)
    : `${names.slice(0, shownNames).join(", ")} and ${plural(names.length - shownNames, "more field")}`;

/** Required fields that are not filled in, and texts that have to say something. */
export function missingIn(step: StepDefinition, names: Pick<StepNames, "entry">): string[] {
  if (step.off === true) return [];
  if ("operation" in step) return missingInputs(step, names.entry(step.app, step.operation));
  if ("filter" in step) return missingInCondition(step.filter);
  if ("if" in step) return missingInCondition(step.if);
  if ("forEach" in step) return isBlank(step.forEach) ? ["List"] : [];
  if ("wait" in step) return isBlank(step.wait) ? ["How long"] : [];
  return [];
}

function missingInCondition(text: unknown): string[] {
  if (isBlank(text)) return ["Condition"];
  const condition = typeof text === "string" ? readCondition(text) : null;
  return condition !== null && isUnfinished(condition) ? ["Value of a condition"] : [];
}

function missingInputs(step: Step<"action">, entry: CatalogEntry | undefined): string[] {
  if (isBlank(step.operation)) return ["What to do"];
  return missingFields(entry?.inputs ?? [], isObject(step.input) ? step.input : {}).map(({ label, name }) => label ?? humanize(name));
}

/** What somebody wrote may be of another type. */
const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
