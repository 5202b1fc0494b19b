import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import type { SourceField } from "../../data/types.ts";
import { completeScript, type ScriptWords } from "./complete-script.ts";
import { lineProblem } from "./line-problems.ts";
import { testFromSample } from "./new-test.ts";

const field = (path: string, fields: SourceField[] = []): SourceField => ({ path, label: path, type: "text", fields });
const words: ScriptWords = {
  data: {
    sources: [
      {
        name: "trigger",
        kind: "trigger",
        title: "Any webhook",
        app: null,
        fields: [field("trigger.contact", [field("trigger.contact.email"), field("trigger.contact['first name']")])],
      },
      { name: "the-note", kind: "step", title: "Add a note", app: null, fields: [] },
    ],
    samples: [],
    sample: null,
    zone: "UTC",
  },
  input: ["plan", "two words"],
};
const offered = (text: string) =>
  completeScript(() => words)(new CompletionContext(EditorState.create({ doc: text }), text.length, false))?.options.map(
    ({ label }) => label,
  );

test("a script is offered what it can read by name, and after a dot the fields of that", () => {
  expect(offered("return tr")).toEqual(["trigger", "input", "steps", "now", "uuid", "console", "return"]);
  expect(offered("return trigger.")).toEqual(["contact"]);
  expect(offered("const x = trigger?.contact?.e")).toEqual(["email"]);
  expect(offered("steps.trigger.contact.")).toEqual(["email"]);
  expect(offered("input.p")).toEqual(["plan"]);
  expect(offered("nobody.")).toBeUndefined();
  expect(offered("1 + ")).toBeUndefined();
});

test("what the server says of a line is shown there", () => {
  expect(lineProblem("Line 2, column 5: Unexpected token.")).toEqual({ line: 2, column: 5, message: "Unexpected token." });
  expect(lineProblem("It is too long.")).toBeNull();
});

test("a test is made of what the script reads of the sample, and of what it returned", () => {
  const values = { trigger: { a: 1 }, note: { id: 2 }, other: 3, run: { id: "sample" } };
  expect(testFromSample({ code: "return trigger.a + note.id + input.x" }, values, { input: { x: 4 }, output: 7 })).toEqual({
    name: "Test 1",
    data: { trigger: { a: 1 }, note: { id: 2 }, input: { x: 4 } },
    expect: 7,
  });
  expect(testFromSample({ code: "return 1", tests: [{ name: "a", expect: 1 }] }, values, undefined)).toEqual({
    name: "Test 2",
    data: {},
    expect: null,
  });
});
