import { once } from "node:events";
import { Agent, request, type RequestOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { openServer } from "#test/fakes/server.ts";

let house: Awaited<ReturnType<typeof openServer>>;
let port: number;
let token: string;
let flowId: string;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

beforeAll(async () => {
  house = await openServer({ operations: { make: { title: "Make record" } } });
  const flow = await house.published([{ id: "make", app: "app", operation: "make", input: {} }]);
  flowId = flow.id;
  token = (await house.engine.flows.trigger(flow)).token!;
  await house.app.listen({ port: 0, host: "127.0.0.1" });
  port = (house.app.server.address() as AddressInfo).port;
});
afterAll(async () => {
  agent.destroy();
  await house.close();
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: { accepted?: boolean; event?: string; repeat?: boolean; sample?: boolean; error?: { code: string; message: string } };
}
function send({ path = `/hooks/${token}`, body, ...options }: RequestOptions & { body?: string | Buffer } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: "127.0.0.1", agent, method: "POST", path, ...options }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("end", () =>
        resolve({ status: res.statusCode!, headers: res.headers, body: JSON.parse(Buffer.concat(chunks).toString() || "{}") }),
      );
    });
    req.on("error", reject);
    req.end(body);
  });
}
const json = (payload: unknown) => ({ headers: { "content-type": "application/json" }, body: JSON.stringify(payload) });

describe("an event", () => {
  test("is accepted, and its repeat is recognised", async () => {
    const first = await send(json({ id: "one", email: "ada@example.com" }));
    expect([first.status, first.body]).toEqual([202, { accepted: true, event: expect.stringMatching(/^evt_/) }]);
    expect((await send(json({ id: "one", email: "ada@example.com" }))).body).toMatchObject({ accepted: true, repeat: true });
  });

  test("may come as a web form, with a slash at the end, and with a query", async () => {
    const reply = await send({
      path: `/hooks/${token}/?source=form`,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "id=two&email=a%40b.c",
    });
    expect(reply.status).toBe(202);
  });

  test("named by its sender's delivery id is a repeat when that id comes again", async () => {
    const one = await send({ headers: { "content-type": "application/json", "idempotency-key": "d-1" }, body: '{"n":1}' });
    const two = await send({ headers: { "content-type": "application/json", "idempotency-key": "d-1" }, body: '{"n":2}' });
    expect([one.body.repeat, two.body.repeat]).toEqual([undefined, true]);
  });

  test("for a flow that is off is kept as a sample", async () => {
    await house.engine.flows.pause(house.workspaceId, flowId);
    expect((await send(json({ id: "off" }))).body).toMatchObject({ accepted: true, sample: true });
    await house.engine.flows.resume(house.workspaceId, flowId);
  });

  test("is refused with 429 and a time to come back when the store cannot take it", async () => {
    const { accept } = house.engine;
    house.engine.accept = () =>
      Promise.reject(new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full", seconds: 7 } }));
    const full = await send(json({ id: "x" }));
    expect([full.status, full.headers["retry-after"], full.body.error?.code]).toEqual([429, "7", "STORE_UNAVAILABLE"]);
    house.engine.accept = () => Promise.reject(new TypeError("secret detail"));
    const broken = await send(json({ id: "x" }));
    expect([broken.status, broken.headers["retry-after"]]).toEqual([429, "5"]);
    expect(broken.body.error?.message).not.toContain("secret detail");
    expect(house.logged.join()).toContain("secret detail");
    house.engine.accept = accept;
  });
});

describe("what is not an event", () => {
  test("another method is told to POST", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const reply = await send({ method });
      expect([reply.status, reply.headers["allow"]], method).toEqual([405, "POST"]);
      expect(reply.body.error?.message).toContain("POST");
    }
  });

  test("an unknown address is told to copy it again", async () => {
    for (const path of ["/hooks/", "/hooks/unknown-token-123", "/hooks/%00%ff", `/hooks/${token}/more`, `/hooks/${"x".repeat(5000)}`]) {
      const reply = await send({ path, ...json({}) });
      expect([reply.status, reply.body.error?.code], path.slice(0, 40)).toEqual([404, "HOOK_UNKNOWN"]);
    }
  });

  test("a body that is too large is refused, announced or not, and the server lives on", async () => {
    const large = Buffer.alloc(1024 * 1024 + 1, 32);
    expect((await send({ headers: { "content-type": "application/json" }, body: large })).status).toBe(413);
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(`POST /hooks/${token} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
    for (let i = 0; i < 18; i++) socket.write(chunk);
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect((await send(json({ id: "after" }))).status).toBe(202);
  });

  test("a compressed body, or one of another type, is refused by name", async () => {
    expect(
      (await send({ headers: { "content-type": "application/json", "content-encoding": "gzip" }, body: "x" })).body.error?.message,
    ).toContain("compressed (gzip)");
    expect((await send({ headers: { "content-type": "image/png" }, body: "x" })).status).toBe(415);
    expect((await send({ body: "{}" })).status).toBe(415);
  });

  test("a sender that goes away half way leaves nothing behind", async () => {
    const accepted = house.engine.stats().accepted;
    for (let i = 0; i < 20; i++) {
      const socket = connect(port, "127.0.0.1");
      socket.write(`POST /hooks/${token} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"id":`);
      await once(socket, "connect");
      socket.destroy();
    }
    expect((await send(json({ id: "half" }))).status).toBe(202);
    expect(house.engine.stats().accepted).toBe(accepted + 1);
    expect(house.logged.filter((line) => line.includes("ended before"))).toEqual([]);
  });

  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.json({ maxDepth: 3 }),
    fc.json({ maxDepth: 2 }).map((j) => j.slice(0, -1)),
  );
  const badBody = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 1, arbitrary: fc.integer({ min: 65, max: 3000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '{"__proto__":{"a":1}}',
        '{"a":{"\\u005f_proto__":1}}',
        "null",
        '"x"',
        "1e999",
        "[1,]",
        "{'a':1}",
        "\u0000",
        "",
      ),
    },
  );
  const types = [
    "application/json",
    "text/plain",
    "application/vnd.api+json",
    "application/x-www-form-urlencoded",
    "application/xml",
    "",
    "multipart/form-data",
    ";;;",
    "application/json;charset=utf-16",
  ];
  const wild = fc.record({
    body: badBody,
    type: fc.constantFrom(...types),
    method: fc.constantFrom("POST", "POST", "POST", "POST", "PUT", "GET"),
    path: fc.oneof(
      { weight: 5, arbitrary: fc.constant("") },
      { weight: 1, arbitrary: fc.webPath().map((p) => p.replace(/[^\x21-\x7e]/g, "")) },
    ),
  });

  test("ten thousand wild requests get a 4xx with a sentence, or are events; nothing crashes", async () => {
    const samples = fc.sample(wild, { numRuns: 10_000, seed: 4400 });
    const tally = { accepted: 0, refused: 0 };
    const one = async ({ body, type, method, path }: (typeof samples)[number]) => {
      const reply = await send({
        method,
        path: `/hooks/${token}${path}`,
        headers: type === "" ? {} : { "content-type": type },
        ...(method !== "GET" && { body }),
      });
      if (reply.status === 202) return void tally.accepted++;
      tally.refused++;
      expect(reply.status).toBeGreaterThanOrEqual(400);
      expect(reply.status, JSON.stringify({ type, method, path })).toBeLessThan(500);
      expect(reply.body.error?.message, JSON.stringify(reply.body)).toMatch(/^[A-Z].*\.$|^[a-z]+: .*\.$/s);
    };
    for (let i = 0; i < samples.length; i += 50) await Promise.all(samples.slice(i, i + 50).map(one));
    expect(tally.refused).toBeGreaterThan(5000);
    expect(tally.accepted).toBeGreaterThan(100);
    expect(house.logged.filter((line) => line.includes("could not be accepted") && !line.includes("secret detail"))).toEqual([]);
    expect((await send(json({ id: "still-well" }))).status).toBe(202);
  }, 60_000);
});
