import { afterEach, beforeEach, expect, test } from "vitest";
import { AppRegistry } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { TestClock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { CallReply } from "#outbound/caller.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createHookSubscriptionStore, type HookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import type { Sealer } from "#vault/seal.ts";
import type { Connection } from "#vault/types.ts";
import { appDefinition } from "#api/schemas.ts";
import { ownApp } from "#server/apps/own-apps.ts";
import { hookDeskApp } from "#test/support/hook-desk.ts";
import { HookSubscriptions, type HookSubscriptionsParts } from "./hook-subscriptions.ts";

const workspace = "ws_1";
const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as HookSubscriptionsParts["log"];
const sealer = {
  seal: async (id: string, secret: object) => `${id} ${JSON.stringify(secret)}`,
  open: async (id: string, jwe: string) => JSON.parse(jwe.slice(id.length + 1)) as Record<string, string>,
  isStale: () => false,
} as Sealer;
const connection = { id: "con_1", workspaceId: workspace, name: "desk", app: "helpdesk" } as Connection;
const definition = {
  name: "F",
  trigger: { app: "helpdesk", operation: "ticket.created", connection: "desk" },
  steps: [],
} as FlowDefinition;

let db: Db;
let store: HookSubscriptionStore;
let clock: TestClock;
let called: { operation: string; input: Record<string, unknown> }[];
let answers: ((operation: string) => unknown)[];
let listed: unknown[];
let isOn: boolean;
let subscriptions: HookSubscriptions;

beforeEach(async () => {
  db = await openSqlite({ file: ":memory:" });
  store = createHookSubscriptionStore(db);
  clock = new TestClock();
  [called, answers, listed, isOn] = [[], [], [], true];
});
afterEach(async () => {
  await subscriptions.close();
  await db.close();
});

const noAnswer = () => {
  throw new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "helpdesk.example.com", seconds: 30, outcome: "unknown" } });
};

/** What came of the last look at everything, with an app whose webhooks are as `webhooks` says. */
async function open(webhooks: object, more: Partial<HookSubscriptionsParts> = {}): Promise<void> {
  const catalog = new AppRegistry([]);
  const app: App = ownApp(
    "helpdesk",
    appDefinition.parse(hookDeskApp("https://helpdesk.example.com", webhooks as Record<string, unknown>)),
  );
  catalog.put(workspace, app);
  const flow = () => ({ id: "flow_1", workspaceId: workspace, status: isOn ? "on" : "off" }) as Flow;
  subscriptions = new HookSubscriptions({
    store,
    flows: {
      list: async () => [flow()],
      triggers: async () => new Map([["flow_1", { id: "trg_1", token: "tok" } as Trigger]]),
      published: async () => new Map([["flow_1", definition]]),
    },
    catalog,
    connection: async (_, name) => (name === "desk" || name === "con_1" ? connection : null),
    caller: {
      async call({ operation, input }) {
        called.push({ operation, input });
        return { output: (answers.shift() ?? (() => ({ id: "r_1", secret: "s" })))(operation) } as CallReply;
      },
      async *pages() {
        called.push({ operation: "hooks.list", input: {} });
        yield { rows: listed };
      },
      destination: () => ({ host: "helpdesk.example.com", refusal: null }),
    },
    sealer,
    workspaces: async () => [workspace],
    publicUrl: () => "https://mill.example.com",
    isReachable: () => true,
    clock,
    log: silent,
    ...more,
  });
  subscriptions.start();
  await subscriptions.reconcile();
}

const operations = () => called.map(({ operation }) => operation);
const view = async () => (await subscriptions.views(workspace)).get("flow_1");
const noList = { subscribe: { ...hookDeskApp("").webhooks.subscribe, list: undefined } };
const later = async (ms: number) => {
  await clock.advance(ms);
  await subscriptions.reconcile();
};

test("an app on the Internet is not told an address of this machine; the flow says what to set", async () => {
  await open({}, { isReachable: () => false, publicUrl: () => "http://127.0.0.1:4400" });
  expect(called).toEqual([]);
  expect((await view())?.problem).toBe(
    "This flow's address could not be registered with Helpdesk: Helpdesk cannot reach this Millrace at http://127.0.0.1:4400, which is an address of this machine. Set MILLRACE_PUBLIC_URL to the address that others use, then restart.",
  );
});

test("without a list, an address that may have been told rests until a person says so, and is not told twice", async () => {
  answers.push(noAnswer);
  await open(noList);
  await later(dayMs);
  expect([operations(), (await view())?.state]).toEqual([["hooks.create"], "unclear"]);
  await subscriptions.retry(workspace, "flow_1");
  expect([operations(), (await view())?.state]).toEqual([["hooks.create", "hooks.create"], "subscribed"]);
});

test("after a crash between the call and its answer, the list shows that the app has the address: it is not told again", async () => {
  answers.push(noAnswer);
  await open({ verify: undefined });
  listed = [{ id: "r_7", url: "https://mill.example.com/hooks/tok" }];
  await later(60_000);
  expect(operations()).toEqual(["hooks.create", "hooks.list"]);
  expect(await store.list(workspace)).toMatchObject([{ state: "subscribed", remoteId: "r_7" }]);
});

test("a secret that Millrace makes is given to the app, the same at each attempt, and is sealed in the row", async () => {
  const verify = { kind: "basic", secret: { input: "secret" } };
  answers.push(() => {
    throw new MillraceError("OUTBOUND_FAILED", {
      details: {
        app: "Helpdesk",
        operation: "Register Address",
        status: 503,
        message: `no: ${String(called[0]!.input["secret"])}`,
        outcome: "refused",
      },
    });
  });
  await open({ verify });
  const given = called[0]!.input["secret"];
  expect(given).toEqual(expect.any(String));
  expect((await view())?.problem).toContain("no: [secret]");
  await later(60_000);
  expect(called.filter(({ operation }) => operation === "hooks.create").map(({ input }) => input["secret"])).toEqual([given, given]);
  expect(await subscriptions.secretOf(workspace, { id: "trg_1", flowId: "flow_1" })).toBe(given);
});

test("an answer without the secret or the id that the definition expects is named", async () => {
  answers.push(() => ({ id: "r_1" }));
  await open({});
  expect((await view())?.problem).toBe(
    "This flow's address is registered with Helpdesk. The answer of Helpdesk has no secret at 'secret'. Correct the definition of Helpdesk, then try again.",
  );
});

test("an end that the app does not take is tried for a day and then left; what it does not know any more is fine", async () => {
  await open({ verify: undefined });
  isOn = false;
  for (let n = 0; n < 60; n++) answers.push(noAnswer);
  await later(1);
  expect((await view())?.problem).toMatch(/^This flow's address could not be removed from Helpdesk:/);
  for (let n = 0; n < 30; n++) await later(3_600_000);
  expect(await store.list(workspace)).toEqual([]);
  isOn = true;
  answers = [];
  await later(1);
  isOn = false;
  answers.push(() => {
    throw new MillraceError("OUTBOUND_NOT_FOUND", { details: { app: "Helpdesk", operation: "Remove Address", message: "gone" } });
  });
  await later(1);
  expect(await store.list(workspace)).toEqual([]);
});
