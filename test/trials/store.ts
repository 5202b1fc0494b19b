/** The store, the disk, the clock and the port go wrong: nothing accepted is lost, and the process says so or ends. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { packageRoot } from "#kernel/root.ts";
import { installFlow, millraceProcess, post, until, type MillraceProcess } from "#test/support/millrace.ts";
import { Sender } from "./senders.ts";
import { Promises, type Trial } from "./trial.ts";
import { inWorld, openBadHost, residentMiB, settled } from "./world.ts";

const bundle = join(packageRoot(), "dist", "millrace.js");
const dataOf = ({ folder }: MillraceProcess) => join(folder, "data");
const keeping = {
  name: "Keeps each event",
  trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
  steps: [{ id: "kept", format: { id: "{{ trigger.id }}" } }],
};
/** Runs of the last day that ended well. */
const succeeded = async (millrace: MillraceProcess): Promise<number> =>
  (await millrace.api<{ runs: Record<string, number> }>("GET", "/overview")).runs["succeeded"] ?? 0;

async function withMillrace<T>(
  work: (millrace: MillraceProcess, hookUrl: string) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const millrace = await millraceProcess({ env });
  try {
    await millrace.start();
    const { hookUrl } = await installFlow(millrace, keeping);
    return await work(millrace, hookUrl);
  } finally {
    await millrace.remove();
  }
}

/** The file size limit of the process stands in for the disk: it needs no mount. */
const diskFull: Trial = {
  title: "full disk, killed and started again while it is full",
  run: () =>
    withMillrace(async (millrace, hookUrl) => {
      const promises = new Promises();
      const filling = "x".repeat(20_000);
      const limit = (bytes: number | "unlimited") => execFileSync("prlimit", ["--pid", String(millrace.pid), `--fsize=${bytes}:unlimited`]);
      limit(6 * 1024 * 1024);
      let accepted = 0;
      let refused = 0;
      for (let i = 0; i < 2000 && refused === 0; i++) {
        const { status } = await post(hookUrl, { id: `d${i}`, filling });
        if (status === 202) accepted++;
        else refused = status;
      }
      promises.expect(refused === 429, `the hook answered ${refused} when the disk was full`);
      promises.expect((await fetch(`${millrace.origin}/healthz`)).status === 200, "healthz did not answer");
      await millrace.kill();
      await millrace.start();
      await settled(millrace, 60_000);
      const done = await succeeded(millrace);
      promises.expect(done === accepted, `${accepted} accepted, ${done} succeeded`);
      return { figures: { accepted, succeeded: done, "answer when full": refused }, broken: promises.broken };
    }),
};

const damaged: Trial = {
  title: "torn WAL, damaged database, store gone",
  async run() {
    const promises = new Promises();
    const figures: Record<string, string | number> = {};
    await withMillrace(async (millrace, hookUrl) => {
      for (let i = 0; i < 400; i++) await post(hookUrl, { id: `w${i}` });
      await settled(millrace, 30_000);
      await millrace.kill();
      const wal = join(dataOf(millrace), "millrace.db-wal");
      if (existsSync(wal)) truncateSync(wal, Math.max(0, statSync(wal).size - 1000));
      await millrace.start();
      const kept = await succeeded(millrace);
      figures["kept of 400 with a torn WAL"] = kept;
      promises.expect(kept >= 390, `only ${kept} of 400 runs are there after the WAL lost its last 1,000 bytes`);
    });
    await withMillrace(async (millrace) => {
      await millrace.stop();
      appendFileSync(join(dataOf(millrace), "millrace.db"), "");
      execFileSync("dd", [
        "if=/dev/urandom",
        `of=${join(dataOf(millrace), "millrace.db")}`,
        "bs=4096",
        "count=4",
        "conv=notrunc",
        "status=none",
      ]);
      const { code, text } = await startOnce(millrace, 10_000);
      promises.expect(code === 1, `a damaged database ended the start with ${String(code)}`);
      promises.expect(/backup/i.test(text), `a damaged database is met without advice: ${text.slice(-200)}`);
      figures["damaged: exit code"] = String(code);
    });
    await withMillrace(async (millrace, hookUrl) => {
      await millrace.stop();
      for (const file of readdirSync(dataOf(millrace)).filter((name) => name.startsWith("millrace.db")))
        rmSync(join(dataOf(millrace), file));
      const answer = await hookWhileStarting(millrace, hookUrl);
      promises.expect(answer === 429 || answer === 0, `with its store gone the hook answered ${answer}`);
      figures["store gone: hook answers"] = answer;
    });
    return { figures, broken: promises.broken };
  },
};

function spawnStart(millrace: MillraceProcess, env: Record<string, string> = {}) {
  const { port } = new URL(millrace.origin);
  const child = spawn(process.execPath, [bundle, "start", "--no-sandbox"], {
    env: { ...process.env, MILLRACE_DATA: dataOf(millrace), MILLRACE_PORT: port, MILLRACE_LOG_LEVEL: "warn", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said.text += chunk.toString()));
  return { child, said };
}

/** A start that should end by itself: its exit code, or `null` when it had to be killed after `limitMs`. */
async function startOnce(millrace: MillraceProcess, limitMs: number, env: Record<string, string> = {}) {
  const { child, said } = spawnStart(millrace, env);
  const timer = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const began = Date.now();
  const [code] = (await once(child, "exit")) as [number | null];
  clearTimeout(timer);
  return { code, text: said.text, ms: Date.now() - began };
}

/** What a sender is answered within the first seconds of a start; 0 when nothing answers. */
async function hookWhileStarting(millrace: MillraceProcess, hookUrl: string): Promise<number> {
  const { child } = spawnStart(millrace);
  try {
    let answer = 0;
    for (let i = 0; i < 30 && answer === 0; i++) {
      await sleep(100);
      answer = (await post(hookUrl, { id: "late" })).status;
    }
    return answer;
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

const dayMs = 86_400_000;
const clockAhead: Trial = {
  title: "a clock that is 100 days ahead once",
  run: () =>
    withMillrace(async (millrace, hookUrl) => {
      const promises = new Promises();
      for (let i = 0; i < 100; i++) await post(hookUrl, { id: `c${i}` });
      await settled(millrace, 30_000);
      await millrace.stop();
      const ahead = {
        MILLRACE_TRIAL_AHEAD_MS: String(100 * dayMs),
        NODE_OPTIONS: `--import ${join(import.meta.dirname, "clock-ahead.mjs")}`,
      };
      const { child } = spawnStart(millrace, ahead);
      await sleep(75_000); // retention looks after a minute
      child.kill("SIGTERM");
      await once(child, "exit");
      await millrace.start();
      const { runs } = await millrace.api<{ runs: unknown[] }>("GET", "/runs?limit=200");
      const again = (await (
        await fetch(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: '{"id":"c5"}' })
      ).json()) as { repeat?: boolean };
      promises.expect(runs.length === 100, `${100 - runs.length} of 100 runs were deleted`);
      promises.expect(again.repeat === true, "an event that was done before was accepted as new");
      return { figures: { "runs kept of 100": runs.length, "repeat recognised": String(again.repeat === true) }, broken: promises.broken };
    }),
};

const stopping: Trial = {
  title: "a taken port ends the start; SIGTERM ends a busy process",
  async run() {
    const promises = new Promises();
    const figures: Record<string, string | number> = {};
    const millrace = await millraceProcess();
    const squatter = createServer().listen(Number(new URL(millrace.origin).port), "127.0.0.1");
    await once(squatter, "listening");
    const { code, ms } = await startOnce(millrace, 15_000);
    squatter.close();
    await millrace.remove();
    promises.expect(code === 1 && ms < 5000 + 3000, `a start on a taken port ended with ${String(code)} after ${ms} ms`);
    figures["taken port: ended after ms"] = code === null ? "never" : ms;
    const bad = await openBadHost("hang");
    try {
      await inWorld({ allow: [bad.host] }, async ({ millrace: busy }) => {
        await busy.api("POST", "/connections?verify=false", { name: "bad", app: "http", auth: "none", baseUrl: bad.origin });
        const hanging = {
          ...keeping,
          name: "Hangs",
          steps: [{ id: "post", app: "http", operation: "post", connection: "bad", input: { url: "/", body: {} } }],
        };
        const { hookUrl } = await installFlow(busy, hanging);
        for (let i = 0; i < 100; i++) await post(hookUrl, { id: `s${i}` });
        await until("the host is asked", 10_000, () => bad.requests() > 0);
        const began = Date.now();
        const exit = await busy.stop();
        const took = Date.now() - began;
        promises.expect(exit === 0 && took < 10_000, `SIGTERM with calls in flight: exit ${String(exit)} after ${took} ms`);
        figures["SIGTERM with calls that hang: ended after ms"] = took;
      });
    } finally {
      await bad.close();
    }
    return { figures, broken: promises.broken };
  },
};

const soak: Trial = {
  title: "soak of 60 s at 34 events/s",
  run: () =>
    inWorld({}, async ({ millrace, target, hookUrl }) => {
      const promises = new Promises();
      const memory: number[] = [];
      const events = new Sender(hookUrl).start(34);
      for (let i = 0; i < 6; i++) {
        await sleep(10_000);
        memory.push(residentMiB(millrace.pid));
      }
      await events.finish();
      await settled(millrace, 30_000);
      const missing = [...events.acknowledged].filter((id) => !target.created.has(id)).length;
      promises.expect(missing === 0, `${missing} events did not arrive`);
      promises.expect(memory.at(-1)! < 250, `${memory.at(-1)} MiB at the end`);
      return { figures: { accepted: events.acknowledged.size, missing, "MiB every 10 s": memory.join(", ") }, broken: promises.broken };
    }),
};

const backup: Trial = {
  title: "a backup made under load, restored elsewhere",
  run: () =>
    inWorld({}, async ({ millrace, hookUrl }) => {
      const promises = new Promises();
      const events = new Sender(hookUrl).start(60);
      await sleep(4000);
      const before = events.acknowledged.size;
      const folder = join(millrace.folder, "backup");
      const { port } = new URL(millrace.origin);
      const child = spawn(process.execPath, [bundle, "backup", folder], {
        env: { ...process.env, MILLRACE_DATA: dataOf(millrace), MILLRACE_PORT: port },
        stdio: "ignore",
      });
      const [code] = (await once(child, "exit")) as [number | null];
      await events.finish();
      promises.expect(code === 0, `backup ended with ${String(code)}`);
      const file = readdirSync(folder).find((name) => name.endsWith(".db"))!;
      const kept = Number(execFileSync(process.execPath, ["-e", countEvents, join(folder, file)], { cwd: packageRoot() }).toString());
      promises.expect(kept >= before, `${before} events were accepted before it began, ${kept} are in it`);
      return { figures: { "accepted before it began": before, "in the backup": kept }, broken: promises.broken };
    }),
};
const countEvents = `console.log(new (require("better-sqlite3"))(process.argv[1], { readonly: true }).prepare("select count(*) n from events").get().n)`;

export const store = [diskFull, damaged, clockAhead, stopping, soak, backup];
