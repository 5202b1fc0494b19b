import { describe, expect, test } from "vitest";
import type { JsonSchema } from "#catalog/types.ts";
import type { Source } from "../data/types.ts";
import type { Outcome } from "../evaluate/outcome.ts";
import { flagsOf, pathsIn, unknownPaths } from "./flags.ts";

const value = (type: (Outcome & { kind: "value" })["type"], text: string): Outcome => ({ kind: "value", type, text, empty: text === "" });
const says = (outcome: Outcome, schema: JsonSchema, isRequired = false) =>
  flagsOf(outcome, schema, true, isRequired).map(({ text }) => text);

describe("what comes out of a field", () => {
  test.each<[string, Outcome, JsonSchema, string | null]>([
    ["a text of digits for a number", value("text", "1.234,5"), { type: "number" }, null],
    ["a name for a number", value("text", "Ada"), { type: "number" }, "This gives a text, and the field takes a number."],
    ["a list for a text", value("list", "a, b"), { type: "string" }, "This gives a list, and the field takes a text."],
    ["a text for a list", value("text", "a, b"), { type: "array" }, null],
    ["yes for a checkbox", value("text", "Yes"), { type: "boolean" }, null],
    [
      "a date in words for a date",
      value("text", "tomorrow"),
      { type: "string", format: "date-time" },
      "This gives a text, and the field takes a date.",
    ],
    ["none of the choices", value("text", "blue"), { enum: ["red", "green"] }, "'blue' is none of the choices: red, green."],
    ["one of the choices in capitals", value("text", "RED"), { enum: ["red"] }, null],
    ["a problem", { kind: "problem", problem: "'x' is not a date" }, {}, "'x' is not a date."],
  ])("%s", (_, outcome, schema, text) => {
    expect(says(outcome, schema)).toEqual(text === null ? [] : [text]);
  });

  test("that is nothing leaves the field as it is, unless it is required", () => {
    expect(says({ kind: "missing" }, {})[0]).toContain("left as it is");
    expect(says(value("text", ""), {}, true)[0]).toContain("required");
    expect(flagsOf({ kind: "missing" }, {}, false, true)).toEqual([]);
  });

  test("that is nothing yet, because an earlier step was not tried, is no fault of the field", () => {
    expect(flagsOf({ kind: "missing" }, {}, true, true, true)).toEqual([]);
  });
});

test("the paths of a template are distinguished from what no source has", () => {
  const field = (path: string) => ({ path, label: path, type: "text" as const, fields: [] });
  const sources: Source[] = [
    { name: "trigger", kind: "trigger", title: "T", app: null, fields: [field("trigger.email")] },
    { name: "call", kind: "step", title: "C", app: "http", fields: [field("call._status")] },
  ];
  const template = "{{ trigger.email | upcase }} {{ trigger.mail }} {{ call.anything }} {{ gone.id }} {{ now }} {{ 'x' }} {{ trigger }}";
  expect(pathsIn(template)).toEqual(["trigger.email", "trigger.mail", "call.anything", "gone.id", "now", "trigger"]);
  expect(unknownPaths(template, sources)).toEqual(["trigger.mail", "gone.id"]);
});
