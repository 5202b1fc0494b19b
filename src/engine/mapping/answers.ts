import { isObject } from "#kernel/json.ts";

/**
 * What is read of a step's answer beside its result: `post._status`, `post._headers.location`. A result may be a list, a text or nothing, so they do not
 * stand in it: they lie in the scope under a name of their own, that no step can have. A result with such a member keeps it.
 */
export interface StepAnswer {
  _status?: number;
  /** By their names in lower case. */
  _headers: Record<string, string>;
}

export const answerMembers: readonly string[] = ["_status", "_headers"];

/** Where the answer of a step lies in the scope. */
export const answerKey = (step: string): string => `${step}._answer`;

const answerRead = /^([^.[]+)\._(?:status|headers)(?=[.[]|$)/;

/** The step whose answer a path reads; undefined where it reads none. */
export const answerReadBy = (path: string): string | undefined => answerRead.exec(path)?.[1];

/** A member of a step's answer, where the scope has it. */
export function readAnswer(scope: object, root: string, member: string): unknown {
  const answer: unknown = Object.hasOwn(scope, answerKey(root)) ? (scope as Record<string, unknown>)[answerKey(root)] : undefined;
  return isObject(answer) && Object.hasOwn(answer, member) ? answer[member] : undefined;
}
