import { readNumber } from "#catalog/numbers.ts";
import { MappingProblem } from "../problem.ts";
import { isNil, quote, toText } from "../text.ts";

/** A filter's argument as a number; `what` says in the filter's words what it is for. */
export function numberArgument(value: unknown, what: string, otherwise?: number): number {
  if (isNil(value) && otherwise !== undefined) return otherwise;
  const number = typeof value === "string" ? readNumber(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw new MappingProblem(`${what} takes a number, not ${quote(value)}`);
  return number;
}

/** A filter's argument as text; what it means when nothing was given is told by `what`. */
export function textArgument(value: unknown, what: string): string {
  const text = toText(value);
  if (text === "") throw new MappingProblem(`${what} is missing`);
  return text;
}

/** `header: false` behind a filter's colon: Liquid gives it as the pair `["header", false]`. */
export function namedArgument(args: readonly unknown[], name: string): unknown {
  const pair = args.find((arg) => Array.isArray(arg) && arg.length === 2 && arg[0] === name);
  return Array.isArray(pair) ? pair[1] : undefined;
}

/** Nothing is an empty list, one thing a list of one. */
export const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : isNil(value) ? [] : [value]);
