import type { LintFinding } from "#api/schemas.ts";
import type { StoredError } from "./api.ts";

/** A name of a flow that is gone or means something else now, with what may be written instead. */
export interface LostName {
  flowId: string;
  /** The step's id; null: the trigger. */
  step: string | null;
  field: string;
  from: string;
  choices: string[];
  /** What people call each of them, where ids are written. */
  labels?: readonly string[] | undefined;
  /** The first choice is near enough to be meant. */
  near: boolean;
  /** Another thing has the name now. */
  reused: boolean;
}

/** What a check found and another name would mend; null where none would. */
export function lostInFinding(flowId: string, { step, field, at, repair }: LintFinding): LostName | null {
  if (repair === undefined || repair.choices.length === 0) return null;
  const named = field ?? /\.(connection)$/.exec(at)?.[1];
  return named === undefined ? null : { flowId, step, field: named, ...repair, reused: repair.choices.includes(repair.from) };
}

/** What stopped a run and another name would mend; null where none would. */
export function lostInError(flowId: string, { details }: StoredError): LostName | null {
  const { reference, step, field } = details;
  if (typeof reference !== "object" || reference === null || typeof field !== "string" || typeof step !== "string") return null;
  const { name, choices, near } = reference as Record<string, unknown>;
  if (typeof name !== "string" || !Array.isArray(choices)) return null;
  const titles = choices.filter((choice): choice is string => typeof choice === "string");
  return { flowId, step, field, from: name, choices: titles, near: near === true, reused: titles.includes(name) };
}
