import { expect, test } from "vitest";
import { knowledge } from "#test/support/built-in.ts";
import { fieldInWords, placeInWords } from "#engine/flow/place-words.ts";

const definition = {
  name: "F",
  trigger: { app: "highlevel", operation: "ContactCreate" },
  steps: [
    { id: "go", filter: "trigger.email != blank" },
    { id: "contact", title: "Update the contact", app: "highlevel", operation: "contacts.upsert", input: {} },
    {
      id: "each",
      forEach: "trigger.items",
      do: [{ id: "if", if: "item.x == 1", then: [{ id: "deal", app: "highlevel", operation: "opportunities.create", input: {} }] }],
    },
    { id: 7, app: 3 },
  ],
};

test.each([
  ["steps[1].input.customFields.Net promoter. score", "step 2 'Update the contact', Custom fields › Net promoter. score"],
  ["steps[1].input.assignedTo", "step 2 'Update the contact', Owner"],
  ["steps[1].input.tags[2]", "step 2 'Update the contact', Tags › no. 3"],
  ["steps[1].input.unheardOfId", "step 2 'Update the contact', Unheard of"],
  ["steps[1].connection", "step 2 'Update the contact', Connection"],
  ["steps[1]", "step 2 'Update the contact'"],
  ["steps[0].filter", "step 1 'Continue only if the e-mail has a value', Condition"],
  ["steps[2].do[0].then[0].input.pipelineStageId", "step 3.1.1 'Create opportunity', Stage"],
  ["steps[2].do[0].then", "step 3.1 'If the x of the item is 1', Then"],
  ["steps[3].operation", "step 4, Operation"],
  ["steps[9].input.x", "Steps › 9 › Input › X"],
  ["trigger.connection", "the trigger, Connection"],
  ["trigger.input.pipelineStageId", "the trigger, Pipeline stage"],
  ["settings.retry.maxAttempts", "Settings › Retry › Max attempts"],
  ["name", "Name"],
  ["", "the flow"],
])("'%s' reads as %s", (at, words) => {
  expect(placeInWords(definition, at, knowledge)).toBe(words);
});

test("a sentence that names the custom field itself gets the field alone", () => {
  expect(fieldInWords(definition, "steps[1].input.customFields.Score", knowledge)).toBe("step 2 'Update the contact', Custom fields");
});

test.each([undefined, null, 7, "x", [], {}, { steps: "x" }, { steps: [null, 3] }])(
  "%j has no place that could not be put into words",
  (broken) => {
    for (const at of ["steps[0].input.a", "steps[1].then[0].x", "trigger.input", "[[", "."])
      expect(placeInWords(broken, at, knowledge)).toBeTypeOf("string");
  },
);
