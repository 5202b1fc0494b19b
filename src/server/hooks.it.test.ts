import { once } from "node:events";
import { Agent, createServer, request, type RequestOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Trigger } from "#engine/types.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { openServer } from "#test/fakes/server.ts";
import { createHooks, type HooksOptions } from "./hooks.ts";

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

describe("what has no end", () => {
  const bounds = {
    maxBodyBytes: 1_000,
    maxHeldBytes: 3_000,
    bodyTimeoutMs: 10_000,
    rate: { perSecond: 1, burst: 5 },
    strangerRate: { perSecond: 0.5, burst: 3 },
  };
  const open: (() => void)[] = [];
  afterEach(() => open.splice(0).forEach((close) => close()));

  async function door(more: Partial<HooksOptions> = {}) {
    const clock = new TestClock();
    const accepted: unknown[] = [];
    const hooks = createHooks({
      engine: {
        triggerByToken: async (asked) => (asked.startsWith("known") ? ({ id: asked } as Trigger) : null),
        accept: async (_, payload) => {
          accepted.push(payload);
          return { eventId: "evt_1", repeat: false, runIds: [], sample: false };
        },
      },
      log: { error: () => {} },
      clock,
      ...bounds,
      ...more,
    });
    const server = createServer(hooks);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const { port: at } = server.address() as AddressInfo;
    const knock = (path: string, bodyText: string, announced = bodyText.length) =>
      new Promise<Answer>((resolve, reject) => {
        const req = request(
          {
            port: at,
            host: "127.0.0.1",
            method: "POST",
            path,
            headers: { "content-type": "application/json", "content-length": announced },
          },
          (res) => {
            let said = "";
            res.on("data", (chunk) => (said += String(chunk)));
            res.on("end", () => resolve({ status: res.statusCode!, headers: res.headers, body: JSON.parse(said) }));
          },
        );
        req.on("error", reject);
        req.write(bodyText);
        if (announced === bodyText.length) req.end();
      });
    return { clock, accepted, knock };
  }
  const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

  test("a body that does not come is refused after ten seconds, the connection closed, and its bytes given back", async () => {
    const { clock, knock, accepted } = await door();
    const slow = [900, 900, 900].map((size) => knock("/hooks/known-slow", " ".repeat(size), 1_000));
    await settled();
    expect((await knock("/hooks/known-other", `{"a":"${" ".repeat(500)}"}`)).status, "too much is held").toBe(429);
    await clock.advance(9_999);
    await settled();
    await clock.advance(1);
    for (const { status, headers, body } of await Promise.all(slow))
      expect([status, headers["connection"], body.error?.code]).toEqual([408, "close", "BODY_TOO_SLOW"]);
    expect((await knock("/hooks/known-other", `{"a":"${" ".repeat(500)}"}`)).status).toBe(202);
    expect(accepted).toHaveLength(1);
  });

  test("one address beyond its rate is asked to come later; others go on, and so does it in time", async () => {
    const { clock, knock } = await door();
    const statuses = async (path: string, n: number) => {
      const all: number[] = [];
      for (let i = 0; i < n; i++) all.push((await knock(path, `{"i":${i}}`)).status);
      return all;
    };
    expect(await statuses("/hooks/known-one", 6)).toEqual([202, 202, 202, 202, 202, 429]);
    const refused = await knock("/hooks/known-one", "{}");
    expect([refused.headers["retry-after"], refused.body.error?.code]).toEqual(["1", "TOO_MANY_REQUESTS"]);
    expect(await statuses("/hooks/known-two", 5)).toEqual([202, 202, 202, 202, 202]);
    await clock.advance(2_000);
    expect(await statuses("/hooks/known-one", 3)).toEqual([202, 202, 429]);
  });

  test("a stranger who keeps trying addresses is slowed down by where he comes from, and nobody else is", async () => {
    let from = "203.0.113.1";
    const { clock, knock } = await door({ clientAddress: () => from });
    const tries = async () => {
      const all: number[] = [];
      for (const path of ["/hooks/guess-number-1", "/hooks/guess-number-2", "/hooks/!", "/hooks/guess-number-4"])
        all.push((await knock(path, "{}")).status);
      return all;
    };
    expect(await tries()).toEqual([404, 404, 404, 429]);
    expect((await knock("/hooks/guess-number-5", "{}")).headers["retry-after"]).toBe("2");
    expect((await knock("/hooks/known-one", "{}")).status, "a right address is right from everywhere").toBe(202);
    from = "203.0.113.2";
    expect((await tries())[0]).toBe(404);
    from = "203.0.113.1";
    await clock.advance(2_000);
    expect((await knock("/hooks/guess-number-6", "{}")).status).toBe(404);
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

  const knock = (head: string, to = port) => {
    const socket = connect(to, "127.0.0.1");
    let said = "";
    socket.on("error", () => {});
    socket.on("data", (chunk) => (said += String(chunk)));
    socket.write(head);
    return {
      socket,
      said: () => said,
      closed: () => new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once("close", () => resolve()))),
    };
  };
  const head = (path: string, length: number) =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const answered = async ({ said }: { said: () => string }) => {
    for (let i = 0; i < 400 && !said().includes("\r\n\r\n"); i++) await new Promise((resolve) => setTimeout(resolve, 5));
    return said();
  };

  test("a stranger is refused before anything of the body came, and the little that follows is dropped", async () => {
    for (const path of ["/hooks/unknown-token-123", `/hooks/${token}/more`, "/hooks/x"]) {
      const stranger = knock(head(path, 40_000));
      expect(await answered(stranger), path).toMatch(/^HTTP\/1\.1 404 [^]*HOOK_UNKNOWN/);
      const next = JSON.stringify({ id: `after-${path}` });
      stranger.socket.write(`${" ".repeat(40_000)}${head(`/hooks/${token}`, next.length)}${next}`);
      for (let i = 0; i < 400 && !stranger.said().includes(" 202 "); i++) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(stranger.said(), "the connection goes on").toContain("HTTP/1.1 202 ");
      stranger.socket.destroy();
    }
  });

  test("a stranger who goes on sending, or sends nothing, is gone after a second", async () => {
    for (const more of [" ".repeat(900_000), ""]) {
      const stranger = knock(head("/hooks/unknown-token-123", 1_000_000));
      await answered(stranger);
      stranger.socket.write(more);
      const began = Date.now();
      await stranger.closed();
      expect(Date.now() - began).toBeLessThan(4_000);
    }
  });

  test("a hundred and fifty strangers with a megabyte each cost an honest sender nothing", async () => {
    const strangers = Array.from({ length: 150 }, () => knock(`${head("/hooks/unknown-token-123", 1_048_576)}${" ".repeat(1_000_000)}`));
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => send(json({ id: `honest-${i}` }))));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(202));
    await Promise.all(strangers.map((stranger) => stranger.closed()));
  });

  test("deep nesting is refused in no time, whatever its size", async () => {
    const deep = "[".repeat(1_000_000);
    await send({ ...json({}), body: deep });
    const began = process.cpuUsage();
    for (let i = 0; i < 20; i++) {
      const { status, body } = await send({ ...json({}), body: deep });
      expect([status, body.error?.message]).toEqual([400, "body: is nested deeper than 64 levels."]);
    }
    expect(process.cpuUsage(began).user / 20_000, "ms for each").toBeLessThan(100);
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
