import { describe, expect, test } from "vitest";
import { flowSentence, stepTitle } from "./sentence.ts";
import type { Titles } from "./sentence.ts";
import type { Rules } from "../mapping/rule-format.ts";
import type { FlowDefinition, StepDefinition } from "../types/flows.ts";
import type { TriggerDefinition, TriggerKind } from "../types/triggers.ts";

const operationTitles: Record<string, string> = {
  upsert: "Create or update a contact",
  tags: "Add tags",
  task: "Create a Task",
  sms: "Send SMS Survey",
};
const titlesWith = (kind: TriggerKind, title: string): Titles => ({
  app: (id) => ({ sightmill: { title: "SightMill", needsConnection: true } })[id] ?? null,
  operation: (_, id) => (operationTitles[id] === undefined ? null : { title: operationTitles[id], effect: "other", inputs: [] }),
  trigger: () => ({ kind, title }),
});
const titles = titlesWith("webhook", "Answer received");
const act = (operation: string): StepDefinition => ({ id: operation, app: "highlevel", operation });
const flow = (steps: StepDefinition[], trigger: Partial<TriggerDefinition> = {}): FlowDefinition => ({
  name: "F",
  trigger: { app: "sightmill", operation: "x", ...trigger },
  steps,
});

describe("a flow's sentence", () => {
  test("says what happens when, in the words of the catalog", () => {
    const unhappy: StepDefinition = { id: "u", if: "trigger.score <= 6", then: [act("task")] };
    expect(flowSentence(flow([act("upsert"), act("tags"), unhappy]), titles)).toBe(
      "When SightMill receives an answer, then create or update a contact, add tags and, if the score is at most 6, create a task.",
    );
  });

  test("says of what follows a branch that it is done in any case, unless a run may end in the branch", () => {
    const branch: StepDefinition = { id: "u", if: "trigger.score >= 9", then: [act("tags")], else: [act("task")] };
    expect(flowSentence(flow([act("upsert"), branch, act("sms")]), titles)).toBe(
      "When SightMill receives an answer, then create or update a contact and, if the score is at least 9, add tags, otherwise create a task; after that, in any case, send SMS survey.",
    );
    expect(flowSentence(flow([{ ...branch, else: [{ id: "s", stop: "success" }] }, act("sms")]), titles)).toBe(
      "When SightMill receives an answer, then if the score is at least 9, add tags, otherwise stop; after that, send SMS survey.",
    );
  });

  test("tells each kind of step", () => {
    const steps: StepDefinition[] = [
      { id: "f", filter: "{{ trigger.email != blank }}" },
      { id: "w", wait: "2h" },
      { id: "v", format: { name: "x" } },
      { id: "e", forEach: "trigger.lines", do: [act("task")] },
      { id: "b", if: "trigger.a", then: [act("tags"), act("sms")], else: [{ id: "s", stop: "success" }] },
    ];
    expect(flowSentence(flow(steps), titles)).toBe(
      "When SightMill receives an answer, then continue only if the e-mail has a value, wait 2 hours, prepare name and, for each of the lines, create a task; after that, if the a exists and is not no, add tags and send SMS survey, otherwise stop.",
    );
  });

  test("calls segments and rules by their titles, and by their names where there is none", () => {
    const rules: Rules = {
      "big-fans": { title: "Big fans", kind: "segment", if: "person.score > 8" },
      "owner-of": { title: "Ada's customers", kind: "segment", if: "person.score > 8" },
      band: { title: "Score band", kind: "format", filters: "upcase" },
    };
    const steps: StepDefinition[] = [
      { id: "f", filter: "(trigger | in_segment: 'big-fans') and not (trigger | in_segment: \"owner-of\")" },
      { id: "g", filter: "(trigger.score | rule: 'band') == 'a' or (trigger | in_segment: 'gone')" },
    ];
    expect(flowSentence(flow(steps), { ...titles, rules })).toBe(
      "When SightMill receives an answer, then continue only if the event is in the segment 'Big fans' and the event is not in the segment 'Ada's customers' and continue only if the score as the rule 'Score band' says is 'a' or the event is in the segment 'gone'.",
    );
  });

  test("waits for some time, or until a date", () => {
    const waits: StepDefinition[] = [
      { id: "a", wait: "1.5h" },
      { id: "b", wait: "2026-01-31T09:00" },
      { id: "c", wait: "{{ trigger.due_date }}" },
    ];
    expect(flowSentence(flow(waits), titles)).toContain("wait 1.5 hours, wait until 2026-01-31T09:00 and wait until the due date.");
  });

  test("leaves out what is switched off", () => {
    const off = { ...act("tags"), off: true };
    expect(flowSentence(flow([act("upsert"), off]), titles)).toBe("When SightMill receives an answer, then create or update a contact.");
    expect(flowSentence(flow([off]), titles)).toBe("When SightMill receives an answer, nothing happens yet.");
    const branch = Object.fromEntries([
      ["id", "b"],
      ["if", "trigger.a"],
      ["then", [off]],
    ]) as unknown as StepDefinition;
    expect(flowSentence(flow([branch]), titles)).toBe("When SightMill receives an answer, then if the a exists and is not no, do nothing.");
  });

  test("does not go on for ever", () => {
    expect(flowSentence(flow(Array.from({ length: 20 }, () => act("tags"))), titles)).toMatch(/add tags and 13 more steps\.$/);
  });

  test("stands for an empty flow and an unknown operation as well", () => {
    expect(flowSentence(flow([]), titles)).toBe("When SightMill receives an answer, nothing happens yet.");
    expect(flowSentence(flow([act("orders.ship")]), titles)).toBe("When SightMill receives an answer, then do orders.ship in highlevel.");
  });

  test.each<[TriggerKind, string, Partial<TriggerDefinition>, string]>([
    ["webhook", "New Answer", {}, "When SightMill has a new answer,"],
    ["webhook", "Contact Created", {}, "When a contact is created in SightMill,"],
    ["webhook", "Tag Created or Changed", {}, "When a tag is created or changed in SightMill,"],
    ["webhook", "Contact Tags Changed", {}, "When contact tags are changed in SightMill,"],
    ["webhook", "Any webhook", {}, "When a webhook arrives,"],
    ["webhook", "Appointment no-show", {}, "When 'Appointment no-show' happens in SightMill,"],
    ["poll", "Search Contacts", {}, "When SightMill has new contacts,"],
    ["poll", "List All Google Reviews (Deprecated)", { emit: "changed" }, "When SightMill has new or changed Google reviews,"],
    [
      "poll",
      "Get data from a web address",
      { input: { url: "https://shop.example.com/orders?key=x" } },
      "When the list at shop.example.com/orders has new items,",
    ],
    [
      "poll",
      "Get data from a web address",
      { input: { url: "" }, emit: "changed" },
      "When the list at its address has new or changed items,",
    ],
    ["schedule", "Schedule", { input: { cron: "0 9 * * *" } }, "Every day at 09:00,"],
    ["schedule", "Schedule", { every: "15m" }, "Every 15 minutes,"],
    ["manual", "Started by hand", {}, "When somebody starts it,"],
  ])("%s: %s", (kind, title, trigger, start) => {
    expect(flowSentence(flow([act("tags")], trigger), titlesWith(kind, title))).toBe(`${start} then add tags.`);
  });
});

test("a step on a run's page is called by its title, or by what it does", () => {
  const steps: StepDefinition[] = [
    act("upsert"),
    { ...act("tags"), title: "Tag it" },
    { id: "b", if: "a == 1", then: [] },
    { id: "e", forEach: "{{ trigger.list }}", do: [] },
    { id: "w", wait: "{{ trigger.at }}" },
    { id: "s", stop: "failed" },
  ];
  expect(steps.map((step) => stepTitle(step, titles))).toEqual([
    "Create or update a contact",
    "Tag it",
    "If 'a' is 1",
    "For each of the list",
    "Wait until the at",
    "Stop as failed",
  ]);
});
