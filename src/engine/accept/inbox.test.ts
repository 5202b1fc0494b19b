import { describe, expect, it } from "vitest";
import type { ConnectionFacts, InboxRules, WebhookTrigger } from "#catalog/types.ts";
import { eventBook, eventOf, isAt, subscribersOf, placeOf, withoutType } from "./inbox.ts";
import type { Subscriber } from "../types/bindings.ts";
import type { TriggerDefinition } from "../types/triggers.ts";

const rules: InboxRules = {
  type: "type",
  location: ["locationId", "altId", "locations"],
  agency: "companyId",
  delivery: "webhookId",
  at: "timestamp",
  registration: "appId",
  signatures: [],
  where: "",
};
const event = (id: string, more: Partial<WebhookTrigger> = {}): WebhookTrigger => ({
  id,
  app: "crm",
  title: id,
  kind: "webhook",
  key: ["webhookId"],
  location: "locationId",
  example: {},
  ...more,
});
const book = eventBook([
  event("ContactCreate", { accepts: { type: ["ContactCreate"] } }),
  event("InvoiceCreate", { shape: ["_id", "due"] }),
  event("InvoiceVoid", { shape: ["_id", "due"] }),
  event("LinkMade", { shape: ["first", "second"] }),
  event("ToSend", { shape: ["messageId"], accepts: { type: ["SMS", "Email"] } }),
]);
const eventId = (payload: unknown, addressed?: string) => eventOf(payload, addressed, rules, book).event?.id ?? null;

describe("which event it is", () => {
  it("is said by itself; an address that says otherwise is refused, and one that names no event says nothing", () => {
    expect(eventId({ type: "ContactCreate" })).toBe("ContactCreate");
    expect(eventId({ type: "ContactCreate" }, "ContactCreate")).toBe("ContactCreate");
    expect(eventId({ type: "ContactCreate" }, "Nonsense")).toBe("ContactCreate");
    for (const [payload, address] of [
      [{ type: "ContactCreate" }, "InvoiceVoid"],
      [{ type: "Something else" }, "ContactCreate"],
      [{ first: 1, second: 2 }, "InvoiceVoid"],
      [{ type: "SMS", messageId: "m" }, "ContactCreate"],
      [{ type: "Fax", messageId: "m" }, "ToSend"],
    ] as const)
      expect(() => eventId(payload, address), JSON.stringify(payload)).toThrow(/it was posted to the address of/);
  });
  it("is said by its address alone where the event says nothing, and that is known of it", () => {
    expect(eventOf({ _id: 1, due: 2 }, "InvoiceVoid", rules, book)).toMatchObject({ event: { id: "InvoiceVoid" }, byAddress: true });
    expect(eventOf({ _id: 1, due: 2, type: "draft" }, "InvoiceVoid", rules, book)).toMatchObject({ byAddress: true });
    expect(eventOf({ type: "ContactCreate" }, "ContactCreate", rules, book)).toMatchObject({ byAddress: false });
    expect(eventOf({ first: 1, second: 2 }, undefined, rules, book)).toMatchObject({ event: { id: "LinkMade" }, byAddress: false });
  });
  it("is recognised by its shape where its family has that one event", () => {
    expect(eventId({ first: 1, second: 2 })).toBe("LinkMade");
    expect(eventId({ type: "SMS", messageId: "m" })).toBe("ToSend");
  });
  it("is not guessed where a family has several, or two families fit", () => {
    expect(eventId({ _id: 1, due: 2 })).toBeNull();
    expect(eventId({ _id: 1, due: 2 }, "InvoiceVoid")).toBe("InvoiceVoid");
    expect(eventId({ first: 1, second: 2, messageId: "m" })).toBe("LinkMade");
    const two = eventBook([event("A", { shape: ["x"] }), event("B", { shape: ["y"] })]);
    expect(eventOf({ x: 1, y: 1 }, undefined, rules, two).event).toBeNull();
  });
  it("is not recognised by shape when it names a type that is none of its own", () => {
    expect(eventId({ type: "Something", first: 1, second: 2 })).toBeNull();
    expect(eventId({ type: "Fax", messageId: "m" })).toBeNull();
    expect(eventId({ messageId: "m" })).toBeNull();
  });
  it("is not recognised by what is no text, or is no object", () => {
    for (const payload of [
      { type: 7 },
      { type: ["ContactCreate"] },
      { type: "__proto__" },
      { type: "constructor" },
      [],
      null,
      "ContactCreate",
    ])
      expect(eventId(payload)).toBeNull();
  });
  it("no longer goes by the type once that is named, and still by the rest", () => {
    const inbound = event("In", { accepts: { type: ["In"], direction: ["inbound"] } });
    expect(withoutType(inbound, rules).accepts).toEqual({ direction: ["inbound"] });
    expect(inbound.accepts).toHaveProperty("type");
  });
});

describe("where it happened", () => {
  const place = (payload: unknown, more?: Partial<WebhookTrigger>) => placeOf(payload, more ? event("E", more) : null, rules);
  it("is read at the event's own path, then at the usual ones", () => {
    expect(place({ id: "loc1", locationId: "x" }, { location: "id" })).toEqual({ locations: ["loc1"], agency: null });
    expect(place({ altId: "loc1" }, {})).toEqual({ locations: ["loc1"], agency: null });
    expect(place({ locationId: "", altId: "loc2", companyId: "co" }, {})).toEqual({ locations: ["loc2"], agency: "co" });
  });
  it("may be several sub-accounts, or the agency alone", () => {
    expect(place({ locations: ["a", "b", 7, ""], companyId: "co" }, {})).toEqual({ locations: ["a", "b"], agency: "co" });
    expect(place({ companyId: "co" }, {})).toEqual({ locations: [], agency: "co" });
    expect(place({ locationId: { $ne: 1 }, companyId: ["co"] }, {})).toEqual({ locations: [], agency: "co" });
  });
});

describe("who hears of it", () => {
  const login = (more: Partial<ConnectionFacts>) => ({ id: "c", workspaceId: "w", name: "n", app: "crm", ...more }) as ConnectionFacts;
  const subscriber = (name: string, connection: Subscriber["connection"], trigger: Partial<TriggerDefinition> = {}) =>
    ({
      binding: {
        flow: { id: name, status: "on" },
        trigger: { kind: "webhook" },
        definition: { trigger: { app: "crm", operation: "E", ...trigger } },
      },
      connection,
    }) as Subscriber;
  const acme = subscriber("acme", login({ locationId: "acme", companyId: "co" }));
  const smiles = subscriber("smiles", login({ locationId: "smiles", companyId: "co" }));
  const agency = subscriber("agency", login({ companyId: "co" }));
  const any = subscriber("any", undefined);
  const gone = subscriber("gone", null);
  const nowhere = subscriber("nowhere", login({}));
  const everyone = [acme, smiles, agency, any, gone, nowhere];
  const hearing = (place: { locations?: string[]; agency?: string | null }, inbox = "main", of = everyone, flows: string[] | null = null) =>
    subscribersOf(of, { name: inbox, flows }, { locations: [], agency: null, ...place }).map((l) => l.binding.flow.id);

  it("is a change trigger only while its flow is on: a change that starts no flow must not count as seen", () => {
    const change = (status: string): Subscriber => {
      const { binding, connection } = any;
      return {
        binding: { ...binding, flow: { ...binding.flow, status }, trigger: { ...binding.trigger, kind: "poll" } },
        connection,
      } as Subscriber;
    };
    expect(hearing({ locations: ["acme"] }, "main", [change("on")])).toEqual(["any"]);
    expect(hearing({ locations: ["acme"] }, "main", [change("off")])).toEqual([]);
  });
  it("are the flows of that sub-account, and those that name no login", () => {
    expect(hearing({ locations: ["acme"] })).toEqual(["acme", "any"]);
    expect(hearing({ locations: ["other"] })).toEqual(["any"]);
  });
  it("are the agency's flows where the event is of the agency, and no sub-account's beside the one it is of", () => {
    expect(hearing({ agency: "co" })).toEqual(["agency", "any"]);
    expect(hearing({ agency: "co", locations: ["acme"] })).toEqual(["acme", "agency", "any"]);
    expect(hearing({})).toEqual(["any"]);
  });
  it("are those of each sub-account it is of", () => {
    expect(hearing({ locations: ["acme", "smiles"] })).toEqual(["acme", "smiles", "any"]);
  });
  it("is a flow bound to one inbox only there", () => {
    const bound = subscriber("bound", undefined, { inbox: "second" });
    expect(hearing({}, "main", [bound])).toEqual([]);
    expect(hearing({}, "second", [bound])).toEqual(["bound"]);
  });
  it("is, at a second inbox, only a flow that was chosen for it or names it", () => {
    const [free, bound] = [subscriber("free", undefined), subscriber("bound", undefined, { inbox: "second" })];
    expect(hearing({}, "second", [free, bound], [])).toEqual(["bound"]);
    expect(hearing({}, "second", [free, bound], ["free"])).toEqual(["free", "bound"]);
    expect(hearing({}, "main", [free, bound])).toEqual(["free"]);
  });
  it("never takes a missing id for an equal one", () => {
    expect(isAt({}, { locations: [], agency: null })).toBe(false);
    expect(isAt({ companyId: "" }, { locations: [""], agency: "" })).toBe(false);
  });
});
