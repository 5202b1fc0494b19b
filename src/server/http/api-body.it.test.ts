import { request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openServer, withKey } from "#test/fakes/server.ts";

let house: Awaited<ReturnType<typeof openServer>>;
let port: number;
const routes: { method: "POST" | "PUT" | "PATCH" | "DELETE"; url: string }[] = [];

beforeAll(async () => {
  const failing = () =>
    house.db.write((q) =>
      q
        .insertInto("api_keys")
        .values({} as never)
        .execute(),
    ) as Promise<never>;
  house = await openServer({
    operations: { make: { title: "Make record" } },
    connectionService: { add: failing, change: failing, remove: failing, test: failing },
  });
  await house.app.listen({ port: 0, host: "127.0.0.1" });
  port = (house.app.server.address() as AddressInfo).port;
  const { paths } = house.app.swagger() as unknown as { paths: Record<string, Record<string, unknown>> };
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods))
      if (method !== "get") routes.push({ method: method.toUpperCase() as "POST", url: path.replace("{id}", "some-id") });
});
afterAll(() => house.close());

const inject = ({ method, url }: (typeof routes)[number], payload: string) =>
  house.app.inject({ method, url, headers: { ...withKey(house.key), "content-type": "application/json" }, payload });

describe("a body of the API", () => {
  test("nested ten thousand levels deep is refused by its field, at every route that could take one", async () => {
    expect(routes.length).toBeGreaterThan(20);
    const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
    for (const route of routes)
      for (const [body, field] of [
        [deep, "body"],
        [`{"name":"x","payload":${deep}}`, "payload"],
        [`{"a":{"b":1},"input":{"deep":${deep}}}`, "input"],
        [`{"draft":${'{"a":'.repeat(10_000)}1${"}".repeat(10_001)}`, "draft"],
      ] as const) {
        const reply = await inject(route, body);
        expect([reply.statusCode, reply.json().error.details.field], `${route.method} ${route.url}`).toEqual([400, field]);
        expect(reply.json().error.message).toBe(`${field}: is nested deeper than 80 levels.`);
      }
  });

  test("that is no JSON, not UTF-8 or reaches a prototype is refused at every route", async () => {
    for (const route of routes)
      for (const payload of [
        "{",
        '{"__proto__":{"a":1}}',
        '{"constructor":{"prototype":{}}}',
        '{"a":"\\u005f_proto__","\\u005f_proto__":1}',
      ])
        expect((await inject(route, payload)).statusCode, `${route.method} ${route.url} ${payload}`).toBe(400);
    const latin1 = await house.app.inject({
      method: "POST",
      url: "/api/v1/flows",
      headers: { ...withKey(house.key), "content-type": "application/json" },
      payload: Buffer.from('{"name":"Jos\xe9"}', "latin1"),
    });
    expect([latin1.statusCode, latin1.json().error.message]).toEqual([400, "body: is not UTF-8 text."]);
  });

  test("keeps the digits of long integers", async () => {
    const flow = await house.published([{ id: "made", app: "app", operation: "make", input: { id: "{{ trigger.id }}" } }]);
    const ran = await inject({ method: "POST", url: `/api/v1/flows/${flow.id}/run` }, '{"payload":{"id":8202522731445525543}}');
    expect(ran.statusCode, ran.body).toBe(202);
    const [run] = await house.engine.runs(house.workspaceId, { flowId: flow.id }, { limit: 1 });
    const { event } = await house.engine.run(house.workspaceId, run!.id);
    expect(event.payload).toEqual({ id: "8202522731445525543" });
  });

  const tooLarge = " ".repeat(5 * 1024 * 1024);
  test("that is too large is read to its end and answered 413, announced or in pieces, and the connection goes on", async () => {
    for (const chunked of [false, true]) {
      const sent = await new Promise<{ status: number; body: string }>((resolve, reject) => {
        const headers = {
          ...withKey(house.key),
          "content-type": "application/json",
          ...(!chunked && { "content-length": tooLarge.length }),
        };
        const req = request({ port, host: "127.0.0.1", method: "POST", path: "/api/v1/flows", headers }, (res) => {
          let body = "";
          res.on("data", (chunk) => (body += String(chunk)));
          res.on("end", () => resolve({ status: res.statusCode!, body }));
          res.on("error", reject);
        });
        req.on("error", reject);
        let rest = tooLarge;
        const more = () => {
          while (rest !== "") {
            const part = rest.slice(0, 65_536);
            rest = rest.slice(65_536);
            if (!req.write(part)) return void req.once("drain", more);
          }
          req.end();
        };
        more();
      });
      expect([sent.status, JSON.parse(sent.body).error.code], String(chunked)).toEqual([413, "BODY_TOO_LARGE"]);
    }
    const key = `authorization: ${withKey(house.key).authorization}`;
    const socket = connect(port, "127.0.0.1");
    let said = "";
    socket.on("data", (chunk) => (said += String(chunk)));
    socket.write(
      `POST /api/v1/flows HTTP/1.1\r\nhost: 127.0.0.1\r\n${key}\r\ncontent-type: application/json\r\ncontent-length: ${tooLarge.length}\r\n\r\n`,
    );
    socket.write(tooLarge);
    socket.write(`GET /api/v1/openapi.json HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    for (let i = 0; i < 400 && !said.includes("HTTP/1.1 200"); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(said).toMatch(/^HTTP\/1\.1 413 [^]*HTTP\/1\.1 200 /);
    socket.destroy();
  });
});

describe("a store that cannot write", () => {
  test.each(["SQLITE_FULL", "SQLITE_BUSY", "SQLITE_IOERR_WRITE", "SQLITE_READONLY", "SQLITE_CANTOPEN"])(
    "is said to be so at every route that writes, for %s, and never a fault of ours",
    async (code) => {
      const flow = await house.published([{ id: "make", app: "app", operation: "make", input: {} }]);
      const { write, batch } = house.db;
      const fail = () => Promise.reject(Object.assign(new Error("database or disk is full: /secret/path"), { code }));
      Object.assign(house.db, { write: fail, batch: fail });
      const bodies: Record<string, object> = {
        "POST /api/v1/flows": { name: "New", trigger: { app: "app", operation: "hook" }, steps: [] },
        [`PUT /api/v1/flows/${flow.id}`]: { name: "Other", trigger: { app: "app", operation: "hook" }, steps: [] },
        [`POST /api/v1/flows/${flow.id}/pause`]: {},
        [`POST /api/v1/flows/${flow.id}/run`]: { payload: {} },
        "POST /api/v1/inboxes": { name: "new", title: "New" },
        "POST /api/v1/connections": { name: "new", app: "http", auth: "token", secret: { token: "t" } },
        [`DELETE /api/v1/flows/${flow.id}`]: {},
        "POST /api/v1/api-key": {},
      };
      try {
        for (const [route, body] of Object.entries(bodies)) {
          const [method, url] = route.split(" ") as ["POST", string];
          const reply = await inject({ method, url }, JSON.stringify(body));
          expect([reply.statusCode, reply.json().error.code], `${route}: ${reply.body}`).toEqual([429, "STORE_UNAVAILABLE"]);
          expect(Number(reply.headers["retry-after"])).toBeGreaterThan(0);
          expect(reply.body).not.toContain("secret");
        }
      } finally {
        Object.assign(house.db, { write, batch });
      }
      expect((await inject({ method: "POST", url: `/api/v1/flows/${flow.id}/pause` }, "{}")).statusCode).toBe(200);
    },
  );
});

describe("the API's callers", () => {
  test("are held to a rate by key and by address, others go on, and a stranger with made-up keys is one caller", async () => {
    const other = await openServer({
      rates: { hooks: { perSecond: 0, burst: 0 }, strangers: { perSecond: 0, burst: 0 }, api: { perSecond: 1, burst: 5 } },
    });
    const ask = async (remoteAddress: string, authorization: string) =>
      other.app.inject({ url: "/api/v1/overview", remoteAddress, headers: { authorization } });
    const right = withKey(other.key).authorization;
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask("127.0.0.1", right)).statusCode);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await ask("127.0.0.1", right);
    expect([refused.headers["retry-after"], refused.json().error.code]).toEqual(["1", "TOO_MANY_REQUESTS"]);
    expect((await ask("10.0.0.7", right)).statusCode, "the key is used up, wherever it is sent from").toBe(429);
    for (let i = 0; i < 6; i++) expect((await ask("10.0.0.8", `Bearer mr_guess_${i}`)).statusCode).toBe(i < 5 ? 401 : 429);
    await other.clock.advance(2_000);
    expect((await ask("127.0.0.1", right)).statusCode).toBe(200);
    await other.close();
  });
});
