import { describe, expect, test } from "vitest";
import { comparisonText, readComparison } from "./comparison.ts";
import { appliedFields, applyMapping, rootsIn, savedWords } from "./mapping-fields.ts";
import { actionSteps, withInput } from "./flow-steps.ts";
import { pastedRows } from "./pasted.ts";
import { personData } from "./person-data.ts";
import { mayUseRule, withRule } from "./rule-call.ts";
import { draftOf, emptyDraft, missingIn, newTableRow, pasteRows, repeatedRows, ruleOf } from "./rule-draft.ts";
import { membership } from "./segment-words.ts";

describe("a paste", () => {
  test.each<[string, string, unknown]>([
    [
      "two columns of a spreadsheet",
      "9\tpromoter\r\n3\tunhappy\r\n",
      [
        ["9", "promoter"],
        ["3", "unhappy"],
      ],
    ],
    [
      "cells in quotes",
      '"a\nb"\t"say ""hi"""\nc\td',
      [
        ["a\nb", 'say "hi"'],
        ["c", "d"],
      ],
    ],
    ["more columns than two", "a\tb\tc", [["a", "b"]]],
    [
      "a column alone",
      "a\nb",
      [
        ["a", ""],
        ["b", ""],
      ],
    ],
    [
      "lines with semicolons",
      "a;1,5\nb;2,5",
      [
        ["a", "1,5"],
        ["b", "2,5"],
      ],
    ],
    [
      "lines with commas",
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "an empty cell before a filled one",
      "\tnone\na\tb",
      [
        ["", "none"],
        ["a", "b"],
      ],
    ],
    ["one plain text", "Hello, world", null],
    ["nothing", "", null],
  ])("of %s", (_, text, rows) => expect(pastedRows(text)).toEqual(rows));

  test("fills the rows from where it was pasted, and adds rows", () => {
    const rows = [newTableRow("a", "1"), newTableRow("b", "2")];
    const after = pasteRows(rows, 1, [
      ["x", "7"],
      ["y", "8"],
    ]);
    expect(after.map(({ from, to }) => [from, to])).toEqual([
      ["a", "1"],
      ["x", "7"],
      ["y", "8"],
    ]);
    expect(after[1]!.id).toBe(rows[1]!.id);
  });
});

describe("a condition", () => {
  test.each([
    ["value >= 9", { operator: ">=", operand: "9" }],
    ["value == '007'", { operator: "==", operand: "007" }],
    ["value contains 'boiler'", { operator: "contains", operand: "boiler" }],
    ['value != "O\'Neill"', { operator: "!=", operand: "O'Neill" }],
    ["value == blank", { operator: "blank", operand: "" }],
    ["value > 3 and value < 7", { operator: "text", operand: "value > 3 and value < 7" }],
  ] as const)("%s is read, and written as it was", (text, condition) => {
    expect(readComparison(text)).toEqual(condition);
    expect(comparisonText(condition)).toBe(text);
  });
});

describe("a rule that is edited", () => {
  test.each([
    {
      title: "T",
      kind: "table",
      rows: [
        { from: "a", to: 5 },
        { from: "", to: true },
      ],
      exact: true,
      otherwise: { value: "z" },
    },
    { title: "C", description: "D", kind: "conditions", rows: [{ if: "value > 3 and value < 7", to: "{{ value }}" }], otherwise: "keep" },
    { title: "F", kind: "format", filters: "strip | downcase" },
  ] as const)("is saved as it was when nothing was changed", (rule) => expect(ruleOf(draftOf(rule as never))).toEqual(rule));

  test("says what is missing, and leaves empty rows out", () => {
    const draft = emptyDraft("table");
    expect(missingIn(draft)).toBe("Give the rule a title.");
    expect(missingIn({ ...draft, title: "T" })).toBe("Fill in at least one row.");
    expect(ruleOf({ ...draft, table: [newTableRow(), newTableRow("a", "b")] })).toMatchObject({ rows: [{ from: "a", to: "b" }] });
  });

  test("marks rows that say the same", () => {
    const rows = [newTableRow("Gold", "1"), newTableRow(" gold", "2"), newTableRow()];
    expect([...repeatedRows(rows, false)]).toEqual([rows[1]!.id]);
    expect([...repeatedRows(rows, true)]).toEqual([]);
  });
});

describe("a mapping template in a step", () => {
  const input = { email: "old", phone: "", note: "kept" };
  const template = { email: "{{ trigger.email }}", phone: "{{ lead.phone | phone: 'DE' }}" };
  test("replaces all its fields, or fills only those that are empty", () => {
    expect(applyMapping(input, template, "all")).toEqual({ ...template, note: "kept" });
    expect(applyMapping(input, template, "empty")).toEqual({ email: "old", phone: template.phone, note: "kept" });
  });
  test("says which fields read what the step cannot", () => {
    const fields = appliedFields(input, template, "all", new Set(["trigger"]));
    expect(fields.map(({ name, unknown }) => [name, unknown])).toEqual([
      ["email", []],
      ["phone", ["lead"]],
    ]);
  });
  test.each([
    ["{{ trigger.a | default: lead.b | rule: 'x' }} {{ now }}", ["trigger", "lead"]],
    ["{{ items[0].x | truncate_words: 2 }}", ["items"]],
    ["{% for a in trigger.x %}{{ a }}{% endfor %}", []],
    ['{{ "a.b" | append: first-step.x, allow_false: true }}', ["first-step"]],
  ])("%s reads %j", (text, roots) => expect(rootsIn({ field: [text] })).toEqual(roots));
});

describe("a flow's steps", () => {
  const call = (id: string, input = {}) => ({ id, app: "http", operation: "post", input });
  const steps = [
    call("first", { a: 1 }),
    { id: "each", forEach: "trigger.lines", as: "line", do: [call("inner"), call("after")] },
    { id: "if", if: "true", then: [call("yes")], else: [call("no")] },
    call("last"),
  ] as never[];
  test("are found however deep, each with the names that it can read", () => {
    const flow = { name: "F", trigger: { app: "a", operation: "b" }, steps };
    const ids = actionSteps(flow).map(({ id, visible }) => [id, [...visible].slice(3).join(" ")]);
    expect(ids).toEqual([
      ["first", ""],
      ["inner", "first line line_index"],
      ["after", "first line line_index inner"],
      ["yes", "first"],
      ["no", "first"],
      ["last", "first"],
    ]);
  });
  test("are filled one at a time, and the others stay as they are", () => {
    const flow = { name: "F", trigger: { app: "a", operation: "b" }, steps };
    const after = withInput(flow, "after", { b: 2 });
    expect(actionSteps(after).find(({ id }) => id === "after")!.input).toEqual({ b: 2 });
    expect(withInput(after, "after", {})).toEqual(flow);
  });
});

test("a rule is applied to the one value of a text", () => {
  expect(withRule("Tag {{ trigger.score | round }}!", "score-tag")).toBe("Tag {{ trigger.score | round | rule: 'score-tag' }}!");
  expect([mayUseRule("plain"), mayUseRule("{{ a }}{{ b }}"), mayUseRule("{{ a }}")]).toEqual([false, false, true]);
});

test("a mapping template that is saved unchanged stays the version it is", () => {
  expect(savedWords({ title: "Survey", version: 3 }, 2)).toBe("Survey is now version 3");
  expect(savedWords({ title: "Survey", version: 3 }, 3)).toBe("Nothing was changed: Survey is version 3 as before");
});

describe("a segment that is edited", () => {
  const una = { firstName: "Una", lastName: "Fair", tags: ["promoter"], locationId: "loc_1", customFields: [{ id: "f_nps", value: 4 }] };

  test("is saved with its condition alone", () => {
    const draft = { ...emptyDraft("segment"), title: "VIP" };
    expect(missingIn(draft)).toBe("Choose at least one condition.");
    expect(missingIn({ ...draft, condition: "person.city == value?" })).toBe("A condition lacks its value.");
    expect(missingIn({ ...draft, condition: "person.city == 'which value?'" })).toBeNull();
    const whole = { ...draft, condition: " person.tags contains 'vip' " };
    expect(ruleOf(whole)).toEqual({ title: "VIP", kind: "segment", if: "person.tags contains 'vip'" });
    expect(draftOf(ruleOf(whole)).condition).toBe("person.tags contains 'vip'");
  });

  test("offers the usual fields, and those of the records by the names that people know", () => {
    const { sources, samples } = personData([una], new Map([["f_nps", "Net promoter score"]]));
    const [source] = sources;
    expect(source!.fields.slice(0, 3).map(({ path, label, type }) => [path, label, type])).toEqual([
      ["person.tags", "Tags", "list"],
      ["person.score", "Score", "number"],
      ["person.subAccount", "Sub-account", "text"],
    ]);
    const custom = source!.fields.find(({ path }) => path === "person.fields")!;
    expect(custom.fields).toMatchObject([{ path: "person.fields.f_nps", label: "Net promoter score", type: "number" }]);
    expect(samples).toMatchObject([{ person: "Una Fair", values: { person: { subAccount: "loc_1" } } }]);
    expect(personData([], new Map()).sample).toBeNull();
  });

  test("says how many are in it, who they are, and where it could not be decided", () => {
    const yes = { value: true, missing: false, problem: null };
    const no = { value: false, missing: false, problem: null };
    expect(membership([yes, no, yes], ["Ada", "Bob", "Cy"])).toEqual({ says: "2", of: 3, names: "Ada and Cy", problem: null });
    expect(membership([yes, yes, yes, yes, yes, yes], ["A", "B", "C", "D", "E", "F"]).names).toBe("A, B, C, D and 2 more");
    expect(membership([no, { missing: false, problem: "it is odd" }], ["Ada", "Bob"])).toMatchObject({
      says: "None",
      problem: "It is odd (at 1 record).",
    });
  });
});
