import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { backup } from "../operations/backup.ts";
import { dataFiles, readServerNote } from "./data-folder.ts";
import { examine } from "../operations/doctor.ts";
import { isExampleDone, runExample, runTotals } from "./example.ts";
import { startMillrace, type Millrace } from "./millrace.ts";
import { rotateKeyOffline } from "../auth/offline-key.ts";
import { readServerSettings } from "./settings.ts";
import { firstWorkspaceId as workspaceId } from "./store.ts";

const folders: string[] = [];
const running: Millrace[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-server-"));
  folders.push(folder);
  return join(folder, "data");
};
const log = pino({ level: "silent" });
async function start(
  dataDir: string,
  { sandbox = false, env = {} }: { sandbox?: boolean; env?: Record<string, string> } = {},
): Promise<Millrace> {
  const millrace = await startMillrace(settingsOf(dataDir, env), { log, sandbox });
  running.push(millrace);
  return millrace;
}
const settingsOf = (dataDir: string, env: Record<string, string> = {}) =>
  readServerSettings({ MILLRACE_DATA: dataDir, MILLRACE_PORT: "0", MILLRACE_SANDBOX_PORT: "0", ...env });

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

afterEach(async () => {
  for (const millrace of running.splice(0)) await millrace.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe("a start", () => {
  test("makes the folder, a key that opens the API, and tells where it is; the next one keeps the key", async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    const key = readFileSync(dataFiles(dataDir).apiKey, "utf8").trim();
    expect([first.apiKey.file, first.apiKey.isNew, first.apiKey.isThere()]).toEqual([dataFiles(dataDir).apiKey, true, true]);
    expect(first.warnings().join()).toContain("encryption.key");
    expect(readServerNote(dataDir)).toEqual({ url: first.url, pid: process.pid });
    expect((await fetch(`${first.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect(await (await fetch(`${first.url}/readyz`)).json()).toEqual({ ready: true });
    await first.close();
    expect(readServerNote(dataDir)).toBeNull();
    const second = await start(dataDir);
    expect(second.apiKey.isNew).toBe(false);
    expect((await fetch(`${second.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  });

  test("keeps its keys to their owner", async () => {
    const dataDir = newFolder();
    await start(dataDir);
    const files = dataFiles(dataDir);
    for (const file of [files.apiKey, files.encryptionKey]) expect(statSync(file).mode & 0o077, file).toBe(0);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
  });

  test("without its key file says so, makes no key of its own, and 'key rotate --offline' lets its owner in again", async () => {
    const dataDir = newFolder();
    const { apiKey } = dataFiles(dataDir);
    const first = await start(dataDir);
    const [key, cookie] = [readFileSync(apiKey, "utf8").trim(), await signedIn(first)];
    await expect(rotateKeyOffline(settingsOf(dataDir))).rejects.toThrow("Another Millrace");
    await first.close();
    rmSync(apiKey);
    const second = await start(dataDir);
    expect([second.apiKey.isNew, second.apiKey.isThere()]).toEqual([false, false]);
    expect(second.warnings().join()).toContain("key rotate --offline");
    expect((await fetch(`${second.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    await second.close();

    const made = await rotateKeyOffline(settingsOf(dataDir));
    expect(readFileSync(apiKey, "utf8").trim()).toBe(made);
    expect(statSync(apiKey).mode & 0o077).toBe(0);
    const third = await start(dataDir);
    const status = async (headers: Record<string, string>) => (await fetch(`${third.url}/api/v1/overview`, { headers })).status;
    expect(await status({ authorization: `Bearer ${made}` })).toBe(200);
    expect(await status({ authorization: `Bearer ${key}` })).toBe(401);
    expect(await status({ cookie, "x-millrace": "1" })).toBe(401);
    await expect(rotateKeyOffline(settingsOf(newFolder()))).rejects.toThrow("There is no store");
  });

  test("on a folder that another Millrace uses says which one, and leaves it alone", async () => {
    const dataDir = newFolder();
    const first = await start(dataDir);
    await expect(start(dataDir)).rejects.toThrow(`Another Millrace (at ${first.url}, process ${process.pid}) is using ${dataDir}`);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });

  test("on a port that is taken says so, and gives the folder back", async () => {
    const dataDir = newFolder();
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = String((other.address() as AddressInfo).port);
    await expect(start(dataDir, { env: { MILLRACE_PORT: port } })).rejects.toThrow(`Port ${port} is taken`);
    await expect(start(dataDir, { sandbox: true, env: { MILLRACE_SANDBOX_PORT: port } })).rejects.toThrow("MILLRACE_SANDBOX_PORT");
    other.close();
    await start(dataDir);
  });

  test("on something that is no folder is reported as a wrong setting", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "millrace-server-")), "file");
    folders.push(join(file, ".."));
    writeFileSync(file, "");
    await expect(start(file)).rejects.toThrow("MILLRACE_DATA");
  });
});

/** The cookie of a browser that opened a one-time link. */
async function signedIn({ localUrl, links }: Millrace): Promise<string> {
  const reply = await fetch(`${localUrl}/api/v1/session`, {
    method: "POST",
    headers: { "x-millrace": "1", "content-type": "application/json" },
    body: JSON.stringify({ link: links!.make().split("#open=")[1] }),
  });
  return reply.headers.getSetCookie()[0]!.split(";", 1)[0]!;
}

describe("a browser's session", () => {
  const asks = (millrace: Millrace, path: string, cookie: string, method = "GET") =>
    fetch(`${millrace.localUrl}/api/v1${path}`, { method, headers: { cookie, "x-millrace": "1", accept: "text/event-stream" } });

  test("survives a restart; signing out ends it for good and closes its own event streams, not those of others", async () => {
    const dataDir = newFolder();
    const env = { MILLRACE_PUBLIC_URL: "http://localhost:4400" }; // the cookie's name has its port
    const first = await start(dataDir, { env });
    const [one, other] = [await signedIn(first), await signedIn(first)];
    await first.close();
    const millrace = await start(dataDir, { env });
    const [mine, theirs] = [await asks(millrace, "/events/stream", one), await asks(millrace, "/events/stream", other)];
    expect([mine.status, theirs.status]).toEqual([200, 200]);
    expect((await asks(millrace, "/session", one, "DELETE")).status).toBe(200);
    expect(await mine.text()).toBe("retry: 2000\n\n");
    expect((await asks(millrace, "/overview", one)).status).toBe(401);
    expect((await asks(millrace, "/events/stream", one)).status).toBe(401);
    expect((await asks(millrace, "/overview", other)).status).toBe(200);
    await millrace.close();
    const again = await start(dataDir, { env });
    expect((await asks(again, "/overview", one)).status).toBe(401);
    expect((await asks(again, "/overview", other)).status).toBe(200);
    await theirs.body?.cancel();
  });

  test("and every event stream ends with the API key, also those that were opened with the key itself", async () => {
    const dataDir = newFolder();
    const millrace = await start(dataDir);
    const cookie = await signedIn(millrace);
    const key = () => readFileSync(dataFiles(dataDir).apiKey, "utf8").trim();
    const withKey = { authorization: `Bearer ${key()}` };
    const streams = [
      await asks(millrace, "/events/stream", cookie),
      await fetch(`${millrace.url}/api/v1/events/stream`, { headers: withKey }),
    ];
    const reply = await fetch(`${millrace.url}/api/v1/api-key`, { method: "POST", headers: withKey });
    expect(((await reply.json()) as { key: string }).key).toBe(key());
    for (const stream of streams) expect(await stream.text()).toBe("retry: 2000\n\n");
    expect((await asks(millrace, "/overview", cookie)).status).toBe(401);
    expect((await fetch(`${millrace.url}/api/v1/overview`, { headers: withKey })).status).toBe(401);
  });
});

describe("the live stream", () => {
  test("tells a page that listens which runs changed, and ends with the server", async () => {
    const millrace = await start(newFolder());
    const cookie = await signedIn(millrace);
    const refused = await fetch(`${millrace.url}/api/v1/events/stream`, {
      headers: { cookie, accept: "text/event-stream", "sec-fetch-site": "cross-site" },
    });
    expect(refused.status).toBe(403);
    const stream = await fetch(`${millrace.url}/api/v1/events/stream`, {
      headers: { cookie, accept: "text/event-stream", "sec-fetch-site": "same-origin" },
    });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    const flow = await millrace.engine.flows.create(workspaceId, {
      name: "By hand",
      trigger: { app: "millrace", operation: "manual" },
      steps: [],
    });
    await millrace.engine.flows.publish(workspaceId, flow.id);
    const { runIds } = await millrace.engine.flows.runNow(workspaceId, flow.id, {});
    const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("succeeded")) text += (await reader.read()).value ?? "";
    expect(text).toContain(`{"changed":[{"id":"${runIds[0]}","flowId":"${flow.id}","state":"succeeded"}]}`);
    await millrace.close();
    while (!(await reader.read()).done);
  });
});

describe("the first start", () => {
  test("installs the example, carries the samples through, and is finished by the next start where it was cut off", async () => {
    const dataDir = newFolder();
    const env = { MILLRACE_SANDBOX_PORT: String(await freePort()) };
    const first = await start(dataDir, { sandbox: true, env });
    const cutOff = runExample({
      millrace: first,
      dataDir,
      progress(accepted) {
        if (accepted >= 5) throw new Error("the power went");
      },
    });
    await expect(cutOff).rejects.toThrow("the power went");
    expect(isExampleDone(dataDir)).toBe(false);
    await first.close();

    const second = await start(dataDir, { sandbox: true, env });
    const report = await runExample({ millrace: second, dataDir, progress: () => {} });
    expect(report).toMatchObject({ accepted: 22, filtered: 2, open: 0, failed: 0 });
    expect(report.created + report.updated).toBe(20);
    expect(report.tagged).toBe(20);
    expect(report.tasks).toBeGreaterThan(0);
    expect(isExampleDone(dataDir)).toBe(true);
    expect(await runTotals(second)).toEqual({ runs: 22, open: 0, attention: 0 });
    expect((await second.vault.list(workspaceId)).map(({ name }) => name)).toEqual(["acme", "sightmill-main"]);
    expect(await second.engine.flows.list(workspaceId)).toHaveLength(1);
    const contacts = second.sandbox!.systems.state.contacts.all();
    expect(new Set(contacts.map(({ email }) => email)).size).toBe(contacts.length);
    expect(second.sandbox!.systems.state.tasks.all().filter(({ title }) => title.startsWith("Call ")).length).toBe(report.tasks);
  });
});

describe("looking after it", () => {
  test("the doctor tells what runs, what is missing and what is wrong", async () => {
    const dataDir = newFolder();
    const says = async (env: Record<string, string> = {}) =>
      Object.fromEntries(
        (await examine({ MILLRACE_DATA: dataDir, ...env }, systemClock)).map(({ what, state, says: text }) => [what, `${state} ${text}`]),
      );
    expect(await says()).toMatchObject({
      settings: expect.stringMatching(/^ok/),
      "data folder": expect.stringMatching(/^warn .*not there yet/),
    });
    expect(existsSync(dataDir)).toBe(false);
    await (await start(dataDir)).close();
    expect(await says()).toMatchObject({
      server: expect.stringMatching(/^warn not running/),
      "encryption key": expect.stringMatching(/^advice .*copy/),
    });
    const millrace = await start(dataDir);
    expect(await says()).toMatchObject({
      server: `ok running at ${millrace.url} (process ${process.pid})`,
      access: "ok from this machine only",
      store: "ok sound",
      disk: expect.stringMatching(/free/),
    });
    expect((await says({ MILLRACE_PUBLIC_URL: "https://mill.example.com" }))["access"]).toMatch(/^warn .*MILLRACE_TRUSTED_PROXIES/);
    expect((await says({ MILLRACE_PORT: "x" }))["settings"]).toMatch(/^bad .*MILLRACE_PORT/s);
  });

  test("a backup is taken while it runs, is sound, and opens as a Millrace with the same connections", async () => {
    const dataDir = newFolder();
    const millrace = await start(dataDir);
    await millrace.vault.connect(workspaceId, {
      name: "web",
      app: "http",
      auth: "header",
      baseUrl: "https://example.com",
      secret: { token: "t" },
    });
    const target = newFolder();
    const { file, reminder } = await backup(settingsOf(dataDir), target);
    expect(reminder).toContain("encryption.key");
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readdirSync(target)).toHaveLength(1);
    const restored = newFolder();
    const again = await start(restored);
    await again.close();
    writeFileSync(dataFiles(restored).store, readFileSync(file));
    for (const suffix of ["-wal", "-shm"]) rmSync(`${dataFiles(restored).store}${suffix}`, { force: true });
    await expect(start(restored)).rejects.toThrow("is not the one that sealed its logins. Put the key back from your copy");
    writeFileSync(dataFiles(restored).encryptionKey, readFileSync(dataFiles(dataDir).encryptionKey));
    expect((await (await start(restored)).vault.list(workspaceId)).map(({ name }) => name)).toEqual(["web"]);
  });
});
