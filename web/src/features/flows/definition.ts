import type { StepDefinition, StepKindName } from "#api/schemas.ts";
import { type CardNames, cards } from "./cards.ts";

/** A step as it is shown. */
export interface StepCard {
  path: string;
  step: StepDefinition;
  /** Null: the server has a kind of step that this page does not know. */
  kind: StepKindName | null;
  /** What it decides by, waits for or goes through. */
  rule: string | null;
  /** What it fills in. */
  fields: [name: string, value: unknown][];
  /** Steps inside, under their label. */
  branches: { label: string; steps: StepCard[] }[];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The steps as cards, with their inner steps. */
export const readSteps = (steps: readonly StepDefinition[], prefix = ""): StepCard[] => steps.map((step) => readStep(step, prefix));

function readStep(step: StepDefinition, prefix: string): StepCard {
  const path = prefix + step.id;
  const kind = kindOf(step);
  const card = kind === null ? null : cardFor(kind);
  return {
    path,
    step,
    kind,
    rule: card?.rule?.(step) ?? null,
    fields: card?.fields?.(step) ?? [],
    branches: (card?.branches?.(step) ?? []).map(([label, inner]) => ({ label, steps: readSteps(inner, `${path}/`) })),
  };
}

const kindNames = Object.keys(cards) as StepKindName[];
const kindOf = (step: StepDefinition): StepKindName | null => kindNames.find((name) => cards[name].mark in step) ?? null;

/** Methods take any step: the kind was told by the step itself. */
interface AnyCard {
  sentence(step: StepDefinition, names: CardNames): string;
  rule?(step: StepDefinition): string | null;
  fields?(step: StepDefinition): [name: string, value: unknown][];
  branches?(step: StepDefinition): [label: string, steps: readonly StepDefinition[]][];
}
const cardFor = (kind: StepKindName): AnyCard => cards[kind];

/** How many steps there are, inner ones included. */
export function countSteps(steps: readonly StepCard[]): number {
  return steps.reduce((sum, step) => sum + 1 + step.branches.reduce((inner, branch) => inner + countSteps(branch.steps), 0), 0);
}

/** A card's first line: "Create or update a contact in Acme Dental". */
export function stepSentence({ step, kind }: StepCard, names: CardNames): string {
  if (step.title !== undefined) return step.title;
  return kind === null ? `Step '${step.id}' is of a kind that this page does not know` : cardFor(kind).sentence(step, names);
}

/** A ready command that posts an event to a hook. Safe to paste: the body is one quoted word for the shell. */
export function curlOf(url: string, payload: unknown): string {
  return `curl -X POST ${quoted(url)} -H 'content-type: application/json' -d ${quoted(JSON.stringify(payload))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
