import type { StepView } from "#api/schemas.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { fieldPathLabel } from "#surfaces/said-of-field.ts";
import type { StoredError } from "./api.ts";
import { valueWords } from "./diff.ts";

/** Pure: which values of a step an error is about. */

/** The fields of a step's input that an error blames: those it names, else those whose words are in the sentence of the other side. */
export function refusedFields({ details, message }: Pick<StoredError, "details" | "message">, input: unknown): string[] {
  if (!isObject(input)) return [];
  const { field, fields } = details;
  const named = [...(typeof field === "string" ? [field] : []), ...(isObject(fields) ? Object.keys(fields) : [])].map(rootOf);
  const own = named.filter((name) => Object.hasOwn(input, name));
  if (own.length > 0) return [...new Set(own)];
  const sentence = ` ${wordsOf(String(details["message"] ?? details["problem"] ?? message))} `;
  return Object.keys(input).filter((name) => sentence.includes(` ${wordsOf(fieldWords(name))} `));
}

/** "Phone: call me", for each value that was refused; of a few of them. */
export function refusedValues(error: StoredError, steps: readonly Pick<StepView, "state" | "input">[]): string[] {
  const step = steps.find(({ state }) => state === "failed" || state === "held");
  const input = step?.input;
  if (!isObject(input)) return [];
  return refusedFields(error, input)
    .slice(0, mostShown)
    .map((name) => `${fieldPathLabel(name, error.details)}: ${valueWords(input[name])}`);
}

const mostShown = 3;

const rootOf = (path: string): string => /^[^.[]*/.exec(path)![0];

/** A text as words with one space between them. */
const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
