import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { knowledge } from "#test/support/built-in.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";
import { trials } from "#test/support/trials.ts";
import type { FlowDefinition } from "../types/flows.ts";
import { compareFlows, doesTheSame } from "./compare.ts";

const contact = {
  id: "contact",
  app: "highlevel",
  operation: "contacts.upsert",
  connection: "acme",
  input: { email: "{{ trigger.email }}", firstName: "{{ trigger.first }}", customFields: { Score: "{{ trigger.score }}" } },
};
const note = { id: "note", app: "highlevel", operation: "contacts.create_note", connection: "acme", input: { contactId: "1", body: "Hi" } };
const low = { id: "low", if: "trigger.score < 7", then: [note] };
const pause = { id: "pause", wait: "1d" };
const flow = (steps: unknown[], more: object = {}): FlowDefinition =>
  ({ name: "F", trigger: { app: "http", operation: "webhook" }, steps, ...more }) as FlowDefinition;
const changesOf = (before: FlowDefinition, after: FlowDefinition) => compareFlows(before, after, knowledge).map(({ text }) => text);

describe("two states of a flow", () => {
  test("that are equal differ in nothing", () => {
    expect(changesOf(flow([contact, low]), flow([contact, low]))).toEqual([]);
  });

  test("differ by the steps that were added and removed, also within others", () => {
    expect(changesOf(flow([contact, pause]), flow([contact, { ...low, then: [note] }]))).toEqual([
      "Step 2 'If the score is less than 7' was added",
      "Step 2.1 'Create contact note' was added",
      "Step 2 'Wait 1 day' was removed",
    ]);
  });

  test("differ by a step that moved, and not by those it passed", () => {
    expect(changesOf(flow([contact, low, pause]), flow([pause, contact, low]))).toEqual(["Step 1 'Wait 1 day' was moved; it was step 3"]);
    expect(changesOf(flow([contact, low]), flow([contact, { ...low, then: [] }, note]))).toEqual([
      "Step 3 'Create contact note' was moved; it was step 2.1",
    ]);
  });

  test("differ by each field that was set, changed or cleared", () => {
    const { customFields: _, firstName: __, ...kept } = contact.input;
    const input = { ...kept, email: "{{ trigger.mail }}", phone: "{{ trigger.phone }}", tags: { $empty: true } };
    expect(changesOf(flow([contact]), flow([{ ...contact, input, connection: "other" }], { settings: { zone: "Europe/Berlin" } }))).toEqual(
      [
        "Settings › Zone was set to 'Europe/Berlin'",
        "Step 1 'Create or update contact', Connection was changed from 'acme' to 'other'",
        "Step 1 'Create or update contact', E-mail was changed from '{{ trigger.email }}' to '{{ trigger.mail }}'",
        "Step 1 'Create or update contact', First name was cleared; it was the first",
        "Step 1 'Create or update contact', Custom fields › Score was cleared; it was the score",
        "Step 1 'Create or update contact', Phone was set to the phone",
        "Step 1 'Create or update contact', Tags is emptied on purpose now",
      ],
    );
  });

  test("show templates and conditions in words", () => {
    const note = { id: "n", app: "highlevel", operation: "contacts.create_note", input: { body: "Call {{ trigger.firstName | upcase }}" } };
    const filter = { id: "f", filter: "trigger.score <= 5" };
    const after = [
      { ...filter, filter: "trigger.score <= 6" },
      { ...note, input: { body: "{{ trigger.comment | strip }}" } },
    ];
    expect(changesOf(flow([filter, note]), flow(after))).toEqual([
      "Step 1 'Continue only if the score is at most 6', Condition was changed from “the score is at most 5” to “the score is at most 6”",
      "Step 2 'Create contact note', Text was changed from 'Call [the first name in upper case]' to the comment without spaces around it",
    ]);
  });

  test("differ by the trigger, the name and the settings", () => {
    const after = { ...flow([]), name: "G", trigger: { app: "highlevel", operation: "ContactCreate", connection: "acme" } };
    expect(changesOf(flow([]), after)).toEqual([
      "Name was changed from 'F' to 'G'",
      "The trigger, App was changed from 'http' to 'highlevel'",
      "The trigger, Operation was changed from 'webhook' to 'ContactCreate'",
      "The trigger, Connection was set to 'acme'",
    ]);
    expect(doesTheSame(flow([]), { ...flow([]), name: "G" })).toBe(true);
    expect(doesTheSame(flow([]), after)).toBe(false);
  });

  test("differ by a new id alone where a step is otherwise as it was", () => {
    expect(changesOf(flow([contact, pause]), flow([contact, { ...pause, id: "later" }]))).toEqual([
      "Step 2 'Wait 1 day', Id was changed from 'pause' to 'later'",
    ]);
  });

  test("of another kind under the same id are another step", () => {
    expect(changesOf(flow([pause]), flow([{ id: "pause", filter: "trigger.a" }]))).toEqual([
      "Step 1 'Continue only if the a exists and is not no' was added",
      "Step 1 'Wait 1 day' was removed",
    ]);
  });
});

describe("any two flows", () => {
  const examples = exampleFlows() as FlowDefinition[];

  test("differ in something unless they are equal, and each difference has its place and sentence", () => {
    const mixed = fc.tuple(fc.constantFrom(...examples), fc.constantFrom(...examples), fc.nat({ max: 5 }), fc.boolean());
    fc.assert(
      fc.property(mixed, ([one, other, at, swap]) => {
        const usedIds = new Set(one.steps.map(({ id }) => id));
        const more = other.steps.filter(({ id }) => !usedIds.has(id));
        const steps = [...one.steps.slice(0, at), ...more, ...one.steps.slice(at)];
        const after = { ...one, steps: swap ? steps.toReversed() : steps };
        const changes = compareFlows(one, after, knowledge);
        expect(changes.length === 0).toBe(JSON.stringify(one) === JSON.stringify(after));
        expect(changes.every(({ text, where }) => text.length > where.length && where !== "")).toBe(true);
        expect(compareFlows(after, after, knowledge)).toEqual([]);
      }),
      { numRuns: trials(300) },
    );
  });
});
