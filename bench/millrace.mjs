// Millrace as a system under test: built, with its data in a folder of the run, and a flow installed over its API.
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventBody, mappedFields } from "./lib/event.mjs";
import { alive, sleep, stopTree } from "./lib/processes.mjs";
import pg from "pg";
import { prefill } from "./prefill.mjs";

const command = join(dirname(dirname(fileURLToPath(import.meta.url))), "bin", "millrace.mjs");

/**
 * `keep`: the data folder is filled once (prefill) and kept from start to start; otherwise each start begins with an empty one. `database`: the
 * address of a PostgreSQL database that keeps the rows; everything in it is deleted.
 */
export function millrace({ name, folder, targetUrl, port, run, keep = false, database }) {
  const data = join(folder, name);
  const origin = `http://127.0.0.1:${port}`;
  let hookUrl;

  const start = () =>
    run(folder, name, [command, "start", "--no-sandbox"], {
      MILLRACE_DATA: data,
      MILLRACE_PORT: port,
      MILLRACE_LOG_LEVEL: "warn",
      MILLRACE_ALLOW_PRIVATE_HOSTS: new URL(targetUrl).host,
      ...(database && { DATABASE_URL: database }),
    });

  /** Starts it, does `work` with its API, and stops it again. */
  const during = async (work) => {
    const child = start();
    try {
      return await work(await answering(origin, child.pid, join(data, "api-key")));
    } catch (error) {
      throw new Error(`${error.message}\n${readFileSync(join(folder, `${name}.log`), "utf8").slice(-3000)}`, { cause: error });
    } finally {
      await stopTree(child.pid);
    }
  };
  const install = async () => {
    rmSync(data, { recursive: true, force: true });
    if (database) await empty(database);
    hookUrl = await during((api) => installFlow(api, targetUrl));
  };
  return {
    name,
    start,
    url: () => hookUrl,
    prepare: () => (keep && hookUrl ? undefined : install()),
    /** Fills the store with `count` finished runs. */
    async prefill(count) {
      await install();
      await during(async (api) => {
        await fetch(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: eventBody("first") });
        while (!(await api("GET", "/runs?state=succeeded")).runs.length) await sleep(100);
      });
      prefill(join(data, "millrace.db"), count);
    },
  };
}

async function empty(database) {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  await client.query("drop schema public cascade; create schema public");
  await client.end();
}

/** Waits until Millrace answers, and gives its API with the key of its data folder. */
async function answering(origin, pid, keyFile) {
  for (let i = 0; ; i++) {
    const health = await fetch(`${origin}/readyz`).catch(() => null);
    if (health?.ok) return apiOf(origin, readFileSync(keyFile, "utf8").trim());
    if (i > 600 || !alive(pid)) throw new Error(`Millrace does not answer on ${origin}. It said:`);
    await sleep(100);
  }
}

const apiOf = (origin, key) => async (method, path, body) => {
  const reply = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Error(`${method} ${path}: ${answer.error?.message ?? reply.status}`);
  return answer;
};

async function installFlow(api, targetUrl) {
  await api("POST", "/connections?verify=false", { name: "target", title: "Target", app: "http", auth: "none", baseUrl: targetUrl });
  const flow = await api("POST", "/flows", {
    name: "Bench",
    trigger: { app: "http", operation: "webhook" },
    steps: [
      {
        id: "post",
        app: "http",
        operation: "post",
        connection: "target",
        input: { url: "/contacts", body: mappedFields, idempotent: true },
      },
    ],
  });
  return (await api("POST", `/flows/${flow.id}/publish`)).trigger.hookUrl;
}
