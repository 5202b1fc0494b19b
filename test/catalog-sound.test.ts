/** What each operation of each app says of itself agrees with its route and with the answer the vendor describes. */
import { describe, expect, test } from "vitest";
import { endpointFacts, factsIndex } from "#apps/highlevel/facts.ts";
import { inline, schemaAt } from "#apps/highlevel/schemas.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { apps } from "#test/support/built-in.ts";
import { unwrap } from "#catalog/result.ts";
import type { Effect, JsonSchema, Operation } from "#catalog/types.ts";
import { getPath } from "#kernel/json.ts";

/** Reads that are no GET: whoever adds one says why it changes nothing, for a read is repeated, polled and allowed in a dry run. */
const readsByAnotherMethod: Record<string, string> = {
  "contacts.search": "the filters of the search are its body",
  "opportunities.search_advanced": "the filters of the search are its body",
  "users.filter_by_email": "the addresses to look for are its body",
  "calendars.validate_group_slug": "asks whether an address is free, and takes it from nobody",
  "social.tag_details": "the ids to look up are its body",
  "social.statistics": "the profiles to count for are its body",
};
/** What a request by each method may do; an effect beside these needs a look. */
const effectsOf: Record<Operation["method"], readonly Effect[]> = {
  GET: ["read"],
  POST: ["create", "update", "upsert", "link", "unlink", "send", "other"],
  PUT: ["update", "upsert"],
  PATCH: ["update", "upsert"],
  DELETE: ["delete", "unlink"],
};
/** Of whatever the vendor says nothing about in its description: the answer is a text or a file. */
const undescribedAnswers = ["conversations.get_recording", "conversations.download_transcription"];

const every = [...apps.values()].flatMap(({ operations }) => operations.map((o) => [`${o.app} ${o.id}`, o] as const));
/** A recipe makes several calls, so its one route says nothing of it; a request to any address does what its user makes it do. */
const byRoute = every.filter(([, o]) => !o.recipe && o.app !== "http");

test("each id is used once in its app", () => {
  expect(every.map(([name]) => name)).toEqual([...new Set(every.map(([name]) => name))]);
});

test.each(every)("%s has a title, a category, and no blanks around them", (_, { title, category }) => {
  for (const text of [title, category]) expect(text).toMatch(/^\S(.*\S)?$/);
});

test.each(every)("%s is a trigger only if it reads: what is polled is asked again and again", (_, { kind, effect }) => {
  expect(kind === "action" || effect === "read").toBe(true);
});

test.each(byRoute)("%s does what a request by its method can do", (_, { id, method, effect }) => {
  if (effect === "read" && method === "POST") expect(Object.keys(readsByAnotherMethod)).toContain(id);
  else expect(effectsOf[method]).toContain(effect);
});

test("no exemption is left over", () => {
  const reads = every.filter(([, o]) => o.effect === "read" && o.method !== "GET").map(([, { id }]) => id);
  expect(Object.keys(readsByAnotherMethod).sort()).toEqual(reads.sort());
});

const judged = highlevel.operations.filter((o) => !o.recipe).map((o) => [o.id, o] as const);
const paths = ({ result, resultOr = [] }: Operation) => [result, ...resultOr];

describe("the path of the result", () => {
  test.each(judged)("of %s is one that the vendor's answer has", (id, o) => {
    const answer = describedAnswer(o);
    expect([id, answer === undefined]).toEqual([id, undescribedAnswers.includes(id)]);
    if (answer) expect(paths(o).filter((path) => says(schemaAt(answer, path)))).not.toEqual([]);
  });

  test.each(judged)("of %s leads to a list where it is judged to be one, and to none where not", (_, o) => {
    const answer = describedAnswer(o);
    const reached = answer
      ? paths(o)
          .map((path) => schemaAt(answer, path))
          .filter(says)
      : [];
    const isList = reached.some(({ type }) => type === "array");
    const mayBeEither = o.effect !== "read" || answer === undefined || o.keyed !== undefined || o.lone === true;
    expect(mayBeEither || isList === (o.list ?? false)).toBe(true);
  });

  test.each(judged)("of %s gives the record of the example out of an answer", (_, o) => {
    if (o.keyed) return;
    const { output } = o.example!;
    expect(unwrap(o, answerWith(o.result, output))).toEqual(output);
    if (o.list && o.identity) expect((output as unknown[]).map((row) => getPath(row, o.identity!))).not.toContain(undefined);
  });
});

/** The answer as the vendor describes it; undefined where it does not. */
function describedAnswer({ method, path }: Operation): JsonSchema | undefined {
  const { key } = factsIndex().find((line) => line.method === method && line.path === path)!;
  const { endpoint, module } = endpointFacts(key)!;
  return endpoint.result.schema && inline(endpoint.result.schema, module.$defs);
}

const says = (schema: JsonSchema): boolean => Object.keys(schema).length > 0;

const answerWith = (path: string, value: unknown): unknown =>
  path === "" ? value : path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
