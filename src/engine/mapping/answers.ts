import { isObject } from "#kernel/json.ts";

/**
 * What later steps can read about a step's answer beside its result: `post._status`, `people._complete`. A result may be a list, a text or
 * nothing and cannot hold them, so the scope has them under a name that no step can have. A field of the result with such a name wins.
 */
export interface StepAnswer {
  _status?: number;
  /** By their names in lower case. */
  _headers?: Record<string, string>;
  /** Of a list: how many rows there are in all, where that is known. */
  _total?: number;
  /** Of a list: whether every row was read. */
  _complete?: boolean;
}

const exchangeMembers: readonly string[] = ["_status", "_headers"];
export const answerMembers: readonly string[] = [...exchangeMembers, "_total", "_complete"];

/** Whether a format step has the names of a call's answer for itself. */
export const hasExchangeMember = (format: object): boolean => exchangeMembers.some((member) => Object.hasOwn(format, member));

/** Where the scope has the answer of a step. */
export const answerKey = (step: string): string => `${step}._answer`;

const answerRead = /^([^.[]+)\._(?:status|headers)(?=[.[]|$)/;

/** The step whose status or headers a path reads; undefined if it reads neither. */
export const answerReadBy = (path: string): string | undefined => answerRead.exec(path)?.[1];

/** A member of a step's answer, if the scope has it. */
export function readAnswer(scope: object, root: string, member: string): unknown {
  const answer: unknown = Object.hasOwn(scope, answerKey(root)) ? (scope as Record<string, unknown>)[answerKey(root)] : undefined;
  return isObject(answer) && Object.hasOwn(answer, member) ? answer[member] : undefined;
}
