import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallView, FlowDetail, Overview, RunList } from "#api/schemas.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId } from "#server/start/store.ts";
import { post, until } from "#test/support/millrace.ts";
import { freshDatabase } from "#test/support/postgres/fresh.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";

// A login is taken back while events come in: nothing is lost, nothing is doubled, and a new login is all that it takes.

interface CallList {
  calls: CallView[];
}

let local: LocalSandbox;
let millrace: Millrace;
let folder: string;
const log = pino({ level: "silent" });

beforeEach(async () => {
  local = await localSandbox();
  folder = mkdtempSync(join(tmpdir(), "millrace-login-"));
  await start();
});
afterEach(async () => {
  await millrace.close();
  await local.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens a Millrace on a folder. */
async function open(dataDir: string, env: Record<string, string>, withNewKey = false): Promise<Millrace> {
  const settings = { MILLRACE_DATA: dataDir, MILLRACE_PORT: "0", MILLRACE_ALLOW_PRIVATE_HOSTS: local.host, ...env };
  return startMillrace(readServerSettings(settings), { log, sandbox: false, withNewKey });
}

async function start({ env = {}, withNewKey = false } = {}): Promise<void> {
  millrace = await open(folder, env, withNewKey);
}

async function api<T>(method: string, path: string, body?: unknown, { localUrl } = millrace): Promise<T> {
  const key = readFileSync(dataFiles(folder).apiKey, "utf8").trim();
  const reply = await fetch(`${localUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  expect(reply.status, `${method} ${path}`).toBeLessThan(300);
  return (await reply.json()) as T;
}

async function installFlow(more: Record<string, unknown> = {}): Promise<string> {
  const create = {
    id: "contact",
    app: "highlevel",
    operation: "contacts.create",
    connection: "acme",
    input: { email: "lead{{ trigger.n }}@example.com", firstName: "Lead" },
  };
  const { id } = await api<FlowDetail>("POST", "/flows", {
    name: "Leads",
    trigger: { app: "http", operation: "webhook", key: "{{ trigger.n }}", record: "{{ trigger.of }}" },
    steps: [create],
    settings: { order: "record" },
    ...more,
  });
  const { trigger } = await api<FlowDetail>("POST", `/flows/${id}/publish`);
  return new URL(trigger.hookUrl!).pathname;
}

const send = async (hook: string, n: number, { localUrl } = millrace) =>
  expect((await post(`${localUrl}${hook}`, { n, of: n % 2 })).status).toBe(202);
const leads = () =>
  local.sandbox.state.contacts
    .all()
    .flatMap(({ email }) => /^lead(\d+)@/.exec(email ?? "")?.[1] ?? [])
    .map(Number);
const outages = async () => (await api<Overview>("GET", "/overview")).outages;
const runs = async (query: string) => (await api<RunList>("GET", `/runs?limit=100&${query}`)).runs;
const freshToken = () => local.sandbox.issueToken({ locationId: String(local.connection["locationId"]) }).accessToken;

test("twenty events of two records wait for a login that was revoked, over a restart, and go through in order and once", async () => {
  const { id } = await api<{ id: string }>("POST", "/connections", local.connection);
  const hook = await installFlow();
  local.sandbox.faults.set({ kind: "token_revoked", count: 1 });
  for (let n = 0; n < 10; n++) await send(hook, n);
  await until("both records wait, with the events behind", 20_000, async () => (await outages())[0]?.waiting === 10);
  expect(await outages()).toMatchObject([{ connection: { id, name: "acme", title: "Acme Dental", status: "broken" }, waiting: 10 }]);
  expect(await runs("state=failed")).toEqual([]);
  const waitingRuns = await runs("state=waiting");
  expect(waitingRuns.length).toBe(2);
  const [waiting] = waitingRuns;
  expect(waiting!.waiting).toMatchObject({ kind: "connection", connection: id, until: null });

  await millrace.close();
  await start();
  for (let n = 10; n < 20; n++) await send(hook, n);
  await until("both records wait still, with all twenty", 20_000, async () => (await outages())[0]?.waiting === 20);
  expect(leads()).toEqual([]);

  await api("PATCH", `/connections/${id}`, { secret: { token: freshToken() } });
  await until("all are through", 30_000, () => leads().length >= 20);
  await until("all runs have ended", 20_000, async () => (await runs("state=succeeded")).length === 20);
  for (const record of [0, 1]) {
    const own = leads().filter((n) => n % 2 === record);
    expect(own).toEqual(Array.from({ length: 10 }, (_, i) => 2 * i + record));
  }
  expect(await outages()).toEqual([]);
});

test("a connection is not called while it counts as broken, and a test that works lets its runs go on", async () => {
  const { id } = await api<{ id: string }>("POST", "/connections", local.connection);
  const hook = await installFlow({ settings: {} });
  const verdict = { status: "broken", problem: "CONNECTION_REVOKED", reason: "It was refused." } as const;
  await millrace.vault.record(firstWorkspaceId, id, verdict);
  for (let n = 0; n < 50; n++) await send(hook, n);
  await until("all runs wait", 20_000, async () => (await outages())[0]?.waiting === 50);
  expect([leads(), await runs("state=failed")]).toEqual([[], []]);
  await api("POST", `/connections/${id}/test`);
  await until("all are through", 30_000, () => leads().length === 50);
  await until("all runs have ended", 20_000, async () => (await runs("state=succeeded")).length === 50);
  expect(leads().length).toBe(50);
});

test("a login whose key is lost keeps its runs waiting, until it is connected again or the key is back", async () => {
  const { id } = await api<{ id: string }>("POST", "/connections", local.connection);
  const hook = await installFlow({ settings: {} });
  const env = { MILLRACE_ENCRYPTION_KEY: randomBytes(32).toString("base64") };
  await millrace.close();
  await start({ env, withNewKey: true });
  await send(hook, 0);
  await until("the run waits", 20_000, async () => (await outages())[0]?.waiting === 1);
  expect((await outages())[0]!.connection).toMatchObject({ id, status: "failed" });

  await millrace.close();
  await start(); // with the key of the folder
  await until("the run goes on", 30_000, () => leads().length === 1);

  await millrace.close();
  await start({ env, withNewKey: true });
  await send(hook, 1);
  await until("the next run waits", 20_000, async () => (await outages())[0]?.waiting === 1);
  await api("PATCH", `/connections/${id}`, { secret: { token: freshToken() } });
  await until("it goes on as well", 30_000, () => leads().length === 2);
});

test("the log says which login was used for which call: by a run, a program and a test of the login", async () => {
  const { id } = await api<{ id: string }>("POST", "/connections", local.connection);
  const hook = await installFlow({ settings: {} });
  await send(hook, 1);
  await until("it is through", 20_000, async () => (await runs("state=succeeded")).length === 1);
  const search = { connection: "acme", input: { query: "ada@example.com" } };
  await api("POST", "/operations/contacts.search", search);
  await api("POST", `/connections/${id}/test`);
  const { calls } = await api<CallList>("GET", `/calls?connection=acme&limit=500`);
  expect(new Set(calls.map(({ connection }) => connection.id))).toEqual(new Set([id]));
  const [run] = await runs("state=succeeded");
  expect(calls.filter(({ purpose }) => purpose === "run")).toEqual([
    expect.objectContaining({
      operation: "contacts.create",
      method: "POST",
      status: 201,
      run: run!.id,
      step: "contact",
      flow: { id: run!.flow.id, name: "Leads" },
      who: "The flow 'Leads'",
      by: null,
    }),
  ]);
  expect(calls.find(({ purpose }) => purpose === "direct")).toMatchObject({
    operation: "contacts.search",
    by: expect.stringMatching(/^key:/),
    who: "The workspace key",
    run: null,
  });
  expect(
    calls.find(({ purpose }) => purpose === "login_test"),
    "whoever tests a login",
  ).toMatchObject({ who: "The workspace key" });
  expect(JSON.stringify(calls)).not.toContain("ada@example.com");
  expect((await api<CallList>("GET", `/calls?run=${run!.id}`)).calls).toHaveLength(1);
});

test("of two processes on one database, the runs of both go on when one of them gets the new login", async () => {
  await millrace.close();
  rmSync(folder, { recursive: true }); // its rows are elsewhere now
  const env = { DATABASE_URL: await freshDatabase({ empty: true }), MILLRACE_ENCRYPTION_KEY: randomBytes(32).toString("base64") };
  await start({ env });
  const otherFolder = mkdtempSync(join(tmpdir(), "millrace-login-"));
  const other = await open(otherFolder, env);
  try {
    const { id } = await api<{ id: string }>("POST", "/connections", local.connection);
    const hook = await installFlow({ settings: {} });
    local.sandbox.faults.set({ kind: "token_revoked", count: 1 });
    await send(hook, 0);
    await until("the login is refused", 20_000, async () => (await outages())[0]?.waiting === 1);
    for (let n = 1; n < 10; n++) await send(hook, n, n % 2 ? other : millrace);
    await until("all runs wait", 20_000, async () => (await outages())[0]?.waiting === 10);
    expect([leads(), await runs("state=failed")]).toEqual([[], []]);
    await api("PATCH", `/connections/${id}`, { secret: { token: freshToken() } }, other);
    await until("all are through", 20_000, async () => (await runs("state=succeeded")).length === 10);
    expect(leads().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  } finally {
    await other.close();
    await millrace.close();
    rmSync(otherFolder, { recursive: true, force: true });
  }
});
