/** Two workspaces with apps of the same name and different definitions, from the definition to the wire. */
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAppRegistry } from "#apps/index.ts";
import { appDefinition } from "#api/schemas.ts";
import { createEngine } from "#engine/engine.ts";
import { lintVersions } from "#engine/lint/versions.ts";
import { usualMessagePolicy } from "#engine/types/messages.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { systemClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { AppService } from "#server/apps/app-service.ts";
import { flowsThatUse } from "#server/apps/app-use.ts";
import { OwnApps } from "#server/apps/own-apps.ts";
import { knowledgeOf, webhooksOf } from "#server/catalog/knowledge.ts";
import { openOutboundServices } from "#server/connections/outbound-services.ts";
import { createLintReader } from "#server/lint/lint-reader.ts";
import { createAppStore } from "#storage/app-store.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { helpdeskDefinition } from "../support/add-an-app.ts";
import { openHelpdesk, type Helpdesk } from "../support/helpdesk.ts";
import { until } from "../support/inbox.ts";

const [first, second] = ["ws_first", "ws_second"];
let desks: Record<string, Helpdesk>;
let db: Db;
let house: Awaited<ReturnType<typeof openHouse>>;

/** The same app of the other workspace: elsewhere, with another path, another effect and an input more. */
function definitionFor(workspace: string) {
  const definition = appDefinition.parse(helpdeskDefinition(desks[workspace]!.origin));
  if (workspace === first) return definition;
  const operations = definition.operations.map((operation) => ({ ...operation, title: `${operation.title} (v2)` }));
  const required = operations.map((operation) =>
    operation.id === "tickets.create"
      ? { ...operation, input: operation.input.map((field) => (field.name === "priority" ? { ...field, required: true } : field)) }
      : operation,
  );
  return { ...definition, title: "Helpdesk Two", baseUrl: `${desks[workspace]!.origin}/v2`, operations: required };
}

async function openHouse() {
  const catalog = createAppRegistry();
  const clock = systemClock;
  const own = await OwnApps.open({ registry: catalog, store: createAppStore(db), clock, log: silentLog });
  const hosts = Object.values(desks).map(({ host }) => host);
  const outbound = openOutboundServices({
    catalog,
    store: createVaultStore(db),
    keys: [key],
    allowPrivateHosts: hosts,
    clock,
    log: silentLog,
    called() {},
  });
  const { caller, vault } = outbound;
  const engine = createEngine({
    runs: createRunStore(db),
    flows: createFlowStore(db),
    triggers: createTriggerStore(db),
    queue: createInProcessQueue({ clock }),
    caller,
    knowledge: knowledgeOf(catalog),
    webhook: webhooksOf(catalog),
    clock,
    alone: true,
    log: () => {},
    polls: {
      operation: (workspace, app, id) => catalog.of(workspace).operation(app, id) ?? null,
      connection: (workspaceId, name) => vault.find(workspaceId, name),
      pages: (request) => caller.pages(request),
      prepared: (request) => caller.prepared(request),
    },
  });
  await engine.start();
  const apps = new AppService({
    registry: catalog,
    own,
    connections: async (workspace, app) => (await vault.list(workspace)).filter((connection) => connection.app === app),
    flows: flowsThatUse(engine.flows),
    closed: outbound.closed,
    log: silentLog,
  });
  apps.onChange((workspace, app) => outbound.appChanged(workspace, app));
  const close = async () => {
    await engine.close(0);
    await outbound.close();
  };
  return { catalog, outbound, engine, apps, close };
}
const key = randomBytes(32);

const flowOf = (input: Record<string, string>): FlowDefinition => ({
  name: "Make a ticket",
  trigger: { app: "millrace", operation: "manual" },
  steps: [{ id: "ticket", app: "helpdesk", operation: "tickets.create", connection: "desk", input }],
});
const call = (workspace: string, operation: string, input = {}) =>
  house.outbound.caller.call({
    workspaceId: workspace,
    app: "helpdesk",
    operation,
    connection: "desk",
    input,
    lane: "live",
    dry: false,
    idempotencyKey: `${workspace}/${operation}`,
  });
const routes = (workspace: string) => desks[workspace]!.asked.map(({ route }) => route);

beforeAll(async () => {
  desks = { [first]: await openHelpdesk(), [second]: await openHelpdesk({ base: "/v2", key: "another-key" }) };
});
beforeEach(async () => {
  db = await openSqlite({ file: ":memory:" });
  house = await openHouse();
  for (const workspace of [first, second]) {
    const desk = desks[workspace]!;
    desk.asked.length = 0;
    await house.apps.put(workspace, "helpdesk", definitionFor(workspace));
    await house.outbound.vault.connect(workspace, { name: "desk", app: "helpdesk", auth: "header", secret: { token: desk.key } });
  }
  return async () => {
    await house.close();
    await db.close();
  };
});
afterAll(() => Promise.all(Object.values(desks).map((desk) => desk.close())));

describe("an app of the same name in two workspaces", () => {
  test("is called where each workspace says, with its own login", async () => {
    for (const workspace of [first, second]) expect((await call(workspace, "account.get")).output).toEqual({ name: "Acme" });
    expect([routes(first), routes(second)]).toEqual([["GET /api/account"], ["GET /v2/account"]]);
    expect([first, second].map((workspace) => desks[workspace]!.asked[0]!.key)).toEqual(["hd-secret-key", "another-key"]);
  });

  test("is checked by each workspace's own definition: in flows, in dry runs and in their sentences", async () => {
    const { engine } = house;
    const withoutPriority = flowOf({ subject: "A" });
    const [complete, incomplete] = [await engine.flows.create(first, withoutPriority), await engine.flows.create(second, withoutPriority)];
    expect(engine.flows.problems(first, complete.draft)).toEqual([]);
    expect(engine.flows.problems(second, incomplete.draft)).toMatchObject([{ problem: expect.stringContaining("needs this field") }]);
    await expect(engine.flows.publish(second, incomplete.id)).rejects.toMatchObject({ code: "FLOW_NOT_READY" });
    const dry = await engine.dryRun(first, { definition: flowOf({ subject: "A", agentId: "Mary Somerville" }) }, {});
    expect(dry.effects).toEqual([expect.objectContaining({ effect: "create", title: "Create Ticket" })]);
    expect(routes(first)).toEqual(["GET /api/agents"]); // the name was looked up, and nothing was written
    await engine.dryRun(second, { definition: flowOf({ subject: "A", priority: "high" }) }, {});
    expect(routes(second)).toEqual([]);
  });

  test("runs in each workspace's flows", async () => {
    const { engine } = house;
    for (const workspace of [first, second]) {
      const flow = await engine.flows.create(workspace, flowOf({ subject: `From ${workspace}`, priority: "low", agentId: "Ada Byron" }));
      await engine.flows.publish(workspace, flow.id);
      const { runIds } = await engine.flows.runNow(workspace, flow.id, {});
      await until(
        "the run ended",
        () => engine.run(workspace, runIds[0]!),
        ({ run }) => run.finishedAt !== null,
      );
      expect((await engine.run(workspace, runIds[0]!)).run.state).toBe("succeeded");
      const desk = desks[workspace]!;
      expect(desk.tickets.at(-1)).toMatchObject({ subject: `From ${workspace}`, agentId: "ag_1" });
    }
    expect(routes(first).at(-1)).toBe("POST /api/tickets");
    expect(routes(second).at(-1)).toBe("POST /v2/tickets");
  });

  test("is linted against the lists of the workspace's own connection", async () => {
    const { catalog, outbound } = house;
    const findings = async (workspace: string, flow = flowOf({ subject: "A", priority: "low", agentId: "Nobody" })) => {
      const reader = createLintReader(workspace, {
        catalog,
        knowledge: knowledgeOf(catalog),
        connection: (workspaceId, name) => outbound.vault.find(workspaceId, name),
        removed: async () => null,
        connections: (workspaceId) => outbound.vault.list(workspaceId),
        pins: { of: () => Promise.reject(new Error("no pins")) } as never,
        inboxes: () => [],
        caller: outbound.caller,
        messagePolicy: async () => usualMessagePolicy,
        testScript: async () => [],
        loginField: outbound.loginField,
        closed: outbound.closed,
      });
      const { findings: all } = await lintVersions({ draft: flow, runs: null }, { ...reader, pins: async () => null }, [], Date.now());
      return all.map(({ at }) => at);
    };
    expect(await findings(first)).toEqual(["steps[0].input.agentId"]);
    expect(routes(first)).toEqual(["GET /api/agents"]);
    expect(await findings(second)).toEqual(["steps[0].input.agentId"]);
    expect(routes(second)).toEqual(["GET /v2/agents"]);
    const started = { ...flowOf({ subject: "A" }), trigger: { app: "helpdesk", operation: "ticket.created" } };
    expect(await findings(first, started)).toEqual([]);
    await house.apps.put(first, "helpdesk", { ...definitionFor(first), triggers: [], operations: [], probe: undefined });
    expect(await findings(first, started)).toEqual(["trigger.operation", "steps[0].operation"]);
    catalog.remove(first, "helpdesk");
    expect(await findings(first, started)).toEqual(["trigger.app", "steps[0].app"]);
  });

  test("is polled, each list to its end", async () => {
    const rows = async (workspace: string) => {
      const request = { workspaceId: workspace, app: "helpdesk", operation: "tickets.list", connection: "desk", input: { size: 1 } };
      const read: unknown[] = [];
      for await (const page of house.outbound.caller.pages({ ...request, lane: "sync" })) read.push(...page.rows);
      return read.length;
    };
    for (const workspace of [first, second]) expect(await rows(workspace)).toBe(desks[workspace]!.tickets.length);
  });

  test("is there again after a restart", async () => {
    await house.close();
    house = await openHouse();
    expect([first, second].map((workspace) => house.catalog.of(workspace).app("helpdesk")!.title)).toEqual(["Helpdesk", "Helpdesk Two"]);
    expect(house.catalog.of("ws_third").app("helpdesk")).toBeUndefined();
    expect((await call(second, "account.get")).output).toEqual({ name: "Acme" });
  });
});

describe("a changed definition", () => {
  test("counts from the next call on, in flows that were compiled before and in its own workspace only", async () => {
    const { engine, apps } = house;
    const flow = await engine.flows.create(first, flowOf({ subject: "A" }));
    await engine.flows.publish(first, flow.id);
    const run = async () => {
      const { runIds } = await engine.flows.runNow(first, flow.id, {});
      return until(
        "the run ended",
        () => engine.run(first, runIds[0]!),
        ({ run: { finishedAt } }) => finishedAt !== null,
      );
    };
    expect((await run()).run.state).toBe("succeeded");
    const before = definitionFor(first);
    const moved = before.operations.map((each) =>
      each.id === "tickets.create" ? { ...each, path: "/tickets/t_0", method: "PUT" as const } : each,
    );
    await apps.put(first, "helpdesk", { ...before, operations: moved });
    expect((await run()).run.state).toBe("succeeded");
    expect(routes(first)).toEqual(["POST /api/tickets", "PUT /api/tickets/t_0"]);
    await call(second, "tickets.create", { subject: "B", priority: "low" });
    expect(routes(second)).toEqual(["POST /v2/tickets"]);
  });

  test("leaves a flow the address of its trigger, whatever the flow does while the trigger is missing", async () => {
    const { engine, apps } = house;
    const { flows } = engine;
    const { id } = await flows.create(first, { ...flowOf({ subject: "A" }), trigger: { app: "helpdesk", operation: "ticket.created" } });
    const before = await flows.trigger(await flows.publish(first, id));
    await apps.put(first, "helpdesk", { ...definitionFor(first), triggers: [] });
    await flows.pause(first, id);
    expect(await flows.trigger(await flows.resume(first, id))).toMatchObject({ kind: "webhook", token: before.token, active: true });
    expect((await engine.triggerByToken(before.token!))?.flowId).toBe(id);
    await apps.put(first, "helpdesk", definitionFor(first));
    await flows.pause(first, id);
    expect(await flows.trigger(await flows.resume(first, id))).toMatchObject({ kind: "webhook", token: before.token, active: true });
  });

  test("logs in as the new definition says", async () => {
    const before = definitionFor(first);
    await call(first, "account.get");
    await house.apps.put(first, "helpdesk", { ...before, auth: [{ kind: "header", title: "Key", header: "X-Other" }] });
    await expect(call(first, "account.get")).rejects.toMatchObject({ details: { status: 401 } });
    expect(desks[first]!.asked.map(({ key: sent }) => sent)).toEqual(["hd-secret-key", undefined]);
  });

  test("cannot take the logins that were made for one address to another", async () => {
    const elsewhere = { ...definitionFor(first), baseUrl: desks[second]!.origin };
    await expect(house.apps.put(first, "helpdesk", elsewhere)).rejects.toMatchObject({ code: "CONFLICT", details: { field: "baseUrl" } });
    expect(routes(second)).toEqual([]);
    const [connection] = await house.outbound.vault.list(first);
    await house.outbound.vault.disconnect(first, connection!.id);
    await expect(house.apps.put(first, "helpdesk", elsewhere)).resolves.toMatchObject({ baseUrl: desks[second]!.origin });
  });

  test("keeps the address and the token server of its logins, each in its place", async () => {
    const { apps, outbound } = house;
    const [api, tokens] = [desks[first]!.origin, desks[second]!.origin];
    const definition = (baseUrl: string | undefined, tokenUrl: string) =>
      appDefinition.parse({
        title: "Tokens",
        ...(baseUrl && { baseUrl }),
        auth: [{ kind: "oauth2", title: "Login", authorizeUrl: `${api}/authorize`, tokenUrl, tokenPath: "/token" }],
      });
    await apps.put(first, "tokens", definition(api, `${tokens}/token`));
    await outbound.vault.connect(first, {
      name: "tokens",
      app: "tokens",
      auth: "oauth2",
      secret: { clientId: "a", clientSecret: "b", accessToken: "c", refreshToken: "d" },
    });
    for (const [baseUrl, tokenUrl] of [
      [tokens, `${api}/token`],
      [tokens, `${tokens}/token`],
      [api, `${api}/token`],
      [undefined, `${tokens}/token`],
    ] as const)
      await expect(apps.put(first, "tokens", definition(baseUrl, tokenUrl))).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(apps.put(first, "tokens", definition(`${api}/v2`, `${tokens}/token/v2`))).resolves.toMatchObject({ revision: 2 });
  });

  test("keeps logins with the token server that their connections named, and asks for it as long as they are there", async () => {
    const { apps, outbound } = house;
    const [api, tokens] = [desks[first]!.origin, desks[second]!.origin];
    const secret = [
      { name: "clientId", in: "secret", label: "Client ID" },
      { name: "clientSecret", in: "secret", label: "Client secret" },
    ];
    const definition = (fields: Record<string, unknown>[]) =>
      appDefinition.parse({
        title: "Tokens",
        baseUrl: api,
        auth: [{ kind: "client", title: "Login", tokenUrl: `${api}/token`, tokenPath: "/token", fields }],
      });
    const asked = definition([...secret, { name: "tokenUrl", in: "setting", label: "Token server" }]);
    await apps.put(first, "tokens", asked);
    const settings = { tokenUrl: `${tokens}/token` };
    await outbound.vault.connect(first, {
      name: "tokens",
      app: "tokens",
      auth: "client",
      settings,
      secret: { clientId: "a", clientSecret: "b" },
    });
    await expect(apps.put(first, "tokens", definition(secret))).rejects.toMatchObject({ code: "CONFLICT", details: { field: "baseUrl" } });
    await expect(apps.put(first, "tokens", { ...asked, title: "Logins" })).resolves.toMatchObject({ revision: 2 });
  });

  test("may ask for the token server later on: the logins that there are go where they went", async () => {
    const { apps, outbound } = house;
    const { origin } = desks[first]!;
    const login = { kind: "client", title: "Login", tokenUrl: `${origin}/token`, tokenPath: "/token" };
    const definition = (more: object) => appDefinition.parse({ title: "Tokens", baseUrl: origin, auth: [{ ...login, ...more }] });
    await apps.put(first, "tokens", definition({}));
    await outbound.vault.connect(first, { name: "tokens", app: "tokens", auth: "client", secret: { clientId: "a", clientSecret: "b" } });
    const fields = [{ name: "tokenUrl", in: "setting", label: "Token server" }];
    await expect(apps.put(first, "tokens", definition({ fields }))).resolves.toMatchObject({ revision: 2 });
  });

  test("keeps the logins where they are although its definition can no longer be read, and may be defined again there", async () => {
    const unreadable = JSON.stringify({ ...definitionFor(first), operations: "none any more" });
    await db.q.updateTable("apps").set({ definition: unreadable }).where("workspace_id", "=", first).execute();
    await house.close();
    house = await openHouse();
    expect(house.catalog.of(first).app("helpdesk")).toBeUndefined();
    const elsewhere = { ...definitionFor(first), baseUrl: desks[second]!.origin };
    await expect(house.apps.put(first, "helpdesk", elsewhere)).rejects.toMatchObject({ code: "CONFLICT", details: { field: "baseUrl" } });
    await db.q.deleteFrom("apps").where("workspace_id", "=", first).execute();
    await house.close();
    house = await openHouse();
    await expect(house.apps.put(first, "helpdesk", elsewhere)).rejects.toMatchObject({ code: "CONFLICT" });
    await db.q
      .insertInto("apps")
      .values({ workspace_id: first, name: "helpdesk", definition: unreadable, revision: 1, created_at: 1, updated_at: 1 })
      .execute();
    await house.close();
    house = await openHouse();
    await expect(house.apps.put(first, "helpdesk", definitionFor(first))).resolves.toMatchObject({ title: definitionFor(first).title });
    await expect(call(first, "account.get")).resolves.toBeDefined();
  });

  test.each(["http://127.0.0.1:9", "http://10.0.0.7/api", "http://169.254.169.254/latest", "http://[::1]:9"])(
    "cannot point at %s, which nobody allowed",
    async (baseUrl) => {
      const refused = house.apps.put(first, "another", { ...definitionFor(first), baseUrl });
      await expect(refused).rejects.toMatchObject({ code: "HOST_NOT_ALLOWED", details: { field: "baseUrl" } });
      expect(house.catalog.of(first).app("another")).toBeUndefined();
    },
  );

  test("names the private host that could be allowed, and never that of a machine's credentials", async () => {
    const hostOf = async (baseUrl: string) =>
      (await house.apps.check(first, { definition: { ...definitionFor(first), baseUrl } })).problems.map(({ allow }) => allow);
    expect(await hostOf("http://10.0.0.7/api")).toEqual(["10.0.0.7"]);
    expect(await hostOf("http://169.254.169.254/latest")).toEqual([undefined]);
  });
});

test("the login of an app without a probe is tested at its base address, with the key and without", async () => {
  const { apps, outbound } = house;
  const { vault, probe } = outbound;
  const desk = desks[first]!;
  const auth = [{ kind: "header" as const, title: "Key", header: "X-Key" }];
  await apps.put(first, "plain", appDefinition.parse({ title: "Plain", baseUrl: `${desk.origin}/api/account`, auth }));
  const tested = async (token: string) => {
    const { id } = await vault.connect(first, { name: token.slice(0, 5), app: "plain", auth: "header", secret: { token } });
    return probe(await vault.changedDraft(first, id, {}), { saved: true });
  };
  expect(await tested(desk.key)).toMatchObject({ ok: true, message: "The login works." });
  expect(await tested("wrong")).toMatchObject({ ok: false, health: { status: "broken" } });
  expect(desk.asked.map(({ key: sent }) => sent)).toEqual([desk.key, undefined, "wrong"]);
});

test("an app stays while a flow or a connection of its own workspace uses it", async () => {
  const { engine, apps, outbound } = house;
  const flow = await engine.flows.create(first, flowOf({ subject: "A" }));
  await expect(apps.remove(first, "helpdesk")).rejects.toThrow("is used by the flow 'Make a ticket', the connection 'desk'");
  await engine.flows.delete(first, flow.id);
  await expect(apps.remove(first, "helpdesk")).rejects.toThrow("is used by the connection 'desk'");
  for (const { id } of await outbound.vault.list(first)) await outbound.vault.disconnect(first, id);
  await apps.remove(first, "helpdesk");
  expect([first, second].map((workspace) => house.catalog.of(workspace).app("helpdesk")?.title)).toEqual([undefined, "Helpdesk Two"]);
  await expect(call(first, "account.get")).rejects.toMatchObject({ code: "OPERATION_UNKNOWN" });
});
