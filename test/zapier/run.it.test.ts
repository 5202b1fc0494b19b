/**
 * Every trigger, search and create of a project, done once by the platform's own tester against a running Millrace with the sandbox. The
 * inputs are those of the tests of the official client; where the sandbox keeps no records, the example of the catalog.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HighLevel } from "@gohighlevel/api-client";
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { isObject, type JsonObject } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { zapierParts } from "#surfaces/zapier/parts.ts";
import { zapierProject } from "#surfaces/zapier/project.ts";
import type { ZapierAction } from "#surfaces/zapier/shapes.ts";
import { builtIn, findOperation } from "#test/support/built-in.ts";
import { groundOf } from "#test/sdk/row.ts";
import { rows } from "#test/sdk/rows/index.ts";
import type { Side } from "#test/sdk/side.ts";
import { formDataOf, loadProject, type LoadedProject } from "./project.ts";

const { acmeDental, companyId } = sandboxDefaults;
const { apps } = builtIn.of("any");
const parts = zapierParts(apps);

/** Time goes on by itself, and jumps where a row of the official client's tests has to wait. */
let ahead = 0;
const clock = {
  ...systemClock,
  now: () => Date.now() + ahead,
  advance: (ms: number) => Promise.resolve(void (ahead += ms)),
};

let folder: string;
let millrace: Millrace;
let files: Record<string, string>;
let project: LoadedProject;
let receiver: Receiver;
let official: Side["official"];
let authData: { url: string; api_key: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-zapier-run-"));
  receiver = await openReceiver();
  const settings = readServerSettings({
    MILLRACE_DATA: join(folder, "data"),
    MILLRACE_PORT: "0",
    MILLRACE_SANDBOX_PORT: "0",
    MILLRACE_ALLOW_PRIVATE_HOSTS: receiver.host,
  });
  millrace = await startMillrace(settings, { log: pino({ level: "silent" }), sandbox: true, sandboxQuota: { burst: 100_000 }, clock });
  authData = { url: millrace.localUrl, api_key: await narrowKey(readFileSync(dataFiles(settings.dataDir).apiKey, "utf8").trim()) };
  await connect();
  files = zapierProject(apps);
  project = loadProject(files);
});
afterAll(async () => {
  project.remove();
  await millrace.close();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => millrace.sandbox!.systems.reset());

/**
 * Runs one function of an action. The tester reads a whole project for each call, so it gets one that holds this action alone; that the whole
 * project has the very same action is looked at here.
 */
async function run<T>(folder: "triggers" | "searches" | "creates", action: ZapierAction, name: string, bundle: object): Promise<T> {
  const small = zapierProject(apps, { only: [`${action.app}.${action.operation}`] });
  const path = `${folder}/${action.key}.json`;
  expect(withoutLists(small[path]!)).toEqual(withoutLists(files[path]!));
  const own = loadProject(small);
  try {
    return await own.run<T>(`${folder}.${action.key}.operation.${name}`, { authData, inputData: {}, meta: {}, ...bundle });
  } finally {
    own.remove();
  }
}
/** Drop-downs of the same list may be numbered otherwise in a smaller project, and a label need not say which app it is of. */
const withoutLists = (file: string): unknown =>
  JSON.parse(file, (name, value: unknown) => (name === "dynamic" || name === "label" ? undefined : value));

/** A key that may do what the project needs, and nothing else. */
async function narrowKey(owner: string): Promise<string> {
  const reply = await fetch(`${millrace.localUrl}/api/v1/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${owner}`, "content-type": "application/json" },
    body: JSON.stringify({
      name: "Zapier",
      role: "builder",
      scopes: ["connections:read", "catalog:read", "operations:call", "targets:write"],
      expiresInDays: null,
    }),
  });
  return ((await reply.json()) as { key: string }).key;
}

async function connect(): Promise<void> {
  const { systems, url: baseUrl } = millrace.sandbox!;
  const login = { app: "highlevel", auth: "token", baseUrl, companyId } as const;
  const token = (wish?: { locationId: string }) => systems.issueToken(wish).accessToken;
  const own = { locationId: acmeDental };
  await millrace.vault.connect(workspaceId, { name: "location", ...login, ...own, secret: { token: token(own) } });
  await millrace.vault.connect(workspaceId, {
    name: "flocksy",
    app: "flocksy",
    auth: "header",
    baseUrl: `${baseUrl}/flocksy`,
    secret: { token: systems.flocksy.logins.key },
  });
  const addresses = Object.fromEntries(Object.entries(systems.sightMillPaths()).map(([name, path]) => [name, baseUrl + path]));
  await millrace.vault.connect(workspaceId, { name: "sightmill", app: "sightmill", auth: "url", secret: addresses });
  Object.assign(HighLevel, { BASE_URL: baseUrl }); // declared private, and the only way to point it elsewhere
  official = {
    location: new HighLevel({ privateIntegrationToken: token(own) }),
    agency: new HighLevel({ privateIntegrationToken: token() }),
  };
  await millrace.vault.connect(workspaceId, { name: "agency", ...login, access: "agency", secret: { token: token() } });
}

interface Receiver {
  host: string;
  url: string;
  got: unknown[];
  answer: number;
  close(): Promise<void>;
}
async function openReceiver(): Promise<Receiver> {
  const got: unknown[] = [];
  const state = { answer: 200 };
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.method === "POST") got.push(JSON.parse(Buffer.concat(chunks).toString()));
      response.writeHead(state.answer, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(state, {
    host,
    url: `http://${host}/hook`,
    got,
    close: () => new Promise<void>((done) => server.close(() => done())),
  });
}

/** What the form of an action is filled with, and the login. */
async function fillingOf(action: ZapierAction): Promise<JsonObject> {
  const { app, operation } = action;
  const row = app === "highlevel" ? rows[operation] : undefined;
  const { systems: sandbox } = millrace.sandbox!;
  const own = inputs[`${app}.${operation}`];
  const doing = row
    ? await row(groundOf({ sandbox, clock, official } as unknown as Side))
    : { input: own ? await own() : (findOperation(app, operation)?.example?.input ?? {}) };
  const login = "login" in doing ? (doing.login ?? "location") : accessOf(app, operation);
  const connection = app === "highlevel" ? login : app === "http" ? undefined : app;
  return { ...formDataOf(action, doing.input), ...(connection !== undefined && { millrace_connection: connection }) };
}
const accessOf = (app: string, operation: string) =>
  findOperation(app, operation)?.access.includes("agency") === true && !findOperation(app, operation)?.access.includes("location")
    ? "agency"
    : "location";

describe("the login", () => {
  test("is tested with a key that may do no more than is needed, and named by workspace and key", async () => {
    const session = await project.run<JsonObject>("authentication.test", { authData });
    expect(session).toMatchObject({ apiKey: "Zapier" });
    expect(await project.run("authentication.connectionLabel", { authData, inputData: session })).toMatch(/, Zapier$/);
  });
  test("with a wrong key says that the connection has expired", async () => {
    const wrong = { ...authData, api_key: "mk_wrong" };
    await expect(project.run("authentication.test", { authData: wrong })).rejects.toMatchObject({ name: "ExpiredAuthError" });
  });
});

/** Of the apps that have no row among the official client's: what their forms are filled with. */
const inputs: Record<string, () => JsonObject | Promise<JsonObject>> = {
  "highlevel.contacts.field_changed": () => ({ field: "email" }),
  "highlevel.opportunities.field_changed": () => ({ field: "name" }),
  "highlevel.locations.get_tag": () => ({ tagId: tagNamed("read") }),
  "highlevel.locations.update_tag": () => ({ tagId: tagNamed("old"), name: "renamed" }),
  "highlevel.locations.delete_tag": () => ({ tagId: tagNamed("gone") }),
  "flocksy.mappings.update": async () => ({ mappingId: (await madeBy("flocksy", "mappings.upsert"))["id"]!, details: "Spends the most" }),
  "flocksy.profiles.list": () => (flocksy().upsertProfile({ userId: "usr_1", name: "Ada" }), {}),
  "flocksy.profiles.delete": () => ({ userId: flocksy().upsertProfile({ userId: "usr_gone", name: "Ada" }).userId }),
  "flocksy.mappings.delete": async () => ({ mappingId: (await madeBy("flocksy", "mappings.upsert"))["id"]! }),
  "flocksy.webhooks.unsubscribe": async () => ({ webhookId: (await madeBy("flocksy", "webhooks.subscribe"))["id"]! }),
  "http.get": () => ({ url: receiver.url }),
  "http.post": () => ({ url: receiver.url, body: { email: "ada@example.com" } }),
  "http.put": () => ({ url: receiver.url, body: { email: "ada@example.com" } }),
  "http.patch": () => ({ url: receiver.url, body: { email: "ada@example.com" } }),
  "http.delete": () => ({ url: receiver.url }),
};

const flocksy = () => millrace.sandbox!.systems.flocksy;
const tagNamed = (name: string) =>
  millrace.sandbox!.systems.state.tags.put({ id: `${name}Tag`.padEnd(20, "0"), locationId: acmeDental, name }).id;

const named = (actions: readonly ZapierAction[]) => actions.map((action) => [action.key, action] as const);
/** What a create gives, done for one that needs its record. */
async function madeBy(app: string, operation: string): Promise<JsonObject> {
  const action = parts.creates.find((one) => one.app === app && one.operation === operation)!;
  return perform("creates", action, await fillingOf(action));
}
const perform = <T>(folder: "searches" | "creates", action: ZapierAction, inputData: JsonObject) =>
  run<T>(folder, action, "perform", { inputData });

describe("each search gives records with ids", () => {
  test.each(named(parts.searches))("%s", async (_, action) => {
    const found = await perform<JsonObject[]>("searches", action, await fillingOf(action));
    expect(found.every((record) => isObject(record) && record["id"] !== undefined)).toBe(true);
  });
});

describe("each create gives a record", () => {
  test.each(named(parts.creates))("%s", async (_, action) => {
    const made = await perform<JsonObject>("creates", action, await fillingOf(action));
    expect(isObject(made)).toBe(true);
  });
});

describe("each trigger gives samples with ids", () => {
  test.each(named(parts.triggers))("%s", async (_, action) => {
    const way = action.kind === "poll" ? "perform" : "performList";
    const inputData = await fillingOf(action);
    const samples = await run<JsonObject[]>("triggers", action, way, { inputData, meta: { isLoadingSample: true } });
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.every((sample) => sample["id"] !== undefined)).toBe(true);
  });
});

const flowsNow = async () => (await millrace.engine.flows.list(workspaceId)).filter(({ folder: of }) => of === "Zapier");
const subscribe = async (action: ZapierAction) => {
  const bundle = { inputData: await fillingOf(action), targetUrl: receiver.url };
  const subscribeData = await run<{ id: string }>("triggers", action, "performSubscribe", bundle);
  return { subscribeData, unsubscribe: () => run("triggers", action, "performUnsubscribe", { ...bundle, subscribeData }) };
};
const hooks = parts.triggers.filter(({ kind }) => kind === "hook");
const keyOfTrigger = (operation: string) => hooks.find((action) => action.operation === operation)!;

describe("each trigger by webhook has a flow while its Zap is on", () => {
  test.each(named(hooks))("%s", async (_, action) => {
    const { subscribeData, unsubscribe } = await subscribe(action);
    expect(await flowsNow()).toMatchObject([{ id: subscribeData.id, status: "on", name: expect.stringMatching(/^Zapier: /) }]);
    await unsubscribe();
    const resting = await flowsNow();
    expect(resting.every(({ status }) => status === "off")).toBe(true); // its address is entered in the app
    for (const { id } of resting) await millrace.engine.flows.delete(workspaceId, id);
  });
});

describe("an event", () => {
  const created = () => keyOfTrigger("ContactCreate");
  const arrived = async (count: number) => {
    await expect.poll(() => receiver.got.length, { timeout: 10_000 }).toBe(count);
  };
  beforeEach(() => {
    receiver.got.length = 0;
    receiver.answer = 200;
  });

  test("is posted to the Zap, which makes records of it", async () => {
    const { unsubscribe } = await subscribe(created());
    await madeBy("highlevel", "contacts.create");
    await arrived(1);
    const [record] = await run<JsonObject[]>("triggers", created(), "perform", { cleanedRequest: receiver.got[0] });
    expect(record).toMatchObject({ type: "ContactCreate", id: expect.any(String), email: expect.any(String) });
    await unsubscribe();
  });
  test("that the Zap answers with 410 ends its flow, and leaves nothing in Needs attention", async () => {
    receiver.answer = 410;
    const { subscribeData, unsubscribe } = await subscribe(created());
    await madeBy("highlevel", "contacts.create");
    await expect.poll(flowsNow, { timeout: 10_000 }).toEqual([]);
    const [last] = await millrace.engine.runs(workspaceId, { flowId: subscribeData.id }, { limit: 1 });
    expect(last).toMatchObject({ state: "failed", attention: false });
    expect(await unsubscribe()).toEqual({ ok: true }); // Zapier may still turn the Zap off
  });
  test("of a trigger whose address is entered by hand comes to the same address after the Zap was off", async () => {
    const action = keyOfTrigger("response.received");
    const first = await subscribe(action);
    await first.unsubscribe();
    const second = await subscribe(action);
    expect(second.subscribeData).toEqual(first.subscribeData);
    expect(await flowsNow()).toMatchObject([{ status: "on" }]);
    await second.unsubscribe();
  });
});

describe("a drop-down", () => {
  const open = (key: string, inputData: JsonObject) =>
    project.run<{ id: string; name: string }[]>(`triggers.${key}.operation.perform`, { authData, inputData, meta: {} });
  test.each(parts.choices.map((list) => [list.key, list] as const))("%s has ids and names", async (key, { app }) => {
    const found = await open(key, { millrace_connection: app === "highlevel" ? "location" : app }).catch((error: Error) => error.message);
    if (typeof found === "string") expect(found).toMatch(/agency/); // snapshots can be had by an agency only
    else for (const { id, name } of found) expect([id, name].every((text) => typeof text === "string" && text !== "")).toBe(true);
  });
  test("offers the stages of the pipeline that was chosen, and of all where none was", async () => {
    const list = parts.choices.find(({ within }) => within?.field === "pipelineId")!;
    const login = { millrace_connection: "location" };
    const all = await open(list.key, login);
    const [pipeline] = millrace.sandbox!.systems.state.pipelines.inLocation(acmeDental);
    const own = await open(list.key, { ...login, pipelineId: pipeline!.id });
    expect(all[0]!.name).toBe(`${pipeline!.name} / ${own[0]!.name}`);
    expect(await open(list.key, { ...login, pipelineId: "another" })).toEqual([]);
  });
  test("offers the connections of the app alone", async () => {
    expect(await open("connections_flocksy", {})).toEqual([{ id: "flocksy", name: "flocksy" }]);
  });
});

describe("custom fields", () => {
  const action = parts.creates.find(({ operation }) => operation === "contacts.upsert")!;
  test("are fields of the form, and are written", async () => {
    const login = { millrace_connection: "location" };
    const fields = await run<{ key: string; type?: string }[]>("creates", action, "inputFields", { inputData: login });
    const own = fields.filter(({ key }) => key.startsWith("custom_field_"));
    const score = own.find(({ type }) => type === "number")!;
    const made = await perform<JsonObject>("creates", action, { ...login, email: "custom@example.com", [score.key]: 7 });
    const kept = millrace.sandbox!.systems.state.contacts.get(String(made["id"]))!;
    expect(kept.customFields).toEqual([{ id: sandboxDefaults.customFields.score, value: 7 }]);
  });
});

describe("an error of Millrace", () => {
  const upsert = parts.creates.find(({ operation }) => operation === "contacts.upsert")!;
  const get = parts.searches.find(({ operation }) => operation === "contacts.get")!;
  test("that trying again would not heal halts the Zap, with our sentence", async () => {
    await expect(perform("creates", upsert, { millrace_connection: "nobody" })).rejects.toMatchObject({
      name: "HaltedError",
      message: expect.stringMatching(/There is no connection 'nobody'/),
    });
  });
  test("of a read that finds nothing is an empty search", async () => {
    expect(await perform("searches", get, { millrace_connection: "location", contactId: "nobody000000000000000" })).toEqual([]);
  });
  test("about too many requests is asked again after the time it names", async () => {
    millrace.sandbox!.systems.faults.set({ kind: "rate_limit", count: 20 });
    await expect(perform("searches", get, { millrace_connection: "location", contactId: "x" })).rejects.toMatchObject({
      name: "ThrottledError",
    });
  });
});
