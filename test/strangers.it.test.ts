/** A real proxy process in front of a whole Millrace: whoever comes through it with nothing in hand gets nothing. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { openServer, routesOf } from "#test/fakes/server.ts";
import { drawn } from "#test/support/trials.ts";

const outerName = "millrace.example.com";
/** Ends what hangs: a busy machine takes its time. */
const hangsMs = 60_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/** As an operator who changed nothing has it, and as docs/operating.md asks for behind a proxy. */
const setUps: Record<string, Record<string, string>> = {
  "without any setting": {},
  "with the settings for a proxy": { MILLRACE_PUBLIC_URL: `https://${outerName}`, MILLRACE_TRUSTED_PROXIES: "loopback" },
};
const proxies: Record<string, Record<string, string>> = {
  "passes bytes on, as a TCP forwarder or ssh -R does": { MODE: "tcp" },
  "rewrites the Host and adds no header": {},
  "keeps the Host and adds no header": { KEEP_HOST: "1" },
  "rewrites the Host and adds forwarding headers": { FORWARD: "1" },
  "keeps the Host and adds forwarding headers": { KEEP_HOST: "1", FORWARD: "1" },
};
const hosts = [outerName, "127.0.0.1", "localhost:4400", "[::1]", "evil.example"];
/** What strangers claim. */
const forged: Record<string, string>[] = [
  {},
  { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1", "true-client-ip": "::1" },
  { "x-forwarded-for": "", "x-forwarded-host": "127.0.0.1", "x-forwarded-proto": "http", forwarded: "for=127.0.0.1;host=localhost" },
  { "x-millrace": "1", "sec-fetch-site": "same-origin", accept: "text/event-stream", cookie: "millrace_web=x; __Host-millrace_web=x" },
];

/** What needs no sign-in: pages and documents without data, signing in (what is offered, and the challenge of a passkey) and out, health. Pinned for every route of the app in app.test.ts. */
const isPublic = (method: string, path: string) =>
  ["DELETE /api/v1/session", "GET /api/v1/session/ways", "POST /api/v1/session/passkey/offer"].includes(`${method} ${path}`) ||
  (method === "GET" &&
    /^\/(|flows|healthz|readyz|docs|swagger|embed\/(connect\.js|chart)|\.well-known\/oauth-.*|api\/docs(\/start\.js)?|api\/v1\/(docs|openapi\.json))$/.test(
      path,
    ));

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}
function ask(port: number, method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const req = request({ host: "127.0.0.1", port, method, path, agent, headers: { ...type, ...headers } }, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (part: string) => (text += part));
      res.on("error", reject);
      res.on("end", () => resolve({ status: res.statusCode!, headers: res.headers, text }));
    });
    req.setTimeout(hangsMs, () => req.destroy(new Error(`${method} ${path} was not answered`)));
    req.on("error", reject);
    req.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Each route, and a page's address. */
async function everyRoute(): Promise<[string, string][]> {
  const house = await openServer();
  const routes = routesOf(house.app);
  await house.close();
  return [...routes, ["GET", "/flows"]];
}

const processes: ChildProcess[] = [];
async function proxyTo(millrace: Millrace, env: Record<string, string>): Promise<number> {
  const script = fileURLToPath(new URL("support/proxy.mjs", import.meta.url));
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, TARGET: new URL(millrace.localUrl).port, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  processes.push(child);
  const [port] = (await once(createInterface(child.stdout!), "line")) as [string];
  return Number(port);
}

const folder = mkdtempSync(join(tmpdir(), "millrace-strangers-"));
const running: Millrace[] = [];
const logged: string[] = [];
let routes: [string, string][];

beforeAll(async () => {
  routes = await everyRoute();
});
afterAll(async () => {
  agent.destroy();
  for (const child of processes) child.kill();
  for (const millrace of running) await millrace.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(name: string, env: Record<string, string>): Promise<Millrace> {
  const settings = readServerSettings({ MILLRACE_DATA: join(folder, name), MILLRACE_PORT: "0", ...env });
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(line) });
  const millrace = await startMillrace(settings, { log, sandbox: false });
  running.push(millrace);
  return millrace;
}

describe.each(Object.entries(setUps))("a stranger behind a proxy, %s", (name, env) => {
  let millrace: Millrace;
  beforeAll(async () => {
    millrace = await start(name, env);
  });

  test.each(Object.entries(proxies))(
    "that %s, gets no cookie and no data from any route, whatever Host and headers are sent",
    async (_, proxy) => {
      const port = await proxyTo(millrace, proxy);
      expect(routes.length).toBeGreaterThan(40);
      // Of twenty requests to a route every run draws others, and so does each way to come in.
      const attempts = routes.flatMap(([method, path]) =>
        drawn(
          hosts.flatMap((host) => forged.map((claims) => ({ method, path, headers: { host, ...claims } }))),
          0.5,
        ),
      );
      const wrong: string[] = [];
      const lane = async () => {
        for (let next = attempts.pop(); next; next = attempts.pop()) {
          const { method, path, headers } = next;
          const { status, headers: reply } = await ask(port, method, path, headers, method === "GET" ? undefined : {});
          const cookie = (reply["set-cookie"] ?? []).filter((text) => !/^[^=]+=;/.test(text));
          if (cookie.length > 0 || status === 0 || status >= 500 || (status < 400 && !isPublic(method, path)))
            wrong.push(`${method} ${path} ${JSON.stringify(headers)} -> ${status} ${cookie.join()}`);
        }
      };
      await Promise.all(Array.from({ length: 16 }, lane));
      expect(wrong).toEqual([]);
    },
  );

  test("cannot take over: guessed keys and links open nothing, and the key stays what it was", async () => {
    const key = readFileSync(millrace.apiKey.file, "utf8").trim();
    for (const proxy of Object.values(proxies)) {
      const port = await proxyTo(millrace, proxy);
      for (const host of hosts) {
        const page = { host, "x-millrace": "1" };
        for (const guess of [{ key: "mr_guess" }, { link: "guess" }, {}]) {
          const { status, headers } = await ask(port, "POST", "/api/v1/session", page, guess);
          expect([400, 401, 403, 429], JSON.stringify(guess)).toContain(status);
          expect(headers["set-cookie"]).toBeUndefined();
        }
        for (const path of ["/api/v1/api-key", "/api/v1/sign-in-links"])
          expect([401, 403, 429]).toContain((await ask(port, "POST", path, { ...page, authorization: "Bearer mr_guess" }, {})).status);
      }
    }
    expect(readFileSync(millrace.apiKey.file, "utf8").trim()).toBe(key);
    expect((await ask(Number(new URL(millrace.localUrl).port), "GET", "/api/v1/overview", { authorization: `Bearer ${key}` })).status).toBe(
      200,
    );
    const warnings = logged.filter((line) => line.includes("Too many failed sign-ins"));
    expect(warnings.length).toBeGreaterThan(0);
    expect(warnings.join()).not.toContain("mr_");
  });
});

describe("the operator behind a proxy with the settings that docs/operating.md names", () => {
  test.each(Object.entries(proxies).filter(([, proxy]) => proxy["MODE"] !== "tcp"))(
    "that %s, signs in with the key, works, hears of runs at once, and signs out",
    async (_, proxy) => {
      const millrace = await start(`operator-${processes.length}`, setUps["with the settings for a proxy"]!);
      expect(millrace.links).toBeNull();
      const port = await proxyTo(millrace, proxy);
      const key = readFileSync(millrace.apiKey.file, "utf8").trim();
      const page = { host: outerName, "x-millrace": "1", origin: `https://${outerName}`, "sec-fetch-site": "same-origin" };
      const signedIn = await ask(port, "POST", "/api/v1/session", page, { key });
      expect(signedIn.status).toBe(200);
      const [cookie, ...rest] = signedIn.headers["set-cookie"]![0]!.split("; ");
      expect(cookie).toMatch(/^__Host-millrace_web=[\w-]{43}$/);
      expect(rest).toEqual(expect.arrayContaining(["Path=/", "HttpOnly", "Secure", "SameSite=Strict"]));
      const mine = { ...page, cookie: cookie! };

      const stream = await openStream(port, mine);
      const flow = await millrace.engine.flows.create(workspaceId, {
        name: "By hand",
        trigger: { app: "millrace", operation: "manual" },
        steps: [],
      });
      await millrace.engine.flows.publish(workspaceId, flow.id);
      const run = await ask(port, "POST", `/api/v1/flows/${flow.id}/run`, mine, {});
      expect(run.status).toBe(202);
      await stream.hears((JSON.parse(run.text) as { run: string }).run);

      expect((await ask(port, "DELETE", "/api/v1/session", mine)).status).toBe(200);
      await stream.ended;
      expect((await ask(port, "GET", "/api/v1/overview", mine)).status).toBe(401);
    },
  );
});

/** An open event stream: `hears` resolves once a text has come through it, `ended` when the server closed it. */
async function openStream(
  port: number,
  headers: Record<string, string>,
): Promise<{ hears: (text: string) => Promise<void>; ended: Promise<unknown> }> {
  const path = "/api/v1/events/stream";
  const req = request({ host: "127.0.0.1", port, path, headers: { ...headers, accept: "text/event-stream" } }).end();
  const [res] = (await once(req, "response")) as [IncomingMessage];
  expect(res.statusCode).toBe(200);
  let came = "";
  res.setEncoding("utf8").on("data", (part: string) => (came += part));
  const hears = async (text: string): Promise<void> => {
    while (!came.includes(text)) await once(res, "data"); // other news may come before it
  };
  return { hears, ended: once(res, "close") };
}
