import { createContext, use } from "react";
import type { LintFinding, StepDefinition } from "#api/schemas.ts";
import type { Place } from "../document/place.ts";
import type { StepNames } from "../words/step-names.ts";

/** What every card and every gap of the column can ask and do. */
export interface CanvasParts {
  names: StepNames;
  /** By the id of the step: what the last check found. */
  findings: ReadonlyMap<string, readonly LintFinding[]>;
  /** By the key of the place: the ids a step reads although it cannot see them. */
  unseen: ReadonlyMap<string, readonly string[]>;
  /** Opens the picker for a place. */
  add(place: Place): void;
  act(action: CardAction, place: Place): void;
  /** Puts the step that was copied in at a place. */
  paste(place: Place): void;
  canPaste: boolean;
}

export type CardAction = "up" | "down" | "in" | "out" | "duplicate" | "copy" | "cut" | "off" | "delete" | "open" | "condition";

const Context = createContext<CanvasParts | null>(null);
export const CanvasContext = Context.Provider;

/** The column around this part of it. */
export function useCanvas(): CanvasParts {
  const parts = use(Context);
  if (parts === null) throw new Error("There is no column of steps around this part.");
  return parts;
}

/** Keys for a list of steps: its id, or its number where it has none of its own. */
export function keysOf(steps: readonly unknown[]): string[] {
  const seen = new Set<string>();
  return steps.map((step, index) => {
    const id = (step as Partial<StepDefinition> | null)?.id;
    const key = typeof id === "string" && id !== "" && !seen.has(id) ? id : `no. ${index}`;
    seen.add(key);
    return key;
  });
}
