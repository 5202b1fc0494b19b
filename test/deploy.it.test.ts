/** The files of `deploy`, the Dockerfile and its ignore list, read as text: what they name exists, and what they run works. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { serverSettings } from "#server/start/settings.ts";

const read = (file: string) => readFileSync(join(packageRoot(), file), "utf8");
const dockerfile = read("Dockerfile").replaceAll(/\\\n\s*/g, "");
const lines = (instruction: string) => [...dockerfile.matchAll(new RegExp(`^${instruction} (.+)$`, "gm"))].map(([, rest]) => rest!);
const [, buildStage, lastStage] = dockerfile.split(/^FROM .+$/m);
const ignored = read(".dockerignore").split("\n");
const unit = read("deploy/millrace.service");
const inUnit = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1];

/** Files and folders that a stage copies from the tree. */
const copied = lines("COPY")
  .filter((rest) => !rest.startsWith("--from="))
  .flatMap((rest) => rest.split(" ").slice(0, -1));

describe("the Dockerfile", () => {
  test.each(copied)("copies %s, which exists and reaches the build", (source) => {
    expect(existsSync(join(packageRoot(), source))).toBe(true);
    expect(ignored).toContain(`!${source.split("/")[0]}`);
  });

  test("leaves out everything that it does not copy", () => {
    expect(ignored.filter((line) => line !== "" && !line.startsWith("#"))[0]).toBe("*");
    expect(
      ignored
        .filter((line) => line.startsWith("!"))
        .map((line) => line.slice(1))
        .filter((name) => !copied.some((source) => source.split("/")[0] === name)),
    ).toEqual([]);
  });

  test("puts all files of the package into the image", () => {
    const { files } = JSON.parse(read("package.json")) as { files: string[] };
    const inImage = [...lastStage!.matchAll(/^COPY (?:--from=build )?(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.replaceAll("/app/", "").split(" "),
    );
    const needed = files.filter((file) => !file.startsWith("deploy/"));
    expect(needed.filter((file) => !inImage.some((source) => file.startsWith(source)))).toEqual([]);
  });

  test("runs as a user without rights, on a folder of its own, and hands signals on", () => {
    expect(lines("USER").at(-1)).toBe("node");
    expect(lastStage!.indexOf("USER node")).toBeLessThan(lastStage!.indexOf("ENTRYPOINT"));
    expect(lines("VOLUME")).toEqual(['["/data"]']);
    expect(lines("ENTRYPOINT")).toEqual(['["tini", "--", "node", "bin/millrace.mjs"]']);
    expect(lastStage).toContain("--owner=node");
  });

  test("has no setting that is a secret, and only settings that exist", () => {
    const names = [...dockerfile.matchAll(/\b((?:MILLRACE|DATABASE|SMTP)_[A-Z_]+)=/g)].map(([, name]) => name!);
    expect(names.filter((name) => /KEY|SECRET|PASSWORD|URL/.test(name))).toEqual([]);
    expect(names.filter((name) => !(name in serverSettings.shape))).toEqual([]);
    expect(buildStage).not.toMatch(/^(ARG|ENV)/m);
  });

  test("asks /healthz whether it is well, and says no where nothing answers", async () => {
    const [program, ...args] = JSON.parse(/CMD (\[.+\])$/.exec(lines("HEALTHCHECK")[0]!)![1]!) as string[];
    const check = (port: number) =>
      promisify(execFile)(program!, args, { env: { ...process.env, MILLRACE_PORT: String(port) } }).then(
        () => "healthy",
        () => "unhealthy",
      );
    const server = createServer((request, reply) => void reply.writeHead(request.url === "/healthz" ? 200 : 500).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    expect(await check(port)).toBe("healthy");
    await new Promise((resolve) => server.close(resolve));
    expect(await check(port)).toBe("unhealthy");
  });
});

describe("the unit of systemd", () => {
  test("keeps its data in a folder of its own, starts again, and stops in order", () => {
    expect(inUnit("StateDirectory")).toBe("millrace");
    expect(unit).toContain("MILLRACE_DATA=/var/lib/millrace ");
    expect(inUnit("User")).toBe("millrace");
    expect(inUnit("Restart")).toBe("always");
    expect(inUnit("KillSignal")).toBe("SIGTERM");
    expect(Number(inUnit("TimeoutStopSec"))).toBeGreaterThan(10);
    expect(inUnit("ExecStart")).toContain("node_modules/millrace/bin/millrace.mjs start");
  });

  test("has only settings that exist", () => {
    const names = [...unit.matchAll(/\b(MILLRACE_[A-Z_]+)=/g)].map(([, name]) => name!);
    expect(names.filter((name) => !(name in serverSettings.shape))).toEqual([]);
  });

  const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
  test.skipIf(!hasSystemd)("is understood by systemd, and closes what the service does not need", () => {
    const file = join(packageRoot(), "deploy/millrace.service");
    // Where node lives differs; everything else it says would be a fault.
    const verified = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" }).stderr;
    expect(verified.split("\n").filter((line) => line.includes("millrace.service") && !line.includes("/usr/bin/node"))).toEqual([]);
    const { stdout } = spawnSync("systemd-analyze", ["security", "--offline=true", file], { encoding: "utf8" });
    expect(Number(/exposure level for millrace\.service: ([\d.]+)/.exec(stdout)![1])).toBeLessThan(2);
  });
});
