/** Whatever is pasted: it is read, or refused with a sentence, and soon. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationDefinition, appDefinition } from "#api/schemas/apps.ts";
import { MillraceError } from "#kernel/errors.ts";
import { readAnswer, readEvent } from "./example.ts";
import { readRequests } from "./read-requests.ts";

const readers = {
  curl: (text: string) => readRequests("curl", text),
  har: (text: string) => readRequests("har", text),
  answer: readAnswer,
  event: readEvent,
};

/** Reads a text; anything but BAD_INPUT is thrown on. It takes less than a second of computing, however busy the machine is. */
function expectRead<T>(reader: (text: string) => T, text: string): T | null {
  const begun = process.cpuUsage();
  try {
    return reader(text);
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || thrown.code !== "BAD_INPUT") throw thrown;
    return null;
  } finally {
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(1_000);
  }
}

const pieces = [
  "curl ",
  "curl https://x.example.com/a/1?b=2 ",
  "-d ",
  "-H 'A: b' ",
  "-F a=@b ",
  "'",
  '"',
  "\\\n",
  "^\n",
  "`\n",
  "$(",
  "${",
  "$X",
  "{{",
  "}}",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  "…",
  "...",
  "//",
  "/*",
  "#",
  "“",
  "‘",
  "<<EOF\n",
  "\nEOF\n",
  "--next ",
  "--json ",
  "@",
  "&",
  "|",
  "\u0000",
  "\ud800",
  "__proto__",
  "a=b&c[]=d",
];
const texts = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join("")),
  fc.json(),
);
/** A recording of one call. */
const har = (postData?: object, authorization = "Bearer x") =>
  JSON.stringify({
    log: {
      entries: [
        {
          request: { method: "POST", url: "https://x.example.com/a", headers: [{ name: "authorization", value: authorization }], postData },
          response: { status: 200, content: { text: "{}" } },
        },
      ],
    },
  });
const entries = fc.array(fc.jsonValue(), { maxLength: 4 }).map((all) =>
  JSON.stringify({
    log: {
      entries: all.map((body) => ({
        request: {
          method: "POST",
          url: "https://x.example.com/a/1",
          postData: { mimeType: "application/json", text: JSON.stringify(body) },
        },
        response: { status: 200, content: { text: JSON.stringify([body]) } },
      })),
    },
  }),
);

describe("any text", () => {
  test.each(Object.entries(readers))("read as %s is a draft that can be saved, or BAD_INPUT", (_, reader) => {
    fc.assert(
      fc.property(texts, (text) => {
        expectRead<unknown>(reader, text);
      }),
      { numRuns: 150 },
    );
  });

  test("of requests makes definitions that are accepted", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          texts.map((text) => ["curl", text] as const),
          entries.map((text) => ["har", text] as const),
        ),
        ([kind, text]) => {
          const draft = expectRead((each) => readRequests(kind, each), text);
          if (!draft) return;
          const { title, baseUrl, variables, auth, headers, operations } = draft;
          const definition = {
            title,
            ...(baseUrl !== null && { baseUrl }),
            variables,
            auth,
            headers,
            operations: operations.map((each) => each.definition),
          };
          expect(appDefinition.safeParse(definition).error?.issues).toBeUndefined();
        },
      ),
      { numRuns: 150 },
    );
  });

  test.each([
    ["brackets", "[".repeat(200_000)],
    ["round quotes", "{“ ".repeat(60_000)],
    ["quotes", `curl '${`"'`.repeat(60_000)}`],
    ["words", `curl https://x.example.com/a ${"a ".repeat(80_000)}`],
    ["options", `curl https://x.example.com/a ${"-H a:b ".repeat(25_000)}`],
    ["fields", har({ mimeType: "application/x-www-form-urlencoded", text: Array.from({ length: 20_000 }, (_, i) => `k${i}=v`).join("&") })],
    ["words of a login", har(undefined, "a ".repeat(400_000))],
    ["comments", `{${"/* ".repeat(60_000)}`],
    ["commands", "curl https://x.example.com/a\n".repeat(6_000)],
    ["open variables", `curl ${"${".repeat(60_000)}`],
    ["one long line", `curl https://x.example.com/${"a1/".repeat(60_000)}`],
    ["many members", JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`m${i}`, i])))],
  ])("many %s take less than a second", (_, text) => {
    for (const reader of Object.values(readers)) expectRead<unknown>(reader, text);
  });
});

test("a command made of an operation reads back equal", () => {
  const word = fc.stringMatching(/^[a-z]{3,8}$/).filter((name) => !(name in Object.prototype));
  const value = fc.oneof(
    fc.string({ maxLength: 30 }).filter((text) => !/[{}<>$[\]\n\r\0\ud800-\udfff]|^\s*$/.test(text)),
    fc.boolean(),
    fc.integer({ min: 0, max: 999 }),
  );
  const body = fc.dictionary(word, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true });
  fc.assert(
    fc.property(fc.constantFrom("POST", "PUT", "PATCH"), word, fc.integer({ min: 1 }), body, (method, noun, id, members) => {
      const quoted = JSON.stringify(members).replaceAll("'", `'\\''`);
      const draft = readRequests(
        "curl",
        `curl -X ${method} https://x.example.com/${noun}s/${id}/items -H 'content-type: application/json' -d '${quoted}'`,
      );
      const { definition } = draft.operations[0]!;
      expect([definition.method, definition.path.replace(/\{\w+Id\}/, "{}")]).toEqual([method, `/${noun}s/{}/items`]);
      expect(definition.input.slice(1).map(({ name, wire = name }) => wire)).toEqual(Object.keys(members));
      expect(operationDefinition.safeParse(definition).success).toBe(true);
    }),
    { numRuns: 100 },
  );
});
