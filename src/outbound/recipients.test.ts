import { beforeEach, describe, expect, it } from "vitest";
import { AppRegistry } from "#catalog/registry.ts";
import type { App, InputField, Operation } from "#catalog/types.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { CallConnection } from "./call-connections.ts";
import type { CallRequest } from "./call.ts";
import { createCaller, type Caller } from "./caller.ts";

const field = (name: string, more: Partial<InputField> = {}): InputField => ({ name, in: "body", schema: { type: "string" }, ...more });
const operation = (id: string, more: Partial<Operation>): Operation => ({
  id,
  app: "crm",
  title: id,
  category: "People",
  kind: "action",
  effect: "send",
  method: "POST",
  path: `/${id}`,
  scopes: [],
  access: [],
  input: [],
  result: "",
  ...more,
});
const read = { effect: "read", method: "GET" } as const;
const crm: App = {
  id: "crm",
  title: "CRM",
  baseUrl: "https://crm.example",
  auth: [{ kind: "token", title: "Token", header: "Authorization", prefix: "Bearer " }],
  operations: [
    operation("text", {
      input: [field("contact", { required: true }), field("by"), field("at", { schema: { type: "number", format: "epoch-s" } })],
      message: { channel: { input: "by", values: { SMS: "sms", Mail: "email" } }, to: { contact: "contact" }, at: "at" },
    }),
    operation("mail", { input: [field("to", { required: true })], message: { channel: "email", to: { address: "to" } } }),
    operation("note", { effect: "create", input: [field("contact")] }),
    operation("contact", { ...read, path: "/contacts/{id}", input: [field("id", { in: "path", required: true })], result: "contact" }),
    operation("account", { ...read, path: "/account", result: "account" }),
  ],
  triggers: [],
  refusals: [],
  home: { operation: "account", account: "locationId", zone: "timezone", country: "country" },
  contacts: {
    operation: "contact",
    id: "id",
    name: ["name", "email"],
    phone: "phone",
    zone: "timezone",
    blocked: "silent",
    blockedChannels: { paths: { sms: ["off.sms"] }, values: ["yes"] },
  },
};

let clock: TestClock;
let sent: string[];
let contact: Record<string, unknown> | Error;
let account: Record<string, unknown>;
let caller: Caller;

beforeEach(() => {
  clock = new TestClock();
  sent = [];
  contact = { name: "Ada" };
  account = { timezone: "Europe/Paris" };
  const catalog = new AppRegistry([{ app: crm }], {});
  caller = createCaller({
    catalog,
    remembered: (_, call) => call,
    connection: async (workspaceId, name) =>
      ({ id: `con_${name}`, workspaceId, name, app: "crm", baseUrl: "https://crm.example", locationId: "loc_1" }) as CallConnection,
    outbound: {
      async send({ request }) {
        sent.push(new URL(request.url).pathname);
        if (contact instanceof Error) throw contact;
        const body = { contact, account };
        return { status: 200, headers: {}, body, exchange: { at: 0, method: request.method, url: request.url, durationMs: 1 } };
      },
      async close() {},
    },
    clock,
  });
});

const request = (operationId: string, input: Record<string, unknown>, more: Partial<CallRequest> = {}): CallRequest => ({
  workspaceId: "ws_1",
  app: "crm",
  operation: operationId,
  connection: "acme",
  input,
  lane: "live",
  dry: false,
  idempotencyKey: "k",
  ...more,
});
const all = { blocked: true, zone: true };
const text = (more: Record<string, unknown> = {}) => caller.recipient(request("text", { contact: "c1", by: "SMS", ...more }), all);

describe("to whom a message goes", () => {
  it("is the contact of the sub-account, by the channel of the input, with what the contact has switched off", async () => {
    contact = { name: "Ada", timezone: "Asia/Kolkata", off: { sms: "yes" } };
    expect(await text()).toEqual({
      channel: "sms",
      person: '["crm","loc_1","c1"]',
      name: "Ada",
      blocked: "channel",
      zone: "Asia/Kolkata",
      at: null,
    });
    expect(await text({ by: "Mail", at: 1_800_000_000 })).toMatchObject({
      channel: "email",
      blocked: null,
      at: { input: "at", ms: 1_800_000_000_000 },
    });
    expect(sent).toEqual(["/contacts/c1"]);
  });

  it("is nobody where the input names no channel, and for what sends no message", async () => {
    expect(await text({ by: "Carrier pigeon" })).toBeNull();
    expect(await caller.recipient(request("note", { contact: "c1" }), all)).toBeNull();
    expect(sent).toEqual([]);
  });

  it("has the zone of the phone number where it has none, and else that of the account", async () => {
    contact = { name: "Ada", phone: "+9779812345678", timezone: "Nowhere/Here" };
    expect(await text()).toMatchObject({ zone: "Asia/Kathmandu" });
    await clock.advance(3_000);
    contact = { name: "Ada", phone: "+61412345678" };
    expect(await text()).toMatchObject({ zone: "Europe/Paris" });
    account = {};
    expect(await text()).toMatchObject({ zone: null });
  });

  it("is read again after three seconds, and for each login", async () => {
    expect(await text()).toMatchObject({ blocked: null });
    contact = { name: "Ada", silent: true };
    await clock.advance(2_999);
    expect(await text()).toMatchObject({ blocked: null });
    await clock.advance(1);
    expect(await text()).toMatchObject({ blocked: "all" });
    await caller.recipient(request("text", { contact: "c1", by: "SMS" }, { connection: "other" }), all);
    expect(sent.filter((path) => path === "/contacts/c1")).toHaveLength(3);
  });

  it("is not read where nothing has to be known of the contact", async () => {
    expect(await caller.recipient(request("text", { contact: "c1", by: "SMS" }), { blocked: false, zone: false })).toMatchObject({
      person: '["crm","loc_1","c1"]',
      name: null,
      blocked: null,
      zone: null,
    });
    expect(sent).toEqual([]);
  });

  it("is an address where the operation takes one, the same in any spelling", async () => {
    const [one, other] = [
      await caller.recipient(request("mail", { to: "Ada@Example.com" }), all),
      await caller.recipient(request("mail", { to: " ada@example.com" }), all),
    ];
    expect(one).toMatchObject({ channel: "email", person: '["address","ada@example.com"]', name: "Ada@Example.com", zone: "Europe/Paris" });
    expect(other?.person).toBe(one?.person);
  });

  it("that cannot be read fails the call, of which nothing was sent", async () => {
    contact = new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "crm.example", seconds: 30, outcome: "unknown" } });
    await expect(text()).rejects.toMatchObject({ code: "OUTBOUND_TIMEOUT", details: { outcome: "not_sent" } });
  });
});
