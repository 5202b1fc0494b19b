import type { StepDefinition } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { kindOf, listMembersOf } from "./kinds.ts";
import { firstNumberIn } from "./place.ts";

/** A step that a column belongs to, where it is. */
interface Owner {
  step: StepDefinition;
  /** The key of its place. */
  at: string;
  number: string;
}

/** A list of steps inside a step, as the column of the editor has it. */
export interface Column extends Owner {
  member: string;
  /** It is that of a further condition, whose card stands at its head. */
  isFurther: boolean;
}

/**
 * The columns of a step. Where all that is done otherwise is to ask another condition, its columns stand beside the first ones: *if so*, *otherwise
 * if*, *otherwise*.
 */
export function columnsOf({ step, at, number }: Owner, isFurther = false): Column[] {
  return listMembersOf(step).flatMap((member) => {
    const next = member === "else" ? furtherCondition(step) : null;
    if (next === null) return [{ step, at, number, member, isFurther: isFurther && member === "then" }];
    return columnsOf({ step: next, at: `${at}.else.0`, number: `${number}.${firstNumberIn(step, "else")}` }, true);
  });
}

/** The branch that is all of what a branch does otherwise; null where there is more, or something else. */
function furtherCondition(step: StepDefinition): StepDefinition | null {
  const inner = (step as unknown as Record<string, unknown>)["else"];
  const [only, ...others] = Array.isArray(inner) ? (inner as unknown[]) : [];
  if (others.length > 0 || !isObject(only) || only["off"] === true || kindOf(only) !== "branch") return null;
  return only as unknown as StepDefinition;
}
