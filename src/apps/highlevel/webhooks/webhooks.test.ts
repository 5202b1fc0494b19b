import { describe, expect, it, test } from "vitest";
import { getPath } from "#kernel/json.ts";
import { highlevel } from "../app.ts";
import { webhooks } from "./index.ts";

/** The vendor's facts: type, scopes, path of the record's id ("" where no page tells it). */
const facts: [type: string, scopes: string, id: string][] = [
  ["INSTALL", "", "appId (+locationId|companyId)"],
  ["UNINSTALL", "", "appId (+locationId|companyId)"],
  ["AppointmentCreate", "calendars/events.readonly", "appointment.id"],
  ["AppointmentDelete", "calendars/events.readonly", "appointment.id"],
  ["AppointmentUpdate", "calendars/events.readonly", "appointment.id"],
  ["AssociationCreate", "associations.readonly", "id"],
  ["AssociationDelete", "associations.readonly", "id"],
  ["AssociationUpdate", "associations.readonly", "id"],
  ["CampaignStatusUpdate", "campaigns.readonly", "id"],
  ["ContactCreate", "contacts.readonly", "id"],
  ["ContactDelete", "contacts.readonly", "id"],
  ["ContactDndUpdate", "contacts.readonly", "id"],
  ["ContactTagUpdate", "contacts.readonly", "id"],
  ["ContactUpdate", "contacts.readonly", "id"],
  ["ConversationUnreadUpdate", "conversations.readonly", "id"],
  ["InboundMessage", "conversations/message.readonly", "messageId"],
  ["InvoiceCreate", "invoices.readonly", "_id"],
  ["InvoiceDelete", "invoices.readonly", "_id"],
  ["InvoicePaid", "invoices.readonly", "_id"],
  ["InvoicePartiallyPaid", "invoices.readonly", "_id"],
  ["InvoiceSent", "invoices.readonly", "_id"],
  ["InvoiceUpdate", "invoices.readonly", "_id"],
  ["InvoiceVoid", "invoices.readonly", "_id"],
  ["LCEmailStats", "", "webhookPayload.id"],
  ["LocationCreate", "locations.readonly", "id"],
  ["LocationUpdate", "locations.readonly", "id"],
  ["NoteCreate", "contacts.readonly", "id"],
  ["NoteDelete", "contacts.readonly", "id"],
  ["NoteUpdate", "contacts.readonly", "id"],
  ["ObjectSchemaCreate", "objects/schema.readonly", "id"],
  ["ObjectSchemaUpdate", "objects/schema.readonly", "id"],
  ["OpportunityAssignedToUpdate", "opportunities.readonly", "id"],
  ["OpportunityCreate", "opportunities.readonly", "id"],
  ["OpportunityDelete", "opportunities.readonly", "id"],
  ["OpportunityMonetaryValueUpdate", "opportunities.readonly", "id"],
  ["OpportunityStageUpdate", "opportunities.readonly", "id"],
  ["OpportunityStatusUpdate", "opportunities.readonly", "id"],
  ["OpportunityUpdate", "opportunities.readonly", "id"],
  ["OrderCreate", "payments/orders.readonly", "_id"],
  ["OrderStatusUpdate", "payments/orders.readonly", "_id"],
  ["OutboundMessage", "conversations/message.readonly", "messageId"],
  ["PLAN_CHANGE", "", "appId"],
  ["PriceCreate", "products/prices.readonly", "_id"],
  ["PriceDelete", "products/prices.readonly", "_id"],
  ["PriceUpdate", "products/prices.readonly", "_id"],
  ["ProductCreate", "products.readonly", "_id"],
  ["ProductDelete", "products.readonly", "_id"],
  ["ProductUpdate", "products.readonly", "_id"],
  ["ConversationProviderOutboundMessage", "conversations/message.write", "messageId"],
  ["RecordCreate", "objects/record.readonly", "id"],
  ["RecordDelete", "objects/record.readonly", "id"],
  ["RecordUpdate", "objects/record.readonly", "id"],
  ["RelationCreate", "associations/relation.readonly", "id"],
  ["RelationDelete", "associations/relation.readonly", "id"],
  ["TaskComplete", "contacts.readonly", "id"],
  ["TaskCreate", "contacts.readonly", "id"],
  ["TaskDelete", "contacts.readonly", "id"],
  ["UserCreate", "users.readonly", "id"],
];
/** Listed by the vendor, without a page we know. */
const namedOnly: [type: string, scopes: string][] = [
  ["UserUpdate", "users.readonly"],
  ["UserDelete", "users.readonly"],
  ["ConversationUpdate", "conversations.readonly"],
  ["VoiceAiCallEnd", "voice-ai-dashboard.readonly"],
  ["APP_PAYMENT_STATUS", ""],
  ["AppUpdate", ""],
  ["ExternalAuthConnected", ""],
  ["SaaSPlanCreate", ""],
  ["SupportTicketCreate", ""],
  ["SupportTicketUpdate", ""],
  ["SupportTicketDelete", ""],
  ["KnowledgeBaseCreate", ""],
  ["KnowledgeBaseUpdate", ""],
  ["KnowledgeBaseDelete", ""],
  ["KnowledgeBaseFileChange", ""],
  ["KnowledgeBaseFaqChange", ""],
  ["KnowledgeBaseRichTextChange", ""],
  ["KnowledgeBaseTableFileChange", ""],
  ["KnowledgeBaseTrainedUrlChange", ""],
];
const typelessFamilies = ["Association", "Relation", "Record", "ObjectSchema", "Invoice", "Product", "Price"];
/** Their id is the app's, which is always the same one: what tells them apart is the place. */
const ofTheApp = ["INSTALL", "UNINSTALL", "PLAN_CHANGE"];

const byId = new Map(webhooks.map((w) => [w.id, w]));

test("each event of the vendor is a trigger, and there is no other", () => {
  expect([...byId.keys()].sort()).toEqual([...facts, ...namedOnly].map(([type]) => type).sort());
  expect(byId.size).toBe(webhooks.length);
});

it.each(facts)("%s has the vendor's scopes and record id", (type, scopes, id) => {
  const event = byId.get(type)!;
  expect(event.scopes!.join(" ")).toBe(scopes);
  expect(event.record).toBe(ofTheApp.includes(type) ? "locationId" : id);
  expect(event.unverified).toBeUndefined();
  expect(getPath(event.example, event.record!), "the example's own id").toEqual(expect.any(String));
});

it.each(namedOnly)("%s is marked as known by name only", (type, scopes) => {
  expect(byId.get(type)).toMatchObject({ unverified: true, scopes: scopes === "" ? [] : [scopes] });
});

describe("every event", () => {
  it.each([...byId])("%s has an example that it accepts, at a place that is read off it, with a time", (type, event) => {
    for (const [path, values] of Object.entries(event.accepts ?? {})) expect(values, path).toContain(getPath(event.example, path));
    if (event.location) expect(getPath(event.example, event.location)).toEqual(expect.any(String));
    expect(getPath(event.example, event.at!)).toBeDefined();
    expect(event.key).toEqual(["webhookId"]);
    expect(event.person!.some((path) => typeof getPath(event.example, path) === "string") || event.unverified === true, "a person").toBe(
      true,
    );
    expect(event.category, type).toBeTruthy();
    expect(event.output?.properties).toHaveProperty(Object.keys(event.example)[0]!);
  });

  it("has a title of its own", () => {
    expect(new Set(webhooks.map((w) => w.title)).size).toBe(webhooks.length);
  });
});

describe("events that name no type", () => {
  const shaped = webhooks.filter((w) => w.shape);
  const fits = (shape: string[], payload: unknown) => shape.every((path) => getPath(payload, path) !== undefined);

  it("are those of the documented families, and the one whose type is a channel", () => {
    const typeless = facts.map(([type]) => type).filter((type) => typelessFamilies.some((name) => type.startsWith(name)));
    expect(shaped.map((w) => w.id).sort()).toEqual([...typeless, "ConversationProviderOutboundMessage"].sort());
    for (const { example, id } of shaped) if (id !== "ConversationProviderOutboundMessage") expect(example).not.toHaveProperty("type");
  });

  it("are distinguished from other families by their shape", () => {
    for (const one of shaped)
      for (const other of webhooks.filter((w) => w.example["type"] === undefined))
        expect(fits(one.shape!, other.example), `${other.id} as ${one.id}`).toBe(one.shape!.join() === other.shape!.join());
  });
});

it("goes by the direction of a message as well as by its type", () => {
  expect(byId.get("InboundMessage")!.accepts).toEqual({ type: ["InboundMessage"], direction: ["inbound"] });
  expect(byId.get("OutboundMessage")!.accepts).toEqual({ type: ["OutboundMessage"], direction: ["outbound"] });
});

it("knows every event that an operation names", () => {
  const named = new Set(highlevel.operations.flatMap((o) => o.events ?? []));
  expect([...named].filter((type) => !byId.has(type))).toEqual([]);
});
