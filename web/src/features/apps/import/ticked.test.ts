import { describe, expect, test } from "vitest";
import type { AppDraft as SourceDraft } from "#api/schemas.ts";
import { newDefinition, offersOf, replacedBy, type Source, withOffers } from "../definition/from-draft.ts";
import type { Definition } from "../definition/types.ts";
import { groupsOf, stateOf, tick, tickedAtFirst, wantedOf, withEffect } from "./ticked.ts";

const operation = (id: string, more: object = {}): SourceDraft["operations"][number] => ({
  definition: { id, title: id, effect: "read", method: "GET", path: `/${id}`, scopes: [], input: [], result: "", ...more },
  guesses: [{ member: "effect", why: "A GET reads." }],
});
const source: Source = {
  title: "Desk",
  baseUrl: "https://desk.example.com",
  variables: [],
  auth: [{ kind: "none" }],
  headers: {},
  operations: [
    operation("tickets.list", { category: "Tickets" }),
    operation("tickets.create", { category: "Tickets", effect: "create" }),
    operation("agents.list", { category: "Agents", deprecated: true }),
  ],
  triggers: [],
  guesses: [],
  notes: [],
};
const offers = offersOf(source);

describe("ticks", () => {
  test("stand on all operations at first, but not on deprecated ones", () => {
    expect(wantedOf(offers, tickedAtFirst(offers)).map(({ operation: { id } }) => id)).toEqual(["tickets.list", "tickets.create"]);
  });

  test("of a newer document stand on what the app has already", () => {
    const first = tickedAtFirst(offers, new Set(["agents.list", "gone"]));
    expect(wantedOf(offers, first).map(({ operation: { id } }) => id)).toEqual(["agents.list"]);
    expect(tickedAtFirst(offers, new Set(["gone"])).wanted.size).toBe(2);
  });

  test("of a group are set together, and its box says all, some or none", () => {
    const [[, tickets] = ["", []]] = groupsOf(offers, "");
    const none = tick(tickedAtFirst(offers), tickets, false);
    expect([stateOf(tickets, none), none.wanted.size]).toEqual([false, 0]);
    const some = tick(none, tickets.slice(1), true);
    expect(stateOf(tickets, some)).toBe("some");
    expect(stateOf(tickets, tick(some, tickets, true))).toBe(true);
  });

  test("stay where they are while the list is searched", () => {
    const found = groupsOf(offers, "agents").flatMap(([, rows]) => rows);
    expect(found.map(({ operation: { id } }) => id)).toEqual(["agents.list"]);
    expect(tick(tickedAtFirst(offers), found, true).wanted.size).toBe(3);
  });

  test("a chosen effect is no guess any more", () => {
    const [first] = wantedOf(offers, withEffect(tickedAtFirst(offers), 0, "other"));
    expect([first?.operation.effect, first?.guesses]).toEqual(["other", []]);
  });
});

describe("what is wanted", () => {
  test("goes into a new definition with its guesses", () => {
    const { definition, guesses } = withOffers({ definition: newDefinition(source, "My desk"), guesses: {} }, offers.slice(0, 1));
    expect(definition).toMatchObject({ title: "My desk", baseUrl: "https://desk.example.com", operations: [{ id: "tickets.list" }] });
    expect(guesses).toEqual({ "tickets.list": [{ member: "effect", why: "A GET reads." }] });
  });

  test("of a newer document replaces the operations, and keeps what a person decided", () => {
    const saved: Definition = {
      title: "Our desk",
      mark: { letters: "OD", hue: 25 },
      probe: [{ operation: "gone.get" }, { operation: "tickets.list" }],
      operations: [
        { id: "tickets.create", title: "Open a ticket", effect: "send", method: "POST", path: "/old", idempotencyKey: true },
        { id: "gone.get", title: "Gone", effect: "read", method: "GET", path: "/gone" },
      ],
    };
    const { definition, guesses } = replacedBy(saved, source, offers.slice(0, 2));
    expect(definition).toMatchObject({ title: "Our desk", mark: { letters: "OD" }, probe: [{ operation: "tickets.list" }] });
    expect(definition.operations?.map(({ id, title, effect, path }) => [id, title, effect, path])).toEqual([
      ["tickets.list", "tickets.list", "read", "/tickets.list"],
      ["tickets.create", "Open a ticket", "send", "/tickets.create"],
    ]);
    expect(Object.keys(guesses)).toEqual(["tickets.list"]);
  });
});
