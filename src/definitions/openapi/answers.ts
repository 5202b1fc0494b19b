/** What an operation's answer in the document says: where the record or list is, what tells rows apart, how a list goes on. */
import type { DraftGuess, DraftOperation } from "#api/schemas/app-drafts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { isObject, sizeUpTo, type Json } from "#kernel/json.ts";
import { guessChanged, guessIdentity, guessPaging, guessResult, nounsOf, rowOf, singular } from "../guess.ts";
import type { FieldDefinition, FieldTools } from "./fields.ts";
import type { Node } from "./refs.ts";

type AnswerMembers = Partial<Pick<DraftOperation["definition"], "result" | "list" | "identity" | "changed" | "paging" | "output">>;

/** The usual answer in JSON, and its place. */
export interface AnswerNode {
  node: Node;
  at: string;
  /** No answer of success is described. */
  isMissing?: boolean;
  /** It has a Link header. */
  linkHeader?: boolean;
}

/** The answer of success: 200 first, then 201 and the others. */
export function answerOf(operation: Node, at: string, { refs, notes }: FieldTools): AnswerNode {
  const responses = isObject(operation["responses"]) ? operation["responses"] : {};
  const codes = Object.keys(responses)
    .filter((code) => /^2(\d\d|XX)$/i.test(code))
    .sort();
  const code = codes[0] ?? (Object.hasOwn(responses, "default") ? "default" : undefined);
  if (code === undefined) return { node: {}, at, isMissing: true };
  const target = refs.follow(responses[code], `${at}.responses.${code}`);
  const linkHeader = Object.keys(isObject(target?.node["headers"]) ? target.node["headers"] : {}).some((name) => /^link$/i.test(name));
  const content = isObject(target?.node["content"]) ? target.node["content"] : {};
  const media = Object.keys(content);
  const type = media.find((each) => /json/i.test(each)) ?? media.find((each) => /\*/.test(each));
  if (type === undefined) {
    if (media.length > 0) notes.add(`${at}.responses.${code}`, `The answer is ${media.join(", ").slice(0, 80)}, and comes as text.`);
    return { node: {}, at };
  }
  return { node: refs.follow(content[type], target?.at ?? at)?.node ?? {}, at: `${target?.at ?? at}.content.${type}`, linkHeader };
}

/** The members of a definition that follow from the answer, and why. */
export function answerMembers(
  { node, at, linkHeader = false }: AnswerNode,
  { path, effect, input }: { path: string; effect: string; input: readonly FieldDefinition[] },
  tools: FieldTools,
): { members: AnswerMembers; guesses: DraftGuess[] } {
  const answer = node["schema"] === undefined ? undefined : tools.schemas.read(node["schema"], `${at}.schema`, "output");
  const names = nounsOf(path)
    .slice(-2)
    .flatMap((noun) => [noun, singular(noun)]);
  const one = effect !== "read" || /\}[^/]*$/.test(path);
  const found = guessResult(answer, { names, one });
  const guesses: DraftGuess[] = answer === undefined ? [] : [{ member: "result", why: found.why }];
  const members: AnswerMembers = found.value.result === "" ? {} : { result: found.value.result };
  if (found.value.list) members.list = true;
  const row = rowOf(answer, found.value);
  const take = <K extends "identity" | "changed" | "paging">(member: K, guess: { value: AnswerMembers[K]; why: string } | null) => {
    if (!guess) return;
    members[member] = guess.value;
    guesses.push({ member, why: guess.why });
  };
  take("identity", guessIdentity(row, names));
  if (effect === "read") take("changed", guessChanged(row));
  if (found.value.list && effect === "read")
    take(
      "paging",
      guessPaging(input, answer, {
        list: found.value.result,
        linkHeader,
        ...(members.identity !== undefined && { identity: members.identity }),
      }),
    );
  const output = outputOf(answer, found.value.result);
  if (output) members.output = output;
  return { members, guesses };
}

/** The schema of what the operation gives: that at the path of its result. */
function outputOf(answer: JsonSchema | undefined, result: string): JsonSchema | undefined {
  let at = answer;
  for (const name of result === "" ? [] : result.split("."))
    at = at?.properties && Object.hasOwn(at.properties, name) ? at.properties[name] : undefined;
  return at && Object.keys(at).length > 0 ? at : undefined;
}

const longestExample = 3_000;

/** An example that the document gives beside a schema, if it is small. */
export function exampleOf(node: Node, { refs }: FieldTools): Json | undefined {
  const examples = isObject(node["examples"]) ? Object.values(node["examples"]) : [];
  const schema = isObject(node["schema"]) ? (refs.peek(node["schema"]) ?? {}) : {};
  const [first] = examples.map((each) => refs.peek(each)?.["value"]).filter((each) => each !== undefined);
  const given = node["example"] ?? first ?? schema["example"] ?? (Array.isArray(schema["examples"]) ? schema["examples"][0] : undefined);
  return given === undefined || sizeUpTo(given, longestExample) > longestExample ? undefined : (given as Json);
}
