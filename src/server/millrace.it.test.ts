import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import { backup } from "./backup.ts";
import { dataFiles, readServerNote } from "./data-folder.ts";
import { examine } from "./doctor.ts";
import { isExampleDone, runExample, standing } from "./example.ts";
import { startMillrace, type Millrace } from "./millrace.ts";
import { readServerSettings } from "./settings.ts";
import { workspaceId } from "./store.ts";

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
    expect(first.firstKey).toBe(key);
    expect(first.warnings().join()).toContain("encryption.key");
    expect(readServerNote(dataDir)).toEqual({ url: first.url, pid: process.pid });
    expect((await fetch(`${first.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
    expect(await (await fetch(`${first.url}/readyz`)).json()).toEqual({ ready: true });
    await first.close();
    expect(readServerNote(dataDir)).toBeNull();
    const second = await start(dataDir);
    expect(second.firstKey).toBeNull();
    expect((await fetch(`${second.url}/api/v1/overview`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(200);
  });

  test("keeps its keys to their owner", async () => {
    const dataDir = newFolder();
    await start(dataDir);
    const files = dataFiles(dataDir);
    for (const file of [files.apiKey, files.encryptionKey, files.sessionKey]) expect(statSync(file).mode & 0o077, file).toBe(0);
    expect(statSync(dataDir).mode & 0o077).toBe(0);
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

  test("on something that is no folder is told as a setting", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "millrace-server-")), "file");
    folders.push(join(file, ".."));
    writeFileSync(file, "");
    await expect(start(file)).rejects.toThrow("MILLRACE_DATA");
  });
});

describe("the live stream", () => {
  test("tells a page that listens which runs changed, and ends with the server", async () => {
    const millrace = await start(newFolder());
    const page = await fetch(millrace.url, { headers: { accept: "text/html" } });
    const cookie = page.headers.getSetCookie()[0]!.split(";", 1)[0]!;
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
    expect(await standing(second)).toEqual({ runs: 22, open: 0, attention: 0 });
    expect((await second.vault.list(workspaceId)).map(({ name }) => name)).toEqual(["acme", "sightmill-main"]);
    expect(await second.engine.flows.list(workspaceId)).toHaveLength(1);
    const contacts = second.sandbox!.systems.state.contacts.all();
    expect(new Set(contacts.map(({ email }) => email)).size).toBe(contacts.length);
    expect(second.sandbox!.systems.state.tasks.all().filter(({ title }) => title.startsWith("Call ")).length).toBe(report.tasks);
  }, 60_000);
});

describe("looking after it", () => {
  test("the doctor tells what runs, what is missing and what is wrong", async () => {
    const dataDir = newFolder();
    const says = (env: Record<string, string> = {}) =>
      Object.fromEntries(
        examine({ MILLRACE_DATA: dataDir, ...env }, systemClock).map(({ what, state, says: text }) => [what, `${state} ${text}`]),
      );
    expect(says()).toMatchObject({ settings: expect.stringMatching(/^ok/), "data folder": expect.stringMatching(/^warn .*not there yet/) });
    expect(existsSync(dataDir)).toBe(false);
    await (await start(dataDir)).close();
    expect(says()).toMatchObject({
      server: expect.stringMatching(/^warn not running/),
      "encryption key": expect.stringMatching(/^warn .*keep a copy/),
    });
    const millrace = await start(dataDir);
    expect(says()).toMatchObject({
      server: `ok running at ${millrace.url} (process ${process.pid})`,
      store: "ok sound",
      disk: expect.stringMatching(/free/),
    });
    expect(says({ MILLRACE_PORT: "x" })["settings"]).toMatch(/^bad .*MILLRACE_PORT/s);
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
