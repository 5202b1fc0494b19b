import { describe, expect, test } from "vitest";
import type { CatalogEntry, FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { stepKindNames } from "#engine/flow/format.ts";
import { catalogJson } from "#test/support/built-in.ts";
import { conditionWords } from "#engine/mapping/words/condition-words.ts";
import { expressionWords } from "#engine/mapping/words/expressions.ts";
import type { StepNames } from "./step-names.ts";
import { cards } from "../kinds/cards.ts";
import { detailWords, missingIn, stepWords } from "./step-words.ts";
import { triggerWords } from "./trigger-words.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];
const names: StepNames = {
  entry: (app, key) => catalog.find((one) => one.app === app && one.key === key),
  app: (id) => ({ highlevel: "HighLevel", http: "HTTP" })[id] ?? id,
  connection: (name) => ({ acme: "Acme Dental" })[name] ?? name,
  source: (id) => (id === "person" ? "step 1" : undefined),
  condition: (text) => conditionWords(text),
  text: (text) => text,
  value: (text) => expressionWords(text, () => undefined),
};
const action = (operation: string, input: object = {}, app = "highlevel"): StepDefinition =>
  ({ id: "a", app, operation, ...(app === "highlevel" && { connection: "acme" }), input }) as StepDefinition;
const said = (step: object) => stepWords(step as StepDefinition, names);

describe("a card", () => {
  test.each([
    [
      action("contacts.guarded_upsert", { email: "{{ trigger.email }}" }),
      "Create or update contact (adds to what is there) by e-mail in Acme Dental",
    ],
    [action("contacts.upsert", { phone: "1", email: "x" }), "Create or update contact by e-mail or phone in Acme Dental"],
    [action("contacts.add_tags", { tags: ["gold"] }), "Add tags to contact in Acme Dental"],
    [action("post", { url: "https://example.com/hook?x=1" }, "http"), "Send data to example.com/hook"],
    [action("post", {}, "http"), "Send data to …"],
    [action("nobody.knows"), "Nobody knows in Acme Dental"],
    [{ id: "f", filter: "trigger.email != blank" }, "Continue only if the e-mail has a value"],
    [{ id: "f", filter: "" }, "Continue only if …"],
    [JSON.parse('{ "id": "b", "if": "trigger.score <= 6", "then": [] }'), "If the score is at most 6"],
    [{ id: "l", forEach: "trigger.order.lines", as: "line", do: [] }, "For each line of the lines"],
    [{ id: "w", wait: "2h" }, "Wait 2 hours"],
    [{ id: "w", wait: "1h 30m" }, "Wait 1 hour 30 minutes"],
    [{ id: "w", wait: "{{ trigger.due_date }}" }, "Wait until the due date"],
    [{ id: "p", format: { name: "x", city: "y" } }, "Prepare 'name' and 'city'"],
    [{ id: "s", stop: "failed" }, "Stop here: failed"],
    [{ id: "x", note: "later" }, "Step 'x' is of a kind that this page does not know"],
    [{ id: "w", wait: "2h", title: "Let the dust settle" }, "Let the dust settle"],
  ])("%j says '%s'", (step, words) => {
    expect(said(step)).toBe(words);
  });

  test("says what is filled in, and what is still missing", () => {
    const task = action("contacts.create_task", { contactId: "{{ person.id }}", title: "", customFields: { Score: "1" } });
    expect(detailWords(task, names)).toBe("For the contact of step 1: Score 1");
    expect(detailWords({ ...task, title: "Call them" }, names)).toBe(
      "Create contact task in Acme Dental. For the contact of step 1: Score 1",
    );
    expect(detailWords(action("contacts.guarded_upsert", { email: "x@y.z" }), names)).toBeNull();
    const post = action("post", { url: "https://example.com", body: { email: "x", name: "y", tag: "z" } }, "http");
    expect(detailWords(post, names)).toBe("Sends email, name and tag");
    const wait = { id: "w", wait: "1h" };
    const loop = (...steps: object[]) => ({ id: "l", forEach: "trigger.lines", do: steps }) as unknown as StepDefinition;
    const branch = JSON.parse('{ "id": "b", "if": "trigger.score <= 6", "then": [] }') as object;
    expect(detailWords(loop({ ...branch, else: [wait] }), names)).toBe("Its items wait in turn, so their waits add up");
    expect(detailWords(loop(branch, { ...wait, off: true }, { ...wait, wait: "{{ trigger.due_date }}" }), names)).toBeNull();
    const promoter = { email: "{{ trigger.email }}", firstName: "{{ trigger.firstname }}", tags: ["promoter"] };
    expect(detailWords(action("contacts.guarded_upsert", promoter), names)).toBe("Sets first name and tag promoter");
    expect(detailWords(action("contacts.upsert", promoter), names)).toBe("Sets first name and tag promoter. Replaces its tags");
    expect(missingIn(task, names)).toEqual(["Title", "Due"]);
    expect(missingIn({ ...task, off: true }, names)).toEqual([]);
    expect(missingIn({ id: "f", filter: " " } as StepDefinition, names)).toEqual(["Condition"]);
  });

  test("of anything at all can be drawn: parts of it may be missing", () => {
    for (const kind of stepKindNames)
      for (const value of ["", null, 3, {}, []]) {
        const step = { id: "a", [cards[kind].mark]: value } as unknown as StepDefinition;
        expect(typeof said(step)).toBe("string");
        expect(Array.isArray(missingIn(step, names))).toBe(true);
        expect(() => detailWords(step, names)).not.toThrow();
      }
  });
});

describe("a trigger", () => {
  const trigger = (more: object) =>
    triggerWords({ app: "highlevel", operation: "contacts.tag_added", ...more } as FlowDefinition["trigger"], names);
  test("says what it is narrowed to and where", () => {
    expect(trigger({ connection: "acme", input: { tag: "gold" } })).toBe("Tag added: gold in Acme Dental");
    expect(trigger({ input: { tag: "" } })).toBe("Tag added");
    expect(trigger({ app: "", operation: "" })).toBe("Choose what starts the flow");
  });

  test("that is a schedule says when", () => {
    const schedule = (more: object) => trigger({ app: "millrace", operation: "schedule", ...more });
    expect(schedule({ every: "1h" })).toBe("Every hour");
    expect(schedule({ every: "15m" })).toBe("Every 15 minutes");
    expect(schedule({ input: { cron: "0 9 * * 1-5", zone: "Europe/Berlin" } })).toBe("Every weekday at 09:00 (Europe/Berlin)");
    expect(schedule({ input: { cron: "*/7 * * * *" } })).toBe("At the times of */7 * * * *");
  });
});
