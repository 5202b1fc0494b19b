import type { CatalogEntry, Step } from "#api/schemas.ts";
import { inputWords, searchedBy } from "#engine/mapping/words/input-words.ts";
import { replacedBy } from "#surfaces/effect-words.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { addressOf, withAddress } from "../../../lib/web-address.ts";
import { humanize } from "../../../lib/words.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { isBlank, missingFields } from "../document/missing-fields.ts";
import type { StepNames } from "../words/step-names.ts";
import type { KindCard } from "./card.ts";
import { shortList } from "./short-list.ts";

/** A call of an operation. The picker offers the operations themselves. */
export const action: KindCard<Step<"action">> = {
  mark: "operation",
  lists: [],
  gives: true,
  sentence: actionWords,
  detail: filledWords,
  missing({ app, operation, input }, names) {
    if (isBlank(operation)) return ["What to do"];
    const inputs = names.entry(app, operation)?.inputs ?? [];
    return missingFields(inputs, isObject(input) ? input : {}).map(({ label, name }) => label ?? fieldLabel(name));
  },
};

/** "Create or update the contact by e-mail in Acme Dental". */
function actionWords({ app, operation, connection, input }: Step<"action">, names: StepNames): string {
  const entry = names.entry(app, operation);
  const title = entry === undefined ? humanize(String(operation ?? "")) : operationTitle(entry);
  const where = typeof connection === "string" && connection !== "" ? names.connection(connection) : names.app(app);
  const address = entry && addressOf(entry, input);
  if (address !== undefined) return withAddress(title, address);
  return `${title}${entry === undefined ? "" : foundBy(entry, input)} in ${where}`;
}

/** By what a record is looked for, where that is what the operation does. */
function foundBy(entry: CatalogEntry, input: unknown): string {
  const by = searchedBy(entry, input).map((name) => (name === "email" ? "e-mail" : name));
  return by.length === 0 ? "" : ` by ${by.join(" or ")}`;
}

/** What is filled in with what. */
function filledWords({ app, operation, input }: Step<"action">, names: StepNames): string | null {
  const entry = names.entry(app, operation) ?? { title: "", effect: null, inputs: [], replaces: [] };
  return namedBody(entry.inputs, input) ?? withReplaced(inputWords(entry, input, names.source), entry, input);
}

/** Says which lists of the record it replaces: there may be another step of this name that adds to them. */
function withReplaced(words: string, entry: Parameters<typeof replacedBy>[0], input: unknown): string | null {
  const lists = isObject(input) ? replacedBy(entry, input) : [];
  if (lists.length === 0) return words || null;
  return `${words === "" ? "" : `${words}. `}Replaces its ${shortList(lists)}`;
}

/** "Sends email, name and tag": the names that somebody gave what a request sends. */
function namedBody(inputs: CatalogEntry["inputs"], input: unknown): string | null {
  const field = inputs.find(({ text }) => text === "body");
  const body = field !== undefined && isObject(input) ? input[field.name] : undefined;
  const names = isObject(body) ? Object.keys(body).filter((name) => name !== "") : [];
  return names.length === 0 ? null : `Sends ${shortList(names)}`;
}
