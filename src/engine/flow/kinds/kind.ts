import type { Json } from "#kernel/json.ts";
import type { Source, Spots } from "../../lint/spots.ts";
import type { CompiledCondition, CompiledValue } from "../../mapping/mapping.ts";
import type { Rules } from "../../mapping/rule-format.ts";
import type { CompiledStep, StepRun } from "../compiled.ts";
import type { FlowSettings } from "../format.ts";
import type { FlowKnowledge, Titles } from "../knowledge.ts";
import type { StepShape } from "./shape.ts";

/** A step of any kind. */
export interface AnyStep {
  id: string;
  title?: string | undefined;
  off?: boolean | undefined;
  [member: string]: unknown;
}

/** How the texts of a member are read: as a condition, as one expression, or as a value with templates anywhere in it. */
export type TemplateUse = "condition" | "expression" | "value";

/** A kind of step: how it is written, what it does, and what is said of it. */
export interface StepKind<S extends object = AnyStep> {
  readonly shape: StepShape;
  /** Its members with templates: they are checked, conditions also by the lint. */
  readonly templates: Readonly<Record<string, TemplateUse>>;
  /** Whether later steps can read what it gives, by its id. */
  readonly gives: boolean;
  /** Whether it begins with a call, for which a run needs a place. */
  readonly calls?: boolean;
  /** Whether a run may end in it. */
  readonly ends?: boolean;
  /** Only Millrace writes it: people are not offered it. */
  readonly unoffered?: boolean;
  /** What people call its members, where that is not their name. */
  readonly labels: Readonly<Record<string, string>>;
  /** Checks what its members mean. Templates and the steps inside are checked anyway. */
  check?(step: S, check: StepCheck): void;
  /** Names that only the steps inside can read. */
  inside?(step: S): readonly string[];
  /** Works out what can be worked out before the first event. */
  compile(step: S, compiling: StepCompiling): StepRun;
  /** What it does, within a sentence: "wait 2 hours". */
  clause(step: S, words: ClauseWords): string;
  /** What it is called on the page of a run, where it has no title; its clause when absent. */
  title?(step: S, words: ClauseWords): string;
  /** What the lint has to look at, beside conditions and the steps inside. */
  lint?(step: S, visit: LintVisit): void;
}

/** What the check of a step can ask and say. */
export interface StepCheck {
  /** `steps[2].then[0]`. */
  readonly at: string;
  readonly knowledge: FlowKnowledge;
  /** The names its templates can read. */
  readonly names: ReadonlySet<string>;
  /** Says what is wrong with a member: `input.email`. */
  tell(member: string, problem: string): void;
  /** Whether a name that only the steps inside would read stands for something else already. */
  isTaken(name: string): boolean;
  /** Checks a value with templates. */
  value(value: Json, member: string): void;
  /** Says what a checked reading refuses. */
  attempt(member: string, work: () => void): void;
  /** Later steps cannot read the status of its answer, and why. */
  noAnswer(why: string): void;
}

/** What a step is compiled with. What it reads is noted. */
export interface StepCompiling {
  /** The zone and country that the flow itself names. */
  readonly home: Pick<FlowSettings, "zone" | "country">;
  /** The workspace's rules. */
  readonly rules: Rules;
  condition(text: string, member: string): CompiledCondition;
  expression(text: string, member: string): CompiledValue;
  value(value: Json, member: string): CompiledValue;
  /** The input of an operation: values in addresses and bodies are encoded for them. */
  input(input: Record<string, Json>, app: string, operation: string): CompiledValue;
  steps(steps: readonly AnyStep[]): readonly CompiledStep[];
  /** Notes what is read by other means than templates. */
  reads(paths: readonly string[]): void;
}

/** What a clause is put together with. */
export interface ClauseWords {
  titles: Titles;
  /** The clauses of steps inside: "create a contact and send an SMS". */
  all(steps: readonly AnyStep[]): string;
  /** A condition: "the e-mail has a value". */
  condition(text: string): string;
  /** One expression, with or without braces: "the e-mail in lower case". */
  expression(text: string): string;
  /** A template. What is more than one expression stays as it is written. */
  template(text: string): string;
}

/** What the lint finds at a step. */
export interface LintVisit {
  readonly at: string;
  readonly names: ReadonlyMap<string, Source>;
  readonly spots: Spots;
  /** Later steps can read this under the step's id. */
  gives(source: Source): void;
  /** The steps inside can read this under a name. */
  inside(name: string, source: Source): void;
}
