import { describe, expect, test } from "vitest";
import type { CatalogEntry, FlowDefinition, Step, StepDefinition } from "#api/schemas.ts";
import { catalogJson } from "#test/support/built-in.ts";
import { findFields } from "../data/find-fields.ts";
import { sourcesOf } from "../data/sources.ts";
import type { Sample } from "../data/types.ts";
import { newAction, newLoop } from "./new-step.ts";
import type { Place } from "./place.ts";
import { seenFrom } from "./visible.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];
const entry = (key: string) => catalog.find((one) => one.key === key)!;
const step = (id: string, operation: string) => ({ id, app: "highlevel", operation, input: {} }) as StepDefinition;
const flow = (app: string, operation: string, ...steps: StepDefinition[]) =>
  ({ name: "F", trigger: { app, operation }, steps }) as unknown as FlowDefinition;
/** What a new step begins with behind those that are there. */
const inputOf = (
  definition: FlowDefinition,
  key: string,
  { place = ["steps", definition.steps.length], samples = [] }: { place?: Place; samples?: Sample[] } = {},
) =>
  (newAction(definition, entry(key), { place, catalog, connections: [], samples }) as unknown as { input: Record<string, string> }).input;

describe("a new step", () => {
  test.each([
    ["contacts.upsert", "{{ earlier.id }}"],
    ["contacts.guarded_upsert", "{{ earlier.contact.id }}"],
    ["contacts.find", "{{ earlier.contact.id }}"],
    ["contacts.create_note", "{{ earlier.contactId }}"],
  ])("is about the contact that an earlier %s gave", (operation, id) => {
    const definition = flow("sightmill", "response.received", step("earlier", operation));
    expect(inputOf(definition, "contacts.create_task")["contactId"]).toBe(id);
  });

  test("is about the newest of several, before that of the event", () => {
    const definition = flow("highlevel", "contacts.tag_added", step("old", "contacts.create"), step("new", "contacts.upsert"));
    expect(inputOf(definition, "contacts.create_note")["contactId"]).toBe("{{ new.id }}");
    expect(inputOf(flow("highlevel", "contacts.tag_added"), "contacts.create_note")["contactId"]).toBe("{{ trigger.id }}");
  });

  test("leaves the id to be filled in where no step gives a record of its kind", () => {
    expect(inputOf(flow("sightmill", "response.received", step("deal", "contacts.add_tags")), "contacts.create_note")["contactId"]).toBe(
      "",
    );
  });

  test("is about each record of the list that the loop around it goes through", () => {
    const loop = { id: "each", forEach: "found", do: [] } as unknown as StepDefinition;
    const definition = flow("millrace", "manual", step("found", "contacts.search"), loop);
    expect(inputOf(definition, "contacts.update", { place: ["steps", 1, "do", 0] })).toEqual({ contactId: "{{ item.id }}" });
  });

  describe("in a loop", () => {
    const event = { email: "buyer@example.com", name: "Buyer", phone: "1", people: [{ id: 7, email: "ada@example.com", name: "Ada" }] };
    const received = (from: Sample["from"]): Sample => ({ id: "1", person: null, at: 0, from, values: { trigger: event } });
    const contact = { id: "contact", app: "highlevel", operation: "contacts.upsert", input: {} };
    const loop = (...steps: object[]) => ({ id: "each", forEach: "trigger.people", as: "person", do: steps }) as unknown as StepDefinition;
    const at = (index: number) => ({ place: ["steps", 0, "do", index], samples: [received("event")] });

    test("takes from the item what the item has, and the rest from the event", () => {
      expect(inputOf(flow("http", "webhook", loop()), "contacts.upsert", at(0))).toEqual({
        email: "{{ person.email }}",
        name: "{{ person.name }}",
        phone: "{{ trigger.phone }}",
      });
    });

    test("is about the contact of an earlier step in it, before the item", () => {
      const definition = flow("http", "webhook", loop(contact));
      expect(inputOf(definition, "contacts.create_task", at(1))["contactId"]).toBe("{{ contact.id }}");
      expect(inputOf(definition, "contacts.create_note", at(1))["contactId"]).toBe("{{ contact.id }}");
    });

    test("is about the item where that is the record", () => {
      const contacts = { ...event, contacts: [{ id: 7 }] };
      const samples = [{ ...received("event"), values: { trigger: contacts } }];
      const definition = flow("http", "webhook", { id: "each", forEach: "trigger.contacts", do: [] } as unknown as StepDefinition);
      expect(inputOf(definition, "contacts.create_task", { place: ["steps", 0, "do", 0], samples })["contactId"]).toBe("{{ item.id }}");
    });
  });

  test("reads nothing of an event of any shape that no sample has", () => {
    const sample = (from: Sample["from"], trigger: object): Sample => ({ id: "1", person: null, at: 0, from, values: { trigger } });
    const input = (...samples: Sample[]) => inputOf(flow("http", "webhook"), "contacts.upsert", { samples });
    expect(input()).toEqual({});
    expect(input(sample("example", { email: "ada@example.com" }))).toEqual({});
    expect(input(sample("event", { mobile: "1" }))).toEqual({ phone: "{{ trigger.mobile }}" });
  });

  test("never begins with what replaces a list that the record has", () => {
    const definition = flow("sightmill", "response.received");
    expect(inputOf(definition, "contacts.upsert")).not.toHaveProperty("tags");
    expect(inputOf(definition, "contacts.guarded_upsert")["tags"]).toBe("{{ trigger.tags }}");
    expect(inputOf(flow("highlevel", "contacts.tag_added"), "contacts.update")).not.toHaveProperty("tags");
  });

  test("leaves to a person what it is there to give", () => {
    const definition = flow("sightmill", "response.received", step("contact", "contacts.upsert"));
    expect(inputOf(definition, "contacts.add_tags")).toEqual({ contactId: "{{ contact.id }}", tags: "" });
    expect(inputOf(definition, "contacts.upsert")["email"]).toBe("{{ trigger.email }}");
  });
});

describe("a new loop", () => {
  const empty = { id: "each", forEach: "", do: [] } as unknown as Step<"forEach">;
  const event = { email: "ada@example.com", order: { lines: [{ sku: "a", options: ["b"] }] } };
  const listOf = (trigger: object, definition = flow("http", "webhook"), place: Place = ["steps", definition.steps.length]) => {
    const samples: Sample[] = [{ id: "1", person: null, at: 0, from: "event", values: { trigger } }];
    return (newLoop(definition, empty, { place, catalog, samples }) as Step<"forEach">).forEach;
  };

  test("goes through the only list of the event", () => {
    expect(listOf(event)).toBe("trigger.order.lines");
  });

  test("has to be chosen where there are several, or none", () => {
    expect(listOf({ ...event, tags: ["x"] })).toBe("");
    expect(listOf({ email: "ada@example.com" })).toBe("");
    expect(listOf(event, flow("http", "webhook", step("found", "contacts.search")))).toBe("");
  });

  test("within another goes through the list that its item has", () => {
    const outer = { id: "each", forEach: "trigger.order.lines", as: "line", do: [] } as unknown as StepDefinition;
    expect(listOf(event, flow("http", "webhook", outer), ["steps", 0, "do", 0])).toBe("line.options");
  });
});

test("for the id of a contact those of contacts are offered first, the newest before all", () => {
  const definition = flow("sightmill", "response.received", step("contact", "contacts.upsert"), step("found", "contacts.find"));
  const words = { entry: (_: string, key: string) => entry(key), app: (id: string) => id, step: ({ id }: StepDefinition) => id };
  const sources = sourcesOf(definition.trigger, seenFrom(definition, ["steps", 2]), words, []);
  const data = { sources, samples: [], sample: null, zone: "UTC" };
  const first = (wanted: string, by?: string) =>
    findFields(data, wanted, by)
      .slice(0, 2)
      .map(({ field }) => field.path);
  expect(first("id", "contactId")).toEqual(["found.contact.id", "contact.id"]);
  expect(first("", "contactId")).toEqual(["found.contact.id", "contact.id"]);
  expect(first("id")).not.toContain("found.contact.id");
});

test("a loop is offered the whole list that a step has read, before all else, and its steps the fields of an item", () => {
  const loop = { id: "each", forEach: "found", do: [] } as unknown as StepDefinition;
  const definition = flow("millrace", "manual", step("found", "contacts.search"), loop);
  const words = { entry: (_: string, key: string) => entry(key), app: (id: string) => id, step: ({ id }: StepDefinition) => id };
  const dataAt = (place: (string | number)[]) => ({
    sources: sourcesOf(definition.trigger, seenFrom(definition, place), words, []),
    samples: [],
    sample: null,
    zone: "UTC",
  });
  expect(findFields(dataAt(["steps", 1]), "", "forEach")[0]?.field.path).toBe("found");
  expect(findFields(dataAt(["steps", 1, "do", 0]), "e-mail").map(({ field }) => field.path)).toContain("item.email");
});
