import { describe, expect, it } from "vitest";
import { messageOf, wishesOf } from "#catalog/messages.ts";
import { createAppRegistry } from "../index.ts";
import { contacts } from "./messages.ts";

const catalog = createAppRegistry().of("ws_1");
const input = { contactId: "c1", type: "SMS", message: "Hello" };

describe("messages", () => {
  it("are known in each version of the endpoint that sends them", () => {
    for (const id of [
      "conversations.send_message",
      "conversations.send_message@v3",
      "conversations/send-a-new-message",
      "conversations/send-a-new-message@v3",
    ])
      expect(messageOf(catalog.operation("highlevel", id)!, input), id).toEqual({ channel: "sms", to: { contact: "c1" }, at: null });
  });

  it("have a channel for each value that the endpoint takes", () => {
    const operation = catalog.operation("highlevel", "conversations.send_message")!;
    const types = operation.input.find(({ name }) => name === "type")!.schema.enum!;
    expect(types.map((type) => messageOf(operation, { ...input, type })?.channel)).toEqual([
      "sms",
      "sms",
      "email",
      "whatsapp",
      "chat",
      "chat",
      "chat",
      "chat",
      "chat",
    ]);
  });

  it("each operation that sends either says how, or only enrols a contact", () => {
    const silent = ["highlevel", "sightmill", "flocksy", "http", "millrace"].flatMap((app) =>
      (catalog.app(app)?.operations ?? []).filter(({ effect, message }) => effect === "send" && !message).map(({ id }) => id),
    );
    expect(silent.sort()).toEqual(["contacts.add_to_campaign", "contacts.add_to_workflow"]);
  });
});

describe("what a contact wants", () => {
  it("is read from either spelling of the channels, and blocks while active or for ever", () => {
    const of = (record: unknown, channel: "sms" | "whatsapp" | "email" = "sms") => wishesOf(contacts, record, channel).blocked;
    expect(of({ dnd: true })).toBe("all");
    expect(of({ dnd: false, dndSettings: { SMS: { status: "active" } } })).toBe("channel");
    expect(of({ dndSettings: { sms: { status: "permanent" } } })).toBe("channel");
    expect(of({ dndSettings: { SMS: { status: "inactive" } } })).toBeNull();
    expect(of({ dndSettings: { SMS: { status: "active" } } }, "email")).toBeNull();
    expect(of({ dndSettings: { whatsApp: { status: "active" } } }, "whatsapp")).toBe("channel");
    expect(of({})).toBeNull();
    expect(of(null)).toBeNull();
  });

  it("comes with the name, phone and zone that there are", () => {
    expect(wishesOf(contacts, { firstName: "Ada", phone: "+441632960961", timezone: "Europe/London" }, "sms")).toEqual({
      blocked: null,
      name: "Ada",
      phone: "+441632960961",
      zone: "Europe/London",
    });
    expect(wishesOf(contacts, { firstName: " ", email: "ada@example.com", timezone: 5 }, "sms")).toEqual({
      blocked: null,
      name: "ada@example.com",
    });
  });
});
