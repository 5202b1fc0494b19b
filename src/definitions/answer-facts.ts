/** What example answers say of an operation: where its result is, what tells rows apart, how a list goes on, and the schema. */
import { cutText } from "#kernel/characters.ts";
import type { DraftGuess } from "#api/schemas/app-drafts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import type { Json } from "#kernel/json.ts";
import { guessChanged, guessIdentity, guessPaging, guessResult, nounsOf, rowOf, type PagingInput } from "./guess.ts";
import type { OperationDraft } from "./inputs.ts";
import { joined, schemaOfValue } from "./values.ts";

export type AnswerFacts = Pick<OperationDraft, "result" | "list" | "identity" | "changed" | "paging" | "output">;

/** Where an operation is known beside its answer: its path and its inputs. */
interface Beside {
  path?: string;
  input?: readonly PagingInput[];
  /** Only a read has a list to go through. */
  reads?: boolean;
  /** The answers name the next page in their Link header. */
  linkHeader?: boolean;
}

/** The facts, and why each was taken. */
export function answerFacts(
  answers: readonly Json[],
  { path = "", input = [], reads = true, linkHeader = false }: Beside,
): { definition: AnswerFacts; guesses: DraftGuess[] } {
  const answer = answers.map((each) => schemaOfValue(each)).reduce(joined);
  const names = nounsOf(path).slice(-1);
  const where = guessResult(answer, { names, one: path.endsWith("}") || !reads });
  const { result, list } = where.value;
  const row = rowOf(answer, where.value);
  const identity = guessIdentity(row, names);
  const changed = list ? guessChanged(row) : null;
  const paging = list ? guessPaging(input, answer, { list: result, linkHeader, ...(identity && { identity: identity.value }) }) : null;
  const output = list ? { type: "array" as const, ...(row && { items: row }) } : row;
  return {
    definition: {
      result,
      ...(list && { list }),
      ...(identity && { identity: identity.value }),
      ...(changed && { changed: changed.value }),
      ...(paging && { paging: paging.value }),
      ...(output && hasMore(output) && { output }),
    },
    guesses: [
      { member: "result", why: where.why },
      ...Object.entries({ identity, changed, paging }).flatMap(([member, guess]) => (guess ? [{ member, why: guess.why }] : [])),
    ],
  };
}

const hasMore = (schema: JsonSchema): boolean => Object.keys(schema).length > 0;

/** An example with two items of each list: enough to see what they look like. */
export function shortened(value: Json, depth = 0): Json {
  if (depth > 20) return null;
  if (Array.isArray(value)) return value.slice(0, 2).map((item) => shortened(item, depth + 1));
  if (typeof value === "string") return value.length > 500 ? `${cutText(value, 500)}…` : value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, 100)
      .map(([name, member]) => [name, shortened(member, depth + 1)]),
  );
}
