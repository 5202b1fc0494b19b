import type { Rules } from "#engine/mapping/rule-format.ts";
import type { Json } from "#kernel/json.ts";
import type { ValueType } from "../data/types.ts";

/** A text to evaluate: as a value with templates in it, as one expression, or as a condition. */
export interface Ask {
  written: Json;
  reading: "value" | "expression" | "condition";
}

/** The zone and country of the flow, and the rules that the text uses. */
export interface Home {
  zone: string;
  country?: string | undefined;
  rules?: Rules | undefined;
}

/** What a template or a condition gives with a sample, as it is shown: a large value stays where it was worked out. */
export type Outcome =
  | { kind: "value"; type: ValueType; text: string; empty: boolean }
  | { kind: "missing" }
  | { kind: "problem"; problem: string };

/** Whether a condition passes. */
export const passes = (outcome: Outcome | undefined): boolean | undefined =>
  outcome?.kind === "value" ? outcome.text === "true" : undefined;

/** What is sent to the evaluator beside the page. */
export type EvaluatorMessage =
  | { kind: "sample"; sample: number; values: Readonly<Record<string, unknown>> }
  | { kind: "forget"; sample: number }
  | { kind: "ask"; id: number; ask: Ask; sample: number; home: Home }
  /** Nobody waits for it any more. */
  | { kind: "drop"; id: number };

export interface EvaluatorAnswer {
  id: number;
  outcome: Outcome;
}
