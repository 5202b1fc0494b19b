import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Webhook } from "standardwebhooks";
import { TestClock } from "#kernel/clock.ts";
import { dayMs, hourMs, minuteMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { WebhookPost } from "#outbound/webhook-post.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { ChangeLog } from "#storage/changes.ts";
import { createWebhookStore, type WebhookStore } from "#storage/webhook-store.ts";
import { createSealer } from "#vault/seal.ts";
import { WebhookEndpoints } from "./webhook-endpoints.ts";
import { WebhookSender } from "./webhook-sender.ts";

const ws = "ws_1";
const log = { info() {}, warn() {}, error() {}, debug() {} } as never;
const sealer = createSealer([Buffer.alloc(32, 7)]);

interface Arrived {
  url: string;
  headers: Record<string, string>;
  body: string;
}

let clock: TestClock;
let db: Db;
let store: WebhookStore;
let changes: ChangeLog;
/** Deliveries that were claimed and whose outcome is not written yet. */
let underWay: number;
let sender: WebhookSender;
let endpoints: WebhookEndpoints;
let arrived: Arrived[];
/** How a receiver answers; null: not at all. */
let answer: (url: string, body: string) => number | null;

const post: WebhookPost = async (url, { headers, body }) => {
  arrived.push({ url, headers, body });
  const status = answer(url, body);
  if (status === null) throw new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "receiver.example" } });
  return { status, text: `answered ${status}` };
};
const open = (): WebhookSender => new WebhookSender({ store, sealer, post, publicUrl: () => "https://millrace.example", clock, log });

const counted = (plain: WebhookStore): WebhookStore => ({
  ...plain,
  async claim(...claim) {
    const isClaimed = await plain.claim(...claim);
    if (isClaimed) underWay++;
    return isClaimed;
  },
  async settle(...outcome) {
    await plain.settle(...outcome);
    underWay = Math.max(0, underWay - 1);
  },
});

beforeEach(async () => {
  clock = new TestClock();
  db = await openSqlite({ file: ":memory:" });
  changes = new ChangeLog(db, { clock, process: "one", shared: false });
  underWay = 0;
  store = counted(createWebhookStore(db, changes));
  arrived = [];
  answer = () => 204;
  sender = open();
  endpoints = new WebhookEndpoints({ store, sealer, sender, checkAddress: async () => {}, clock, log });
  sender.start();
});
afterEach(async () => {
  await sender.close();
  await db.close();
});

/** Lets time pass; after each second the deliveries that it began finish. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await clock.advance(Math.min(1_000, ms - passed));
    for (let quiet = 0; quiet < 5; quiet = underWay > 0 ? 0 : quiet + 1) await nextTurn();
  }
}
/** Lets time pass while no process runs. */
async function skip(ms: number): Promise<void> {
  await sender.close();
  await clock.advance(ms);
  sender = open();
  sender.start();
  await pass(3_000);
}

const add = (url = "https://receiver.example/events") => endpoints.add(ws, { url, events: ["connection.broken"] }, "account:a");
/** A connection breaks: the change and its deliveries are one commit. */
const breaks = (id: string) =>
  changes.write(async (_, note) => {
    const webhook = { type: "connection.broken", subject: { connection: { id, name: "acme", app: "desk" } } } as const;
    note({ workspaceId: ws, kind: "connection", id, what: "broken", webhook });
  });
const shown = async (id: string) => (await endpoints.list(ws)).find((endpoint) => endpoint.id === id)!;
const deliveries = async (id: string) => (await endpoints.deliveries(ws, id, { limit: 200 })).deliveries;
const idsOf = () => arrived.map(({ headers }) => headers["webhook-id"]);

describe("an event", () => {
  test("arrives within a second or two, signed so that a library of the scheme believes it", async () => {
    const { endpoint, secret } = await add();
    await breaks("con_1");
    await pass(2_000);
    expect(arrived).toHaveLength(1);
    const [{ headers, body }] = arrived as [Arrived];
    const again = new Webhook(secret).sign(headers["webhook-id"]!, new Date(Number(headers["webhook-timestamp"]) * 1000), body);
    expect(headers["webhook-signature"]).toBe(again);
    expect(JSON.parse(body)).toEqual({
      type: "connection.broken",
      version: 1,
      timestamp: new Date(clock.now() - 2_000).toISOString(),
      data: { connection: { id: "con_1", name: "acme", app: "desk", url: "https://millrace.example/connections" } },
    });
    expect(await deliveries(endpoint.id)).toMatchObject([{ state: "delivered", attempts: 1, status: 204, answer: "answered 204" }]);
  });

  test("is sent again with the same id and body until it arrives, ever more rarely", async () => {
    const { endpoint } = await add();
    answer = () => 400;
    await breaks("con_1");
    await pass(hourMs);
    const before = arrived.length;
    expect(before).toBe(6); // at once, after 5 s, 30 s, 2 min, 10 min and 30 min
    answer = () => 200;
    await skip(2 * hourMs);
    expect(arrived).toHaveLength(before + 1);
    expect(new Set(idsOf()).size).toBe(1);
    expect(new Set(arrived.map(({ body }) => body)).size).toBe(1);
    expect(await deliveries(endpoint.id)).toMatchObject([{ state: "delivered", attempts: 7, nextAt: null }]);
  });

  test("that happened while no process ran, or whose sender was killed before it noted the answer, is sent by the next one", async () => {
    const { endpoint } = await add();
    await sender.close();
    await breaks("con_1");
    const [waiting] = await store.due(clock.now(), 9, []);
    await createWebhookStore(db).claim(waiting!.id, clock.now(), clock.now() + minuteMs); // by a process that was killed after it sent
    sender = open();
    sender.start();
    await pass(2_000);
    expect(arrived).toHaveLength(0);
    await pass(minuteMs);
    expect(idsOf()).toEqual([waiting!.id]);
    expect((await deliveries(endpoint.id))[0]?.state).toBe("delivered");
  });

  test("is sent by one of two processes alone", async () => {
    await add();
    const other = open();
    other.start();
    for (let n = 0; n < 20; n++) await breaks(`con_${n}`);
    await pass(5_000);
    await other.close();
    expect(new Set(idsOf()).size).toBe(20);
    expect(arrived).toHaveLength(20);
  });

  test("that one receiver refuses for good keeps nothing else from it", async () => {
    const { endpoint } = await add();
    answer = (_, body) => (body.includes("con_bad") ? 422 : 200);
    await breaks("con_bad");
    for (let n = 0; n < 5; n++) await breaks(`con_${n}`);
    await pass(3_000);
    const states = (await deliveries(endpoint.id)).map(({ state }) => state);
    expect(states.filter((state) => state === "delivered")).toHaveLength(5);
    expect(states.filter((state) => state === "waiting")).toHaveLength(1);
  });
});

describe("an endpoint", () => {
  test("that is down for hours is left alone for a minute after each failure, and is sent everything once it is back", async () => {
    const { endpoint } = await add();
    answer = () => null;
    for (let n = 0; n < 120; n++) await breaks(`con_${n}`);
    await pass(2 * hourMs);
    expect(arrived.length).toBeLessThanOrEqual(2 * 60 + 1);
    expect((await shown(endpoint.id)).waiting).toBe(120);
    expect((await deliveries(endpoint.id))[0]?.answer).toContain("receiver.example");
    answer = () => 200;
    arrived.length = 0;
    await pass(5 * minuteMs);
    expect(new Set(idsOf()).size).toBe(120);
    expect(await shown(endpoint.id)).toMatchObject({ waiting: 0, failingSince: null, active: true });
  });

  test("that is down holds up no other", async () => {
    const down = await add("https://down.example/");
    const up = await add("https://up.example/");
    answer = (url) => (url.includes("down") ? 503 : 200);
    for (let n = 0; n < 60; n++) await breaks(`con_${n}`);
    await pass(10_000);
    expect([(await shown(down.endpoint.id)).waiting, (await shown(up.endpoint.id)).waiting]).toEqual([60, 0]);
  });

  test("that answers 410 is switched off at once, says why, and is sent nothing more", async () => {
    const { endpoint } = await add();
    answer = () => 410;
    await breaks("con_1");
    await pass(2_000);
    expect(await shown(endpoint.id)).toMatchObject({ active: false, offReason: "It answered 410 (Gone), which asks for no more events." });
    await breaks("con_2");
    await pass(hourMs);
    expect(arrived).toHaveLength(1);
  });

  test("that fails for three days is switched off; switched on again, it is sent what waited", async () => {
    const { endpoint } = await add();
    answer = () => 500;
    await breaks("con_1");
    await pass(2_000);
    await skip(2 * dayMs);
    await breaks("con_2");
    expect((await shown(endpoint.id)).active).toBe(true);
    await skip(dayMs);
    expect(await shown(endpoint.id)).toMatchObject({ active: false, offReason: "It has not taken a single event for 3 days." });
    expect((await shown(endpoint.id)).waiting).toBeGreaterThan(0);
    answer = () => 200;
    await expect(endpoints.test(ws, endpoint.id)).rejects.toMatchObject({ code: "CONFLICT" });
    await endpoints.change(ws, endpoint.id, { active: true }, "account:a");
    await pass(minuteMs + 3_000);
    expect(await shown(endpoint.id)).toMatchObject({ active: true, offReason: null, failingSince: null, waiting: 0 });
  });

  test("with a new secret is sent the signatures of both for a day, then of the new one alone", async () => {
    const { endpoint, secret: before } = await add();
    const { secret: now } = await endpoints.rotate(ws, endpoint.id, "account:a");
    expect(now).not.toBe(before);
    const signers = ({ headers, body }: Arrived) => {
      const by = (secret: string) =>
        new Webhook(secret).sign(headers["webhook-id"]!, new Date(Number(headers["webhook-timestamp"]) * 1000), body);
      return { both: `${by(now)} ${by(before)}`, one: by(now), sent: headers["webhook-signature"] };
    };
    await endpoints.test(ws, endpoint.id);
    const first = signers(arrived[0]!);
    expect(first.sent).toBe(first.both);
    expect((await shown(endpoint.id)).previousSecretUntil).toBe(clock.now() + dayMs);
    await skip(dayMs);
    await endpoints.test(ws, endpoint.id);
    const second = signers(arrived[1]!);
    expect(second.sent).toBe(second.one);
    expect((await shown(endpoint.id)).previousSecretUntil).toBeNull();
  });
});

describe("a delivery", () => {
  test("can be sent again, with the id by which its receiver knows a repeat", async () => {
    const { endpoint } = await add();
    answer = () => 500;
    const tried = await endpoints.test(ws, endpoint.id);
    expect(tried).toMatchObject({ type: "webhook.test", state: "waiting", status: 500, attempts: 1 });
    answer = () => 200;
    expect(await endpoints.resend(ws, endpoint.id, tried.id)).toMatchObject({ id: tried.id, state: "delivered", status: 200 });
    expect(new Set(idsOf())).toEqual(new Set([tried.id]));
  });

  test("of another endpoint or workspace is not there", async () => {
    const { endpoint } = await add();
    const other = await add("https://other.example/");
    const { id } = await endpoints.test(ws, endpoint.id);
    await expect(endpoints.resend(ws, other.endpoint.id, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(endpoints.resend("ws_2", endpoint.id, id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(endpoints.deliveries("ws_2", endpoint.id, { limit: 9 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
