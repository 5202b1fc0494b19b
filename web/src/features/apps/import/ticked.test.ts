import { describe, expect, test } from "vitest";
import type { AppDraft } from "#api/schemas.ts";
import { newDefinition, offersOf, replacedBy, withOffers } from "../definition/from-draft.ts";
import type { Definition } from "../definition/types.ts";
import { groupsOf, stateOf, tick, tickedAtFirst, wantedOf, withEffect } from "./ticked.ts";

const operation = (id: string, more: object = {}): AppDraft["operations"][number] => ({
  definition: { id, title: id, effect: "read", method: "GET", path: `/${id}`, scopes: [], input: [], result: "", ...more },
  guesses: [{ member: "effect", why: "A GET reads." }],
});
const source: AppDraft = {
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

  test("of a newer document replaces the operations, logins and addresses, and an effect that was chosen counts", () => {
    const saved: Definition = {
      title: "Our desk",
      mark: { letters: "OD", hue: 25 },
      auth: [{ kind: "basic", title: "Log in" }],
      probe: [{ operation: "gone.get" }, { operation: "tickets.list" }],
      triggers: [{ id: "ticket.created", title: "Ticket created", example: {} }],
      operations: [{ id: "gone.get", title: "Gone", effect: "read", method: "GET", path: "/gone" }],
    };
    const chosen = wantedOf(offers, withEffect(tickedAtFirst(offers), 1, "send"));
    const { definition, guesses } = replacedBy(saved, { ...source, auth: [{ kind: "header", title: "API key", header: "X-Key" }] }, chosen);
    expect(definition).toMatchObject({
      title: "Our desk",
      mark: { letters: "OD" },
      auth: [{ kind: "header" }],
      probe: [{ operation: "tickets.list" }],
      triggers: [{ id: "ticket.created" }],
    });
    expect(definition.operations?.map(({ id, effect }) => [id, effect])).toEqual([
      ["tickets.list", "read"],
      ["tickets.create", "send"],
    ]);
    expect(Object.keys(guesses)).toEqual(["tickets.list"]);
    expect(replacedBy(saved, source, chosen).definition.auth).toMatchObject([{ kind: "basic" }]);
  });
});
