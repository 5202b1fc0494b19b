import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { campaigns, companyId, defaultAppId as app } from "./defaults.ts";
import { eventsByHand } from "./highlevel/events-by-hand.ts";
import { type Bench, openBench } from "./testing.ts";

const url = "http://127.0.0.1:9/hook";
const elsewhere = "http://127.0.0.1:9/elsewhere";
let bench: Bench;
let contactId: string;
beforeEach(async () => {
  bench = await openBench({ quota: { burst: 1000 } });
  bench.sandbox.setWebhook({ url });
  contactId = bench.sandbox.state.contacts.inLocation(bench.acme)[3]!.id;
});
afterEach(() => bench.sandbox.close());

const open = { authorization: undefined };
const sent = async (ms = 0) => {
  await bench.clock.advance(ms);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0);
};
const types = async (ms = 0) => (await sent(ms)).map(({ body }) => body.type);
const byHand = (event: string, more: object = {}) =>
  bench.call("POST", "/sandbox/events", { event, locationId: bench.acme, ...more }, open);
const send = (body: object) => bench.call("POST", "/conversations/messages", { contactId, ...body });

describe("what happens is sent as an event", () => {
  test("when a contact joins a campaign and leaves it", async () => {
    const path = `/contacts/${contactId}/campaigns/${campaigns.spring}`;
    await bench.call("POST", path, {});
    await bench.call("POST", path, {}); // no change, no event
    await bench.call("DELETE", path);
    expect((await sent()).map(({ body }) => body)).toMatchObject([
      { type: "CampaignStatusUpdate", id: campaigns.spring, contactId, status: "active", replied: false },
      { type: "CampaignStatusUpdate", id: campaigns.spring, status: "removed" },
    ]);
  });

  test("when a location or a user is changed", async () => {
    const agency = { authorization: `Bearer ${bench.token()}` };
    await bench.call("PUT", `/locations/${bench.acme}`, { companyId, name: "Acme Dental Care" }, agency);
    const made = await bench.call(
      "POST",
      "/users/",
      {
        companyId,
        firstName: "Ana",
        lastName: "Lima",
        email: "ana@example.com",
        password: "Secret123!",
        type: "account",
        role: "user",
        locationIds: [bench.acme],
      },
      agency,
    );
    await bench.call("PUT", `/users/${made.at("id")}`, { firstName: "Anna", companyId }, agency);
    await bench.call("DELETE", `/users/${made.at("id")}`, undefined, agency);
    const bodies = (await sent()).map(({ body }) => body);
    expect(bodies).toMatchObject([
      { type: "LocationUpdate", id: bench.acme, name: "Acme Dental Care", companyId },
      { type: "UserCreate", locationId: bench.acme },
      { type: "UserUpdate", firstName: "Anna" },
      { type: "UserDelete", id: made.at("id") },
    ]);
    expect(bodies[0]).not.toHaveProperty("locationId");
  });

  test("when an e-mail has arrived, in epoch seconds", async () => {
    await send({ type: "Email", html: "<p>Hello</p>", subject: "Hello" });
    expect(await types()).toEqual(["OutboundMessage"]);
    const [stats] = await sent(5000);
    expect(stats!.body).toMatchObject({
      type: "LCEmailStats",
      locationId: bench.acme,
      companyId,
      webhookPayload: { event: "delivered", timestamp: bench.clock.now() / 1000 },
    });
  });

  test("when a scheduled message leaves, and not before, even across a restart of its timers", async () => {
    const inAnHour = bench.clock.now() / 1000 + 3600;
    const { body } = await send({ type: "SMS", message: "Later", scheduledTimestamp: inAnHour });
    const called = await send({ type: "SMS", message: "Never", scheduledTimestamp: inAnHour });
    await bench.call("DELETE", `/conversations/messages/${called.at("messageId")}/schedule`);
    expect(await types(3599_000)).toEqual([]);
    expect((await sent(1000)).map((post) => post.body)).toMatchObject([{ type: "OutboundMessage", messageId: body.messageId }]);
    await bench.clock.advance(5000);
    expect((await bench.call("GET", `/conversations/messages/${String(body.messageId)}`)).body.status).toBe("delivered");
  });

  test("when a scheduled message is due later than a timer can be set for", async () => {
    class ShortClock extends TestClock {
      override after(ms: number, fn: () => void) {
        return super.after(Math.min(ms, 60_000), fn);
      }
    }
    const clock = new ShortClock();
    const later = await openBench({ clock });
    later.sandbox.setWebhook({ url });
    await later.call("POST", "/conversations/messages", {
      contactId,
      type: "SMS",
      message: "x",
      scheduledTimestamp: clock.now() / 1000 + 150,
    });
    await clock.advance(149_000);
    expect(later.posted).toEqual([]);
    await clock.advance(1000);
    expect(later.posted.map(({ body }) => body.type)).toEqual(["OutboundMessage"]);
    await later.sandbox.close();
  });

  test("to a conversation provider at its own address, with the channel for a type", async () => {
    const provider = (await bench.call("POST", `/sandbox/apps/${app}/providers`, { type: "SMS", deliveryUrl: elsewhere }, open)).at("id");
    const { body } = await send({ type: "SMS", message: "Through you", conversationProviderId: provider });
    const post = (await sent()).find((one) => one.url === elsewhere)!;
    expect(post.body).toMatchObject({
      type: "SMS",
      messageId: body.messageId,
      message: "Through you",
      contactId,
      locationId: bench.acme,
      phone: expect.stringMatching(/^\+/),
    });
  });
});

describe("by hand", () => {
  test("every event can be sent, with the type its family is documented with", async () => {
    const typeless = /^(Invoice|Price|Product|ObjectSchema|Association|Relation)|^RecordCreate$/;
    await bench.call("POST", "/associations/relations", {
      locationId: bench.acme,
      associationId: bench.sandbox.state.associations.inLocation(bench.acme)[0]!.id,
      firstRecordId: contactId,
      secondRecordId: bench.sandbox.state.contacts.inLocation(bench.acme)[4]!.id,
    });
    await sent();
    for (const event of eventsByHand) {
      expect([event, (await byHand(event)).status]).toEqual([event, 200]);
      const [post] = await sent();
      expect([event, post?.body.type]).toEqual([event, typeless.test(event) ? undefined : event]);
      expect(post!.body).toMatchObject({ appId: app, webhookId: expect.any(String), timestamp: expect.any(String) });
    }
    expect(eventsByHand.length).toBeGreaterThanOrEqual(68);
  });

  test("one says what it is given beside its example, and none is sent where there is no record", async () => {
    await byHand("InvoicePaid", { payload: { amountPaid: 350 } });
    expect((await sent())[0]!.body).toMatchObject({ altId: bench.acme, altType: "location", amountPaid: 350, total: 350 });
    expect((await byHand("RelationDelete")).status).toBe(400);
    expect((await byHand("NoSuchEvent")).status).toBe(400);
  });
});

describe("an app's settings in the portal", () => {
  test("give typeless families a type, where real deliveries are believed to have one", async () => {
    await bench.call("POST", "/sandbox/webhook", { typed: true }, open);
    await byHand("InvoiceSent");
    expect(await types()).toEqual(["InvoiceSent"]);
  });

  test("send single events elsewhere, and installs to the default address alone", async () => {
    await bench.call("POST", "/sandbox/webhook", { eventUrls: { NoteCreate: elsewhere, INSTALL: elsewhere } }, open);
    await bench.call("POST", `/contacts/${contactId}/notes`, { body: "n" });
    await bench.call("POST", `/sandbox/apps/${app}/install`, { locationId: bench.acme }, open);
    expect((await sent()).map((post) => [post.url, post.body.type])).toEqual([
      [elsewhere, "NoteCreate"],
      [url, "INSTALL"],
    ]);
    await bench.call("POST", "/sandbox/webhook", { eventUrls: { NoteCreate: "" } }, open);
    await bench.call("POST", `/contacts/${contactId}/notes`, { body: "n" });
    expect((await sent())[0]!.url).toBe(url);
  });

  test("hold back what is not ticked, but for installs", async () => {
    await bench.call("POST", "/sandbox/webhook", { events: ["ContactUpdate"] }, open);
    await bench.call("POST", `/contacts/${contactId}/notes`, { body: "n" });
    await bench.call("PUT", `/contacts/${contactId}`, { firstName: "B" });
    await bench.call("POST", `/sandbox/apps/${app}/uninstall`, { locationId: bench.acme }, open);
    expect(await types()).toEqual(["ContactUpdate", "UNINSTALL"]);
  });

  test.each([
    ["new", ["x-ghl-signature"], []],
    ["both", ["x-ghl-signature", "x-wh-signature"], []],
    ["old", ["x-wh-signature"], []],
    ["none", [], ["x-ghl-signature", "x-wh-signature"]],
  ] as const)("signatures: %s", async (signatures, signed, unsigned) => {
    await bench.call("POST", "/sandbox/webhook", { signatures }, open);
    await byHand("ContactCreate");
    const { headers } = (await sent())[0]!;
    const names = Object.keys(headers).filter((name) => name.endsWith("signature"));
    expect(names.filter((name) => headers[name] !== "N/A")).toEqual([...signed]);
    expect(names.filter((name) => headers[name] === "N/A")).toEqual([...unsigned]);
  });

  test("retry any failure twelve times with growing waits, the same delivery each time, where it is set so", async () => {
    await bench.call("POST", "/sandbox/webhook", { retries: "failed" }, open);
    bench.answers.push(...Array.from({ length: 13 }, (_, i) => (i % 2 ? 500 : new Error("refused"))));
    await byHand("ContactCreate");
    const attempts = [...(await sent())];
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { nextAt } = bench.sandbox.webhooks.list()[0]!;
      waits.push(nextAt - bench.clock.now());
      attempts.push(...(await sent(nextAt - bench.clock.now())));
    }
    expect(attempts).toHaveLength(13);
    expect(new Set(attempts.map(({ raw, headers }) => raw + headers.deliveryid)).size).toBe(1);
    expect(waits.every((wait, i) => wait >= 0.75 * 30_000 * 2 ** i && wait <= 1.25 * 30_000 * 2 ** i)).toBe(true);
    expect(await sent(30 * 86_400_000)).toEqual([]);
    expect(bench.sandbox.webhooks.list()[0]).toMatchObject({ status: "failed", attempts: 13 });
  });
});

test("a webhook is sent again as it was, under a delivery of its own", async () => {
  await byHand("ContactCreate");
  const [first] = await sent();
  const { id } = bench.sandbox.webhooks.list()[0]!;
  await bench.call("POST", `/sandbox/webhooks/${id}/again`, {}, open);
  const [second] = await sent();
  expect([second!.raw, second!.headers["x-ghl-signature"]]).toEqual([first!.raw, first!.headers["x-ghl-signature"]]);
  expect(second!.headers.deliveryid).not.toBe(first!.headers.deliveryid);
  expect((await bench.call("POST", "/sandbox/webhooks/nothing/again", {}, open)).status).toBe(404);
});

test("the event of a new task may lack its contact, by a fault", async () => {
  bench.sandbox.faults.set({ kind: "webhook_bare_task", count: 1 });
  for (const title of ["one", "two"])
    await bench.call("POST", `/contacts/${contactId}/tasks`, { title, body: "b", dueDate: "2026-02-01", completed: false });
  const [bare, whole] = (await sent()).map(({ body }) => body);
  expect(["contactId" in bare!, "body" in bare!, bare!.title]).toEqual([false, false, "one"]);
  expect(whole).toMatchObject({ contactId, body: "b" });
});
