import { once } from "node:events";
import { Agent, createServer, request, type RequestOptions } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { openServer } from "#test/fakes/server.ts";
import { clientAddress } from "../http/access.ts";
import { SenderGate } from "./sender-gate.ts";
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
    const two = await send({ headers: { "content-type": "application/json", "idempotency-key": "d-1", "x-try": "2" }, body: '{ "n": 1 }' });
    expect([one.body.repeat, two.body.repeat]).toEqual([undefined, true]);
  });

  test("whose Idempotency-Key came with other content is refused with 422, and not lost as a repeat", async () => {
    const headers = { "content-type": "application/json", "idempotency-key": "one key" };
    expect((await send({ headers, body: '{"v":1}' })).status).toBe(202);
    const other = await send({ headers, body: '{"v":2}' });
    expect([other.status, other.body.error?.code]).toEqual([422, "HOOK_KEY_REUSED"]);
    expect(other.body.error?.message).toContain("'one key' came before with other content");
    expect((await send({ path: `/hooks/${token}?v=2`, headers, body: '{"v":1}' })).status, "the query is content").toBe(422);
    expect((await send({ headers, body: '{"v":1}' })).body.repeat).toBe(true);
  });

  test.each([
    "webhook-id",
    "svix-id",
    "x-github-delivery",
    "x-gitea-delivery",
    "x-gitlab-event-uuid",
    "x-shopify-webhook-id",
    "x-wc-webhook-delivery-id",
    "linear-delivery",
    "x-atlassian-webhook-identifier",
    "paypal-transmission-id",
    "x-amz-sns-message-id",
    "i-twilio-idempotency-token",
  ])("with the same content and another %s is another event; with the same one, a repeat", async (header) => {
    const post = (id: string) =>
      send({ headers: { "content-type": "application/json", [header]: `${header} ${id}` }, body: '{"status":"down"}' });
    const [one, two, again] = [await post("1"), await post("2"), await post("1")];
    expect([one.body.repeat, two.body.repeat, again.body.repeat]).toEqual([undefined, undefined, true]);
  });

  test("of the same content is a repeat for 15 minutes, and another event after that", async () => {
    const post = () => send(json({ status: "nightly" }));
    expect((await post()).body.repeat).toBeUndefined();
    await house.clock.advance(15 * 60_000 - 1);
    expect((await post()).body.repeat).toBe(true);
    await house.clock.advance(1);
    expect((await post()).body.repeat).toBeUndefined();
    await house.clock.advance(15 * 60_000 - 1);
    expect((await post()).body.repeat, "counted from the last that was one").toBe(true);
  });

  const newest = async () => {
    const flow = await house.engine.flows.get(house.workspaceId, flowId);
    const [sample] = await house.engine.samples(house.workspaceId, flow.id, 1);
    return sample?.payload;
  };

  test("carries its sender's own headers and the query, and nothing secret of either", async () => {
    const headers = {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-shopify-topic": "orders/create",
      "x-hub-signature-256": "sha256=00",
      "x-api-key": "k-1",
      "x-auth-token": "t-1",
      authorization: "Bearer b-1",
      cookie: "c=1",
      "x-forwarded-for": "203.0.113.9",
      "x-session": "s-1",
    };
    const path = `/hooks/${token}?source=form&tag=a&tag=b&access_token=q-1&sig=q-2`;
    expect((await send({ path, headers, body: '{"id":"sender"}' })).status).toBe(202);
    expect(await newest()).toEqual({
      id: "sender",
      _headers: { "x-github-event": "push", "x-shopify-topic": "orders/create" },
      _query: { source: "form", tag: ["a", "b"] },
    });
  });

  test("without headers of its own is kept as it was posted, and so is a list", async () => {
    await send(json({ id: "plain" }));
    expect(await newest()).toEqual({ id: "plain" });
    await send({ headers: { "content-type": "application/json", "x-event": "e" }, body: '[{"id":"list"}]' });
    expect(await newest()).toEqual([{ id: "list" }]);
  });

  test("sent again with other headers is a repeat all the same; with another query it is another event", async () => {
    const post = (id: string, query = "") =>
      send({
        path: `/hooks/${token}${query}`,
        headers: { "content-type": "application/json", "x-request-id": id },
        body: '{"name":"again"}',
      });
    const [one, two, other] = [await post("1"), await post("2"), await post("3", "?order=7")];
    expect([one.body.repeat, two.body.repeat, other.body.repeat]).toEqual([undefined, true, undefined]);
  });

  test("may have no body at all: its query is the event", async () => {
    for (const headers of [{}, { "content-type": "application/json" }]) {
      const order = `n${Object.keys(headers).length}`;
      expect((await send({ path: `/hooks/${token}?order=${order}`, headers })).status).toBe(202);
      expect(await newest()).toEqual({ _query: { order } });
    }
    expect((await send({ headers: { "content-type": "application/json" } })).status).toBe(202);
  });

  test("may come packed, in parts, as XML, as lines, and without a content type", async () => {
    const post = async (type: string | undefined, body: string | Buffer, coding?: string) => {
      const headers = { ...(type && { "content-type": type }), ...(coding && { "content-encoding": coding }) };
      expect((await send({ headers, body })).status, type).toBe(202);
      return newest();
    };
    expect(await post("application/json", gzipSync('{"a":"gz"}'), "gzip")).toEqual({ a: "gz" });
    expect(await post(undefined, '{"a":"none"}')).toEqual({ a: "none" });
    expect(await post("text/xml", "<a><b>1</b></a>")).toEqual({ a: { b: ["1"] } });
    expect(await post("application/x-ndjson", '{"a":1}\n{"a":2}\n')).toEqual([{ a: 1 }, { a: 2 }]);
    const part = '--x\r\nContent-Disposition: form-data; name="formID"\r\n\r\n2212\r\n--x--\r\n';
    expect(await post("multipart/form-data; boundary=x", part)).toEqual({ formID: "2212" });
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

describe("a sender that makes sure of the address", () => {
  const ask = (
    method: string,
    query: string,
    body?: string,
    path = `/hooks/${token}`,
  ): Promise<{ status: number; type: string; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const req = request({ port, host: "127.0.0.1", agent, method, path: path + query, headers }, (res) => {
        let text = "";
        res.on("data", (chunk) => (text += String(chunk)));
        res.on("end", () => resolve({ status: res.statusCode!, type: String(res.headers["content-type"]), text }));
      });
      req.on("error", reject);
      req.end(body);
    });

  test.each([
    ["GET", "?hub.mode=subscribe&hub.challenge=12345&hub.verify_token=x", undefined, "12345"],
    ["GET", "?challenge=<b>x", undefined, "<b>x"],
    ["POST", "?validationToken=a%20b", undefined, "a b"],
    ["HEAD", "", undefined, ""],
    ["POST", "", '{"type":"url_verification","token":"t","challenge":"abc"}', '{"challenge":"abc"}'],
    ["POST", "", '{"challenge":"abc"}', '{"challenge":"abc"}'],
  ])("by %s %s %s gets its challenge back, as text, and no event is made of it", async (method, query, body, text) => {
    const before = house.engine.stats();
    const reply = await ask(method, query, body);
    expect([reply.status, reply.text]).toEqual([200, text]);
    expect(reply.type).toMatch(/^(?:text\/plain|application\/json); charset=utf-8$/);
    expect(house.engine.stats()).toEqual(before);
  });

  test("gets none at an address where nobody listens, and an event that has a challenge stays one", async () => {
    expect((await ask("GET", "?hub.challenge=1", undefined, "/hooks/unknown-token-123")).status).toBe(404);
    expect((await ask("HEAD", "", undefined, "/hooks/unknown-token-123")).status).toBe(404);
    expect((await ask("GET", "?other=1")).status).toBe(405);
    expect((await ask("GET", `?challenge=${"x".repeat(1001)}`)).status).toBe(405);
    expect((await ask("POST", "", '{"challenge":"sudoku","player":"ada"}')).status).toBe(202);
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
    const knock = (path: string, bodyText: string | Buffer, announced = bodyText.length, headers: Record<string, string> = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const req = request(
          {
            port: at,
            host: "127.0.0.1",
            method: "POST",
            path,
            headers: { "content-type": "application/json", "content-length": announced, ...headers },
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

  test("a packed body counts as what it becomes: never more than one may be, nor than all may hold", async () => {
    const { knock } = await door({ maxHeldBytes: 1_500 });
    const pack = (size: number) => gzipSync(JSON.stringify({ a: "x".repeat(size) }));
    const post = (bytes: Buffer) => knock("/hooks/known-one", bytes, bytes.length, { "content-encoding": "gzip" });
    expect((await post(pack(900))).status).toBe(202);
    expect((await post(pack(1_000))).status).toBe(413);
    const holding = knock("/hooks/known-slow", " ".repeat(900), 1_000);
    holding.catch(() => {});
    await expect.poll(async () => (await post(pack(900))).status, { message: "too much is held", timeout: 30_000 }).toBe(429);
  });

  test("an inbox takes larger bodies than a flow's own address", async () => {
    const received: unknown[] = [];
    const inboxes: HooksOptions["inboxes"] = {
      at: (asked) => (asked === "known-inbox" ? ({ id: "ibx" } as Inbox) : undefined),
      take: async (_, { read }) => {
        received.push((await read()).payload);
        const nothing = { flows: 0, repeat: false, runIds: [], joined: false, person: null, flowId: null, outcome: null };
        return { event: "x", locations: [], agency: null, ...nothing };
      },
    };
    const { knock } = await door({ inboxes, maxInboxBytes: 5_000, maxHeldBytes: 20_000 });
    const large = JSON.stringify({ a: "x".repeat(3_000) });
    expect((await knock("/hooks/known-one", large)).status).toBe(413);
    expect((await knock("/hooks/known-inbox", large)).status).toBe(202);
    expect((await knock("/hooks/known-inbox", JSON.stringify({ a: "x".repeat(6_000) }))).status).toBe(413);
    expect(received).toHaveLength(1);
  });

  test("a body that does not come is refused after ten seconds, the connection closed, and its bytes given back", async () => {
    const { clock, knock, accepted } = await door();
    const slow = [900, 900, 900].map((size) => knock("/hooks/known-slow", " ".repeat(size), 1_000));
    const other = async () => (await knock("/hooks/known-other", `{"a":"${" ".repeat(500)}"}`)).status;
    await expect.poll(other, { message: "too much is held", timeout: 30_000 }).toBe(429);
    await settled(); // whichever of them came last is being read as well
    accepted.length = 0; // those that came before there was too much
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
  test("the answer to another method says to use POST", async () => {
    for (const method of ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const reply = await send({ method });
      expect([reply.status, reply.headers["allow"]], method).toEqual([405, "POST"]);
      expect(reply.body.error?.message).toContain("POST");
    }
  });

  test("the answer at an unknown address says to copy it again", async () => {
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
      (await send({ headers: { "content-type": "application/json", "content-encoding": "compress" }, body: "x" })).body.error?.message,
    ).toContain("compressed (compress)");
    expect((await send({ headers: { "content-type": "image/png" }, body: "x" })).status).toBe(415);
    expect((await send({ body: "hello" })).status).toBe(415);
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
  });
});

describe("a list of senders", () => {
  const definition = (senders: string[]) => async () => ({ senders });
  const refusing = async (senders: string[], more: Partial<HooksOptions> = {}) => {
    const accepted: unknown[] = [];
    const hooks = createHooks({
      engine: {
        triggerByToken: async () => ({ id: "t", flowId: "f" }) as Trigger,
        accept: async (_, payload) => {
          accepted.push(payload);
          return { eventId: "evt_1", runIds: ["run_1"], repeat: false, sample: false };
        },
      },
      log: { error: () => {} },
      senderGate: new SenderGate({ definition: definition(senders), clock: new TestClock() }),
      ...more,
    });
    const server = createServer(hooks);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port: own } = server.address() as AddressInfo;
    const post = (headers: Record<string, string> = {}) =>
      send({ port: own, path: "/hooks/token-of-flow", headers: { "content-type": "application/json", ...headers }, body: '{"a":1}' });
    return { post, accepted, close: () => server.close() };
  };

  test("refuses whoever is not on it with 403 before a byte of the body counts, and accepts the others", async () => {
    const closed = await refusing(["203.0.113.0/24"]);
    const reply = await closed.post();
    expect([reply.status, reply.body.error?.code, closed.accepted]).toEqual([403, "HOOK_SENDER_REFUSED", []]);
    closed.close();
    const own = await refusing(["loopback"]);
    expect([(await own.post()).status, own.accepted.length]).toEqual([202, 1]);
    own.close();
  });

  test("judges the sender behind a trusted proxy, and believes nobody else's header", async () => {
    const forwarded = { "x-forwarded-for": "203.0.113.7" };
    const behind = await refusing(["203.0.113.7"], { clientAddress: (req) => clientAddress(req, ipRanges(["loopback"])) });
    expect([(await behind.post(forwarded)).status, (await behind.post()).status]).toEqual([202, 403]);
    behind.close();
    const direct = await refusing(["203.0.113.7"], { clientAddress: (req) => clientAddress(req, ipRanges([])) });
    expect((await direct.post(forwarded)).status).toBe(403);
    direct.close();
  });

  test("slows down whoever keeps on", async () => {
    const closed = await refusing(["203.0.113.0/24"], { strangerRate: { perSecond: 1, burst: 2 }, clock: new TestClock() });
    const seen = [await closed.post(), await closed.post(), await closed.post()].map(({ status }) => status);
    expect(seen).toEqual([403, 403, 429]);
    closed.close();
  });
});

test("a replay of an event whose time is signed is recognised by its body, whatever ids, headers and query are added to it", async () => {
  const asked: unknown[] = [];
  const hooks = createHooks({
    engine: {
      triggerByToken: async () => ({ id: "t", flowId: "f" }) as Trigger,
      accept: async (_, __, options) => {
        asked.push({ deliveryId: options?.deliveryId, content: options?.content });
        return { eventId: "evt_1", runIds: [], repeat: false, sample: false };
      },
    },
    checkSignature: async () => ({ onlyBody: false, check: () => undefined, identity: {} }),
    log: { error: () => {} },
  });
  const server = createServer(hooks);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port: own } = server.address() as AddressInfo;
  const type = { "content-type": "application/json" };
  const made = [
    { path: "/hooks/token-of-flow", headers: type },
    { path: "/hooks/token-of-flow?again=1", headers: { ...type, "idempotency-key": "made-up", "x-github-delivery": "made-up" } },
  ];
  for (const one of made) expect((await send({ port: own, ...one, body: '{"a":1}' })).status).toBe(202);
  expect(asked).toEqual([1, 2].map(() => ({ deliveryId: undefined, content: '{"a":1}' })));
  server.close();
});
