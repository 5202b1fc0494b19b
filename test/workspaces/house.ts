import { mkdtempSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { systemClock } from "#kernel/clock.ts";
import { openApiKeys } from "#server/auth/api-keys.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { startMillrace } from "#server/start/millrace.ts";
import { sqliteHome } from "#storage/home.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId, openStore } from "#server/start/store.ts";
import { ensureWorkspace } from "#storage/workspaces.ts";

/** An answer of the API, as it came. */
export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

/** What one workspace asks of the API. */
export interface Caller {
  workspaceId: string;
  /** The word in every name and text of the workspace's things. */
  word: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same for what must succeed, read as JSON. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T>;
  key(): string;
  useKey(key: string): void;
}

/** One Millrace with the workspace that its first start made, which is the operator's, and another one. */
export async function openTwoWorkspaces() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-workspaces-"));
  const settings = readServerSettings({
    MILLRACE_DATA: join(folder, "data"),
    MILLRACE_PORT: "0",
    MILLRACE_API_RATE: "0",
    MILLRACE_TRUSTED_PROXIES: "loopback",
    MILLRACE_ALLOW_PRIVATE_HOSTS: "127.0.0.1",
  });
  mkdirSync(settings.dataDir, { recursive: true });
  const store = await openStore(sqliteHome(dataFiles(settings.dataDir).store), systemClock);
  await ensureWorkspace(store.db, { id: "ws_second", name: "Second", now: 1 });
  const secondKey = (await (await openApiKeys({ store: store.apiKeys, clock: systemClock })).ensure("ws_second"))!;
  await store.db.close();
  const millrace = await startMillrace(settings, { log: pino({ level: "silent" }), sandbox: false });
  const firstKey = readFileSync(dataFiles(settings.dataDir).apiKey, "utf8").trim();
  const caller = (workspaceId: string, word: string, key: string) => callerOf(millrace.localUrl, workspaceId, word, key);
  return {
    millrace,
    file: dataFiles(settings.dataDir).store,
    aurelia: caller(firstWorkspaceId, "aurelia", firstKey),
    borealis: caller("ws_second", "borealis", secondKey),
    async close() {
      await millrace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Each request is from another address, so that no count of wrong keys differs from one to the next. */
const addressOf = (n: number) => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

function callerOf(localUrl: string, workspaceId: string, word: string, firstKey: string): Caller {
  let key = firstKey;
  let sender = 0;
  const call: Caller["call"] = async (method, path, body, headers = {}) => {
    const reply = await fetch(`${localUrl}/api/v1${path}`, {
      method,
      headers: {
        "x-forwarded-for": addressOf(sender++),
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  };
  return {
    workspaceId,
    word,
    call,
    async ask<T>(method: string, path: string, body?: unknown) {
      const { status, text } = await call(method, path, body);
      if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
      return JSON.parse(text) as T;
    },
    key: () => key,
    useKey: (next) => void (key = next),
  };
}
