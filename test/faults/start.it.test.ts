/** Starting and stopping, with real processes: ports in use, signals in every state, stores that are gone or damaged. `npm run build` first. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect as openSocket, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { freePort, idleMs, until } from "#test/support/millrace.ts";

/** Ends what hangs, and measures nothing. */
const hangsMs = 120_000;
const bundle = join(packageRoot(), "dist", "millrace.js");
const folders: string[] = [];
const children: ChildProcess[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of servers.splice(0)) server.close();
  for (const folder of folders.splice(0)) {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  }
});

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-start-"));
  folders.push(folder);
  return folder;
};

interface Started {
  child: ChildProcess;
  origin: string;
  /** All it printed so far. */
  text(): string;
  /** How it ended: null for a signal. */
  ended(): Promise<number | null>;
}

interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  /** The user it runs as. */
  as?: { uid: number; gid: number };
}

async function start(dataDir: string, { args = ["--no-sandbox"], env = {}, as }: StartOptions = {}): Promise<Started> {
  const port = await freePort();
  return startOn(port, dataDir, args, { MILLRACE_SANDBOX_PORT: String(await freePort()), ...env }, as);
}

function startOn(port: number, dataDir: string, args: string[], env: Record<string, string>, as?: StartOptions["as"]): Started {
  const settings = { MILLRACE_DATA: dataDir, MILLRACE_PORT: String(port), ...env };
  const child = spawn(process.execPath, [bundle, "start", ...args], {
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", "pipe", "pipe"],
    ...as,
  });
  children.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const closed = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    child,
    origin: `http://127.0.0.1:${port}`,
    text: () => text,
    async ended() {
      let over = false;
      void closed.then(() => (over = true));
      await until("it ends", hangsMs, () => over).catch((cause: unknown) => {
        throw new Error(`It did not end:\n${text}`, { cause });
      });
      return closed;
    },
  };
}

const stop = (started: Started, signal: NodeJS.Signals = "SIGTERM") => {
  started.child.kill(signal);
  return started.ended();
};
/** With the milliseconds of an idle machine that it took. Measuring them takes a processor, so only where they are asked for. */
async function measured(ending: Promise<number | null>): Promise<{ code: number | null; ms: number }> {
  const ms = await idleMs(ending);
  return { code: await ending, ms };
}
const ready = (started: Started) => until("Millrace is up", hangsMs, () => started.text().includes("Stop with Ctrl-C"));
const ask = (url: string, init?: RequestInit) => fetch(url, { ...init, signal: AbortSignal.timeout(5000) });
const keyOf = (dataDir: string) => ({ authorization: `Bearer ${readFileSync(join(dataDir, "api-key"), "utf8").trim()}` });

interface Used {
  dataDir: string;
  hookUrl: string;
  port: number;
}
let original: Promise<Used & { parent: string }> | undefined;

/** A data folder as a Millrace left it that was started and stopped once, with a login whose secret is sealed and a flow that is on. */
async function usedFolder(): Promise<Used> {
  const { dataDir: from, hookUrl, port } = await (original ??= makeUsedFolder());
  const dataDir = join(newFolder(), "data");
  cpSync(from, dataDir, { recursive: true });
  return { dataDir, hookUrl, port };
}
afterAll(async () => {
  if (original) rmSync((await original).parent, { recursive: true, force: true });
});

async function makeUsedFolder(): Promise<Used & { parent: string }> {
  const parent = mkdtempSync(join(tmpdir(), "millrace-start-"));
  const dataDir = join(parent, "data");
  const port = await freePort();
  const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
  await ready(millrace);
  const api = async (path: string, body?: unknown) => {
    const headers = { ...keyOf(dataDir), ...(body !== undefined && { "content-type": "application/json" }) };
    const reply = await ask(`${millrace.origin}/api/v1${path}`, {
      method: "POST",
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!reply.ok) throw new Error(await reply.text());
    return (await reply.json()) as { id: string; trigger: { hookUrl: string } };
  };
  await api("/connections?verify=false", {
    name: "web",
    app: "http",
    auth: "header",
    baseUrl: "https://example.com",
    secret: { token: "t" },
  });
  const { id } = await api("/flows", {
    name: "Keeps",
    trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}" },
    steps: [{ id: "kept", format: { id: "{{ trigger.id }}" } }],
  });
  const { trigger } = await api(`/flows/${id}/publish`);
  expect(await stop(millrace)).toBe(0);
  return { dataDir, hookUrl: trigger.hookUrl, port, parent };
}

async function taken(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

describe("a start on a port in use", () => {
  test("names the port, exits 1 within 5 s, and leaves the folder to the next start", async () => {
    const dataDir = join(newFolder(), "data");
    const port = await taken();
    const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
    const { code, ms } = await measured(millrace.ended());
    expect([code, ms < 5000]).toEqual([1, true]);
    expect(millrace.text()).toContain(`Port ${port} is taken`);
    const next = await start(dataDir);
    await ready(next);
    expect(await stop(next)).toBe(0);
  });

  test("does the same when the port is the sandbox's", async () => {
    const port = await taken();
    const millrace = await start(join(newFolder(), "data"), { args: [], env: { MILLRACE_SANDBOX_PORT: String(port) } });
    const { code, ms } = await measured(millrace.ended());
    expect([code, ms < 5000]).toEqual([1, true]);
    expect(millrace.text()).toContain(`Port ${port} is taken`);
  });

  test("does the same when the store is missing", async () => {
    const { dataDir } = await usedFolder();
    rmSync(join(dataDir, "millrace.db"));
    const millrace = startOn(await taken(), dataDir, ["--no-sandbox"], {});
    expect(await millrace.ended()).toBe(1);
  });
});

test("hooks that come while Millrace starts are answered 429 with Retry-After and then 202, never 404 and never refused again", async () => {
  const { dataDir, hookUrl, port } = await usedFolder();
  const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
  const answers: { status: number; retryAfter: string | null }[] = [];
  for (let id = 0; answers.at(-1)?.status !== 202 && id < 5000; id++) {
    const body = JSON.stringify({ id });
    const reply = await ask(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => null);
    if (reply) answers.push({ status: reply.status, retryAfter: reply.headers.get("retry-after") });
    else expect(answers).toEqual([]); // not listening yet
  }
  const early = answers.slice(0, -1);
  expect(early.length).toBeGreaterThan(0);
  for (const answer of early) expect(answer).toEqual({ status: 429, retryAfter: "5" });
  expect(answers.at(-1)!.status).toBe(202);
  await stop(millrace);
});

describe("SIGTERM and SIGINT end the process within 10 s", () => {
  test.each([0, 150, 400, 700, 1100, 2500])("%i ms after a first start began, and the next start works", async (ms) => {
    const dataDir = join(newFolder(), "data");
    const first = await start(dataDir, { args: [] });
    await sleep(ms);
    expect((await measured(stop(first, ms % 200 === 100 ? "SIGTERM" : "SIGINT"))).ms).toBeLessThan(10_000);
    const next = await start(dataDir, { args: [] });
    await until("Millrace is up", hangsMs, () => next.text().includes("Millrace is at")); // its samples are still on their way
    expect(await stop(next)).toBe(0);
  });

  test("while a target hangs, an event stream is open, and a body drips in", async () => {
    const { dataDir, hookUrl, port } = await usedFolder();
    const target = createServer((socket) => socket.on("error", () => {}));
    servers.push(target);
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(target.address() as { port: number }).port}`;
    const millrace = startOn(port, dataDir, ["--no-sandbox"], { MILLRACE_ALLOW_PRIVATE_HOSTS: host });
    await ready(millrace);
    const headers = { ...keyOf(dataDir), "content-type": "application/json" };
    const calling = fetch(`${millrace.origin}/api/v1/operations/http.get`, {
      method: "POST",
      headers,
      body: JSON.stringify({ input: { url: `http://${host}/` } }),
    }).catch(() => {});
    const stream = await fetch(`${millrace.origin}/api/v1/events/stream`, { headers: { ...headers, accept: "text/event-stream" } });
    expect(stream.status).toBe(200);
    const body = stream.body!.pipeTo(new WritableStream()).catch(() => {});
    const drip = openSocket(port, "127.0.0.1").on("error", () => {});
    const path = new URL(hookUrl).pathname;
    drip.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":`);
    const dripping = setInterval(() => drip.write("1"), 300);
    await sleep(300);
    const { code, ms } = await measured(stop(millrace));
    clearInterval(dripping);
    drip.destroy();
    await Promise.all([calling, body]);
    expect(ms).toBeLessThan(10_000);
    expect([0, 1]).toContain(code);
  });

  test("at once when it is asked a second time", async () => {
    const { dataDir, hookUrl, port } = await usedFolder();
    const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
    await ready(millrace);
    const drip = openSocket(port, "127.0.0.1").on("error", () => {});
    drip.write(`POST ${new URL(hookUrl).pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{`);
    await sleep(200);
    millrace.child.kill("SIGINT");
    await sleep(300);
    const { ms } = await measured(stop(millrace, "SIGINT"));
    drip.destroy();
    expect(ms).toBeLessThan(1000);
  });

  test("even when the stop itself hangs", async () => {
    const script = `
      import { processTerminal } from "#cli/terminal.ts";
      setInterval(() => {}, 1000);
      const asked = processTerminal({}).stopped(300);
      process.stdout.write("up");
      await asked;
      await new Promise(() => {});
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { cwd: packageRoot() });
    children.push(child);
    await new Promise((resolve) => child.stdout.once("data", resolve));
    const closed = new Promise((resolve) => child.once("close", resolve));
    const ms = idleMs(closed);
    child.kill("SIGTERM");
    expect(await closed).toBe(1);
    expect(await ms).toBeLessThan(3000);
  });
});

describe("a folder whose store is lost", () => {
  const losses: [string, (dataDir: string) => void][] = [
    ["deleted", (dataDir) => rmSync(join(dataDir, "millrace.db"))],
    ["emptied", (dataDir) => writeFileSync(join(dataDir, "millrace.db"), "")],
    [
      "an empty database",
      (dataDir) => {
        rmSync(join(dataDir, "millrace.db"));
        const raw = new Sqlite(join(dataDir, "millrace.db"));
        raw.exec("create table other (n integer)");
        raw.close();
      },
    ],
  ];
  test.each(losses)("(%s) is not started as new: hooks are answered 429, everything else 503 with what to do", async (_, lose) => {
    const { dataDir, hookUrl, port } = await usedFolder();
    lose(dataDir);
    const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
    await ready(millrace);
    const hook = await ask(hookUrl, { method: "POST", body: '{"id":1}' });
    expect([hook.status, Number(hook.headers.get("retry-after"))]).toEqual([429, 5]);
    for (const path of ["/", "/healthz", "/readyz", "/metrics", "/api/v1/overview", "/mcp", "/nothing"]) {
      const reply = await ask(millrace.origin + path);
      const text = await reply.text();
      expect([path, reply.status]).toEqual([path, 503]);
      expect(text).toContain("millrace start --new");
      expect(text).not.toContain(dataDir);
    }
    expect(millrace.text()).toContain("The store is missing");
    expect(millrace.text()).toContain(dataDir);
    expect(await doctor(dataDir)).toContain("The store is missing");
    const { code, ms } = await measured(stop(millrace));
    expect([code, ms < 10_000]).toEqual([0, true]);
  });

  test("begins anew with --new and with nothing less, and a store that is there is never replaced", async () => {
    const { dataDir } = await usedFolder();
    rmSync(join(dataDir, "millrace.db"));
    const anew = await start(dataDir, { args: ["--no-sandbox", "--new"] });
    await ready(anew);
    const reply = await ask(`${anew.origin}/api/v1/flows`, { headers: keyOf(dataDir) });
    expect(await reply.json()).toEqual({ flows: [] });
    await stop(anew);
    const again = await start(dataDir, { args: ["--no-sandbox", "--new"] });
    expect(await again.ended()).toBe(1);
    expect(again.text()).toContain("Start without --new");
    const usual = await start(dataDir);
    await ready(usual);
    await stop(usual);
  });

  test("is noticed when only the -wal file was lost: what was settled is there, and the loss is named", async () => {
    const { dataDir, hookUrl, port } = await usedFolder();
    const on = async () => {
      const millrace = startOn(port, dataDir, ["--no-sandbox"], {});
      await ready(millrace);
      return millrace;
    };
    const send = (id: number) => ask(hookUrl, { method: "POST", headers: { "content-type": "application/json" }, body: `{"id":${id}}` });
    const first = await on();
    expect((await send(1)).status).toBe(202);
    await stop(first);
    const second = await on();
    expect(second.text()).not.toContain("older than this folder");
    expect((await send(2)).status).toBe(202);
    second.child.kill("SIGKILL");
    await second.ended();
    for (const suffix of ["-wal", "-shm"]) rmSync(join(dataDir, `millrace.db${suffix}`));
    expect(await command("doctor", dataDir)).toContain("The store is older than this folder remembers");
    const third = await on();
    expect(third.text()).toContain("The store is older than this folder remembers");
    expect(await (await send(1)).json()).toMatchObject({ repeat: true });
    await stop(third);
  });
});

/** What the operating system lets this process do to another user's files depends on who it is: as root, Millrace is started as nobody. */
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

interface Fault {
  title: string;
  /** Breaks the folder. May give what undoes it. */
  harm(dataDir: string): (() => void) | void;
  says: RegExp;
  asNobody?: boolean;
  /** What is damaged is left as it is, for whoever can still get something out of it. */
  untouched?: boolean;
  env?: Record<string, string>;
}
const db = (dataDir: string) => join(dataDir, "millrace.db");
const sql = (dataDir: string, text: string) => {
  const raw = new Sqlite(db(dataDir));
  raw.exec(text);
  raw.close();
};
const overwrite = (file: string, at: number, bytes: Uint8Array) => {
  const whole = readFileSync(file);
  whole.set(bytes, at);
  writeFileSync(file, whole);
};
const otherKey = Buffer.alloc(32, 7).toString("base64");

const faults: Fault[] = [
  {
    title: "a file that is no database",
    untouched: true,
    harm: (dataDir) => writeFileSync(db(dataDir), "hello"),
    says: /is damaged or is not a database.*restore the newest backup: put it there as millrace\.db/,
  },
  {
    title: "a damaged head",
    untouched: true,
    harm: (dataDir) => overwrite(db(dataDir), 0, Buffer.from("garbage garbage")),
    says: /is damaged or is not a database.*restore the newest backup/,
  },
  {
    title: "damaged pages",
    untouched: true,
    harm: (dataDir) => overwrite(db(dataDir), 8192, Buffer.alloc(20 * 8192, 0xab)),
    says: /is damaged or is not a database.*restore the newest backup/,
  },
  {
    title: "a file that was cut in half",
    untouched: true,
    harm: (dataDir) => writeFileSync(db(dataDir), readFileSync(db(dataDir)).subarray(0, statSync(db(dataDir)).size / 2)),
    says: /is damaged or is not a database.*restore the newest backup/,
  },
  {
    title: "a store of a newer Millrace",
    untouched: true,
    harm: (dataDir) =>
      sql(
        dataDir,
        `insert into kysely_migration values ('0999_future', '2030'); update store_marks set value = '"9.9.9"' where name = 'version'`,
      ),
    says: /was written by Millrace 9\.9\.9.*0999_future.*Start version 9\.9\.9 or a later one, or restore the backup made before the upgrade/,
  },
  {
    title: "another program that holds the store locked",
    harm(dataDir) {
      const raw = new Sqlite(db(dataDir));
      raw.pragma("journal_mode = DELETE");
      raw.exec("begin exclusive");
      return () => raw.close();
    },
    says: /another program holds .*millrace\.db locked.*Close what has opened it/,
  },
  {
    title: "a folder that may not be written to",
    asNobody: true,
    harm: (dataDir) => chmodSync(dataDir, 0o500),
    says: /MILLRACE_DATA|read and write permission/,
  },
  {
    title: "a store file that may only be read",
    asNobody: true,
    harm: (dataDir) => chmodSync(db(dataDir), 0o400),
    says: /cannot be read and written by this user.*Give the user that runs Millrace read and write permission on/,
  },
  {
    title: "an encryption key that is gone",
    harm: (dataDir) => rmSync(join(dataDir, "encryption.key")),
    says: /encryption\.key is not there.*Put the key back from your copy.*--new-key/,
  },
  {
    title: "an encryption key that was cut off",
    harm: (dataDir) => writeFileSync(join(dataDir, "encryption.key"), "AbC"),
    says: /encryption\.key is cut off or is not a key.*Put the key back from your copy/,
  },
  {
    title: "another encryption key in the folder",
    harm: (dataDir) => writeFileSync(join(dataDir, "encryption.key"), otherKey),
    says: /encryption\.key is not the one that sealed its logins.*Put the key back/,
  },
  {
    title: "another encryption key in the setting",
    harm: () => {},
    env: { MILLRACE_ENCRYPTION_KEY: otherKey },
    says: /MILLRACE_ENCRYPTION_KEY is not the one that sealed its logins.*Put the key back/,
  },
];

describe("a store that cannot be used ends the start with exit code 1 and a sentence that says what to do", () => {
  test.each(faults)("$title", async ({ harm, says, asNobody, untouched, env }) => {
    const { dataDir } = await usedFolder();
    const asOther = asNobody && isRoot;
    if (asOther) give(dataDir);
    const undo = harm(dataDir);
    const before = untouched ? readFileSync(db(dataDir)) : null;
    const millrace = await start(dataDir, { env: env ?? {}, ...(asOther && { as: nobody }) });
    const code = await millrace.ended();
    undo?.();
    const text = millrace.text();
    expect(text).toMatch(says);
    expect(text).not.toMatch(/fault of its own|\n +at |Error:/);
    expect(code).toBe(1);
    if (before) expect(readFileSync(db(dataDir)).equals(before)).toBe(true);
  });

  test.runIf(hasPrlimit())("a full disk", async () => {
    const { dataDir } = await usedFolder();
    const big = "x".repeat(100_000);
    sql(dataDir, `insert into store_marks values ('filling', '"${big}"')`);
    const port = await freePort();
    const child = spawn("prlimit", ["--fsize=20000:unlimited", process.execPath, bundle, "start", "--no-sandbox"], {
      env: { PATH: process.env["PATH"], MILLRACE_DATA: dataDir, MILLRACE_PORT: String(port) },
    });
    children.push(child);
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
    expect(await new Promise((resolve) => child.once("close", resolve)), text).toBe(1);
    expect(text).toMatch(/the disk of .* is full.*Free some space/);
  });

  test("a lost key can be replaced on purpose, once; the old file is kept", async () => {
    const { dataDir } = await usedFolder();
    writeFileSync(join(dataDir, "encryption.key"), otherKey.slice(0, 10));
    const anew = await start(dataDir, { args: ["--no-sandbox", "--new-key"] });
    await ready(anew);
    await stop(anew);
    expect(readdirSync(dataDir).filter((name) => name.startsWith("encryption.key."))).toHaveLength(1);
    const usual = await start(dataDir);
    await ready(usual);
    await stop(usual);
  });
});

test("damaged records of the sandbox are named as such, and the store is left out of it", async () => {
  const { dataDir } = await usedFolder();
  writeFileSync(join(dataDir, "sandbox.db"), "no database, but long enough to be taken for one");
  const millrace = await start(dataDir, { args: [] });
  expect(await millrace.ended()).toBe(1);
  expect(millrace.text()).toMatch(/The sandbox's records in .*sandbox\.db cannot be used.*delete the file, or start with --no-sandbox/);
  expect(millrace.text()).not.toContain("millrace.db");
});

test("a start prints text for people, no log lines among it, and nothing once it is up", async () => {
  const millrace = await start(join(newFolder(), "data"), { args: [] });
  await until("the samples are through", hangsMs, () => millrace.text().includes("Stop with Ctrl-C"));
  const text = millrace.text();
  expect(text).not.toMatch(/^\{|"level":/m);
  await sleep(2000);
  expect(millrace.text()).toBe(text);
  await stop(millrace);
});

describe("a data folder", () => {
  test("that others could open is closed to them", async () => {
    const { dataDir } = await usedFolder();
    chmodSync(dataDir, 0o755);
    const millrace = await start(dataDir);
    await ready(millrace);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    await stop(millrace);
  });

  test("that holds other things as well is left as it is, and named", async () => {
    const dataDir = newFolder();
    mkdirSync(join(dataDir, "photos"));
    chmodSync(dataDir, 0o755);
    const millrace = await start(dataDir);
    await ready(millrace);
    expect(statSync(dataDir).mode & 0o777).toBe(0o755);
    expect(millrace.text()).toContain(`chmod 700 ${dataDir}`);
    await stop(millrace);
  });

  test("that was restored without its api-key says how to make one, and key rotate --offline does", async () => {
    const { dataDir } = await usedFolder();
    const restored = join(newFolder(), "data");
    mkdirSync(restored);
    for (const name of ["millrace.db", "encryption.key"]) cpSync(join(dataDir, name), join(restored, name));
    const millrace = await start(restored);
    await ready(millrace);
    expect(millrace.text()).toMatch(/current API key is not in .*millrace key rotate --offline/);
    expect(await command("key rotate --offline --yes", restored)).toContain("is using");
    await stop(millrace);
    const key = (await command("key rotate --offline --yes", restored)).split("\n")[0];
    expect(readFileSync(join(restored, "api-key"), "utf8").trim()).toBe(key);
    const again = await start(restored);
    await ready(again);
    expect(again.text()).not.toContain("current API key is not in");
    expect((await ask(`${again.origin}/api/v1/overview`, { headers: keyOf(restored) })).status).toBe(200);
    await stop(again);
  });
});

function give(dataDir: string): void {
  chmodSync(dirname(dataDir), 0o755);
  for (const path of [dataDir, ...readdirSync(dataDir).map((name) => join(dataDir, name))]) chownSync(path, nobody.uid, nobody.gid);
}

function hasPrlimit(): boolean {
  return spawnSync("prlimit", ["--version"]).status === 0;
}

const doctor = (dataDir: string) => command("doctor", dataDir);

async function command(line: string, dataDir: string): Promise<string> {
  const child = spawn(process.execPath, [bundle, ...line.split(" ")], { env: { PATH: process.env["PATH"], MILLRACE_DATA: dataDir } });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  await new Promise((resolve) => child.once("close", resolve));
  return text;
}
