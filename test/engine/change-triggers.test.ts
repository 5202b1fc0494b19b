import { describe, expect, test } from "vitest";
import { apps, catalogJson, findOperation, knowledge } from "#test/support/built-in.ts";
import { parseFlow } from "#engine/flow/flow.ts";
import { placeInWords } from "#engine/flow/place-words.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { MillraceError } from "#kernel/errors.ts";

const flow = (trigger: object, body = "{{ trigger.id }}", settings?: object) => ({
  name: "Test",
  trigger: { app: "highlevel", connection: "acme", ...trigger },
  steps: [{ id: "post", app: "http", operation: "post", input: { url: "https://example.com/", body } }],
  ...(settings && { settings }),
});
const problems = (definition: unknown): string => {
  try {
    parseFlow(definition, knowledge);
    return "";
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown;
    return JSON.stringify(thrown.details);
  }
};

/** What others see of them, written down: a key or a title that changes breaks somebody's flow, or their memory. */
test("the change triggers are those that people know", () => {
  expect(catalogJson().flatMap(({ kind, key, title }) => (kind === "change" ? [[key, title]] : []))).toEqual([
    ["contacts.tag_added", "Tag Added"],
    ["contacts.tag_removed", "Tag Removed"],
    ["contacts.field_changed", "Contact Field Changed"],
    ["opportunities.stage_moved", "Opportunity Moved to Another Stage"],
    ["opportunities.status_changed", "Opportunity Won, Lost or Given Another Status"],
    ["opportunities.field_changed", "Opportunity Field Changed"],
    ["calendars.appointment_booked", "Appointment Booked"],
    ["calendars.appointment_moved", "Appointment Moved"],
    ["calendars.appointment_cancelled", "Appointment Cancelled"],
    ["calendars.appointment_shown", "Appointment Shown"],
    ["calendars.appointment_no_show", "Appointment No-Show"],
  ]);
});

test("no two things that can start a flow have one title", () => {
  const titles = catalogJson().flatMap(({ app, kind, title }) =>
    app === "highlevel" && (kind === "change" || kind === "webhook") ? [title] : [],
  );
  expect(new Set(titles).size).toBe(titles.length);
});

describe.each((apps.get("highlevel")!.changes ?? []).map((change) => [change.id, change] as const))("%s", (id, change) => {
  const needed = change.rules ? { field: change.input.find(({ name }) => name === "field")!.schema.enum![0] } : {};

  test("has a list, an example of what a flow gets, and is no step", () => {
    expect(findOperation("highlevel", change.watch!.list)).toMatchObject({ effect: "read", list: true });
    expect(change.example!.output).toMatchObject([{ _change: { known: true, fields: expect.any(Array) } }]);
    const asStep = {
      ...flow({ operation: id, input: needed }),
      steps: [{ id: "step", app: "highlevel", operation: id, connection: "acme" }],
    };
    expect(() => parseFlow(asStep, knowledge)).toThrow(/is a trigger: it starts a flow/);
  });

  test("accepts only its own settings", () => {
    expect(problems(flow({ operation: id, input: needed }, "{{ trigger._change.old }}"))).toBe("");
    expect(problems(flow({ operation: id, input: needed, emit: "changed" }))).toContain("which starts once for each change");
    expect(problems(flow({ operation: id, input: needed, previous: true }))).toContain("always includes old and new values");
    expect(problems(flow({ operation: id, input: needed }, "x", { settle: "10s" }))).toContain("would merge several changes into one run");
    expect(problems(flow({ operation: id, input: { ...needed, colour: "red" } }))).toContain("has no setting 'colour'");
    expect(problems(flow({ operation: id, input: needed }, "{{ trigger._change.nothing }}"))).toContain(
      "there is no 'nothing' in trigger._change",
    );
  });
});

test("a setting that is none of its choices is refused, and a field has to be chosen", () => {
  expect(problems(flow({ operation: "opportunities.status_changed", input: { to: "Won" } }))).toBe("");
  expect(problems(flow({ operation: "opportunities.status_changed", input: { to: "wonn" } }))).toContain(
    "the trigger, To status: must be one of open, won, lost, abandoned, not 'wonn'",
  );
  expect(problems(flow({ operation: "contacts.field_changed", input: { field: "" } }))).toContain(
    "the trigger, Field: is needed unless 'Custom field' is given",
  );
  expect(problems(flow({ operation: "contacts.field_changed", input: { field: "email", customField: "NPS" } }))).toContain(
    "the trigger, Custom field: cannot be given together with 'Field'",
  );
});

test("the sentence of a flow says what it waits for, and a place in it is called as people call it", () => {
  const definition = flow({ operation: "contacts.tag_added", input: { tag: "vip" } }) as unknown as FlowDefinition;
  expect(flowSentence(definition, knowledge)).toMatch(/^When a tag is added to a contact in HighLevel \(tag: vip\), then /);
  expect(placeInWords(definition, "trigger.input.tag", knowledge)).toBe("the trigger, Tag");
});
