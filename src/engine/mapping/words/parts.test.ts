import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import { isPlainTemplate, printChain, printLiteral, printPath, readChain, readLiteral, readPath, templateParts } from "./parts.ts";

/** Every text with braces in the docs, the examples and the tests of the mapping language: whole lines, and what stands in quotes. */
const root = new URL("../../../../", import.meta.url);
const files = [
  "docs/mapping.md",
  "docs/flows.md",
  "docs/webhooks.md",
  "examples/survey-answers-to-contacts.json",
  ...readdirSync(new URL("src/engine/mapping/", root))
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => `src/engine/mapping/${file}`),
];
const written = files.flatMap((file) =>
  readFileSync(new URL(file, root), "utf8")
    .split("\n")
    .filter((line) => line.includes("{{") || line.includes("{%"))
    .flatMap((line) => [line, ...line.split(/["`]/)]),
);

const printed = (text: string) => templateParts(text).map((part) => part.text);

/** A printed chain has the parts of the one it was read from. */
function checkChains(text: string): void {
  for (const part of templateParts(text)) {
    if (part.kind !== "value") continue;
    expect(part.open + part.expression + part.close).toBe(part.text);
    const chain = readChain(part.expression);
    if (chain) expect(readChain(printChain(chain))).toEqual(chain);
  }
}

describe("a template", () => {
  test("of the docs and the tests has parts that together are all of it", () => {
    expect(written.length).toBeGreaterThan(500);
    for (const text of written) expect(printed(text).join("")).toBe(text);
    for (const text of written) checkChains(text);
  });

  test("of any text has parts that together are all of it, in their places", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{%",
      "%}",
      " ",
      "a.b",
      "| upcase",
      "'",
      '"',
      "x: 'y'",
      "if a",
      "endif",
      "raw",
      "\n",
      "-",
      "\\",
      "é",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        expect(printed(text).join("")).toBe(text);
        for (const part of templateParts(text)) expect(text.startsWith(part.text, part.from)).toBe(true);
        checkChains(text);
      }),
      { numRuns: trials(3000) },
    );
  });

  test.each<[string, string[]]>([
    ['Hello {{ trigger.name | truncate: 10, "}}" }}!', ["text", "value", "text"]],
    ["{% if a %}{{ b }}{% endif %}", ["tag", "value", "tag"]],
    ["Hello {{ trig", ["text", "text"]],
    ["{{ {{ trigger.x }}", ["text", "value"]],
    ["{% raw %}{{ x }}{% endraw %}", ["tag", "text", "tag"]],
    ["{% if", ["tag"]],
  ])("%s", (text, kinds) => {
    expect(templateParts(text).map(({ kind }) => kind)).toEqual(kinds);
    expect(isPlainTemplate(text)).toBe(!kinds.includes("tag"));
  });
});

describe("an expression", () => {
  test("is taken apart into its value, filters and arguments", () => {
    expect(readChain(`trigger.name | truncate: 10, "…" | default: true, allow_false: true`)).toEqual({
      value: "trigger.name",
      filters: [
        {
          name: "truncate",
          arguments: [
            { name: null, text: "10" },
            { name: null, text: '"…"' },
          ],
        },
        {
          name: "default",
          arguments: [
            { name: null, text: "true" },
            { name: "allow_false", text: "true" },
          ],
        },
      ],
    });
  });
  test.each(["a b", "", "a | b c", "a ==", "(a"])("%s cannot be read", (text) => {
    expect(readChain(text)).toBeNull();
  });
});

describe("a path and a literal", () => {
  const key = fc.oneof(fc.string({ minLength: 1, maxLength: 8 }), fc.constantFrom("email", "first name", "a.b", "it's", "ünï", "x-y"));
  test("are read as they were printed", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(key, fc.integer({ min: -9, max: 9 })), { maxLength: 4 }), (keys) => {
        expect(readPath(printPath(["trigger", ...keys]))).toEqual(["trigger", ...keys]);
      }),
      { numRuns: trials(1000) },
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.boolean()),
        (value) => {
          const read = readLiteral(printLiteral(value))!.value;
          if (typeof value === "number") expect(read).toBeCloseTo(value, 12);
          else expect(read).toBe(value);
        },
      ),
      { numRuns: trials(1000) },
    );
  });
  test.each(["trigger.a | upcase", "trigger.", "(a)", "'x'", "trigger[item]", "a == b", "1"])("%s is no path", (text) => {
    expect(readPath(text)).toBeNull();
  });
});
