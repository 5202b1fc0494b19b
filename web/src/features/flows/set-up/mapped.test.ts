import { expect, test } from "vitest";
import type { FlowDefinition } from "#api/schemas.ts";
import { writePlace } from "#templates/places.ts";
import { mappedSteps } from "./mapped.ts";

const opened = {
  name: "F",
  trigger: { app: "forms", operation: "lead" },
  steps: [
    {
      id: "person",
      app: "crm",
      operation: "contacts.upsert",
      input: { email: "{{ trigger.email }}", phone: "{{ trigger.phone }}", source: "Website", body: { city: "{{ trigger.city }}" } },
    },
  ],
} as unknown as FlowDefinition;

const rows = (flow: FlowDefinition) => mappedSteps(flow, opened, [], []).flatMap(({ fields }) => fields);
const named = (flow: FlowDefinition) => rows(flow).map(({ place }) => place.at(-1));

test("a field stays when its data is taken away or written over, and knows what was there", () => {
  for (const [place, brought] of [
    [["person", "input", "phone"], "{{ trigger.phone }}"],
    [["person", "input", "body", "city"], "{{ trigger.city }}"],
  ] as const)
    for (const value of ["", "by hand"]) {
      const changed = writePlace(opened, [...place], value);
      expect(named(changed)).toEqual(["email", "phone", "city"]);
      expect(rows(changed).find((row) => row.place.join() === place.join())).toMatchObject({ value, brought });
    }
});

test("a field that was emptied before the page was opened anew is still there to be filled", () => {
  const emptied = writePlace(opened, ["person", "input", "phone"], "");
  const fields = mappedSteps(emptied, emptied, [], []).flatMap((step) => step.fields);
  expect(fields.map(({ place, brought }) => [place.at(-1), brought])).toContainEqual(["phone", undefined]);
});
