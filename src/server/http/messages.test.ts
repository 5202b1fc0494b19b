import type { Recipient } from "#catalog/messages.ts";
import { afterEach, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { fromPage, openServer, withKey } from "#test/fakes/server.ts";

let open: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

async function server(recipient: Partial<Recipient> = {}, answer: () => unknown = () => ({ id: "m1" })) {
  const who: Recipient = { channel: "sms", person: "ada", name: "Ada", blocked: null, zone: "UTC", at: null, ...recipient };
  const operations = { text: { title: "Send message", effect: "send" as const, message: true, answer } };
  const house = await openServer({ operations, recipient: async () => who });
  open.push(house);
  const ask = async (
    method: "GET" | "PUT" | "POST",
    path: string,
    payload?: object,
    headers: Record<string, string> = withKey(house.key),
  ) => {
    const reply = await house.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload && { payload }) });
    return { status: reply.statusCode, body: reply.json() };
  };
  return { ...house, ask, who, call: (body: object = {}) => ask("POST", "/operations/http.text", { input: { to: "ada" }, ...body }) };
}

const off = { doNotDisturb: false, quietHours: null, cap: null };

describe("the message policy", () => {
  test("is the usual one until it is set, and then the one that was", async () => {
    const { ask } = await server();
    expect((await ask("GET", "/message-policy")).body).toEqual({
      policy: { doNotDisturb: true, quietHours: null, cap: null },
      totals: { days: 7, messages: [] },
    });
    const policy = {
      doNotDisturb: true,
      quietHours: { from: "21:00", to: "08:00", otherwise: "wait" },
      cap: { perChannel: 1, inAll: null },
    };
    expect((await ask("PUT", "/message-policy", policy)).body.policy).toEqual(policy);
    expect((await ask("GET", "/message-policy")).body.policy).toEqual(policy);
  });

  test.each([
    [{ ...off, quietHours: { from: "25:00", to: "08:00", otherwise: "wait" } }, "quietHours.from"],
    [{ ...off, quietHours: { from: "08:00", to: "08:00", otherwise: "wait" } }, "quietHours.to"],
    [{ ...off, cap: { perChannel: 0, inAll: null } }, "cap.perChannel"],
    [{ ...off, cap: { perChannel: null, inAll: null } }, "cap.inAll"],
    [{ doNotDisturb: true }, "quietHours"],
  ])("%j is refused, naming the field", async (policy, field) => {
    const { ask } = await server();
    const { status, body } = await ask("PUT", "/message-policy", policy);
    expect(status).toBe(400);
    expect(body.error.message).toContain(field);
  });
});

describe("a direct call that sends a message", () => {
  test("is refused with its reason where the policy does not allow it, and nothing is sent", async () => {
    const { call, calls } = await server({ blocked: "channel" });
    expect(await call()).toMatchObject({
      status: 409,
      body: { error: { code: "MESSAGE_NOT_ALLOWED", message: expect.stringContaining("Ada has switched SMS off") } },
    });
    expect(calls).toEqual([]);
  });

  test("in quiet hours is told when they end", async () => {
    const { call, ask } = await server();
    await ask("PUT", "/message-policy", { ...off, quietHours: { from: "09:00", to: "10:00", otherwise: "wait" } });
    const { body } = await call();
    expect(body.error).toMatchObject({ code: "MESSAGE_NOT_ALLOWED", details: { retryAt: Date.UTC(2026, 0, 15, 10) } });
  });

  test("is counted with those of flows, once for each idempotency key, and not where it was refused", async () => {
    let refuse = true;
    const { call, ask } = await server({}, () => {
      if (refuse)
        throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "text", message: "no", outcome: "refused" } });
      return { id: "m1" };
    });
    await ask("PUT", "/message-policy", { ...off, cap: { perChannel: 1, inAll: null } });
    expect((await call()).status).toBe(422);
    refuse = false;
    expect((await call({ idempotencyKey: "one" })).status).toBe(200);
    expect((await call({ idempotencyKey: "one" })).status).toBe(200);
    expect((await call({ idempotencyKey: "two" })).body.error.message).toContain("which is the cap");
    expect((await ask("GET", "/message-policy")).body.totals.messages).toEqual([
      { channel: "sms", outcome: "cap", messages: 1 },
      { channel: "sms", outcome: "sent", messages: 1 },
    ]);
  });

  test("of a dry run is made, and says that it would not be sent", async () => {
    const { call } = await server({ blocked: "all" });
    const { status, body } = await call({ dryRun: true });
    expect([status, body.notices[0]]).toEqual([200, "The message would not be sent. Ada has switched all messages off."]);
  });

  test("can be forced by a person, who says why and is named in the list of changes, and by no program", async () => {
    const { call, ask, calls, cookie } = await signedIn({ blocked: "all" });
    expect(await call({ force: "They asked on the phone" })).toMatchObject({ status: 403, body: { error: { code: "FORBIDDEN" } } });
    expect(calls).toEqual([]);
    const forced = await ask("POST", "/operations/http.text", { input: { to: "ada" }, force: "They asked on the phone" }, cookie);
    expect(forced.status).toBe(200);
    expect(calls).toHaveLength(1);
    const { body } = await ask("GET", "/changes", undefined, cookie);
    expect(body.changes[0]).toMatchObject({ kind: "message_policy", what: "overridden", name: "http.text" });
    expect(body.changes[0].fields).toEqual([{ field: "reason", before: null, after: "They asked on the phone" }]);
  });
});

async function signedIn(recipient: Partial<Recipient>) {
  const house = await server(recipient);
  const reply = await house.app.inject({
    method: "POST",
    url: "/api/v1/session",
    headers: { ...fromPage(""), "content-type": "application/json" },
    payload: { key: house.key },
  });
  return { ...house, cookie: fromPage(String(reply.headers["set-cookie"]).split(";")[0]!) };
}
