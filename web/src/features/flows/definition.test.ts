import { describe, expect, test } from "vitest";
import type { StepDefinition } from "#api/schemas.ts";
import { countSteps, curlOf, readSteps, stepSentence } from "./definition.ts";
import { stepKindNames, shapes } from "#engine/flow/kinds/shapes.ts";
import { cards } from "./cards.ts";
import { durationText } from "./durations.ts";

const names = {
  operation: (_app: string, operation: string) => ({ "contacts.upsert": "Create or update a contact" })[operation] ?? operation,
  connection: (name: string) => ({ acme: "Acme Dental" })[name] ?? name,
  app: (app: string) => ({ highlevel: "HighLevel" })[app] ?? app,
};
const sentences = (steps: StepDefinition[]) => readSteps(steps).map((step) => [stepSentence(step, names), step.rule]);

describe("steps in words", () => {
  test("an action names what it does and where", () => {
    expect(sentences([{ id: "a", app: "highlevel", operation: "contacts.upsert", connection: "acme" }])).toEqual([
      ["Create or update a contact in Acme Dental", null],
    ]);
    expect(sentences([{ id: "a", app: "highlevel", operation: "contacts.upsert" }])).toEqual([
      ["Create or update a contact in HighLevel", null],
    ]);
  });

  test("every kind of step has its sentence", () => {
    expect(
      sentences([
        { id: "f", filter: "trigger.consent" },
        JSON.parse('{ "id": "b", "if": "trigger.score <= 6", "then": [] }'),
        { id: "e", forEach: "trigger.items", do: [] },
        { id: "w", wait: "2h" },
        { id: "u", wait: "{{ trigger.date }}" },
        { id: "p", format: { full: "{{ a }} {{ b }}" } },
        { id: "s", stop: "filtered", reason: "no: consent" },
      ]),
    ).toEqual([
      ["Go on only if", "trigger.consent"],
      ["If", "trigger.score <= 6"],
      ["For each of", "trigger.items"],
      ["Wait 2 hours", null],
      ["Wait until", "{{ trigger.date }}"],
      ["Prepare values", null],
      ["Stop here, as filtered: no: consent", null],
    ]);
  });

  test("members to be emptied and further fields are lines of their own", () => {
    const empty = { $empty: true };
    const input = { tags: empty, customFields: { NPS: empty, Segment: "A" }, address: { city: "Bern" }, $more: { nickname: "May" } };
    expect(readSteps([{ id: "a", app: "highlevel", operation: "contacts.update", input }])[0]!.fields).toEqual([
      ["tags", empty],
      ["customFields › NPS", empty],
      ["customFields › Segment", "A"],
      ["address", { city: "Bern" }],
      ["Further field › nickname", "May"],
    ]);
  });

  test("a step's own title wins", () => {
    expect(sentences([{ id: "w", wait: "2h", title: "Let the dust settle" }])).toEqual([["Let the dust settle", null]]);
  });

  test("steps inside branches keep their path and are counted", () => {
    const steps = readSteps([
      JSON.parse('{ "id": "b", "if": "x", "then": [{ "id": "t", "wait": "1h" }], "else": [{ "id": "o", "stop": "success" }] }'),
    ]);
    expect(steps[0]?.branches.map(({ label, steps: inner }) => [label, inner.map((step) => step.path)])).toEqual([
      ["Then", ["b/t"]],
      ["Otherwise", ["b/o"]],
    ]);
    expect(countSteps(steps)).toBe(3);
  });

  test("a kind of step that a newer server has is shown by its id", () => {
    const [known, unknown] = readSteps([{ id: "w", wait: "2h" }, { id: "x", note: "later" } as unknown as StepDefinition]);
    expect([known?.kind, unknown?.kind]).toEqual(["wait", null]);
    expect(stepSentence(unknown!, names)).toBe("Step 'x' is of a kind that this page does not know");
  });

  test("there is a card for every kind of step, and its mark is one that the server knows it by", () => {
    expect(Object.keys(cards).toSorted()).toEqual(stepKindNames.toSorted());
    for (const name of stepKindNames) expect(shapes[name].marks).toContain(cards[name].mark);
  });
});

describe("a ready command", () => {
  test("quotes in the event cannot end the shell's quotes", () => {
    expect(curlOf("http://x/hooks/1", { name: "O'Hara" })).toBe(
      `curl -X POST 'http://x/hooks/1' -H 'content-type: application/json' -d '{"name":"O'\\''Hara"}'`,
    );
  });
});

test.each([
  ["2h", "2 hours"],
  ["1d", "1 day"],
  ["soon", "soon"],
])("'%s' reads as '%s'", (text, words) => {
  expect(durationText(text)).toBe(words);
});
