import type { AppView } from "#api/schemas.ts";
import { withRuleTitles } from "#engine/mapping/rule-names.ts";
import { expressionWords } from "#engine/mapping/words/expressions.ts";
import { filterPhrase, filterWords } from "#engine/mapping/words/filters.ts";
import { readChain, readLiteral, readPath } from "#engine/mapping/words/parts.ts";
import { pathWords } from "#engine/mapping/words/paths.ts";
import { capital } from "#kernel/words.ts";
import { isExample } from "../data/samples.ts";
import { findField, sourceOfPath } from "../data/sources.ts";
import type { PlaceData, Source } from "../data/types.ts";
import type { Outcome } from "../evaluate/outcome.ts";

/** Pure: what a chip shows of an expression. */

export interface ChipLook {
  /** Whose mark it has; null: none of an app. */
  app: string | null;
  mark: AppView["mark"] | null;
  /** Of which source: "Answer received". */
  source: string;
  label: string;
  /** What is done with the value, in words. */
  filters: readonly string[];
  /** What comes out with the chosen sample; undefined as long as nobody knows. */
  value: string | undefined;
  state: "value" | "made" | "missing" | "problem" | "unknown";
  /** In a sentence, for those who hover and who listen. */
  about: string;
}

/** What a value is called: as the catalog has it, or by its path. */
export function labelOfPath(path: string, { sources }: Pick<PlaceData, "sources">): string {
  const field = findField(sources, path);
  if (field) return field.label;
  const keys = readPath(path);
  return keys === null ? path : capital(pathWords(path, namesOf(sources)).replace(/^the /, ""));
}

/** What sources are called within a sentence. */
export const namesOf =
  (sources: readonly Source[]) =>
  (name: string): string | undefined => {
    const source = sources.find((one) => one.name === name);
    if (source?.kind === "record") return "";
    return source?.kind === "step" ? `'${source.title}'` : undefined;
  };

/** The look of a chip; null where the expression is no value with filters. */
export function chipLook(
  expression: string,
  data: Pick<PlaceData, "sources" | "sample" | "rules">,
  outcome: Outcome | undefined,
  markOf: (app: string) => AppView["mark"] | null,
): ChipLook | null {
  const chain = readChain(withRuleTitles(expression, data.rules));
  if (chain === null) return null;
  const source = sourceOfPath(data.sources, chain.value);
  const label = labelOfValue(chain.value, data);
  const filters = chain.filters.map((call) => filterPhrase(call, (text) => expressionWords(text, namesOf(data.sources))) ?? call.name);
  const isMade = source !== undefined && isExample(data.sample, source.name);
  const state = stateOf(outcome, isMade, source !== undefined || readPath(chain.value) === null);
  return {
    app: source?.app ?? null,
    mark: source?.app ? markOf(source.app) : null,
    source: source?.title ?? "",
    label,
    filters,
    value: outcome?.kind === "value" ? outcome.text : undefined,
    state,
    about: aboutOf([label, ...filters].join(", "), source, outcome, isMade),
  };
}

function labelOfValue(value: string, data: Pick<PlaceData, "sources">): string {
  if (value === "'now'" || value === '"now"') return "Now";
  const literal = readLiteral(value);
  return literal ? String(literal.value) : labelOfPath(value, data);
}

function stateOf(outcome: Outcome | undefined, isMade: boolean, isKnown: boolean): ChipLook["state"] {
  if (!isKnown) return "unknown";
  if (outcome === undefined) return "value";
  if (outcome.kind === "value") return outcome.empty ? "missing" : isMade ? "made" : "value";
  return outcome.kind;
}

function aboutOf(what: string, source: Source | undefined, outcome: Outcome | undefined, isMade: boolean): string {
  const from = source === undefined ? "" : ` of ${source.title}`;
  if (outcome?.kind === "problem") return `${what}${from}: ${outcome.problem}`;
  if (outcome?.kind !== "value" || outcome.empty) return `${what}${from}: nothing in this sample`;
  return `${what}${from}: ${outcome.text}${isMade ? " (an example: nothing was received or read yet)" : ""}`;
}

/** The title of a filter in the menu. */
export const filterTitle = (name: string): string => (Object.hasOwn(filterWords, name) ? filterWords[name]!.title : name);
