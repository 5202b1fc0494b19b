/** Ten thousand inputs nobody should send. Each is answered with a refusal in words, and a good event still comes through. */
import { connect as openSocket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installFlow, millraceProcess, openRuns, post, until, type MillraceProcess } from "#test/support/millrace.ts";

const seed = Number(process.env["MILLRACE_TEST_SEED"] ?? Date.now() % 1_000_000);
const atOnce = 16;

let millrace: MillraceProcess;
let hookUrl: string;

beforeAll(async () => {
  millrace = await millraceProcess();
  await millrace.start();
  ({ hookUrl } = await installFlow(millrace, {
    name: "Keeps",
    trigger: { app: "http", operation: "webhook" },
    steps: [{ id: "kept", format: { id: "{{ trigger.id }}", name: "{{ trigger.name | upcase }}" } }],
  }));
});
afterAll(() => millrace.remove());

interface Attempt {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}
interface Answer {
  status: number;
  text: string;
}

describe(`bad input (seed ${seed})`, () => {
  test("6,000 times to a hook is taken as data or refused with a code and a sentence, and never answered 5xx", async () => {
    const dice = rollers(seed);
    const wrong = await tryAll(
      6000,
      () => hookAttempt(dice),
      (answer) => answer.status === 202 || isRefusal(answer),
    );
    expect(wrong).toEqual([]);
  });

  test("4,000 times to every route of the API is refused with a code and a sentence, and never answered 5xx", async () => {
    const dice = rollers(seed + 1);
    const routes = await apiRoutes();
    expect(routes.length).toBeGreaterThan(15);
    const wrong = await tryAll(
      4000,
      (i) => apiAttempt(dice, routes[i % routes.length]!),
      (answer) => answer.status < 300 || isRefusal(answer),
    );
    expect(wrong).toEqual([]);
  });

  test("that is not even HTTP ends the connection and nothing else", async () => {
    const { port } = new URL(millrace.origin);
    const lines = [
      "GARBAGE\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      `POST ${new URL(hookUrl).pathname} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello`,
      `GET /${"a".repeat(100_000)} HTTP/1.1\r\n\r\n`,
      "\x00\x01\x02\x03",
      "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ];
    const answers = await Promise.all(lines.map((line) => raw(Number(port), line)));
    expect(answers.filter((text) => text.startsWith("HTTP/1.1 5"))).toEqual([]);
  });

  test("leaves Millrace well: it is up, small, and takes a good event to its end", async () => {
    expect(millrace.running).toBe(true);
    await until("every run reaches its end", 30_000, async () => (await openRuns(millrace)) === 0);
    expect((await post(hookUrl, { id: "good", name: "ada" })).status).toBe(202);
    await until("the good event reaches its end", 10_000, async () => (await openRuns(millrace)) === 0);
    expect(millrace.log()).not.toMatch(/INTERNAL|unhandled|heap out of memory/i);
  });
});

/** Makes `count` attempts and gives those whose answer is not as it should be, in words. */
async function tryAll(count: number, attempt: (i: number) => Attempt, isRight: (answer: Answer) => boolean): Promise<string[]> {
  const wrong: string[] = [];
  let next = 0;
  const lane = async () => {
    while (next < count && wrong.length < 10) {
      const what = attempt(next++);
      const answer = await ask(what);
      if (!isRight(answer))
        wrong.push(
          `${what.method} ${what.url} ${JSON.stringify(what.headers)} ${String(what.body).slice(0, 200)} -> ${answer.status} ${answer.text.slice(0, 300)}`,
        );
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return wrong;
}

async function ask({ url, method, headers, body }: Attempt): Promise<Answer> {
  try {
    const reply = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(10_000),
    });
    return { status: reply.status, text: await reply.text() };
  } catch (error) {
    return { status: 0, text: `no answer: ${String((error as Error).cause ?? error)}` };
  }
}

/** 4xx with an error of the table: a code, and a sentence that was filled in. */
function isRefusal({ status, text }: Answer): boolean {
  if (status < 400 || status >= 500) return false;
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    return (
      /^[A-Z_]+$/.test(error?.code ?? "") &&
      (error?.message?.length ?? 0) > 10 &&
      !/\{\w+\}/.test(error!.message!) &&
      !/\bat \/|node_modules/.test(error!.message!)
    );
  } catch {
    return false;
  }
}

/** As much of a text as an address can carry. */
const inAddress = (text: string, length: number) => encodeURIComponent(text.replace(/[\ud800-\udfff]/g, "").slice(0, length));

type Dice = ReturnType<typeof rollers>;
function rollers(start: number) {
  let state = start | 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return {
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
    chance: (p: number) => next() < p,
  };
}

const hostileTexts = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "‮ada",
  "a".repeat(5000),
  "'; DROP TABLE runs; --",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "%00",
  "%2e%2e%2f",
  "{{ trigger }}",
  "{% for i in (1..1000000000) %}x{% endfor %}",
  "__proto__",
  "constructor",
  "NaN",
  "-0",
  "1e999",
  "9".repeat(400),
  "2026-02-30T25:61:61Z",
  "http://169.254.169.254/",
  "\r\nx-evil: 1",
];
const hostileScalars: unknown[] = [null, true, false, 0, -0, -1, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}, ...hostileTexts];

function hostileJson(dice: Dice, depth = 0): unknown {
  if (depth > 5 || dice.chance(0.5)) return dice.pick(hostileScalars);
  const size = dice.below(5);
  if (dice.chance(0.4)) return Array.from({ length: size }, () => hostileJson(dice, depth + 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [dice.pick(["id", "name", "email", ...hostileTexts]), hostileJson(dice, depth + 1)]),
  );
}

/** Bytes that are not JSON, or only just. */
const rawBodies = (dice: Dice): (string | Uint8Array<ArrayBuffer>)[] => [
  "",
  "{",
  "[1,",
  "nul",
  '{"a":}',
  "undefined",
  "\ufeff{}",
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  "[".repeat(50_000),
  `${"[".repeat(5000)}${"]".repeat(5000)}`,
  '{"a":'.repeat(500) + "1" + "}".repeat(500),
  `"${"x".repeat(dice.below(2000))}"`,
  new Uint8Array([0xff, 0xfe, 0x00, dice.below(256)]),
  new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
  "a=1&a=2&b[c]=3",
  "%E0%A4%A=1",
  '{"a":1e400}',
  '{"a":"\\ud800"}',
  '{"a":1,"a":2}',
  "null",
  "1",
  "true",
  '"text"',
];

const contentTypes = [
  "application/json",
  "application/json; charset=utf-16",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/xml",
  "",
  "garbage/;;;=",
  "application/vnd.api+json",
];

function hookAttempt(dice: Dice): Attempt {
  const paths = [
    hookUrl,
    hookUrl,
    hookUrl,
    `${hookUrl}/`,
    `${hookUrl}?x=1`,
    `${hookUrl}x`,
    `${millrace.origin}/hooks/`,
    `${millrace.origin}/hooks/${dice.pick(["..%2f..", "a".repeat(3000), "%00", "short", inAddress(dice.pick(hostileTexts), 50)])}`,
  ];
  const method = dice.chance(0.9) ? "POST" : dice.pick(["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]);
  const type = dice.chance(0.6) ? "application/json" : dice.pick(contentTypes);
  const encoding: Record<string, string> = dice.chance(0.03) ? { "content-encoding": dice.pick(["gzip", "br", "x".repeat(100)]) } : {};
  const body = dice.chance(0.5) ? JSON.stringify(hostileJson(dice)) : dice.pick(rawBodies(dice));
  return {
    url: dice.pick(paths),
    method,
    headers: {
      ...(type && { "content-type": type }),
      ...encoding,
      ...(dice.chance(0.1) && { "idempotency-key": "k".repeat(dice.below(1000)) }),
    },
    ...(method !== "GET" && { body }),
  };
}

interface Route {
  method: string;
  path: string;
}
/** Every route the API's own document names, but those that would end this test's sign-in or never answer. */
async function apiRoutes(): Promise<Route[]> {
  const { paths } = await millrace.api<{ paths: Record<string, Record<string, unknown>> }>("GET", "/openapi.json");
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })))
    .filter(({ path }) => !/api-key|\/session|\/events\/stream/.test(path));
}

function apiAttempt(dice: Dice, { method, path }: Route): Attempt {
  const filled = path.replace(/\{[^}]+\}/g, () => inAddress(dice.pick(hostileTexts.filter((t) => t !== "")), 150));
  const query =
    method === "GET" && dice.chance(0.5)
      ? `?${dice.pick(["limit", "from", "state", "person", "before", "attention", "flow", "app", "q"])}=${inAddress(dice.pick(hostileTexts), 300)}`
      : "";
  const url = millrace.origin + (path.startsWith("/api/") ? filled : `/api/v1${filled}`) + query;
  const headers = {
    ...millrace.headers(),
    "content-type": dice.chance(0.8) ? "application/json" : dice.pick(contentTypes.filter(Boolean)),
  };
  const body = dice.chance(0.7) ? JSON.stringify(hostileJson(dice)) : dice.pick(rawBodies(dice));
  return { url, method, headers, ...(method !== "GET" && { body }) };
}

/** Writes bytes to the port and gives what comes back until the connection ends, or nothing more comes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = openSocket(port, "127.0.0.1", () => socket.write(bytes));
    socket.setTimeout(3000, () => socket.destroy());
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(text));
  });
}
