/** The configurations of docs/operating.md, run by the proxies they are for. Where one is not installed its tests are skipped. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { freePort } from "#test/support/millrace.ts";

const host = "millrace.example.com";
const folder = mkdtempSync(join(tmpdir(), "millrace-proxies-"));
const certificate = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
const page = readFileSync(new URL("../docs/operating.md", import.meta.url), "utf8");
const documented = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)![1]!;

function isInstalled(command: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

interface Running {
  millrace: Millrace;
  port: number;
}
type Launch = (ports: { outer: number; plain: number; inner: string }) => { command: string; args: string[] };

/** The text as it is in the guide, but for ports and the certificate's place. */
const launches: Record<string, Launch> = {
  nginx: ({ outer, plain, inner }) => {
    const text = documented("nginx")
      .replace("listen 443", `listen 127.0.0.1:${outer}`)
      .replace("listen 80", `listen 127.0.0.1:${plain}`)
      .replace(/ssl_certificate .*/, `ssl_certificate ${certificate.cert};`)
      .replace(/ssl_certificate_key .*/, `ssl_certificate_key ${certificate.key};`)
      .replace("127.0.0.1:4400", inner);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join("\n");
    const user = process.getuid?.() === 0 ? "user root;" : "";
    const file = join(folder, "nginx.conf");
    writeFileSync(
      file,
      `${user}\ndaemon off;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log ${folder}/access.log;\n${temporary}\n${text}\n}\n`,
    );
    return { command: "nginx", args: ["-c", file, "-e", "stderr", "-p", folder] };
  },
  caddy: ({ outer, inner }) => {
    const text = documented("caddyfile")
      .replace(`${host} {`, `https://${host}:${outer} {\n  bind 127.0.0.1\n  tls ${certificate.cert} ${certificate.key}`)
      .replace("127.0.0.1:4400", inner);
    const file = join(folder, "Caddyfile");
    writeFileSync(file, `{\n  admin off\n  auto_https disable_redirects\n}\n${text}`);
    return { command: "caddy", args: ["run", "--adapter", "caddyfile", "--config", file] };
  },
};

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}
const outside = (port: number, method: string, path: string, headers: Record<string, string> = {}) =>
  request({ host: "127.0.0.1", port, servername: host, method, path, headers: { host, ...headers }, rejectUnauthorized: false });

async function ask(port: number, method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const req = outside(port, method, path, { ...(body !== undefined && { "content-type": "application/json" }), ...headers });
  req.end(body);
  const [res] = (await once(req, "response")) as [IncomingMessage];
  let text = "";
  for await (const part of res.setEncoding("utf8")) text += part;
  return { status: res.statusCode!, headers: res.headers, text };
}

const running: Millrace[] = [];
const processes: ChildProcess[] = [];
const logged: string[] = [];

async function launch(name: string): Promise<Running> {
  const env = {
    MILLRACE_PUBLIC_URL: `https://${host}`,
    MILLRACE_TRUSTED_PROXIES: "loopback",
    MILLRACE_METRICS_KEY: "prometheus-reads-with-it",
  };
  const settings = readServerSettings({ MILLRACE_DATA: join(folder, name), MILLRACE_PORT: "0", ...env });
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
  const millrace = await startMillrace(settings, { log, sandbox: false });
  running.push(millrace);
  const port = await freePort();
  const { command, args } = launches[name]!({ outer: port, plain: await freePort(), inner: new URL(millrace.localUrl).host });
  const child = spawn(command, args, { stdio: "ignore", env: { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } });
  processes.push(child);
  for (let i = 0; i < 100; i++) {
    const health = await ask(port, "GET", "/healthz").catch(() => null);
    if (health?.status === 200) return { millrace, port };
    await sleep(100);
  }
  throw new Error(`${name} did not start with the configuration of docs/operating.md`);
}

beforeAll(() => {
  if (!isInstalled("openssl")) return;
  const subject = ["-subj", `/CN=${host}`, "-days", "2", "-keyout", certificate.key, "-out", certificate.cert];
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject], { stdio: "ignore" });
});
afterAll(async () => {
  for (const child of processes.filter(({ exitCode }) => exitCode === null)) {
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }
  for (const millrace of running) await millrace.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(Object.keys(launches))("%s with the configuration of docs/operating.md", (name) => {
  describe.skipIf(!isInstalled(name) || !isInstalled("openssl"))("where it is installed", () => {
    let millrace: Millrace;
    let port: number;
    beforeAll(async () => {
      ({ millrace, port } = await launch(name));
    });

    test("lets a stranger at nothing, whatever Host and headers are sent", async () => {
      const claimed: Record<string, string>[] = [
        {},
        { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" },
        { "x-forwarded-host": "127.0.0.1", "x-forwarded-proto": "http" },
        { forwarded: "for=127.0.0.1;host=localhost" },
        { host: "127.0.0.1" },
        { host: "localhost:4400" },
      ];
      for (const claims of claimed) {
        for (const [method, path] of [
          ["GET", "/api/v1/overview"],
          ["GET", "/api/v1/events/stream"],
          ["GET", "/metrics"],
          ["POST", "/api/v1/api-key"],
          ["POST", "/api/v1/sign-in-links"],
        ] as const) {
          const { status, headers, text } = await ask(port, method, path, claims);
          // To a name that is not its own, Caddy itself answers 200 with nothing in it.
          expect([status >= 400 || text === "", headers["set-cookie"]], `${method} ${path} ${JSON.stringify(claims)}`).toEqual([
            true,
            undefined,
          ]);
        }
        expect((await ask(port, "GET", "/", claims)).headers["set-cookie"]).toBeUndefined();
      }
    });

    test("lets the operator sign in with a Secure cookie, and brings events at once", async () => {
      const key = readFileSync(millrace.apiKey.file, "utf8").trim();
      const own = { "x-millrace": "1", origin: `https://${host}`, "sec-fetch-site": "same-origin" };
      const { status, headers } = await ask(port, "POST", "/api/v1/session", own, JSON.stringify({ key }));
      expect(status).toBe(200);
      expect(headers["set-cookie"]![0]).toMatch(/^__Host-millrace_web=.*; Secure/);
      expect(headers["strict-transport-security"]).toBeTruthy();
      const mine = { ...own, cookie: headers["set-cookie"]![0]!.split(";")[0]!, accept: "text/event-stream" };
      const req = outside(port, "GET", "/api/v1/events/stream", mine).end();
      const [stream] = (await once(req, "response")) as [IncomingMessage];
      expect(stream.statusCode).toBe(200);
      const text = new Promise<string>((resolve) =>
        stream.setEncoding("utf8").on("data", (part: string) => part.includes("data:") && resolve(part)),
      );
      const flow = await millrace.engine.flows.create(workspaceId, {
        name: "By hand",
        trigger: { app: "millrace", operation: "manual" },
        steps: [],
      });
      await millrace.engine.flows.publish(workspaceId, flow.id);
      const { runIds } = await millrace.engine.flows.runNow(workspaceId, flow.id, {});
      expect(await text).toContain(runIds[0]);
      await millrace.engine.flows.delete(workspaceId, flow.id);
      req.destroy();
      expect((await ask(port, "GET", "/metrics", { authorization: "Bearer prometheus-reads-with-it" })).status).toBe(200);
    });

    test("takes a hook's body of almost 1 MiB and an API body of almost 4 MiB", async () => {
      const flow = await millrace.engine.flows.create(workspaceId, {
        name: "Hook",
        trigger: { app: "http", operation: "webhook" },
        steps: [],
      });
      await millrace.engine.flows.publish(workspaceId, flow.id);
      const { trigger } = JSON.parse(
        (
          await ask(port, "GET", `/api/v1/flows/${flow.id}`, {
            authorization: `Bearer ${readFileSync(millrace.apiKey.file, "utf8").trim()}`,
          })
        ).text,
      ) as { trigger: { hookUrl: string } };
      expect(trigger.hookUrl).toMatch(new RegExp(`^https://${host}/hooks/`));
      const event = JSON.stringify({ text: "ä".repeat(500_000) });
      expect((await ask(port, "POST", new URL(trigger.hookUrl).pathname, {}, event)).status).toBe(202);
      const { text } = await ask(port, "POST", "/api/v1/session", {}, JSON.stringify({ key: "x".repeat(3_900_000) }));
      expect(JSON.parse(text)).toMatchObject({ error: { code: "BAD_INPUT" } }); // Millrace's own answer, not the proxy's
    });

    test("counts wrong keys by the visitor's address, which the visitor cannot choose", async () => {
      const guess = (n: number) =>
        ask(port, "GET", "/api/v1/overview", { authorization: "Bearer mr_guess", "x-forwarded-for": `203.0.113.${n}` });
      for (let n = 0; n < 10; n++) await guess(n);
      expect((await guess(10)).status).toBe(429);
      expect(logged.filter((line) => line.includes('"address":"127.0.0.1"')).length).toBeGreaterThan(0);
      expect(logged.join()).not.toContain("203.0.113");
    });
  });
});
