import { LiquidError } from "liquidjs";
import { MillraceError } from "#kernel/errors.ts";
import type { ScriptRule } from "./rule-format.ts";

/** What is wrong with a value or a template, as a sentence without its field, which is added where it is known. */
export class MappingProblem extends Error {
  override name = "MappingProblem";
}

/** Thrown to restart the evaluation in another way. Nothing is wrong with the mapping. */
export class RestartEvaluation extends Error {
  override name = "RestartEvaluation";
}

/** It takes longer than a piece of work may. */
export class NeedsPieces extends RestartEvaluation {}

/** It needs the result of a script, which is executed elsewhere. */
export class ScriptNeeded extends RestartEvaluation {
  readonly call: ScriptCall;
  constructor(call: ScriptCall) {
    super();
    this.call = call;
  }
}

/** A rule with a script, applied to a value. Equal calls have the same key. */
export interface ScriptCall {
  rule: ScriptRule;
  value: unknown;
  key: string;
}

/** Runs `work`; whatever it throws becomes MAPPING_FAILED of `field`. */
export function inField<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw mappingFailed(field, thrown);
  }
}

/** Whatever a template or a filter threw, as MAPPING_FAILED of a field. */
export function mappingFailed(field: string, thrown: unknown): MillraceError | RestartEvaluation {
  if (thrown instanceof MillraceError) return thrown;
  const origin = originOf(thrown);
  if (origin instanceof RestartEvaluation) return origin;
  return new MillraceError("MAPPING_FAILED", { cause: thrown, details: { field, problem: inWords(thrown) } });
}

/** What was thrown first: Liquid wraps what its tags throw, once for each tag around it. */
function originOf(thrown: unknown): unknown {
  let origin = thrown;
  while (origin instanceof Error && (origin as { originalError?: unknown }).originalError instanceof Error)
    origin = (origin as unknown as { originalError: Error }).originalError;
  return origin;
}

function inWords(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "the template could not be worked out";
  const origin = originOf(thrown) as Error;
  if (origin instanceof RangeError && origin.message.includes("call stack")) return "it is nested too deeply";
  if (origin instanceof MappingProblem) return origin.message;
  // Liquid wraps what its tags throw; a TypeError in there is a filter's complaint about its value, not Liquid's about the template.
  const liquids = LiquidError.is(origin) || origin.name === "AssertionError" || (origin !== thrown && origin.name === "Error");
  return liquids ? liquidInWords(origin.message) : `the template could not be worked out (${origin.message})`;
}

/** Liquid's own messages, put into the words of the rest. */
function liquidInWords(message: string): string {
  const text = message.replace(/(, file:\S+)?, line:\d+, col:\d+$/, "");
  const tag = /^tag "(.*)" not found$/.exec(text);
  if (tag) return `there is no tag '{% ${tag[1]} %}' here`;
  if (/^(tag|output) .* not closed$/s.test(text))
    return `${text.startsWith("tag") ? "'{%'" : "'{{'"} is not closed: ${text.replace(/^(tag|output) | not closed$/g, "")}`;
  if (text.startsWith("invalid value expression")) return "there is nothing between '{{' and '}}' that gives a value";
  if (text === 'expected "|" before filter')
    return "something between the value and its filters cannot be read; quote text like 'this' and put '|' before each filter";
  if (text.includes("alloc limit")) return "it would need too much memory";
  if (text.includes("render limit")) return "it took too long to work out";
  return text;
}
