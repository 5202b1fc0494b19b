import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, LookupFunction } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "#kernel/clock.ts";
import type { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import { createOutbound } from "./client.ts";
import { createFormPost } from "./form-post.ts";
import { createGovernor } from "./governor.ts";
import { createTransport } from "./transport.ts";
import type { OutboundCall } from "./types.ts";

const open: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(listener: RequestListener): Promise<{ port: number; server: Server }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, server };
}
function client({
  allow = [],
  sandboxHost,
  lookup,
  maxBytes,
  timeoutMs = 2_000,
}: { allow?: string[]; sandboxHost?: string; lookup?: LookupFunction; maxBytes?: number; timeoutMs?: number } = {}) {
  const transport = createTransport({
    clock: systemClock,
    allowPrivateHosts: allow,
    ...(sandboxHost && { sandboxHost }),
    ...(lookup && { lookup }),
  });
  open.push(() => transport.close());
  const outbound = createOutbound({
    clock: systemClock,
    governor: createGovernor(),
    log: silentLog,
    allowPrivateHosts: allow,
    transport,
    timeoutMs,
    ...(maxBytes && { maxBytes }),
    authorizer: { authorize: () => Promise.reject(new Error("not asked")), renew: () => Promise.reject(new Error("not asked")) },
  });
  return { outbound, transport };
}
const call = (url: string, effect: "read" | "create" = "create", more: Partial<OutboundCall> = {}): OutboundCall => ({
  connection: { id: "c", workspaceId: "w", name: "n", app: "http" },
  app: { id: "http", title: "HTTP", refusals: [] },
  operation: { id: "http.x", effect },
  open: true,
  lane: "live",
  request: { method: effect === "read" ? "GET" : "POST", url, headers: {}, ...(effect === "create" && { body: "{}" }) },
  ...more,
});
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error("expected a failure")),
    (e: MillraceError) => e,
  );
/** A resolver whose answer changes, as in an attack by rebinding. */
const lookupOf =
  (...answers: string[]): LookupFunction =>
  (_, options, callback) => {
    const address = answers.length > 1 ? answers.shift()! : answers[0]!;
    if (options.all) callback(null, [{ address, family: 4 }]);
    else callback(null, address, 4);
  };

describe("over a real socket", () => {
  test("requests that cannot be sent use up no connection of their host", async () => {
    const { port } = await serve((_, res) => void res.end("{}"));
    const { outbound } = client({ allow: [`127.0.0.1:${port}`] });
    const url = `http://127.0.0.1:${port}/x`;
    const sendWith = (headers: Record<string, string>) => outbound.send(call(url, "read", { request: { method: "GET", url, headers } }));
    for (let i = 0; i < 70; i++) {
      const odd: Record<string, string> = i % 2 === 0 ? { "x-note": "two\nlines" } : { expect: "100-continue" };
      expect((await failure(sendWith(odd))).code).toBe("STEP_INPUT_INVALID");
    }
    expect((await sendWith({})).exchange.status).toBe(200);
  });

  test("a closed port: nothing was sent", async () => {
    const { port, server } = await serve(() => {});
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const error = await failure(client({ allow: ["127.0.0.1"] }).outbound.send(call(`http://127.0.0.1:${port}/`)));
    expect([error.code, error.details["outcome"]]).toEqual(["OUTBOUND_UNREACHABLE", "not_sent"]);
    expect(error.message).toBe(`127.0.0.1:${port} could not be reached: it refused the connection.`);
  });

  test("the other side hangs up after the request: nobody knows", async () => {
    const { port } = await serve((req) => req.socket.destroy());
    const error = await failure(client({ allow: ["127.0.0.1"] }).outbound.send(call(`http://127.0.0.1:${port}/`)));
    expect([error.code, error.details["outcome"]]).toEqual(["OUTBOUND_UNREACHABLE", "unknown"]);
  });

  test("no answer, or one that drips: the deadline holds for the whole of it", async () => {
    const { port } = await serve((req, res) => {
      if (req.url === "/silent") return;
      res.writeHead(200);
      const drip = setInterval(() => res.write("x"), 20);
      res.on("close", () => clearInterval(drip));
    });
    for (const path of ["/silent", "/drip"]) {
      const began = Date.now();
      const error = await failure(
        client({ allow: ["127.0.0.1"], timeoutMs: 200 }).outbound.send(call(`http://127.0.0.1:${port}${path}`, "read")),
      );
      expect([error.code, error.details["outcome"]]).toEqual(["OUTBOUND_TIMEOUT", "unknown"]);
      expect(Date.now() - began).toBeLessThan(1_500);
    }
  });

  test("an answer without end is cut off at the bound, packed or not", async () => {
    const { port } = await serve((req, res) => {
      if (req.url === "/packed")
        return res
          .writeHead(200, { "content-encoding": "gzip", "content-type": "application/json" })
          .end(gzipSync(Buffer.alloc(20_000_000, 32)));
      const pour = () => {
        while (res.write(Buffer.alloc(65_536, 120)));
        res.once("drain", pour);
      };
      res.writeHead(200);
      pour();
    });
    const { outbound } = client({ allow: ["127.0.0.1"], maxBytes: 1_000_000 });
    expect((await failure(outbound.send(call(`http://127.0.0.1:${port}/endless`, "read")))).code).toBe("OUTBOUND_TOO_LARGE");
    expect((await failure(outbound.send(call(`http://127.0.0.1:${port}/packed`, "read")))).message).toContain("larger than can be read");
    for (const path of ["endless", "packed"])
      expect((await outbound.send(call(`http://127.0.0.1:${port}/${path}`))).note, path).toContain("larger than");
  });

  test("a write that was answered 201 is done, though the connection broke or hung before the answer's end", async () => {
    const { port } = await serve((req, res) => {
      res.writeHead(201, { "content-length": 100 }).write('{"id":');
      if (req.url === "/broken") setTimeout(() => res.destroy(), 20);
    });
    const { outbound } = client({ allow: ["127.0.0.1"], timeoutMs: 200 });
    for (const path of ["broken", "hangs"]) {
      const reply = await outbound.send(call(`http://127.0.0.1:${port}/${path}`));
      expect([reply.status, reply.body, reply.note]).toEqual([201, null, expect.stringContaining("could not be read")]);
      expect((await failure(outbound.send(call(`http://127.0.0.1:${port}/${path}`, "read")))).code).toMatch(/UNREACHABLE|TIMEOUT/);
    }
  });

  test("a connection that died while idle does not lose a call that could be made", async () => {
    const { port, server } = await serve((_, res) => res.end("{}"));
    const { outbound } = client({ allow: ["127.0.0.1"] });
    await outbound.send(call(`http://127.0.0.1:${port}/`));
    server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await outbound.send(call(`http://127.0.0.1:${port}/`))).status).toBe(200);
  });
});

describe("the guard at the moment of connecting", () => {
  test("a public name with a private address is refused, and no byte arrives", async () => {
    let reached = 0;
    const { port } = await serve((_, res) => res.end(String(reached++)));
    for (const address of ["127.0.0.1", "169.254.169.254", "10.0.0.1", "0.0.0.0"]) {
      const error = await failure(client({ lookup: lookupOf(address) }).outbound.send(call(`http://innocent.example.com:${port}/`)));
      expect([error.code, error.details["outcome"], reached]).toEqual(["HOST_NOT_ALLOWED", "not_sent", 0]);
    }
  });

  test("one private address among public ones is enough to refuse", async () => {
    const mixed: LookupFunction = (_, __, callback) =>
      callback(null, [
        { address: "8.8.8.8", family: 4 },
        { address: "127.0.0.1", family: 4 },
      ]);
    expect((await failure(client({ lookup: mixed }).outbound.send(call("http://mixed.example.com/")))).code).toBe("HOST_NOT_ALLOWED");
  });

  test("localhost by any name stays closed unless it is allowed", async () => {
    const { port } = await serve((_, res) => res.end("{}"));
    expect((await failure(client().outbound.send(call(`http://localhost:${port}/`)))).code).toBe("HOST_NOT_ALLOWED");
    const allowed = client({ allow: [`localhost:${port}`], lookup: lookupOf("127.0.0.1") });
    expect((await allowed.outbound.send(call(`http://localhost:${port}/`))).status).toBe(200);
  });

  test("an allowed name that leads to a metadata service is refused all the same", async () => {
    const allowed = client({ allow: ["innocent.example.com"], lookup: lookupOf("169.254.169.254") });
    expect((await failure(allowed.outbound.send(call("http://innocent.example.com/")))).code).toBe("HOST_NOT_ALLOWED");
  });

  test("a name that resolves to something else the second time gains nothing", async () => {
    let reached = 0;
    const { port } = await serve((_, res) => res.end(String(reached++)));
    const { outbound } = client({ lookup: lookupOf("127.0.0.1", "127.0.0.1", "8.8.8.8"), timeoutMs: 300 });
    expect((await failure(outbound.send(call(`http://rebind.example.com:${port}/`)))).code).toBe("HOST_NOT_ALLOWED");
    expect((await failure(outbound.send(call(`http://rebind.example.com:${port}/`)))).code).toBe("HOST_NOT_ALLOWED");
    expect(reached).toBe(0);
  });

  test("a redirect from an allowed host does not open another port of it", async () => {
    const inner = await serve((_, res) => res.end("inner"));
    const { port } = await serve((_, res) => res.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end());
    const error = await failure(client({ allow: [`127.0.0.1:${port}`] }).outbound.send(call(`http://127.0.0.1:${port}/`, "read")));
    expect(error.code).toBe("HOST_NOT_ALLOWED");
  });

  test("the login's own requests pass the same guard", async () => {
    const { port } = await serve((req, res) => {
      let body = "";
      req
        .on("data", (chunk: Buffer) => (body += chunk.toString()))
        .on("end", () => res.end(JSON.stringify({ body, type: req.headers["content-type"] })));
    });
    const guarded = createFormPost(client().transport, 1_000);
    expect((await failure(guarded(`http://127.0.0.1:${port}/oauth/token`, {}))).code).toBe("HOST_NOT_ALLOWED");
    const post = createFormPost(client({ allow: ["127.0.0.1"] }).transport, 1_000);
    const answer = await post(`http://127.0.0.1:${port}/oauth/token`, { grant_type: "refresh_token", refresh_token: "a b" });
    expect(answer.body).toEqual({ body: "grant_type=refresh_token&refresh_token=a+b", type: "application/x-www-form-urlencoded" });
  });

  test("a client logs in to a login server by HTTP Basic, its parts escaped, and gets its secret not repeated", async () => {
    const { port } = await serve((req, res) => {
      const [id, secret] = Buffer.from(req.headers.authorization!.slice("Basic ".length), "base64").toString().split(":");
      res.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error: "no", id, secret, plain: "hush:hush hush" }));
    });
    const post = createFormPost(client({ allow: ["127.0.0.1"] }).transport, 1_000);
    const { body } = await post(`http://127.0.0.1:${port}/token`, { grant_type: "x" }, { id: "app:1", secret: "hush:hush hush" });
    expect(body).toMatchObject({ id: "app%3A1", plain: "[secret]" });
    expect(JSON.stringify(body)).not.toContain("hush:hush");
  });

  test("a login server whose answer cannot be unpacked is named", async () => {
    const { port } = await serve((_, res) => res.writeHead(200, { "content-encoding": "gzip" }).end("not gzip"));
    const post = createFormPost(client({ allow: ["127.0.0.1"] }).transport, 1_000);
    const { code, message } = await failure(post(`http://127.0.0.1:${port}/oauth/token`, {}));
    expect([code, message]).toEqual(["OUTBOUND_FAILED", expect.stringContaining(`127.0.0.1:${port} answered the sign-in with status 200`)]);
  });

  test.each([
    [400, { access_token: "t" }],
    [200, { access_token: "" }],
    [302, { access_token: "t" }],
  ])("a login server that refuses with %i and %j does not get the client's secret repeated", async (status, more) => {
    const { port } = await serve((_, res) =>
      res
        .writeHead(status, { "content-type": "application/json" })
        .end(JSON.stringify({ ...more, error: "the secret hush-hush-hush is wrong" })),
    );
    const post = createFormPost(client({ allow: ["127.0.0.1"] }).transport, 1_000);
    const { body } = await post(`http://127.0.0.1:${port}/oauth/token`, { client_secret: "hush-hush-hush" });
    expect(JSON.stringify(body)).toContain("the secret [secret] is wrong");
  });
});

describe("the sandbox's address", () => {
  test("is open to the connections and own apps that were made for it, and to no step, other connection or redirect besides", async () => {
    const { port } = await serve((req, res) => {
      if (req.url === "/hop") return res.writeHead(302, { location: "/there" }).end();
      return res.writeHead(200, { "content-type": "application/json" }).end(`{"from":"sandbox"}`);
    });
    const sandboxHost = `127.0.0.1:${port}`;
    const { port: other } = await serve((_, res) => res.writeHead(302, { location: `http://${sandboxHost}/secret` }).end());
    const login = (urls?: Record<string, string>) => ({ version: 1, renewable: false, ...(urls && { urls }) });
    const { outbound, transport } = client({ sandboxHost, allow: [`127.0.0.1:${other}`] });
    const made = { id: "c", workspaceId: "w", name: "n", app: "crm", baseUrl: `http://${sandboxHost}` };
    const from = { body: { from: "sandbox" } };
    const ask = (url: string, more: Partial<OutboundCall> = {}) => outbound.send(call(url, "read", more));

    await expect(ask(`http://${sandboxHost}/x`, { connection: made })).resolves.toMatchObject(from);
    await expect(ask(`http://${sandboxHost}/hop`, { connection: made })).resolves.toMatchObject(from);
    const own = { ...call("", "read").app, baseUrl: `http://${sandboxHost}/your-app` };
    const elsewhere = { ...made, baseUrl: "https://services.example.com" };
    await expect(ask(`http://${sandboxHost}/x`, { app: own })).resolves.toMatchObject(from);
    expect((await failure(ask(`http://${sandboxHost}/x`, { app: own, connection: elsewhere }))).code).toBe("HOST_NOT_ALLOWED");
    const refused: [url: string, connection?: OutboundCall["connection"]][] = [
      [`http://${sandboxHost}/x`],
      [`http://${sandboxHost}/x`, { ...made, baseUrl: `http://127.0.0.1:${other}` }],
      [`http://${sandboxHost}/x`, { ...made, baseUrl: "https://services.example.com" }],
      [`http://127.0.0.1:${other}/`],
      [`http://localhost:${port}/`, made],
      [`http://127.0.0.1:${port + 1}/`, made],
    ];
    for (const [url, connection] of refused)
      expect((await failure(ask(url, connection && { connection }))).code, `${url} ${connection?.baseUrl}`).toBe("HOST_NOT_ALLOWED");

    const secretUrl = createOutbound({
      clock: systemClock,
      governor: createGovernor(),
      log: silentLog,
      allowPrivateHosts: [],
      transport,
      timeoutMs: 2_000,
      authorizer: {
        authorize: async () => login({ hook: `http://${sandboxHost}/x` }),
        renew: () => Promise.reject(new Error("not asked")),
      },
    });
    await expect(secretUrl.send(call("secret-url:hook", "read", { open: false }))).resolves.toMatchObject(from);
  });

  test("stays open to everybody where the operator allowed it by name", async () => {
    const { port } = await serve((_, res) => res.writeHead(200, { "content-type": "application/json" }).end(`{"from":"sandbox"}`));
    for (const allow of [["127.0.0.1"], [`127.0.0.1:${port}`]]) {
      const { outbound } = client({ sandboxHost: `127.0.0.1:${port}`, allow });
      await expect(outbound.send(call(`http://127.0.0.1:${port}/x`, "read"))).resolves.toMatchObject({ body: { from: "sandbox" } });
    }
  });
});

describe("answers that are large together", () => {
  test("are all read to their end, a few at a time", async () => {
    const megabytes = 8;
    const part = Buffer.alloc(1024 ** 2, "x");
    const { port } = await serve((_, res) => {
      res.writeHead(200, { "content-type": "text/plain" });
      let left = megabytes;
      const more = () => {
        while (left > 0) if ((left--, !res.write(part))) return;
        res.end();
      };
      res.on("drain", more);
      more();
    });
    const { transport } = client({ allow: [`127.0.0.1:${port}`] });
    const to = transport.resolve(`http://127.0.0.1:${port}/`);
    const sizes = await Promise.all(
      Array.from({ length: 24 }, async () => {
        const answer = await transport.send(to, { method: "GET", url: "", headers: {} }, { timeoutMs: 30_000, maxBytes: 10 * 1024 ** 2 });
        return answer.bytes.length / 1024 ** 2;
      }),
    );
    expect(sizes).toEqual(sizes.map(() => megabytes));
  });
});
