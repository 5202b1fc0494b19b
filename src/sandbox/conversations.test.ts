import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { conversationProvider } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

let bench: Bench;
let contactId: string;
beforeEach(async () => {
  bench = await openBench();
  contactId = bench.sandbox.state.contacts.inLocation(bench.acme)[10]!.id;
});
afterEach(() => bench.sandbox.close());

const send = (more: object = {}) => bench.call("POST", "/conversations/messages", { type: "SMS", contactId, message: "Hello", ...more });
const search = (query = "") => bench.call("GET", `/conversations/search?locationId=${bench.acme}${query}`);
const read = async (id: string) => (await bench.call("GET", `/conversations/messages/${id}`)).body;
const sent = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0).map(({ body }) => body);
};

describe("conversations", () => {
  test("are paged by the date of their last message, each once", async () => {
    const seen: unknown[] = [];
    let after = "";
    for (let i = 0; i < 4; i++) {
      const rows = (await search(`&limit=2${after}`)).rows("conversations");
      seen.push(...rows.map(({ id }) => id));
      if (rows.length === 0) break;
      expect(rows[0]!.lastMessageDate).toEqual(expect.any(Number));
      after = `&startAfterDate=${String(rows.at(-1)!.lastMessageDate)}`;
    }
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  test("are one per contact, however many messages are sent", async () => {
    const first = await send();
    const second = await send({ message: "Again" });
    expect(first.at("conversationId")).toBe(second.at("conversationId"));
    expect((await search(`&contactId=${contactId}`)).rows("conversations")).toHaveLength(1);
    expect((await bench.call("GET", `/conversations/${first.at("conversationId")}`)).body).toMatchObject({
      contactId,
      unreadCount: 0,
      type: 1,
    });
  });

  test("nest their messages twice, newest first, paged by the last one", async () => {
    const id = (await send()).at("conversationId");
    for (const message of ["b", "c"]) {
      await bench.clock.advance(1000);
      await send({ message });
    }
    const first = await bench.call("GET", `/conversations/${id}/messages?limit=2`);
    expect(first.rows("messages.messages").map(({ body }) => body)).toEqual(["c", "b"]);
    expect(first.at("messages.nextPage")).toBe("true");
    const rest = await bench.call("GET", `/conversations/${id}/messages?limit=2&lastMessageId=${first.at("messages.lastMessageId")}`);
    expect([rest.rows("messages.messages").map(({ body }) => body), rest.at("messages.nextPage")]).toEqual([["Hello"], "false"]);
  });

  test("end with their contact", async () => {
    const { at } = await send();
    await bench.call("DELETE", `/contacts/${contactId}`);
    expect((await bench.call("GET", `/conversations/${at("conversationId")}`)).status).toBe(400);
    expect((await bench.call("GET", `/conversations/messages/${at("messageId")}`)).status).toBe(400);
  });
});

describe("sending", () => {
  test("answers 200, sends an event, and arrives a little later", async () => {
    bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
    const { status, at } = await send();
    expect(status).toBe(200);
    expect(await sent()).toMatchObject([
      { type: "OutboundMessage", contactId, body: "Hello", messageType: "SMS", messageId: at("messageId") },
    ]);
    expect(await read(at("messageId"))).toMatchObject({ status: "pending", type: 2, messageType: "TYPE_SMS", direction: "outbound" });
    await bench.clock.advance(6000);
    expect(await read(at("messageId"))).toMatchObject({ status: "delivered" });
  });

  test("of nothing, to nobody reachable, or against their wish is refused", async () => {
    expect((await send({ message: undefined })).status).toBe(400);
    await bench.call("PUT", `/contacts/${contactId}`, { dndSettings: { SMS: { status: "active" } } });
    expect((await send()).body.message).toBe("Cannot send message as DND is active for SMS.");
    expect((await send({ type: "Email", html: "<p>Hi</p>", subject: "Hi" })).status).toBe(200);
    expect((await send({ type: "Pigeon" })).status).toBe(422);
  });

  test("through a custom channel without its provider is answered 201 and kept nowhere", async () => {
    const before = bench.sandbox.state.messages.size;
    expect((await send({ type: "Custom" })).status).toBe(201);
    expect(bench.sandbox.state.messages.size).toBe(before);
  });

  test("only the e-mail endpoint returns an e-mail's body", async () => {
    const { at } = await send({ type: "Email", message: undefined, html: "<p>Your plan</p>", subject: "Plan" });
    const message = await read(at("messageId"));
    expect(message).not.toHaveProperty("body");
    expect(message.meta).toMatchObject({ email: { messageIds: [at("emailMessageId")] } });
    const email = await bench.call("GET", `/conversations/messages/email/${at("emailMessageId")}`);
    expect(email.body).toMatchObject({ subject: "Plan", body: "<p>Your plan</p>", direction: "outbound" });
  });

  test("later, in epoch seconds, can be called back until it has left", async () => {
    const scheduledTimestamp = bench.clock.now() / 1000 + 60;
    expect((await send({ scheduledTimestamp: scheduledTimestamp * 1000 })).status).toBe(400);
    const { at } = await send({ scheduledTimestamp });
    expect(await read(at("messageId"))).toMatchObject({ status: "scheduled" });
    const cancel = () => bench.call("DELETE", `/conversations/messages/${at("messageId")}/schedule`);
    expect(await cancel()).toMatchObject({ status: 200, body: { status: 200, message: expect.any(String) } });
    expect((await bench.call("GET", `/conversations/messages/${at("messageId")}`)).status).toBe(400);
    const late = await send({ scheduledTimestamp });
    await bench.clock.advance(61_000);
    expect((await bench.call("DELETE", `/conversations/messages/${late.at("messageId")}/schedule`)).status).toBe(400);
  });
});

describe("statuses", () => {
  test("are set by the message's own provider, and not before it has the message", async () => {
    const set = (id: string, status = "read") => bench.call("PUT", `/conversations/messages/${id}/status`, { status });
    const own = (await send({ type: "Custom", conversationProviderId: conversationProvider })).at("messageId");
    expect((await set(own)).status).toBe(403);
    await bench.clock.advance(5000);
    expect(await set(own)).toMatchObject({ status: 200, body: { messageId: own, status: "read" } });
    expect(await read(own)).toMatchObject({ status: "read" });
    expect((await set((await send()).at("messageId"))).status).toBe(403);
    expect((await set(own, "sent")).status).toBe(422);
  });
});

test("a message received is unread and sends an event", async () => {
  bench.sandbox.setWebhook({ url: "http://hooks.example.com" });
  const made = await bench.call("POST", "/conversations/messages/inbound", { type: "SMS", contactId, message: "Hi there" });
  expect(made).toMatchObject({ status: 200, body: { success: true, contactId } });
  expect((await sent()).map(({ type }) => type)).toEqual(["ConversationUnreadUpdate", "InboundMessage"]);
  expect((await search("&status=unread")).rows("conversations").map((row) => row.contactId)).toContain(contactId);
});

describe("recordings", () => {
  const call = () => bench.sandbox.state.messages.inLocation(bench.acme).find(({ channel }) => channel === "Call")!.id;

  test("are WAV bytes, their words a bare list or plain text", async () => {
    const recording = await bench.call("GET", `/conversations/messages/${call()}/locations/${bench.acme}/recording`);
    expect([recording.status, recording.headers["content-type"], recording.text.slice(0, 4)]).toEqual([200, "audio/x-wav", "RIFF"]);
    const words = `/conversations/locations/${bench.acme}/messages/${call()}/transcription`;
    expect(JSON.parse((await bench.call("GET", words)).text)).toMatchObject([
      { sentenceIndex: 0, transcript: expect.any(String) },
      {},
      {},
      {},
    ]);
    const text = await bench.call("GET", `${words}/download`);
    expect(text.headers["content-type"]).toMatch("text/plain");
    expect(text.text).toContain("Acme Dental");
  });

  test("are refused where there is none", async () => {
    const { at } = await send();
    expect((await bench.call("GET", `/conversations/messages/${at("messageId")}/locations/${bench.acme}/recording`)).status).toBe(400);
  });
});

test("the export goes through every message by its cursor", async () => {
  const all = await bench.call("GET", `/conversations/messages/export?locationId=${bench.acme}&limit=10`);
  const rest = await bench.call("GET", `/conversations/messages/export?locationId=${bench.acme}&limit=10&cursor=${all.at("nextCursor")}`);
  expect([all.rows("messages").length + rest.rows("messages").length, rest.body.nextCursor]).toEqual([12, null]);
});
