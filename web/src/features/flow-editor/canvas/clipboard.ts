import type { StepDefinition } from "#api/schemas.ts";
import { kindOf } from "../document/kinds.ts";
import { isObject } from "#kernel/json.ts";

const key = "millrace.copied-step";
let copied: StepDefinition | null = null;

/** Keeps a step to be pasted, also into another flow of this browser. */
export function copyStep(step: StepDefinition): void {
  copied = step;
  try {
    window.localStorage.removeItem(key); // where there is no room for this one, an earlier one must not be pasted in its place
    window.localStorage.setItem(key, JSON.stringify(step));
  } catch {
    // it can be pasted on this page
  }
}

/** The step that was copied last. */
export function copiedStep(): StepDefinition | null {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(key) ?? "null");
    return isObject(kept) && kindOf(kept) !== null ? (kept as unknown as StepDefinition) : copied;
  } catch {
    return copied;
  }
}
