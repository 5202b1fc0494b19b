/** What somebody gets who installs the package: an empty folder, the dependencies of production, one command. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import type { FlowDetail, RunList } from "#api/schemas.ts";
import { freePort, post, until } from "#test/support/millrace.ts";

const startHangsMs = 60_000;
const root = mkdtempSync(join(tmpdir(), "millrace-package-"));
const home = join(root, "home");
const installed = join(home, "node_modules", "millrace");
let child: ChildProcess | undefined;

afterAll(() => {
  child?.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

function npm(cwd: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")}:\n${stdout}\n${stderr}`);
  return stdout;
}

/** What `npm install` compiles or downloads for this machine in a minute; the development tree has it already. */
function takeTheCompiledPart(): void {
  const build = join("better-sqlite3", "build");
  cpSync(join(packageRoot(), "node_modules", build), join(home, "node_modules", build), { recursive: true });
}

beforeAll(() => {
  mkdirSync(home);
  npm(packageRoot(), "pack", "--pack-destination", root);
  const [archive] = readdirSync(root).filter((name) => name.endsWith(".tgz"));
  npm(home, "install", "--omit=dev", "--ignore-scripts", "--prefer-offline", join(root, archive!));
  takeTheCompiledPart();
});

/** Runs the installed command in the folder, as `npx millrace` does. */
async function start(): Promise<{ origin: string; text: () => string; ended: Promise<number | null> }> {
  const port = await freePort();
  const started = spawn(join(home, "node_modules", ".bin", "millrace"), ["start", "--no-sandbox"], {
    cwd: home,
    env: { PATH: process.env["PATH"], MILLRACE_PORT: String(port) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child = started;
  let text = "";
  for (const stream of [started.stdout, started.stderr]) stream.setEncoding("utf8").on("data", (part: string) => (text += part));
  const ended = new Promise<number | null>((resolve) => started.once("close", resolve));
  const origin = `http://127.0.0.1:${port}`;
  await until("it is ready", startHangsMs, async () => {
    if (started.exitCode !== null) throw new Error(`It ended at its start:\n${text}`);
    return fetch(`${origin}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
  });
  return { origin, text: () => text, ended };
}

describe("the package", () => {
  test("holds what runs, and neither sources, tests nor tools of development", () => {
    expect(readdirSync(installed).sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "bin", "deploy", "dist", "docs", "examples", "package.json", "src"].sort(),
    );
    expect(
      readdirSync(join(installed, "src"), { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith(".ts")),
    ).toEqual([]);
    for (const tool of ["tsx", "esbuild", "vite", "typescript"]) expect(existsSync(join(home, "node_modules", tool))).toBe(false);
  });

  test("starts in an empty folder, serves its page, accepts an event and runs it, and stops in order", async () => {
    const { origin, text, ended } = await start();
    const page = await (await fetch(origin)).text();
    const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(page)!;
    expect((await fetch(origin + script)).status).toBe(200);
    expect((await fetch(`${origin}/docs/endpoints.md`)).status).toBe(200);

    const key = readFileSync(join(home, "data", "api-key"), "utf8").trim();
    const api = async <T>(method: string, path: string, body?: unknown) => {
      const reply = await fetch(`${origin}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
      return (await reply.json()) as T;
    };
    const sum = { id: "sum", code: "return { sum: trigger.a + trigger.b };" };
    const draft = await api<FlowDetail>("POST", "/flows", { name: "Sum", trigger: { app: "http", operation: "webhook" }, steps: [sum] });
    const flow = await api<FlowDetail>("POST", `/flows/${draft.id}/publish`);
    expect((await post(flow.trigger.hookUrl!, { a: 1, b: 2 })).status).toBe(202);
    // The script needs its worker's bundle: another file of the package.
    await until("the run succeeds", startHangsMs, async () => {
      const { runs } = await api<RunList>("GET", "/runs");
      return runs[0]?.state === "succeeded";
    });
    // The catalog reads the vendor's descriptions from files of the package.
    expect((await api<{ operations: unknown[] }>("GET", "/catalog?q=contact")).operations.length).toBeGreaterThan(0);

    child!.kill("SIGTERM");
    expect(await ended, text()).toBe(0);
  });
});
