import type { CatalogEntry, Step } from "#api/schemas.ts";
import { operationWords } from "../../../lib/operation-words.ts";
import { humanize } from "../../../lib/words.ts";
import { isObject } from "../../../lib/is-object.ts";
import { isBlank, missingFields } from "../document/missing-fields.ts";
import type { StepNames } from "../words/step-names.ts";
import type { StepCard } from "./card.ts";
import { shortList } from "./short-list.ts";

/** A call of an operation. The picker offers the operations themselves. */
export const action: StepCard<Step<"action">> = {
  mark: "operation",
  lists: [],
  gives: true,
  sentence: actionWords,
  detail: filledWords,
  missing({ app, operation, input }, names) {
    if (isBlank(operation)) return ["What to do"];
    const inputs = names.entry(app, operation)?.inputs ?? [];
    return missingFields(inputs, isObject(input) ? input : {}).map(({ label, name }) => label ?? humanize(name));
  },
};

/** "Create or update the contact by e-mail in Acme Dental". */
function actionWords({ app, operation, connection, input }: Step<"action">, names: StepNames): string {
  const entry = names.entry(app, operation);
  const title = entry === undefined ? humanize(String(operation ?? "")) : operationWords(entry);
  const where = typeof connection === "string" && connection !== "" ? names.connection(connection) : names.app(app);
  const address = entry && addressOf(entry, input);
  if (address !== undefined) return /\baddress$/.test(title) ? title.replace(/(a web )?address$/, () => address) : `${title} to ${address}`;
  return `${title}${entry === undefined ? "" : foundBy(entry, input)} in ${where}`;
}

const identifying = ["email", "phone"];

/** By what a record is looked for, where that is what the operation does. */
function foundBy({ effect, title, inputs }: CatalogEntry, input: unknown): string {
  if (!isObject(input) || !(effect === "upsert" || /^find\b/i.test(title))) return "";
  const by = identifying.filter((name) => !isBlank(input[name]) && inputs.some((field) => field.name === name));
  return by.length === 0 ? "" : ` by ${by.map((name) => (name === "email" ? "e-mail" : name)).join(" or ")}`;
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

/** The names of what is filled in. */
function filledWords({ app, operation, input }: Step<"action">, names: StepNames): string | null {
  if (!isObject(input)) return null;
  const entry = names.entry(app, operation);
  const filled = Object.entries(input).filter(([, value]) => !isBlank(value));
  const labels = filled.flatMap(([name, value]) => {
    if (entry?.inputs.find((field) => field.name === name)?.text === "address") return [];
    if (name === "customFields" && isObject(value)) return Object.keys(value);
    return [name === "$more" ? "Further fields" : (entry?.inputs.find((field) => field.name === name)?.label ?? humanize(name))];
  });
  return labels.length === 0 ? null : shortList(labels);
}
