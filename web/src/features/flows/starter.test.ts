import { describe, expect, test } from "vitest";
import { catalogJson } from "#test/support/built-in.ts";
import type { CatalogEntry } from "#api/schemas.ts";
import { canReconcile, canStart, starterFlow } from "./starter.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];
const entry = (key: string) => catalog.find((one) => one.key === key)!;
const start = (trigger: string, action: string | null = null, more: Partial<Parameters<typeof starterFlow>[0]> = {}) =>
  starterFlow({
    name: "New",
    trigger: entry(trigger),
    action: action === null ? null : entry(action),
    triggerConnection: "acme",
    actionConnection: "acme",
    reconcile: false,
    ...more,
  }) as { trigger: Record<string, unknown>; steps: { id: string; input: Record<string, string> }[] };

describe("the first definition of a flow", () => {
  test("an event names its sub-account and is not polled", () => {
    expect(start("ContactCreate").trigger).toEqual({ app: "highlevel", operation: "ContactCreate", connection: "acme" });
  });

  test("an event of every sub-account names none", () => {
    expect(start("ContactCreate", null, { triggerConnection: null }).trigger).not.toHaveProperty("connection");
  });

  test("a schedule has the time that was chosen, and the whole flow its zone", () => {
    const flow = start("schedule", null, { triggerConnection: null, schedule: { cron: "30 17 * * 5", zone: "Europe/London" } });
    expect(flow).toMatchObject({ trigger: { input: { cron: "30 17 * * 5" } }, settings: { zone: "Europe/London" } });
    expect(flow.trigger["input"]).not.toHaveProperty("zone");
  });

  test("what no webhook reported is looked for where that is wanted", () => {
    expect(start("ContactCreate", null, { reconcile: true }).trigger["reconcile"]).toBe("15m");
  });

  test("a list is asked every five minutes for what is new", () => {
    expect(start("contacts.search").trigger).toMatchObject({ every: "5m", emit: "new" });
    expect(start("contacts.search").trigger).not.toHaveProperty("input");
  });

  test("a list at any address leaves room for where its items and their ids are (M14)", () => {
    expect(start("get").trigger).toMatchObject({ app: "http", emit: "new", input: { url: "", list: "", id: "id" } });
  });

  test("a list that needs a field leaves room for it", () => {
    expect(start("contacts.list_notes").trigger["input"]).toEqual({ contactId: "" });
  });

  test("a step is called after what it makes, so that its id reads as what it is", () => {
    const idOf = (action: string) => start("ContactCreate", action).steps[0]!.id;
    expect(
      ["contacts.upsert", "contacts.create_note", "contacts.create_task", "contacts.add_tags", "contacts.add_to_workflow", "post"].map(
        idOf,
      ),
    ).toEqual(["contact", "note", "task", "tags", "contact", "post"]);
  });

  test("the contact of an event is the one a step is about", () => {
    expect(start("ContactCreate", "contacts.create_task").steps[0]!.input["contactId"]).toBe("{{ trigger.id }}");
    expect(start("contacts.search", "contacts.create_task").steps[0]!.input["contactId"]).toBe("{{ trigger.id }}");
  });

  test("an event that names its contact is read by that name", () => {
    expect(start("NoteCreate", "contacts.create_task").steps[0]!.input["contactId"]).toBe("{{ trigger.contactId }}");
  });

  test("fields of the same name are mapped, other required ones left to be filled", () => {
    const { input } = start("ContactCreate", "contacts.create_task").steps[0]!;
    expect(input).toMatchObject({ title: "", assignedTo: "{{ trigger.assignedTo }}" });
  });
});

describe("the first mapping of a survey answer", () => {
  test("fills whatever means the same, however the two apps spell it", () => {
    expect(start("response.received", "contacts.upsert").steps[0]!.input).toMatchObject({
      email: "{{ trigger.email }}",
      firstName: "{{ trigger.firstname }}",
      lastName: "{{ trigger.surname }}",
      phone: "{{ trigger.phone }}",
    });
  });

  test("leaves the tags alone where they would replace those that the contact has", () => {
    expect(start("response.received", "contacts.upsert").steps[0]!.input).not.toHaveProperty("tags");
  });
});

describe("what may start a flow", () => {
  test("events and lists do; reads of one record, deprecated ones and actions do not", () => {
    expect(canStart(entry("ContactCreate"))).toBe(true);
    expect(canStart(entry("contacts.search"))).toBe(true);
    expect(canStart(entry("schedule"))).toBe(true);
    expect(canStart(entry("contacts.get"))).toBe(false);
    expect(canStart(entry("contacts.list"))).toBe(false);
    expect(canStart(entry("contacts.upsert"))).toBe(false);
  });

  test("gaps are looked for where a list tells the same and asks for nothing more", () => {
    expect(canReconcile(entry("ContactCreate"))).toBe(true);
    expect(canReconcile(entry("AppointmentCreate"))).toBe(false);
    expect(canReconcile(entry("NoteCreate"))).toBe(false);
  });
});
