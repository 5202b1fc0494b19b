/** The sealing key is rotated while runs go on: none fails, and afterwards the old key is of no use. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { expect, test } from "vitest";
import type { ConnectionView, FlowDetail, RunList } from "#api/schemas.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { post, until } from "#test/support/millrace.ts";
import { localSandbox } from "#test/support/sandbox.ts";

const log = pino({ level: "silent" });
const connections = 120;
const newKey = () => randomBytes(32).toString("base64");

test("a key is rotated under load with no failed run, by a command as well, and the old key can then be forgotten", async () => {
  const local = await localSandbox();
  const folder = mkdtempSync(join(tmpdir(), "millrace-rotation-"));
  const settings = { MILLRACE_DATA: folder, MILLRACE_PORT: "0", MILLRACE_ALLOW_PRIVATE_HOSTS: local.host };
  const start = (env: Record<string, string>): Promise<Millrace> =>
    startMillrace(readServerSettings({ ...settings, ...env }), { log, sandbox: false });
  const [older, newer] = [newKey(), newKey()];
  let millrace = await start({ MILLRACE_ENCRYPTION_KEY: older });
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const authorization = `Bearer ${readFileSync(dataFiles(folder).apiKey, "utf8").trim()}`;
    const reply = await fetch(`${millrace.localUrl}/api/v1${path}`, {
      method,
      headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    expect(reply.status, `${method} ${path}`).toBeLessThan(300);
    return (await reply.json()) as T;
  };
  try {
    for (let i = 0; i < connections; i++) await api("POST", "/connections?verify=false", { ...local.connection, name: `acme-${i}` });
    const stepOf = (i: number) => ({
      id: `make${i}`,
      app: "highlevel",
      operation: "contacts.create",
      connection: `acme-${i}`,
      input: { email: `n{{ trigger.n }}of${i}@rotation.example` },
    });
    const steps = [0, 40, 80, connections - 1].map(stepOf);
    const { id } = await api<FlowDetail>("POST", "/flows", { name: "Leads", trigger: { app: "http", operation: "webhook" }, steps });
    const { trigger } = await api<FlowDetail>("POST", `/flows/${id}/publish`, { force: true });
    const hook = new URL(trigger.hookUrl!).pathname;
    const send = async (from: number, count: number) => {
      for (let n = from; n < from + count; n++) expect((await post(`${millrace.localUrl}${hook}`, { n })).status).toBe(202);
    };
    await send(0, 20);

    await millrace.close();
    millrace = await start({ MILLRACE_ENCRYPTION_KEY: `${newer},${older}` });
    await send(20, 40); // while secrets are sealed anew
    const finished = async () => (await api<RunList>("GET", "/runs?state=succeeded&limit=100")).runs.length;
    await until("all runs have ended", 60_000, async () => (await finished()) === 60);
    expect((await api<RunList>("GET", "/runs?attention=true")).runs).toEqual([]);
    await until("all are sealed anew", 30_000, async () => (await millrace.vault.reseal()) === 0);

    await millrace.close();
    millrace = await start({ MILLRACE_ENCRYPTION_KEY_COMMAND: `node -p "'${newer}'"` });
    for (const i of [0, 60, connections - 1]) {
      const { connections: all } = await api<{ connections: ConnectionView[] }>("GET", "/connections");
      const found = all.find(({ name }) => name === `acme-${i}`)!;
      expect(await api<{ ok: boolean }>("POST", `/connections/${found.id}/test`)).toMatchObject({ ok: true });
    }
  } finally {
    await millrace.close();
    await local.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
