import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "#kernel/root.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import type { ConnectionView, FlowDetail, Overview, RunDetail, RunList } from "#api/schemas.ts";

/** A built Millrace as a process of its own, on a data folder and a port that stay the same from start to start. */
export interface MillraceProcess {
  readonly origin: string;
  readonly folder: string;
  /** Starts it and resolves when it answers. */
  start(env?: Record<string, string>): Promise<void>;
  /** `kill -9`. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, and resolves with its exit code. */
  stop(): Promise<number | null>;
  readonly running: boolean;
  readonly pid: number;
  /** A call of the API with the key of the data folder. Throws with the error's sentence unless the answer is 2xx. */
  api<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** What signs a request of the API in. */
  headers(): Record<string, string>;
  /** A one-time link that signs a browser in. */
  link(): Promise<string>;
  log(): string;
  /** Ends it and deletes its data. */
  remove(): Promise<void>;
}

export interface MillraceOptions {
  /** Hosts on private addresses that flows may call. */
  allow?: string[];
  /** Arguments after `start`; `--no-sandbox` when absent. */
  args?: string[];
  env?: Record<string, string>;
}

export async function millraceProcess({ allow = [], args = ["--no-sandbox"], env = {} }: MillraceOptions = {}): Promise<MillraceProcess> {
  const bundle = join(packageRoot(), "dist", "millrace.js");
  if (!existsSync(bundle)) throw new Error("Millrace is not built: run 'npm run build' first.");
  const folder = mkdtempSync(join(tmpdir(), "millrace-test-"));
  const logFile = join(folder, "log");
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  const dataDir = join(folder, "data");

  const settings = {
    MILLRACE_DATA: dataDir,
    MILLRACE_PORT: String(port),
    MILLRACE_SANDBOX_PORT: String(sandboxPort),
    MILLRACE_LOG_LEVEL: "warn",
    MILLRACE_ALLOW_PRIVATE_HOSTS: allow.join(","),
    ...env,
  };
  const headers = () => ({ authorization: `Bearer ${readFileSync(dataFiles(dataDir).apiKey, "utf8").trim()}` });
  const running = () => child !== null && child.exitCode === null && child.signalCode === null;
  const end = async (signal: NodeJS.Signals, graceMs: number): Promise<number | null> => {
    if (!child || !running()) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child!.once("exit", resolve));
    child.kill(signal);
    const timer = setTimeout(() => child?.kill("SIGKILL"), graceMs);
    const code = await ended;
    clearTimeout(timer);
    return code;
  };
  const api = async <T>(method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { ...headers(), ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = (await reply.json()) as { error?: { message: string } };
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${answer.error?.message ?? ""}`);
    return answer as T;
  };
  return {
    origin,
    folder,
    get running() {
      return running();
    },
    get pid() {
      return child?.pid ?? 0;
    },
    async start(more = {}) {
      const log = openSync(logFile, "a");
      child = spawn(process.execPath, [bundle, "start", ...args], {
        env: { ...process.env, ...settings, ...more },
        stdio: ["ignore", log, log],
      });
      await answering(origin, running, () => readFileSync(logFile, "utf8"));
    },
    kill: async () => void (await end("SIGKILL", 0)),
    stop: () => end("SIGTERM", 15_000),
    api,
    link: async () => (await api<{ url: string }>("POST", "/sign-in-links")).url,
    headers,
    log: () => readFileSync(logFile, "utf8"),
    async remove() {
      await end("SIGTERM", 10_000);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends what hangs: a busy machine takes its time for a start. */
const startHangsMs = 120_000;
const startLookMs = 50;

/** Waits until it answers. By then the API key is in its file. */
async function answering(origin: string, running: () => boolean, log: () => string): Promise<void> {
  for (let i = 0; i < startHangsMs / startLookMs; i++) {
    if (!running()) throw new Error(`Millrace ended at its start:\n${log()}`);
    // While it starts, its door answers the API with 503.
    const reply = await fetch(`${origin}/api/v1/overview`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (reply && reply.status !== 503) return;
    await sleep(startLookMs);
  }
  throw new Error(`Millrace did not answer within ${startHangsMs / 1000} s:\n${log()}`);
}

/** Below the ports that systems give to connections: one that is free now is not taken by somebody's call while Millrace is down. */
const portsFrom = 20_000;
const portsUpTo = 32_000;

/** A port that is free. Drawn at random, so that tests that run at the same time do not draw the same. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(portsFrom, portsUpTo);
    const server = createServer();
    const listens = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!listens) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Makes a flow, publishes it, and gives the address events are posted to. */
export async function installFlow(millrace: MillraceProcess, definition: unknown): Promise<{ id: string; hookUrl: string }> {
  const draft = await millrace.api<FlowDetail>("POST", "/flows", definition);
  const flow = await millrace.api<FlowDetail>("POST", `/flows/${draft.id}/publish`);
  return { id: flow.id, hookUrl: flow.trigger.hookUrl ?? "" };
}

/** Adds a connection without testing it: what it leads to may be down on purpose. */
export const connect = (millrace: MillraceProcess, connection: Record<string, unknown>): Promise<ConnectionView> =>
  millrace.api("POST", "/connections?verify=false", connection);

/** Runs that match a query of the list, newest first, at most 200. */
export const runsOf = async (millrace: MillraceProcess, query = ""): Promise<RunList["runs"]> =>
  (await millrace.api<RunList>("GET", `/runs?limit=200${query}`)).runs;

export const runDetail = (millrace: MillraceProcess, id: string): Promise<RunDetail> => millrace.api("GET", `/runs/${id}`);

/** Runs of the last 24 hours that are not at their end. */
export async function openRuns(millrace: MillraceProcess): Promise<number> {
  const { runs } = await millrace.api<Overview>("GET", "/overview");
  return (runs.queued ?? 0) + (runs.running ?? 0) + (runs.waiting ?? 0);
}

const lookMs = 100;

/**
 * Asks until the answer is true; fails with `what` after `limitMs` of an idle machine. Looks are counted, not the time: where others have
 * the processor, each takes longer, and so may what is waited for.
 */
export async function until(what: string, limitMs: number, ask: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await ask()); looks++) {
    if (looks * lookMs > limitMs) throw new Error(`Waited ${limitMs / 1000} s in vain for this: ${what}`);
    await sleep(lookMs);
  }
}

const pieceMs = 5;

/**
 * How long something took, in milliseconds of an idle machine: those that a loop beside it got of the processor. Where many share the
 * processor, the loop gets as little of it as what it waits for.
 */
export async function idleMs(what: Promise<unknown>): Promise<number> {
  let over = false;
  const end = () => void (over = true);
  void what.then(end, end);
  const before = process.cpuUsage();
  while (!over) {
    for (const until = performance.now() + pieceMs; performance.now() < until;);
    await nextTurn();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

export interface Posted {
  status: number;
  retryAfter: string | null;
}
/** Posts one event; status 0 when no answer came. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Posted> {
  try {
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    await reply.arrayBuffer();
    return { status: reply.status, retryAfter: reply.headers.get("retry-after") };
  } catch {
    return { status: 0, retryAfter: null };
  }
}
