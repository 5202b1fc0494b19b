import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultAppId } from "./defaults.ts";
import { type Bench, openBench } from "./testing.ts";

const url = "http://127.0.0.1:9/hook";
let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  bench.sandbox.setWebhook({ url });
});
afterEach(() => bench.sandbox.close());

const create = async (email = "ada@example.com") =>
  (await bench.call("POST", "/contacts/", { locationId: bench.acme, email, firstName: "Ada", tags: ["one"] })).at("contact.id");
const sent = async () => {
  await bench.clock.advance(0);
  await bench.sandbox.webhooks.settled();
  return bench.posted.splice(0);
};
const types = async () => (await sent()).map(({ body }) => body.type);
const spki = (key: string) => createPublicKey({ key: Buffer.from(key, "base64"), format: "der", type: "spki" });

describe("events", () => {
  test("the event of a contact's change is flat, with what real deliveries carry", async () => {
    const id = await create();
    const [first] = await sent();
    expect(first!.url).toBe(url);
    expect(first!.body).toMatchObject({
      type: "ContactCreate",
      locationId: bench.acme,
      id,
      email: "ada@example.com",
      firstName: "Ada",
      name: "Ada",
      tags: ["one"],
      dnd: false,
      customFields: [],
      dateAdded: "2026-01-15T09:30:00.000Z",
      appId: defaultAppId,
      versionId: defaultAppId,
      webhookId: expect.any(String),
      timestamp: "2026-01-15T09:30:00.000Z",
    });
    expect("inboundDndSettings" in first!.body).toBe(false);
  });

  test("one edit may make several", async () => {
    const id = await create();
    await sent();
    await bench.call("PUT", `/contacts/${id}`, { tags: ["two"], dnd: true });
    expect(await types()).toEqual(["ContactUpdate", "ContactTagUpdate", "ContactDndUpdate"]);
  });

  test("tags, notes, tasks and deletions have theirs; a changed task has none", async () => {
    const id = await create();
    await bench.call("POST", `/contacts/${id}/tags`, { tags: ["new"] });
    await bench.call("POST", `/contacts/${id}/tags`, { tags: ["new"] }); // no change, no event
    const note = (await bench.call("POST", `/contacts/${id}/notes`, { body: "n" })).at("note.id");
    await bench.call("PUT", `/contacts/${id}/notes/${note}`, { body: "m" });
    await bench.call("DELETE", `/contacts/${id}/notes/${note}`);
    const task = (await bench.call("POST", `/contacts/${id}/tasks`, { title: "t", dueDate: "2026-02-01", completed: false })).at("task.id");
    await bench.call("PUT", `/contacts/${id}/tasks/${task}`, { title: "u" });
    await bench.call("PUT", `/contacts/${id}/tasks/${task}/completed`, { completed: true });
    await bench.call("DELETE", `/contacts/${id}/tasks/${task}`);
    await bench.call("DELETE", `/contacts/${id}`);
    expect(await types()).toEqual([
      "ContactCreate",
      "ContactTagUpdate",
      "NoteCreate",
      "NoteUpdate",
      "NoteDelete",
      "TaskCreate",
      "TaskComplete",
      "TaskDelete",
      "ContactDelete",
    ]);
  });

  test("go to nobody before an address is set, and for no location the app is not installed on", async () => {
    const fresh = await openBench();
    await fresh.call("POST", "/contacts/", { locationId: fresh.acme, email: "x@example.com" });
    const { clientId } = (await fresh.call("POST", "/sandbox/apps", { name: "Elsewhere" })).body;
    const app = (await fresh.call("GET", "/sandbox/apps")).rows("apps").find((a) => a.clientId === clientId)!;
    await fresh.call("POST", "/sandbox/webhook", { appId: app.id, url, locationIds: [fresh.smiles] });
    await fresh.call("POST", "/contacts/", { locationId: fresh.acme, email: "y@example.com" });
    await fresh.clock.advance(0);
    expect(fresh.posted).toEqual([]);
    await fresh.sandbox.close();
  });

  test("a refused request tells nobody", async () => {
    await create();
    await sent();
    await bench.call("POST", "/contacts/", { locationId: bench.acme, email: "ada@example.com" });
    expect(await types()).toEqual([]);
  });
});

describe("signatures", () => {
  test("are Ed25519 over the exact bytes, with a key of this sandbox's own", async () => {
    await create();
    const [{ raw, headers }] = (await sent()) as [Bench["posted"][number]];
    const key = spki(String((await bench.call("GET", "/sandbox/keys")).body.ed25519));
    const signature = Buffer.from(headers["x-ghl-signature"]!, "base64");
    expect(verify(null, Buffer.from(raw), key, signature)).toBe(true);
    expect(verify(null, Buffer.from(`${raw} `), key, signature)).toBe(false);
    expect(bench.sandbox.webhookKey).toBe((await bench.call("GET", "/sandbox/keys")).body.ed25519);
    expect(headers["x-wh-signature"]).toBeUndefined();
  });

  test("may carry the older RSA one beside it", async () => {
    bench.sandbox.setWebhook({ url, signatures: "both" });
    await create();
    const [{ raw, headers }] = (await sent()) as [Bench["posted"][number]];
    const key = spki(String((await bench.call("GET", "/sandbox/keys")).body.rsa));
    expect(verify("sha256", Buffer.from(raw), key, Buffer.from(headers["x-wh-signature"]!, "base64"))).toBe(true);
  });
});

describe("retries", () => {
  test("come on 429 alone, six times, ten minutes apart, with the same id and body", async () => {
    bench.answers.push(429, 429, 429, 429, 429, 429, 429);
    await create();
    const attempts = await sent();
    for (let i = 0; i < 8; i++) {
      await bench.clock.advance(10 * 60_000);
      attempts.push(...(await sent()));
    }
    expect(attempts).toHaveLength(7);
    expect(new Set(attempts.map(({ raw, headers }) => raw + headers.deliveryid)).size).toBe(1);
    expect(bench.sandbox.webhooks.list()[0]).toMatchObject({ status: "failed", attempts: 7, answer: 429 });
  });

  test.each([500, 404, new Error("connection refused")])("do not come after %s: the event is gone", async (answer) => {
    bench.answers.push(answer);
    await create();
    await sent();
    await bench.clock.advance(7 * 24 * 3_600_000);
    expect(await sent()).toEqual([]);
    expect(bench.sandbox.webhooks.list()[0]).toMatchObject({ status: "failed", attempts: 1 });
  });

  test("stop when the receiver takes it", async () => {
    bench.answers.push(429, 202);
    await create();
    await sent();
    await bench.clock.advance(10 * 60_000);
    expect(await sent()).toHaveLength(1);
    expect(bench.sandbox.webhooks.list()[0]).toMatchObject({ status: "delivered", attempts: 2, answer: 202 });
  });
});

describe("faults", () => {
  test("lose one", async () => {
    bench.sandbox.faults.set({ kind: "webhook_lost", route: "ContactCreate", count: 1 });
    await create();
    expect(await sent()).toEqual([]);
    expect(bench.sandbox.webhooks.list()[0]).toMatchObject({ status: "lost", event: "ContactCreate" });
    await create("b@example.com");
    expect(await types()).toEqual(["ContactCreate"]);
  });

  test("send one twice, under the same webhookId", async () => {
    bench.sandbox.faults.set({ kind: "webhook_doubled", count: 1 });
    await create();
    const [one, two] = await sent();
    expect([one!.body.webhookId, one!.raw]).toEqual([two!.body.webhookId, two!.raw]);
  });

  test("send one late", async () => {
    bench.sandbox.faults.set({ kind: "webhook_late", ms: 90_000, count: 1 });
    await create();
    expect(await sent()).toEqual([]);
    await bench.clock.advance(90_000);
    expect(await types()).toEqual(["ContactCreate"]);
  });

  test("let one overtake another; alone it comes after two seconds", async () => {
    bench.sandbox.faults.set({ kind: "webhook_reordered", count: 1 });
    const id = await create();
    await bench.call("PUT", `/contacts/${id}`, { firstName: "B" });
    expect(await types()).toEqual(["ContactUpdate", "ContactCreate"]);
    bench.sandbox.faults.set({ kind: "webhook_reordered", count: 1 });
    await create("alone@example.com");
    expect(await sent()).toEqual([]);
    await bench.clock.advance(2000);
    expect(await types()).toEqual(["ContactCreate"]);
  });
});
