/** The built command in processes of its own, against a built Millrace in another: `npm run build` first. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import type { ConnectionView, FlowView, RunList } from "#api/schemas.ts";
import { freePort, millraceProcess, until, type MillraceProcess } from "#test/support/millrace.ts";

const bundle = join(packageRoot(), "dist", "millrace.js");
let millrace: MillraceProcess;
let work: string;

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

/** One command against the Millrace under test, found by its data folder alone. */
const cli = (...args: string[]) => command(args, { MILLRACE_DATA: join(millrace.folder, "data") });
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await cli(...args, "--json")).out) as T;

async function command(args: string[], env: Record<string, string>, input = ""): Promise<Ended> {
  const child = spawn(process.execPath, [bundle, ...args], { env: { PATH: process.env["PATH"], ...env }, stdio: "pipe" });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  millrace = await millraceProcess({ args: [] });
  await millrace.start();
  await until("the example's runs are over", 60_000, async () => {
    const { runs } = await json<RunList>("run", "list", "--limit", "200");
    return runs.length > 10 && runs.every(({ state }) => !["queued", "running", "waiting"].includes(state));
  });
});
afterAll(async () => {
  await millrace?.remove();
  rmSync(work, { recursive: true, force: true });
});

describe("a newcomer's way, at the command line", () => {
  test("sees the example flow, its runs, and one of them with its steps", async () => {
    const [flow] = await json<FlowView[]>("flow", "list");
    expect(flow).toMatchObject({ status: "on" });
    const { runs } = await json<RunList>("run", "list", "--flow", flow!.name, "--state", "success", "--limit", "1");
    const { out, code } = await cli("run", "show", runs[0]!.id);
    expect(out).toContain(`Success  ${runs[0]!.id}`);
    expect(out).toMatch(/\nSTEP +WHAT +STATE +TRIES +TOOK\n/);
    expect(code).toBe(0);
  });

  test("takes a flow out, changes it, puts it back, and publishes it", async () => {
    const [flow] = await json<FlowView[]>("flow", "list");
    const file = join(work, "flow.json");
    expect((await cli("flow", "export", flow!.id, "--out", file)).code).toBe(0);
    const definition = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    writeFileSync(file, JSON.stringify({ ...definition, description: "Changed at the command line" }));
    const saved = await cli("flow", "save", file);
    expect(saved.out).toContain("v1 + draft");
    expect((await cli("flow", "publish", flow!.id)).out).toContain("on, v2");
  });

  test("tries without writing, then replays a run from its start", async () => {
    const dry = await cli(
      "flow",
      "dry-run",
      "survey",
      "-i",
      JSON.stringify({ email: "new.person@example.com", firstname: "New", score: 10 }),
    );
    expect(dry.out).toContain("Would create");
    expect(dry.out).toContain("Nothing was written.");
    const { runs } = await json<RunList>("run", "list", "--state", "success", "--limit", "1");
    expect((await cli("run", "replay", runs[0]!.id, "--from", "start")).out).toContain("1 run replayed.");
  });

  test("calls an operation, and says what to do when it is called wrong", async () => {
    const { out } = await cli("call", "contacts.list", "-c", "acme", "-i", '{"limit":1}');
    expect(JSON.parse(out)).toHaveLength(1);
    const wrong = await cli("call", "contacts.list", "-c", "nobody");
    expect([wrong.code, wrong.out]).toEqual([1, ""]);
    expect(wrong.err).toContain("millrace connect list");
  });

  test("adds a login whose secret nobody else sees, tests it, and removes it", async () => {
    const env = { MILLRACE_DATA: join(millrace.folder, "data") };
    const [acme] = await json<ConnectionView[]>("connect", "list");
    const add = ["connect", "add", "second", "--location", acme!.locationId!, "--base-url", acme!.baseUrl!];
    const refused = await command(add, env, "pit-not-a-token\n");
    expect([refused.code, refused.out + refused.err]).toEqual([1, expect.not.stringContaining("pit-not-a-token")]);
    expect(refused.err).toContain("Nothing was saved, because the test failed. HighLevel does not accept this login");
    const added = await command([...add, "--no-test"], env, "pit-not-a-token\n");
    expect([added.code, added.out + added.err]).toEqual([0, expect.not.stringContaining("pit-not-a-token")]);
    expect((await cli("connect", "test", "second")).code).toBe(1);
    expect((await cli("connect", "remove", "second", "--yes")).code).toBe(0);
    expect((await json<ConnectionView[]>("connect", "list")).map(({ name }) => name)).not.toContain("second");
  });

  test("asks the doctor", async () => {
    const { out, code } = await cli("doctor");
    for (const what of ["settings", "data folder", "disk", "server", "store", "API", "clock", "connection 'Acme Dental (sandbox)'"])
      expect(out).toContain(`OK            ${what}`);
    expect(code).toBe(0);
  });

  test("copies the store while it is in use", async () => {
    const folder = join(work, "backups");
    const { out, err, code } = await cli("backup", folder);
    expect([code, readdirSync(folder)]).toEqual([0, [out.trim().split("/").at(-1)]]);
    expect(statSync(out.trim()).size).toBeGreaterThan(10_000);
    expect(err).toContain("key");
  });

  test("replaces the key, and goes on with the new one by itself", async () => {
    const before = (await cli("key", "show-prefix")).out;
    const { out } = await cli("key", "rotate", "--yes");
    expect(out).toMatch(/^mr_\S+\n$/);
    expect((await cli("key", "show-prefix")).out).not.toBe(before);
    expect((await cli("flow", "list")).code).toBe(0);
  });
});

test("a start that cannot be made is one sentence, and 1", async () => {
  const second = await cli("start", "--no-sandbox", "--port", "0");
  expect(second).toMatchObject({ code: 1, out: "" });
  expect(second.err).toContain("is using");
  const wrong = await command(["start", "--port", "many"], { MILLRACE_DATA: join(work, "other") });
  expect([wrong.code, wrong.err.includes("MILLRACE_PORT")]).toEqual([1, true]);
});

test("a reader who leaves early breaks nothing", async () => {
  const child = spawn("sh", ["-c", `"${process.execPath}" "${bundle}" catalog --json --all-endpoints | head -n 1`], { stdio: "pipe" });
  expect(await Promise.all([text(child.stdout), text(child.stderr)])).toEqual(["[\n", ""]);
});

test("the sandbox alone tells where it is and lets itself be stopped", async () => {
  const child = spawn(process.execPath, [bundle, "sandbox", "--memory", "--json", "--port", String(await freePort())], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => void (printed += chunk.toString()));
  await until("it says where it is", 20_000, () => printed.includes("}"));
  const { url, token, locationId } = JSON.parse(printed) as { url: string; token: string; locationId: string };
  const headers = { authorization: `Bearer ${token}`, version: "2021-07-28" };
  expect((await fetch(`${url}/contacts/?locationId=${locationId}&limit=1`, { headers })).status).toBe(200);
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});
