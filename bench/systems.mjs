// What is measured, and how each is started. Everything is written below one temporary folder of this run.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventBody } from "./lib/event.mjs";
import { alive, sleep, stopTree } from "./lib/processes.mjs";
import { targetApi } from "./load.mjs";
import { millrace } from "./millrace.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const targetUrl = "http://127.0.0.1:18901";

/** A temporary folder for the run; `remove` when all is over. */
export function workspace() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Each gives: prepare() once per fresh start, start() -> a process, url(): where its hook is. */
export function systemsIn(folder) {
  const relay = (name, file, port, env = {}) => ({
    name,
    async prepare() {},
    start: () => run(folder, name, [join(here, "baselines", file)], { PORT: port, TARGET_URL: targetUrl, ...env }),
    url: () => `http://127.0.0.1:${port}/hook`,
  });
  const fresh = (system, paths) => ({
    ...system,
    prepare: async () => paths.forEach((path) => rmSync(join(folder, path), { recursive: true, force: true })),
  });
  return {
    relay: relay("relay", "relay.mjs", 18911),
    "durable-relay": fresh(relay("durable-relay", "durable-relay.mjs", 18912, { DB: join(folder, "relay.db") }), [
      "relay.db",
      "relay.db-wal",
      "relay.db-shm",
    ]),
    millrace: millrace({ name: "millrace", folder, targetUrl, port: 18941, run }),
    // A database that may be emptied: BENCH_DATABASE_URL=postgres://… node bench/run.mjs --systems millrace,millrace-postgres
    "millrace-postgres": millrace({
      name: "millrace-postgres",
      folder,
      targetUrl,
      port: 18943,
      run,
      database: process.env.BENCH_DATABASE_URL,
    }),
    "millrace-old-runs": millrace({ name: "millrace-old-runs", folder, targetUrl, port: 18942, run, keep: true }),
  };
}

/** Starts Node with a script; its output goes to <folder>/<name>.log. */
function run(folder, name, args, env) {
  mkdirSync(folder, { recursive: true });
  const log = openSync(join(folder, `${name}.log`), "a");
  const environment = { ...process.env, ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, String(value)])) };
  return spawn(process.execPath, args, { env: environment, stdio: ["ignore", log, log], cwd: folder });
}

export async function startTarget(folder) {
  const child = run(folder, "target", [join(here, "target.mjs")], { PORT: new URL(targetUrl).port });
  const target = targetApi(targetUrl);
  for (let i = 0; i < 100; i++) {
    const stats = await target.stats().catch(() => null);
    if (stats?.pid === child.pid) return { ...target, pid: child.pid };
    // Two runs that share a target reset each other's counts.
    if (stats) throw new Error(`Another target (pid ${stats.pid}) already listens on ${targetUrl}. End it, or wait for its run.`);
    await sleep(50);
  }
  throw new Error("The target did not start.");
}

/** Starts a system and waits for its first accepted event. `acceptMs` counts from the start of the process. */
export async function startSystem(system) {
  const started = Date.now();
  const child = system.start();
  while (Date.now() - started < 60_000) {
    if (!alive(child.pid)) throw new Error(`${system.name} ended at its start; see its log`);
    if (await accepted(system.url(), `probe-${started}-${Date.now()}`)) return { pid: child.pid, acceptMs: Date.now() - started };
    await sleep(5);
  }
  await stopTree(child.pid);
  throw new Error(`${system.name} accepted nothing within 60 s`);
}

async function accepted(url, id) {
  try {
    const reply = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: eventBody(id),
      signal: AbortSignal.timeout(5000),
    });
    await reply.text();
    return reply.ok;
  } catch {
    return false;
  }
}
