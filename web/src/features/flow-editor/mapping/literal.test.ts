import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trials } from "#test/support/trials.ts";
import type { Written } from "../data/types.ts";
import { expressionOf, reshaped, shapeOf, templateOf, textOf, writtenOf } from "./literal.ts";

describe("what is written into a field", () => {
  test.each([
    ["5", "number", 5],
    ["5.50", "number", "5.50"],
    ["007", "number", "007"],
    ["12345678901234567890", "number", "12345678901234567890"],
    ["{{ trigger.score }}", "number", "{{ trigger.score }}"],
    ["5", "string", "5"],
    ["true", "boolean", true],
    ["true", "string", "true"],
    ["", "string", undefined],
  ] as const)("'%s' for a %s is %j", (text, type, written) => {
    expect(writtenOf(text, { type })).toBe(written);
  });

  test("comes back as the text it was", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.double().map(String), fc.integer().map(String)),
        fc.constantFrom("string", "number", "boolean" as const),
        (text, type) => {
          expect(textOf(writtenOf(text, { type }))).toBe(text);
        },
      ),
      { numRuns: trials(500) },
    );
  });

  test("is left out, emptied, a list or named values, and each is edited as what it is", () => {
    const written: Written[] = [undefined, "x", 5, { $empty: true }, [], { a: 1 }];
    expect(written.map(shapeOf)).toEqual(["text", "text", "text", "emptied", "list", "object"]);
    expect([reshaped("a", "list"), reshaped(undefined, "list"), reshaped(["a"], "text"), reshaped({ $empty: true }, "list")]).toEqual([
      ["a"],
      [],
      "a",
      [],
    ]);
  });
});

test("the list of a loop is a chip with braces, and is written without", () => {
  expect([templateOf("trigger.lines"), templateOf("{{ trigger.lines }}"), templateOf("")]).toEqual([
    "{{ trigger.lines }}",
    "{{ trigger.lines }}",
    "",
  ]);
  expect([expressionOf("{{ trigger.lines | compact }}"), expressionOf("trig"), expressionOf("")]).toEqual([
    "trigger.lines | compact",
    "trig",
    undefined,
  ]);
});
