import type { LucideIcon } from "lucide-react";
import type { StepDefinition } from "#api/schemas.ts";
import type { StepNames } from "../words/step-names.ts";

/** What the page knows of a kind of step, but for its form. */
export interface KindCard<S extends object> {
  /** The member that only steps of this kind have. */
  mark: keyof S & string;
  /** Its lists of further steps, with what each is called. */
  lists: readonly (readonly [member: keyof S & string, label: string])[];
  /** Whether later steps can read what it gives. */
  gives?: true;
  /** Its members that are code without braces around them. */
  code?: readonly (keyof S & string)[];
  /** What it does, in words. */
  sentence(step: S, names: StepNames): string;
  /** A line under that; null for none. */
  detail?(step: S, names: StepNames): string | null;
  /** What is not filled in and has to be. */
  missing?(step: S, names: Pick<StepNames, "entry">): string[];
}

/** How the picker offers a kind of step. */
export interface Offer {
  title: string;
  about: string;
  /** What else it is looked for by. */
  words: string;
  icon: LucideIcon;
  /** What it begins as. */
  make(id: string): StepDefinition;
}
