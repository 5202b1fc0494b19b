import { ServerResponse, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChangeFeed } from "#changes/feed.ts";
import type { ChangeKind } from "#changes/types.ts";
import { appDefinition } from "#api/schemas.ts";
import type { TableRule } from "#engine/mapping/rule-format.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { PrivateHosts } from "#outbound/private-hosts.ts";
import { createAppRegistry } from "#apps/index.ts";
import { createAppStore } from "#storage/app-store.ts";
import { createAccountStore } from "#storage/account-store.ts";
import { createApiKeyStore } from "#storage/api-keys.ts";
import { ChangeLog, createChangeStore } from "#storage/changes.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { createPinStore } from "#storage/pin-store.ts";
import { createPrivateHostStore } from "#storage/private-host-store.ts";
import { createLintStore, createReferenceStore } from "#storage/reference-store.ts";
import { createSessionStore } from "#storage/sessions.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { sampleAccount, sampleInvitation, sampleMember } from "#test/contracts/account-store.contract.ts";
import { openEngine, workspace } from "#test/fakes/engine.ts";
import { builtIn } from "#test/support/built-in.ts";
import { rest } from "#test/support/turns.ts";
import { OwnApps } from "../apps/own-apps.ts";
import { openAccounts } from "../auth/accounts.ts";
import { openApiKeys } from "../auth/api-keys.ts";
import { openSessions } from "../auth/sessions.ts";
import { openOutboundServices } from "../connections/outbound-services.ts";
import { createPinBook } from "../connections/pin-book.ts";
import { openPrivateHostService } from "../connections/private-host-service.ts";
import { RuleBook } from "../parts/rule-book.ts";
import { RunRelay } from "../http/run-relay.ts";
import { createRunStream } from "../http/run-stream.ts";
import { InboxRegistry } from "../inboxes/inbox-registry.ts";
import { openLintService } from "../lint/lint-service.ts";
import { followChanges } from "./follow-changes.ts";

/** What one process has in memory, on a database that it shares. */
async function openProcess(name: string, db: Db, clock: TestClock) {
  const changeLog = new ChangeLog(db, { clock, process: name, shared: true });
  const changes = createChangeStore(db, changeLog);
  const feed = await ChangeFeed.open({ store: changes, process: name, shared: true, clock, log: silentLog });
  changeLog.onCommit(feed.committed);
  const common = { clock, log: silentLog };
  const house = await openEngine({ make: {} }, { db, clock, changeLog });
  const ruleBook = await RuleBook.open({ store: house.parts, log: silentLog });
  const { engine } = house;
  const registry = createAppRegistry();
  const ownApps = await OwnApps.open({ registry, store: createAppStore(db, changeLog), ...common });
  const outbound = openOutboundServices({
    catalog: builtIn,
    store: createVaultStore(db, changeLog),
    keys: [new Uint8Array(32)],
    allowPrivateHosts: [],
    called() {},
    ...common,
  });
  const hosts = new PrivateHosts([]);
  const inboxes = await InboxRegistry.open({ store: createInboxStore(db, changeLog), workspaceIds: [workspace] });
  const pins = createPinBook({ store: createPinStore(db, changeLog), ...common });
  const privateHosts = await openPrivateHostService({
    store: createPrivateHostStore(db, changeLog),
    hosts,
    fromSettings: [],
    changed() {},
    ...common,
  });
  const lint = await openLintService({
    flows: engine.flows,
    references: createReferenceStore(db),
    store: createLintStore(db, changeLog),
    reader: () => ({
      app: () => null,
      operation: () => null,
      gone: () => null,
      webhook: () => null,
      choosing: () => null,
      pins: async () => null,
      connections: async () => [],
      titles: { app: () => null, operation: () => null, trigger: () => null },
      connection: async () => null,
      rows: async () => ({ rows: [] }),
      inboxes: async () => [],
    }),
    workspaces: async () => [workspace],
    ...common,
  });
  const accounts = await openAccounts(createAccountStore(db, changeLog));
  const keys = await openApiKeys({ store: createApiKeyStore(db, changeLog), ...common });
  const sessions = await openSessions({
    store: createSessionStore(db, changeLog),
    keyId: keys.keyId,
    hasAccess: (workspaceId, accountId) => accountId === null || accounts.member(workspaceId, accountId) !== undefined,
    onStoreProblem() {},
    ...common,
  });
  const runStream = createRunStream({ clock });
  const signIn = { reread: async () => void (await Promise.all([keys.reread(), sessions.reread(), accounts.reread()])) };
  followChanges({ feed, ownApps, ruleBook, engine, outbound, inboxes, lint, pins, privateHosts, signIn, runStream });
  const relay = new RunRelay({ feed, changes, engine, runStream, ...common });
  feed.start();
  /** What a page that this process serves is sent. */
  const openPage = () => {
    const sent: string[] = [];
    const res = new ServerResponse(new IncomingMessage(new Socket()));
    res.write = (text: string) => sent.push(text) > 0;
    runStream.join(res, { workspaceId: workspace, reader: "session", mayListen: () => true });
    return sent;
  };
  const close = async () => {
    runStream.close();
    relay.close();
    await feed.close();
    await engine.close(0);
    await outbound.close();
  };
  return {
    accounts,
    changeLog,
    ...house,
    registry,
    ownApps,
    ruleBook,
    changes,
    feed,
    outbound,
    hosts,
    inboxes,
    pins,
    privateHosts,
    lint,
    keys,
    sessions,
    openPage,
    close,
  };
}
type Process = Awaited<ReturnType<typeof openProcess>>;

let db: Db;
let clock: TestClock;
let one: Process;
let other: Process;
beforeEach(async () => {
  db = await openSqlite({ file: ":memory:" });
  clock = new TestClock();
  one = await openProcess("one", db, clock);
  other = await openProcess("other", db, clock);
});
afterEach(async () => {
  await one.close();
  await other.close();
  await db.close();
});

const withinASecond = async () => {
  await clock.advance(1_000);
  await rest(clock);
};
const step = [{ id: "a", app: "app", operation: "make", input: {} }];
const tokenOf = async (flowId: string) => (await one.engine.flows.trigger(await one.engine.flows.get(workspace, flowId))).token!;
/** What a hook of the other process does with an event. */
const fireAtOther = async (flowId: string, n: number) => {
  const trigger = await other.engine.triggerByToken(await tokenOf(flowId));
  return trigger && other.engine.accept(trigger, { id: n });
};
const inbox = { id: "inb_1", workspaceId: workspace, app: "highlevel", name: "main", title: "Main", token: "t1", createdAt: 1 };
const plainInbox = { ...inbox, registration: null, publicKey: null, legacy: false, legacyKey: null, senders: null };
const login = { name: "acme", app: "http", auth: "header" as const, baseUrl: "https://one.example", secret: { token: "first" } };
const place = { id: "con_1", workspaceId: workspace, name: "acme", app: "highlevel", auth: "token" as const, locationId: "loc_1" };

interface Case {
  kinds: ChangeKind[];
  title: string;
  /** Makes a state that both have in memory, and gives what the change is and what shows that the other process knows it. */
  prepare(): Promise<{ change: () => Promise<unknown>; seen: () => Promise<unknown>; before: unknown; after: unknown }>;
}
const cases: Case[] = [
  {
    kinds: ["app"],
    title: "an app is called what it was renamed to",
    async prepare() {
      const define = (title: string) => one.ownApps.put(workspace, "crm", appDefinition.parse({ title, baseUrl: "https://crm.example" }));
      await define("Old");
      await withinASecond();
      const seen = async () => other.registry.of(workspace).app("crm")?.title;
      return { change: () => define("New"), seen, before: "Old", after: "New" };
    },
  },
  {
    kinds: ["rule"],
    title: "a rule gives what its new row says",
    async prepare() {
      const put = (to: string) => {
        const rule = { title: "Plans", kind: "table", rows: [{ from: "p1", to }], otherwise: "fail" };
        return one.parts.put({
          workspaceId: workspace,
          kind: "rule",
          name: "plans",
          title: "Plans",
          definition: JSON.stringify(rule),
          now: 1,
        });
      };
      await put("Basic");
      await withinASecond();
      const seen = async () => (other.ruleBook.of(workspace)["plans"] as TableRule).rows[0]?.to;
      return { change: () => put("Pro"), seen, before: "Basic", after: "Pro" };
    },
  },
  {
    kinds: ["rule"],
    title: "a removed rule is there no more",
    async prepare() {
      const plans = { workspaceId: workspace, kind: "rule", name: "plans", title: "Plans" } as const;
      await one.parts.put({ ...plans, definition: JSON.stringify({ title: "Plans", kind: "format", filters: "strip" }), now: 1 });
      await withinASecond();
      const seen = async () => Object.keys(other.ruleBook.of(workspace));
      return { change: () => one.parts.remove(plans), seen, before: ["plans"], after: [] };
    },
  },
  {
    kinds: ["flow"],
    title: "a paused flow starts no run any more",
    async prepare() {
      const flow = await one.published(step);
      let n = 0;
      const seen = async () => (await fireAtOther(flow.id, n++))!.sample;
      return { change: () => one.engine.flows.pause(workspace, flow.id), seen, before: false, after: true };
    },
  },
  {
    kinds: ["flow"],
    title: "a published change decides the version of the next run",
    async prepare() {
      const flow = await one.published(step);
      let n = 0;
      const seen = async () => {
        const accepted = await fireAtOther(flow.id, n++);
        return (await other.engine.run(workspace, accepted!.runIds[0]!)).run.version;
      };
      const change = async () => {
        await one.engine.flows.save(workspace, flow.id, one.flowOf(step, { name: "New" }));
        await one.engine.flows.publish(workspace, flow.id);
      };
      return { change, seen, before: 1, after: 2 };
    },
  },
  {
    kinds: ["flow"],
    title: "a deleted flow has no hook",
    async prepare() {
      const flow = await one.published(step);
      const token = await tokenOf(flow.id);
      const seen = async () => (await other.engine.triggerByToken(token)) !== null;
      return { change: () => one.engine.flows.delete(workspace, flow.id), seen, before: true, after: false };
    },
  },
  {
    kinds: ["trigger"],
    title: "the former address of a hook is nobody's",
    async prepare() {
      const flow = await one.published(step);
      const token = await tokenOf(flow.id);
      const seen = async () => (await other.engine.triggerByToken(token)) !== null;
      return { change: () => one.engine.flows.rotateHook(workspace, flow.id), seen, before: true, after: false };
    },
  },
  {
    kinds: ["flow"],
    title: "a new flow is found by the events it starts from",
    async prepare() {
      await one.published(step);
      const seen = async () => (await other.engine.subscribers(workspace, "app")).length;
      return { change: () => one.published(step), seen, before: 1, after: 2 };
    },
  },
  {
    kinds: ["connection"],
    title: "a new secret signs webhooks",
    async prepare() {
      const { id } = await one.outbound.vault.connect(workspace, login);
      const seen = () => other.outbound.signingSecret(workspace, "acme");
      const change = () => one.outbound.vault.change(workspace, id, { secret: { token: "second" } });
      return { change, seen, before: "first", after: "second" };
    },
  },
  {
    kinds: ["inbox"],
    title: "the former address of an inbox is nobody's",
    async prepare() {
      await one.inboxes.add(plainInbox);
      await withinASecond();
      const seen = async () => [other.inboxes.at("t1")?.id, other.inboxes.at("t2")?.id];
      return {
        change: () => one.inboxes.change(workspace, "inb_1", { token: "t2" }),
        seen,
        before: ["inb_1", undefined],
        after: [undefined, "inb_1"],
      };
    },
  },
  {
    kinds: ["api_key"],
    title: "a replaced API key opens nothing",
    async prepare() {
      const key = (await one.keys.ensure(workspace))!;
      await withinASecond();
      return { change: () => one.keys.rotate(workspace), seen: async () => other.keys.find(key) !== undefined, before: true, after: false };
    },
  },
  {
    kinds: ["member"],
    title: "somebody who was removed from a workspace is out",
    async prepare() {
      const store = createAccountStore(db, one.changeLog);
      await store.addOwner(sampleAccount("acc_1"), sampleMember("acc_1", { workspaceId: workspace }));
      await store.invite(sampleInvitation("inv_1", { workspaceId: workspace, expiresAt: Infinity }));
      await store.accept("hash of inv_1", 1, { account: sampleAccount("acc_2") });
      await withinASecond();
      const seen = async () => other.accounts.member(workspace, "acc_2") !== undefined;
      return { change: () => store.removeMember(workspace, "acc_2", "me"), seen, before: true, after: false };
    },
  },
  {
    kinds: ["session"],
    title: "a session that signed out is over",
    async prepare() {
      const { value } = await one.sessions.start({ workspaceId: workspace, accountId: null, address: null, browser: null });
      await withinASecond();
      const change = () => one.sessions.end(one.sessions.use(value)!.id);
      return { change, seen: async () => other.sessions.use(value) !== undefined, before: true, after: false };
    },
  },
  {
    kinds: ["private_host"],
    title: "an address that was taken off the list may not be called",
    async prepare() {
      await one.privateHosts.add(workspace, "10.0.0.7");
      await withinASecond();
      const seen = async () => other.hosts.allows(new URL("http://10.0.0.7/"));
      return { change: () => one.privateHosts.remove(workspace, "10.0.0.7"), seen, before: true, after: false };
    },
  },
  {
    kinds: ["pin"],
    title: "a name stands for what was learned last",
    async prepare() {
      const learn = async (id: string) => {
        (await one.pins.of(place)).set("k", "", "Score", { id, label: "Score" });
        await one.pins.close();
      };
      await learn("f1");
      const seen = async () => (await other.pins.of(place)).get("k", "", "Score")?.id;
      return { change: () => learn("f2"), seen, before: "f1", after: "f2" };
    },
  },
  {
    kinds: ["lint"],
    title: "the last check of a flow is shown",
    async prepare() {
      const flow = await one.published(step);
      await other.lint.check(flow);
      const looked = clock.now();
      await withinASecond();
      const seen = async () => other.lint.last(flow)!.checkedAt - looked;
      return { change: () => one.lint.check(flow), seen, before: 0, after: clock.now() - looked };
    },
  },
];

describe("what one process changes holds in another within a second:", () => {
  test.each(cases)("$title", async ({ prepare }) => {
    const { change, seen, before, after } = await prepare();
    expect(await seen()).toEqual(before);
    await change();
    expect(await seen(), "it is in memory until then, or this test shows nothing").toEqual(before);
    await withinASecond();
    expect(await seen()).toEqual(after);
  });

  test("each kind of change that a cache depends on has its case", () => {
    const kinds: Record<ChangeKind, boolean> = {
      app: true,
      rule: true,
      mapping: false, // read from the store each time
      flow: true,
      trigger: true,
      sync: false, // read from the store each time
      connection: true,
      inbox: true,
      api_key: true,
      session: true,
      member: true,
      invitation: false, // read from the store each time
      workspace: false,
      private_host: true,
      webhook_endpoint: false, // read from the store each time
      message_policy: false, // read from the store each time
      embed_origin: false, // read from the store each time
      connect_link: false,
      tag: false, // read from the store each time, as its jobs and rules are
      tag_job: false,
      tag_rule: false,
      pin: true,
      lint: true,
      template: false, // read from the store each time
      run: false, // nothing is kept of it but the audit
      runs: false, // these two are notes between live pages, below
      page: false,
      agent: false, // read from the store each time, as approvals are
      approval: false,
    };
    const cached = Object.entries(kinds).flatMap(([kind, isCached]) => (isCached ? [kind] : []));
    expect([...new Set(cases.flatMap((each) => each.kinds))].toSorted()).toEqual(cached.toSorted());
  });
});

describe("a page that one process serves", () => {
  test("shows the runs of another, which writes nothing of runs while no page is open", async () => {
    const flow = await one.published(step);
    await one.engine.start();
    const notes = async () => (await db.q.selectFrom("changes").select("kind").where("kind", "=", "runs").execute()).length;
    await one.settled((await one.fire(flow.id, { id: 1 })).runIds[0]!);
    await withinASecond();
    expect(await notes()).toBe(0);
    const sent = other.openPage();
    await withinASecond();
    const run = (await one.fire(flow.id, { id: 2 })).runIds[0]!;
    await one.settled(run);
    await withinASecond();
    await withinASecond();
    expect(sent.join("")).toContain(
      `event: runs\ndata: ${JSON.stringify({ changed: [{ id: run, flowId: flow.id, state: "succeeded" }] })}`,
    );
    expect(await notes()).toBe(1);
  });

  test.each(["one", "other"])("shows what process %s did to a flow", async (who) => {
    const flow = await one.published(step);
    const sent = other.openPage();
    await withinASecond();
    sent.length = 0;
    await (who === "one" ? one : other).engine.flows.pause(workspace, flow.id);
    await withinASecond();
    await withinASecond();
    expect(sent.join("")).toContain(`{"kind":"flow","id":"${flow.id}"}`);
  });
});

test("a session that was just begun survives that another process begins one", async () => {
  const starting = one.sessions.start({ workspaceId: workspace, accountId: null, address: null, browser: null });
  await other.sessions.start({ workspaceId: workspace, accountId: null, address: null, browser: null });
  const { value } = await starting;
  await withinASecond();
  expect([one.sessions.use(value), other.sessions.use(value)]).toEqual([expect.anything(), expect.anything()]);
});

test("the list of changes says who changed a connection, and holds no secret", async () => {
  await one.outbound.vault.connect(workspace, login, undefined, "key:k");
  const secret = randomBytes(8).toString("hex");
  await one.outbound.vault.change(workspace, "acme", { secret: { token: secret } }, undefined, "key:k");
  const history = await one.changes.history(workspace, { limit: 9 });
  expect(history.map(({ what, by, name }) => [what, by, name])).toEqual([
    ["changed", "key:k", "acme"],
    ["added", "key:k", "acme"],
  ]);
  expect(JSON.stringify(history)).not.toContain(secret);
});
