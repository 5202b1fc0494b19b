import { expect } from "vitest";
import { versionOf } from "#catalog/result.ts";
import { a, about, body, field, moves, operation, read, refused, request, single, stops, url, type Line } from "./asking.ts";

export const conversations: Line[] = [
  [
    "conversations.search",
    "the last message first, by which pages go on",
    () => url("conversations.search", {}),
    "/conversations/search?locationId=loc_1&sort=desc&sortBy=last_message_date",
  ],
  [
    "conversations.search",
    "days are milliseconds",
    () => url("conversations.search", { startDate: "2026-02-01T00:00:00Z" }),
    stops("startDate=1769904000000"),
  ],
  ...single("conversations.get"),
  ...single("conversations.get_email"),
  ["conversations.get_email", "a wrapped one is read too", () => read("conversations.get_email", { emailMessage: a }), a],
  [
    "conversations.get_email",
    "parameter, version and scope that are not described",
    () => request("conversations.get_email", { id: "e" }),
    expect.objectContaining({ url: "/conversations/messages/email/e", version: "2021-04-15" }),
  ],
  ...single("conversations.get_message"),
  ["conversations.get_message", "a wrapped one is read too", () => read("conversations.get_message", { message: a }), a],
  [
    "conversations.list_messages",
    "nested twice, or once",
    () => [read("conversations.list_messages", { messages: { messages: [a] } }), read("conversations.list_messages", { messages: [a] })],
    [[a], [a]],
  ],
  [
    "conversations.list_messages",
    "a status that changes is a change",
    () => moves("conversations.list_messages", { id: "m", status: "sent" }, { id: "m", status: "delivered" }),
    true,
  ],
  [
    "conversations.get_recording",
    "a text of bytes, of which any other is a change",
    () => [
      about("conversations.get_recording", "output"),
      versionOf(operation("conversations.get_recording"), "AA") === versionOf(operation("conversations.get_recording"), "AB"),
    ],
    [{ type: "string" }, false],
  ],
  [
    "conversations.get_recording",
    "until it is there it is not found, which is no failure of a poll",
    () => [400, 404, 422].map((status) => refused("conversations.get_recording", status, { message: "Recording is being processed" })[0]),
    ["OUTBOUND_NOT_FOUND", "OUTBOUND_NOT_FOUND", "OUTBOUND_NOT_FOUND"],
  ],
  [
    "conversations.get_transcription",
    "a sentence alone, or the list of them",
    () => [read("conversations.get_transcription", { sentenceIndex: 0 }), read("conversations.get_transcription", [{ sentenceIndex: 0 }])],
    [[{ sentenceIndex: 0 }], [{ sentenceIndex: 0 }]],
  ],
  ["conversations.download_transcription", "is text", () => about("conversations.download_transcription", "output"), { type: "string" }],
  [
    "conversations.update_message_status",
    "too early is tried again, and the login is left alone",
    () =>
      [401, 403].map((status) => refused("conversations.update_message_status", status, { message: "No conversation provider found" })[0]),
    ["OUTBOUND_FAILED", "OUTBOUND_FAILED"],
  ],
  [
    "conversations.update_message_status",
    "four states",
    () => field("conversations.update_message_status", "status")!.schema.enum,
    ["delivered", "failed", "pending", "read"],
  ],
  [
    "conversations.live_chat_typing",
    "a yes goes out as text",
    () => body("conversations.live_chat_typing", { conversationId: "v", visitorId: "w", isTyping: true }),
    { locationId: "loc_1", conversationId: "v", visitorId: "w", isTyping: "true" },
  ],
  [
    "conversations.live_chat_typing",
    "says where a visitor's id is",
    () => field("conversations.live_chat_typing", "visitorId")!.help,
    stops("visitorId"),
  ],
  [
    "conversations.send_message",
    "type, contact and content are enough",
    () => body("conversations.send_message", { contactId: "c", type: "SMS", message: "Hi" }),
    { contactId: "c", type: "SMS", message: "Hi" },
  ],
  [
    "conversations.send_message",
    "later is in epoch seconds",
    () => body("conversations.send_message", { contactId: "c", type: "SMS", message: "Hi", scheduledTimestamp: "2026-02-01T09:00:00Z" }),
    expect.objectContaining({ scheduledTimestamp: 1769936400 }),
  ],
  [
    "conversations.send_message",
    "says who wants a provider",
    () => field("conversations.send_message", "conversationProviderId")!.help,
    stops("Custom"),
  ],
  [
    "conversations.cancel_scheduled_message",
    "says that e-mails are cancelled otherwise",
    () => about("conversations.cancel_scheduled_message", "note"),
    stops("Not for e-mails"),
  ],
  [
    "conversations.export_messages",
    "is of the whole sub-account",
    () => url("conversations.export_messages", { channel: "SMS" }),
    "/conversations/messages/export?channel=SMS&locationId=loc_1",
  ],
];
