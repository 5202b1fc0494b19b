import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { createBoundedServer, FrontDoor, starting } from "./front-door.ts";

let door: FrontDoor;
afterEach(() => door.close());

async function listening(reason: MillraceError): Promise<string> {
  door = new FrontDoor(reason);
  return `http://127.0.0.1:${await door.listen({ host: "127.0.0.1", port: 0 })}`;
}
const ask = async (url: string, init?: RequestInit) => {
  const reply = await fetch(url, init);
  return { status: reply.status, retryAfter: reply.headers.get("retry-after"), body: (await reply.json()) as unknown };
};

test("a door that is not open yet answers hooks 429, says that it lives, that it is not ready, and 503 to all else", async () => {
  const url = await listening(starting());
  expect(await ask(`${url}/hooks/token1234`, { method: "POST", body: "x".repeat(100_000) })).toMatchObject({
    status: 429,
    retryAfter: "5",
  });
  expect(await ask(`${url}/healthz`)).toMatchObject({ status: 200, body: { ok: true } });
  expect(await ask(`${url}/readyz`)).toMatchObject({
    status: 503,
    body: { ready: false, reason: "Millrace is starting. Try again in 5 s." },
  });
  expect(await ask(`${url}/api/v1/flows`)).toMatchObject({ status: 503, retryAfter: "5", body: { error: { code: "STARTING" } } });
});

test("a door that waits for its operator says so at /healthz too, and still asks senders of events to come again", async () => {
  const url = await listening(new MillraceError("STORE_MISSING", { details: { problem: "gone" } }));
  expect(await ask(`${url}/hooks/token1234`, { method: "POST" })).toMatchObject({ status: 429, retryAfter: "5" });
  for (const path of ["/healthz", "/readyz", "/"]) expect(await ask(url + path)).toMatchObject({ status: 503, retryAfter: null });
});

test("an open door hands everything to the app, and a closing one answers what it has begun", async () => {
  const url = await listening(starting());
  const begun = new Promise<() => void>((resolve) => door.attach((_, res) => resolve(() => void res.end('{"from":"app"}'))));
  door.open();
  const asked = ask(url);
  const finish = await begun;
  const closed = door.close();
  finish();
  expect(await asked).toMatchObject({ status: 200, body: { from: "app" } });
  await closed;
  await expect(fetch(url)).rejects.toThrow();
});

/** What a raw connection answers to the bytes, until the other side ends it. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => (answer += String(chunk)));
  socket.on("error", () => undefined); // closed at once
  socket.write(text);
  await new Promise((resolve) => socket.once("close", resolve));
  return answer;
}

async function bounded(bounds: Parameters<typeof createBoundedServer>[1]) {
  const server = createBoundedServer((_, res) => void res.end("{}"), bounds);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port, close: () => (server.closeAllConnections(), server.close()) };
}

test("whoever sends a request a byte at a time is cut off, and the others are served meanwhile", async () => {
  const { port, close } = await bounded({ headersTimeout: 200, requestTimeout: 300, connectionsCheckingInterval: 50 });
  const slow = Promise.all([
    raw(port, "GET / HTTP/1.1\r\nhost: x\r\nx-a"),
    raw(port, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n"),
  ]);
  expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
  expect((await slow).every((answer) => /^(?:HTTP\/1\.1 4\d\d |$)/.test(answer))).toBe(true);
  close();
});

test("headers beyond all measure are refused, and what is no HTTP is", async () => {
  const { port, close } = await bounded({});
  const huge = `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${"a".repeat(100_000)}\r\n\r\n`;
  for (const text of [
    huge,
    "\u0016\u0003\u0001\u0002",
    "GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n",
  ])
    expect(await raw(port, text)).toMatch(/^HTTP\/1\.1 4\d\d |^$/);
  expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(200);
  close();
});

test("connections beyond the most are closed at once, and served again when others are gone", async () => {
  const { server, port, close } = await bounded({ mostConnections: 2 });
  const held = [connect(port, "127.0.0.1"), connect(port, "127.0.0.1")];
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(2);
  expect(await raw(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n")).toBe("");
  for (const socket of held) socket.destroy();
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  close();
});
