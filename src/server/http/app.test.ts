import { afterEach, describe, expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { turnsUntil } from "#test/support/turns.ts";
import { fromPage, openServer, routesOf, withKey, type ServerWish } from "#test/fakes/server.ts";

let open: Awaited<ReturnType<typeof openServer>>[] = [];
const server = async (wish?: ServerWish) => {
  const house = await openServer(wish);
  open.push(house);
  return house;
};
afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

const own = "127.0.0.1:4400";
const cookieOf = (reply: { cookies: { name: string; value: string }[] }) => `${reply.cookies[0]!.name}=${reply.cookies[0]!.value}`;

describe("signing in", () => {
  /** A browser that opened a one-time link. */
  const openLink = async ({ app, links }: Awaited<ReturnType<typeof openServer>>, host = own) => {
    const headers = { host, "x-millrace": "1" };
    const reply = await app.inject({ method: "POST", url: "/api/v1/session", headers, payload: { link: links!.make("ws_1").token } });
    expect(reply.statusCode).toBe(200);
    return { cookie: cookieOf(reply), reply };
  };
  const overview = (app: Awaited<ReturnType<typeof openServer>>["app"], headers: Record<string, string>, remoteAddress = "127.0.0.1") =>
    app.inject({ url: "/api/v1/overview", headers, remoteAddress });

  test("the API wants a key, and says how to send it", async () => {
    const { app } = await server();
    const reply = await overview(app, { host: own });
    expect(reply.statusCode).toBe(401);
    expect(reply.json().error).toMatchObject({ code: "NOT_SIGNED_IN", message: expect.stringContaining("Authorization: Bearer") });
  });

  test("the key opens it from anywhere; a wrong one does not, and a rotated one no longer", async () => {
    const { app, key } = await server();
    expect((await overview(app, withKey(key), "192.168.1.9")).statusCode).toBe(200);
    for (const wrong of [`${key}x`, "mr_nothing", ""]) expect((await overview(app, withKey(wrong))).statusCode, wrong).toBe(401);
    const rotated = (await app.inject({ method: "POST", url: "/api/v1/api-key", headers: withKey(key) })).json().key as string;
    expect((await overview(app, withKey(rotated), "192.168.1.9")).statusCode).toBe(200);
    expect((await overview(app, withKey(key))).statusCode).toBe(401);
  });

  test("a page's address may be loaded again whatever its query ends in; a missing file answers 404", async () => {
    const { app } = await server();
    const page = await app.inject({ url: "/runs?person=ada@example.com", headers: { host: own } });
    expect(page.headers["content-type"]).toContain("text/html");
    expect((await app.inject({ url: "/gone.js", headers: { host: own } })).statusCode).toBe(404);
  });

  test("loading the page signs nobody in, on this machine neither", async () => {
    const { app } = await server();
    for (const headers of [{ host: own }, { host: "localhost" }, { host: own, "x-forwarded-for": "127.0.0.1" }])
      expect((await app.inject({ url: "/", headers })).headers["set-cookie"]).toBeUndefined();
  });

  test("a one-time link signs a browser in, once", async () => {
    const house = await server();
    const { app, links, key } = house;
    const { cookie, reply } = await openLink(house);
    expect(reply.cookies[0]).toMatchObject({ name: "millrace_4400", httpOnly: true, sameSite: "Strict", path: "/" });
    expect(reply.cookies[0]).not.toHaveProperty("secure");
    expect((await overview(app, fromPage(cookie))).statusCode).toBe(200);

    const made = (await app.inject({ method: "POST", url: "/api/v1/sign-in-links", headers: withKey(key) })).json() as { url: string };
    const token = /^http:\/\/127\.0\.0\.1:4400\/#open=([\w-]+)$/.exec(made.url)![1]!;
    expect(links!.isOpen(token)).toBe(true);
    const attempt = () =>
      app.inject({ method: "POST", url: "/api/v1/session", headers: { host: own, "x-millrace": "1" }, payload: { link: token } });
    expect((await attempt()).statusCode).toBe(200);
    const again = await attempt();
    expect([again.statusCode, again.json().error.code, again.cookies]).toEqual([401, "LINK_INVALID", []]);
  });

  test("where local sign-in is off a link makes the owner's account, opens nothing by itself, and a guessed one does neither", async () => {
    const { app, key } = await server({ localSignIn: false, publicUrl: "https://mill.example.com" });
    const made = await app.inject({ method: "POST", url: "/api/v1/sign-in-links", headers: withKey(key) });
    expect(made.json()).toMatchObject({ opens: "account", url: expect.stringMatching(/^https:\/\/mill\.example\.com\/#open=/) });
    const guess = await app.inject({
      method: "POST",
      url: "/api/v1/session",
      headers: { host: own, "x-millrace": "1" },
      payload: { link: "x" },
    });
    expect(guess.statusCode).toBe(401);
  });

  test("a page of another site can neither use the cookie nor sign a browser in or out", async () => {
    const house = await server();
    const { app, key } = house;
    const { cookie } = await openLink(house);
    const page = fromPage(cookie);
    const attacks = [
      { ...page, "x-millrace": "" },
      { ...page, "sec-fetch-site": "cross-site" },
      { ...page, "sec-fetch-site": "same-site", origin: "http://127.0.0.1:3000" },
      { ...page, origin: "https://evil.example" },
      { ...page, host: "evil.example:4400" },
    ];
    for (const headers of attacks) {
      for (const [method, url, payload] of [
        ["POST", "/api/v1/api-key", undefined],
        ["POST", "/api/v1/session", { key }],
        ["DELETE", "/api/v1/session", undefined],
      ] as const) {
        const reply = await app.inject({ method, url, headers, ...(payload && { payload }) });
        expect(reply.statusCode, `${method} ${url} ${JSON.stringify(headers)}`).toBe(403);
        expect(reply.cookies).toEqual([]);
      }
    }
    expect((await overview(app, page)).statusCode).toBe(200);
  });

  test("another browser signs in with the key; after it signs out the same cookie is worth nothing", async () => {
    const { app, keys } = await server({ publicUrl: "https://mill.example.com" });
    const key = await keys.rotate("ws_1");
    const there = {
      remoteAddress: "10.0.0.8",
      headers: { host: "mill.example.com", "x-millrace": "1", origin: "https://mill.example.com" },
    };
    expect((await app.inject({ method: "POST", url: "/api/v1/session", ...there, payload: { key: "mr_wrong" } })).statusCode).toBe(401);
    const reply = await app.inject({ method: "POST", url: "/api/v1/session", ...there, payload: { key: ` ${key}\n` } });
    expect(reply.statusCode).toBe(200);
    expect(reply.cookies[0]).toMatchObject({ name: "__Host-millrace_web", httpOnly: true, secure: true, sameSite: "Strict", path: "/" });
    expect(reply.cookies[0]).not.toHaveProperty("domain");
    const headers = { ...fromPage(cookieOf(reply)), host: "mill.example.com", origin: "https://mill.example.com" };
    expect((await overview(app, headers, "10.0.0.8")).statusCode).toBe(200);
    const rebound = { ...headers, host: "evil.example", origin: "https://evil.example" };
    expect((await overview(app, rebound, "10.0.0.8")).json().error.message).toContain("MILLRACE_PUBLIC_URL");
    const left = await app.inject({ method: "DELETE", url: "/api/v1/session", headers });
    expect(left.cookies.map(({ value }) => value)).toEqual(["", ""]);
    expect((await overview(app, headers, "10.0.0.8")).statusCode).toBe(401);
  });

  test("who signs in, signs out and replaces the key is logged with the visitor's own address, and with no secret", async () => {
    const house = await server({ trusted: ["loopback"] });
    const { app, key, signInEvents } = house;
    const from = (address: string) => ({ "x-forwarded-for": address });
    const { cookie } = await openLink(house);
    const payload = { key };
    await app.inject({ method: "POST", url: "/api/v1/session", headers: { ...fromPage(cookie), ...from("203.0.113.9") }, payload });
    await app.inject({ method: "DELETE", url: "/api/v1/session", headers: { host: own, "x-millrace": "1" } }); // no session to end
    const again = await openLink(house);
    await app.inject({ method: "DELETE", url: "/api/v1/session", headers: { ...fromPage(again.cookie), ...from("203.0.113.9") } });
    await app.inject({ method: "POST", url: "/api/v1/api-key", headers: { ...withKey(key), ...from("198.51.100.4") } });
    expect(signInEvents).toEqual([
      "signed in with a link from 127.0.0.1",
      "signed in with the API key from 203.0.113.9",
      "signed in with a link from 127.0.0.1",
      "signed out from 203.0.113.9",
      "replaced the API key from 198.51.100.4",
    ]);
  });

  test("signing in again ends the browser's earlier session", async () => {
    const house = await server();
    const { cookie } = await openLink(house);
    const payload = { key: house.key };
    expect((await house.app.inject({ method: "POST", url: "/api/v1/session", headers: fromPage(cookie), payload })).statusCode).toBe(200);
    expect((await overview(house.app, fromPage(cookie))).statusCode).toBe(401);
  });

  test("rotating the key ends every session and every link", async () => {
    const house = await server();
    const { app, key, links } = house;
    const { cookie } = await openLink(house);
    const { token } = links!.make("ws_1");
    await app.inject({ method: "POST", url: "/api/v1/api-key", headers: withKey(key) });
    expect((await overview(app, fromPage(cookie))).statusCode).toBe(401);
    expect(links!.isOpen(token)).toBe(false);
  });

  test.each<[string, ServerWish, Record<string, string>, boolean]>([
    ["plain http on this machine", {}, {}, false],
    ["a public https address, whatever the proxy makes of the Host", { publicUrl: "https://mill.example.com" }, {}, true],
    [
      "a public https address, on a page opened on the machine itself",
      { publicUrl: "https://mill.example.com" },
      { origin: "http://127.0.0.1:4400" },
      false,
    ],
    [
      "a public https address, on a page under its name without TLS",
      { publicUrl: "https://mill.example.com" },
      { host: "mill.example.com", origin: "http://mill.example.com" },
      true,
    ],
    ["https by the word of a trusted proxy", { trusted: ["loopback"] }, { "x-forwarded-proto": "https" }, true],
    ["https by anybody else's word", {}, { "x-forwarded-proto": "https" }, false],
    ["https by the browser's word", {}, { origin: "https://127.0.0.1:4400" }, true],
  ])("the cookie is Secure exactly where the outside is https: %s", async (_, wish, headers, secure) => {
    const { app, key } = await server(wish);
    const page = { host: own, "x-millrace": "1", ...headers };
    const reply = await app.inject({ method: "POST", url: "/api/v1/session", headers: page, payload: { key } });
    expect(reply.statusCode).toBe(200);
    expect([reply.cookies[0]!.secure ?? false, reply.cookies[0]!.name.startsWith("__Host-")]).toEqual([secure, secure]);
    expect((await overview(app, { ...fromPage(cookieOf(reply)), ...headers })).statusCode).toBe(200);
  });

  test("two Millraces on one machine have cookies of their own", async () => {
    const [one, other] = [await server(), await server({ publicUrl: "http://127.0.0.1:4500" })];
    const names = [(await openLink(one)).cookie, (await openLink(other, "127.0.0.1:4500")).cookie].map((cookie) => cookie.split("=")[0]);
    expect(names).toEqual(["millrace_4400", "millrace_4500"]);
  });

  describe("guessing", () => {
    const page = { host: own, "x-millrace": "1" };
    type House = Awaited<ReturnType<typeof openServer>>;
    const guesses: [string, (house: House, headers: Record<string, string>) => ReturnType<typeof overview>][] = [
      [
        "a key on the sign-in page",
        ({ app }, headers) =>
          app.inject({ method: "POST", url: "/api/v1/session", payload: { key: "mr_guess" }, headers: { ...page, ...headers } }),
      ],
      [
        "a link",
        ({ app }, headers) =>
          app.inject({ method: "POST", url: "/api/v1/session", payload: { link: "guess" }, headers: { ...page, ...headers } }),
      ],
      ["a key in the Authorization header", ({ app }, headers) => overview(app, { ...withKey("mr_guess"), ...headers })],
      ["a key at /metrics", ({ app }, headers) => app.inject({ url: "/metrics", headers: { ...withKey("mr_guess"), ...headers } })],
    ];

    test.each(guesses)("%s is slowed down, and bars nobody: the right key gets in from the same address", async (_, guess) => {
      const house = await server();
      const { app, key, limited, links } = house;
      for (let i = 0; i < 10; i++) expect((await guess(house, {})).statusCode).toBe(401);
      for (let i = 0; i < 5; i++) {
        const slowed = await guess(house, {});
        expect([slowed.statusCode, slowed.json().error.code]).toEqual([429, "TOO_MANY_WRONG_KEYS"]);
        expect(Number(slowed.headers["retry-after"])).toBeGreaterThan(0);
      }
      expect(limited).toEqual(["127.0.0.1"]);
      expect((await overview(app, withKey(key))).statusCode).toBe(200);
      const signedIn = await app.inject({ method: "POST", url: "/api/v1/session", headers: page, payload: { key } });
      expect(signedIn.statusCode).toBe(200);
      const link = { link: links!.make("ws_1").token };
      expect((await app.inject({ method: "POST", url: "/api/v1/session", headers: page, payload: link })).statusCode).toBe(200);
    });

    test.each(guesses)(
      "%s is counted for each client behind a trusted proxy, and for the proxy where none is trusted",
      async (_, guess) => {
        const trusting = await server({ trusted: ["loopback"] });
        for (let i = 0; i < 11; i++) await guess(trusting, { "x-forwarded-for": "203.0.113.9" });
        expect((await guess(trusting, { "x-forwarded-for": "198.51.100.4" })).statusCode).toBe(401);
        expect((await guess(trusting, { "x-forwarded-for": "198.51.100.4, 203.0.113.9" })).statusCode).toBe(429);
        const simple = await server();
        for (let i = 0; i < 11; i++) await guess(simple, { "x-forwarded-for": `203.0.113.${i}` });
        expect((await guess(simple, { "x-forwarded-for": "198.51.100.4" })).statusCode).toBe(429);
      },
    );
  });
});

describe("answers to what is wrong", () => {
  test("the error for a faulty body names the field", async () => {
    const { app, key } = await server();
    const reply = await app.inject({ method: "POST", url: "/api/v1/runs/replay", headers: withKey(key), payload: { ids: "all" } });
    expect(reply.statusCode).toBe(400);
    expect(reply.json().error).toMatchObject({ code: "BAD_INPUT", message: "ids: takes a list.", details: { field: "ids" } });
  });

  test.each([
    ["/runs?stat=failed", "stat: there is no such parameter here (did you mean 'state'?)."],
    ["/overview?limit=3", "limit: there is no such parameter here."],
  ])("%s names what it does not take", async (url, says) => {
    const { app, key } = await server();
    const reply = await app.inject({ url: `/api/v1${url}`, headers: withKey(key) });
    expect([reply.statusCode, reply.json().error.message]).toEqual([400, says]);
  });

  test.each(["/calls?to=", "/calls/export?from=", "/calls?before=", "/runs?from=", "/changes?to=", "/changes?before=", "/changes?after="])(
    "%s with a number that no database holds",
    async (path) => {
      const { app, key } = await server();
      for (const number of ["9007199254740991", "99999999999999999999"]) {
        const reply = await app.inject({ method: "GET", url: `/api/v1${path}${number}`, headers: withKey(key) });
        expect([reply.statusCode, reply.json().error.details.field]).toEqual([400, path.match(/\w+(?==)/)![0]]);
      }
    },
  );

  test.each([
    ["with a broken escape", "/api/v1/%zz"],
    ["with a broken escape, outside the API", "/%zz"],
    ["with half a character", "/api/v1/runs/%E0%A4%A"],
    ["with an id that is too long", `/api/v1/runs/${"a".repeat(5_000)}`],
  ])("an address %s", async (_, url) => {
    const { app, key } = await server();
    const reply = await app.inject({ method: "GET", url, headers: withKey(key) });
    expect([reply.statusCode, reply.json().error]).toMatchObject([400, { code: "BAD_INPUT", details: { field: "address" } }]);
  });

  test.each([
    ["not JSON", "{", "application/json", 400],
    ["of another type", "<a/>", "application/xml", 415],
    ["too large", `"${"x".repeat(5 * 1024 * 1024)}"`, "application/json", 413],
  ])("a body that is %s", async (_, payload, type, status) => {
    const { app, key } = await server();
    const reply = await app.inject({ method: "POST", url: "/api/v1/flows", headers: { ...withKey(key), "content-type": type }, payload });
    expect(reply.statusCode).toBe(status);
    expect(reply.json().error.message).toMatch(/\.$/);
  });

  test("a fault of ours is logged with its cause and not shown", async () => {
    const { app, key, engine, logged } = await server();
    engine.counts = () => Promise.reject(new Error("disk of /secret/path is on fire"));
    const reply = await app.inject({ url: "/api/v1/overview", headers: withKey(key) });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain("secret");
    expect(reply.json().error).toMatchObject({ code: "INTERNAL", details: {} });
    expect(logged.join()).toContain("on fire");
  });

  test("an unknown address of the API is a sentence; an unknown page is the web app's", async () => {
    const { app } = await server();
    expect((await app.inject({ url: "/api/v1/nothing" })).json().error.message).toBe("There is no address 'GET /api/v1/nothing' here.");
    expect((await app.inject({ method: "POST", url: "/nothing" })).statusCode).toBe(404);
    expect((await app.inject({ url: "/assets/missing.js" })).statusCode).toBe(404);
    const page = await app.inject({ url: "/runs/run_1" });
    expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining("Millrace is running")]);
  });

  test("every answer carries a request id and the security headers", async () => {
    const { app } = await server();
    const { headers } = await app.inject({ url: "/" });
    expect(headers["x-request-id"]).toBeTruthy();
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*unsafe/);
    expect(headers["strict-transport-security"]).toBeUndefined();
  });

  test("a page is cut off from whoever opened it, but for those that a vendor's page opens in a window", async () => {
    const { app } = await server();
    const openerOf = async (url: string) => (await app.inject({ url })).headers["cross-origin-opener-policy"];
    expect(await openerOf("/flows?path=/connect")).toBe("same-origin");
    for (const url of ["/connect", "/oauth/callback?code=c"]) expect(await openerOf(url), url).toBe("unsafe-none");
  });
});

describe("health", () => {
  test("alive, ready, and not ready with a reason", async () => {
    const problem: { now: string | null } = { now: null };
    const { app } = await server({ storeProblem: async () => problem.now });
    expect((await app.inject({ url: "/healthz" })).statusCode).toBe(200);
    expect((await app.inject({ url: "/readyz" })).json()).toEqual({ ready: true });
    problem.now = "the disk is full";
    const reply = await app.inject({ url: "/readyz" });
    expect([reply.statusCode, reply.json().reason]).toEqual([503, "the disk is full"]);
  });

  test("metrics are for a key: one of their own, which opens nothing else, or the API key", async () => {
    const metricsKey = "a-key-for-prometheus-only";
    const { app, key, links } = await server({ metricsKey });
    const metrics = (headers: Record<string, string>) => app.inject({ url: "/metrics", headers });
    const { body } = await metrics(withKey(metricsKey));
    for (const name of [
      "events_accepted_total",
      "events_repeated_total",
      "queue_depth",
      "outbound_calls_total",
      "quota_used",
      "commit_duration_seconds_count",
      "nodejs_eventloop_lag_seconds",
    ]) {
      expect(body).toContain(`millrace_${name}`);
    }
    expect((await metrics(withKey(key))).statusCode).toBe(200);
    expect((await app.inject({ url: "/api/v1/overview", headers: withKey(metricsKey) })).statusCode).toBe(401);
    const page = { host: own, "x-millrace": "1" };
    const signedIn = await app.inject({
      method: "POST",
      url: "/api/v1/session",
      headers: page,
      payload: { link: links!.make("ws_1").token },
    });
    for (const headers of [{ host: own }, { host: "localhost" }, withKey(`${metricsKey}x`), fromPage(cookieOf(signedIn))])
      expect((await metrics(headers)).statusCode, JSON.stringify(headers)).toBe(401);
  });

  test("without a key of their own, metrics are for the API key alone", async () => {
    const { app, key } = await server();
    expect((await app.inject({ url: "/metrics", headers: withKey("undefined") })).statusCode).toBe(401);
    expect((await app.inject({ url: "/metrics", headers: withKey(key) })).statusCode).toBe(200);
  });
});

test("what needs no sign-in is this, and nothing else", async () => {
  const { app } = await server();
  const open: string[] = [];
  for (const [method, path] of routesOf(app)) {
    const { statusCode } = await app.inject({ method, url: path, headers: { host: own } });
    if (statusCode !== 401) open.push(`${method} ${path} ${statusCode}`);
  }
  expect(open).toEqual([
    "GET / 200", // the page, without data
    "GET /api/v1/openapi.json 200",
    "POST /api/v1/session 400", // signing in, with nothing to prove it
    "DELETE /api/v1/session 200", // signing out, of no session
    "GET /api/v1/session/ways 200", // what the page for signing in offers
    "POST /api/v1/session/owner 400", // and these, which want the token of a link
    "POST /api/v1/session/invitation 400",
    "POST /api/v1/session/accept 400",
    "POST /api/v1/session/forgotten 400",
    "POST /api/v1/session/reset 400",
    "POST /api/v1/session/single-sign-on 400",
    "POST /api/v1/session/single-sign-on/finish 400",
    "POST /api/v1/session/passkey 400",
    "POST /api/v1/session/passkey/offer 403", // from a page alone
    "POST /api/v1/reconnect 400", // and these, which want the token of a reconnect link
    "POST /api/v1/reconnect/consent 400",
    "POST /api/v1/reconnect/consent/finish 400",
    "POST /api/v1/reconnect/secret 400",
    "OPTIONS /api/v1/embed/data 204", // whether a page of another origin may send the token of a chart
    "GET /api/v1/docs 302",
    "GET /api/docs 200",
    "GET /api/docs/start.js 200",
    "GET /api/docs/some-id 404",
    "GET /.well-known/oauth-protected-resource 200", // where agents sign in
    "GET /.well-known/oauth-protected-resource/mcp 200",
    "GET /.well-known/oauth-authorization-server 200",
    "POST /oauth/register 400", // and what agents do there, which a code or token proves
    "POST /oauth/revoke 400",
    "POST /oauth/token 400",
    "GET /healthz 200",
    "GET /readyz 200",
    "GET /docs 302",
    "GET /docs/some-id 404", // a page of the documentation
    "GET /swagger 302",
    "GET /embed/connect.js 200", // the script of a vendor's page, the same for everybody
    "GET /embed/chart 404", // the page of a chart, which is not built here
  ]);
  expect(routesOf(app).length).toBeGreaterThan(open.length + 30);
});

describe("the API's own description", () => {
  test("gives every operation an id of its own, error answers in one shape, the address to ask, and shapes by name", async () => {
    const { app } = await server();
    const { paths, servers, components } = (await app.inject({ url: "/api/v1/openapi.json" })).json();
    type Described = { operationId: string; responses: Record<string, { content: Record<string, { schema: object }> }> };
    const operations = Object.values(paths as Record<string, Record<string, Described>>).flatMap((methods) => Object.values(methods));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
    expect(ids).toEqual(expect.arrayContaining(["listFlows", "getFlow", "publishFlow", "dryRunFlow", "replayRuns", "testConnection"]));
    for (const { operationId, responses } of operations)
      expect([operationId, responses["401"]?.content["application/json"]?.schema]).toEqual([
        operationId,
        { $ref: "#/components/schemas/ErrorReply" },
      ]);
    expect(JSON.stringify(paths)).not.toContain("Default Response");
    expect(paths["/api/v1/flows/{id}"].get.responses["200"].content["application/json"].schema).toEqual({
      $ref: "#/components/schemas/FlowDetail",
    });
    expect(servers).toEqual([{ url: expect.stringMatching(/^http/) }]);
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining(["FlowView", "FlowDetail", "RunView", "ConnectionView", "ErrorReply"]),
    );
  });

  test.each(["/docs", "/swagger", "/api/v1/docs"])("%s, where people look for it, leads to its pages", async (url) => {
    const { app } = await server();
    expect((await app.inject({ url })).headers.location).toBe("/api/docs");
  });

  test("is OpenAPI 3.1 and names every route of the contract", async () => {
    const { app } = await server();
    const reply = await app.inject({ url: "/api/v1/openapi.json" });
    const document = reply.json();
    expect(document.openapi).toBe("3.1.0");
    const routes = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m.toUpperCase()} ${path.replace("/api/v1", "")}`),
    );
    expect(routes.sort()).toEqual([
      "DELETE /account/passkeys/{id}",
      "DELETE /account/sessions/{id}",
      "DELETE /agents/{id}",
      "DELETE /api-keys/{id}",
      "DELETE /app-drafts/captures/{id}",
      "DELETE /apps/{id}",
      "DELETE /connect-links/{id}",
      "DELETE /connections/{id}",
      "DELETE /connections/{id}/reconnect-link",
      "DELETE /embed-origins/{origin}",
      "DELETE /flows/{id}",
      "DELETE /flows/{id}/backtests/{backtest}",
      "DELETE /flows/{id}/setup",
      "DELETE /inboxes/{id}",
      "DELETE /invitations/{id}",
      "DELETE /mappings/{name}",
      "DELETE /members/{id}",
      "DELETE /private-hosts/{host}",
      "DELETE /rules/{name}",
      "DELETE /runs/waiting-replays/{id}",
      "DELETE /session",
      "DELETE /syncs/{id}",
      "DELETE /tags/rules/{id}",
      "DELETE /templates/{id}",
      "DELETE /webhook-endpoints/{id}",
      "DELETE /webhook-targets/{id}",
      "GET /account/passkeys",
      "GET /account/sessions",
      "GET /agents",
      "GET /api-keys",
      "GET /app-drafts/captures/{id}",
      "GET /approvals",
      "GET /approvals/{id}",
      "GET /apps",
      "GET /apps/{id}",
      "GET /apps/{id}/versions",
      "GET /apps/{id}/versions/{revision}",
      "GET /calls",
      "GET /calls/export",
      "GET /catalog",
      "GET /changes",
      "GET /changes/export",
      "GET /changes/people",
      "GET /client",
      "GET /connect-links",
      "GET /connect-links/{id}",
      "GET /connections",
      "GET /connections/{id}/sub-accounts",
      "GET /consents/needs",
      "GET /embed-origins",
      "GET /embed/data",
      "GET /events/stream",
      "GET /exports/client",
      "GET /exports/n8n",
      "GET /exports/zapier",
      "GET /flows",
      "GET /flows/{id}",
      "GET /flows/{id}/backtests",
      "GET /flows/{id}/backtests/{backtest}",
      "GET /flows/{id}/compare",
      "GET /flows/{id}/export",
      "GET /flows/{id}/ledger",
      "GET /flows/{id}/lint",
      "GET /flows/{id}/samples",
      "GET /flows/{id}/setup",
      "GET /flows/{id}/step-tests",
      "GET /flows/{id}/template",
      "GET /flows/{id}/versions",
      "GET /flows/{id}/versions/{version}",
      "GET /health",
      "GET /inboxes",
      "GET /invitations",
      "GET /mappings",
      "GET /mappings/{name}",
      "GET /mappings/{name}/versions",
      "GET /members",
      "GET /message-policy",
      "GET /operations/openapi.json",
      "GET /overview",
      "GET /parts/export",
      "GET /private-hosts",
      "GET /record-types",
      "GET /rules",
      "GET /rules/{name}",
      "GET /rules/{name}/versions",
      "GET /runs",
      "GET /runs/waiting-replays",
      "GET /runs/{id}",
      "GET /runs/{id}/steps",
      "GET /session",
      "GET /session/ways",
      "GET /syncs",
      "GET /syncs/ready",
      "GET /syncs/{id}",
      "GET /syncs/{id}/links",
      "GET /syncs/{id}/links/{link}",
      "GET /syncs/{id}/preview",
      "GET /syncs/{id}/problems",
      "GET /syncs/{id}/writes",
      "GET /tags",
      "GET /tags/jobs",
      "GET /tags/rules",
      "GET /templates",
      "GET /templates/{id}",
      "GET /webhook-endpoints",
      "GET /webhook-endpoints/{id}/deliveries",
      "GET /workspace/allowed-addresses",
      "PATCH /account",
      "PATCH /connections/{id}",
      "PATCH /flows/{id}",
      "PATCH /tags/jobs/{id}",
      "PATCH /tags/rules/{id}",
      "PATCH /webhook-endpoints/{id}",
      "PATCH /workspace",
      "POST /account",
      "POST /account/end-other-sessions",
      "POST /account/passkeys",
      "POST /account/passkeys/offer",
      "POST /account/password",
      "POST /account/second-factor",
      "POST /account/second-factor/off",
      "POST /account/second-factor/offer",
      "POST /agents",
      "POST /agents/request",
      "POST /api-key",
      "POST /api-keys",
      "POST /app-drafts/answer",
      "POST /app-drafts/captures",
      "POST /app-drafts/check",
      "POST /app-drafts/document",
      "POST /app-drafts/event",
      "POST /app-drafts/request",
      "POST /approvals",
      "POST /approvals/{id}/decide",
      "POST /apps/{id}/compare",
      "POST /apps/{id}/share",
      "POST /connect-links",
      "POST /connections",
      "POST /connections/test",
      "POST /connections/{id}/reconnect-link",
      "POST /connections/{id}/sub-accounts",
      "POST /connections/{id}/test",
      "POST /consents",
      "POST /consents/finish",
      "POST /embed-origins",
      "POST /embed-tokens",
      "POST /flow-imports",
      "POST /flows",
      "POST /flows/import",
      "POST /flows/{id}/backtests",
      "POST /flows/{id}/dry-run",
      "POST /flows/{id}/duplicate",
      "POST /flows/{id}/editors",
      "POST /flows/{id}/lint",
      "POST /flows/{id}/pause",
      "POST /flows/{id}/publish",
      "POST /flows/{id}/repair",
      "POST /flows/{id}/restore",
      "POST /flows/{id}/resume",
      "POST /flows/{id}/rotate-hook",
      "POST /flows/{id}/run",
      "POST /flows/{id}/samples",
      "POST /flows/{id}/subscribe",
      "POST /flows/{id}/test-script",
      "POST /flows/{id}/test-step",
      "POST /inboxes",
      "POST /inboxes/{id}/rotate",
      "POST /invitations",
      "POST /members/{id}/reset-link",
      "POST /operations",
      "POST /operations/{operation}",
      "POST /parts/import",
      "POST /private-hosts",
      "POST /reconnect",
      "POST /reconnect/consent",
      "POST /reconnect/consent/finish",
      "POST /reconnect/secret",
      "POST /resume",
      "POST /rules/try",
      "POST /runs/cancel",
      "POST /runs/replay",
      "POST /runs/replay/check",
      "POST /runs/{id}/cancel",
      "POST /runs/{id}/dismiss",
      "POST /runs/{id}/replay",
      "POST /session",
      "POST /session/accept",
      "POST /session/forgotten",
      "POST /session/invitation",
      "POST /session/owner",
      "POST /session/passkey",
      "POST /session/passkey/offer",
      "POST /session/reset",
      "POST /session/single-sign-on",
      "POST /session/single-sign-on/finish",
      "POST /session/workspace",
      "POST /sign-in-links",
      "POST /syncs",
      "POST /syncs/suggest",
      "POST /syncs/{id}/answer",
      "POST /syncs/{id}/cancel-job",
      "POST /syncs/{id}/links/{link}/decide",
      "POST /syncs/{id}/pause",
      "POST /syncs/{id}/preview",
      "POST /syncs/{id}/resume",
      "POST /syncs/{id}/start",
      "POST /syncs/{id}/undo",
      "POST /tags/jobs",
      "POST /tags/jobs/{id}/undo",
      "POST /tags/preview",
      "POST /tags/read",
      "POST /tags/rules",
      "POST /tags/rules/{id}/run",
      "POST /templates",
      "POST /templates/{id}/install",
      "POST /webhook-endpoints",
      "POST /webhook-endpoints/{id}/deliveries/{delivery}/resend",
      "POST /webhook-endpoints/{id}/rotate-secret",
      "POST /webhook-endpoints/{id}/test",
      "POST /webhook-targets",
      "POST /webhook-targets/samples",
      "POST /workspaces",
      "PUT /apps/{id}",
      "PUT /connections/{id}",
      "PUT /flows/{id}",
      "PUT /flows/{id}/setup",
      "PUT /inboxes/{id}",
      "PUT /mappings/{name}",
      "PUT /members/{id}",
      "PUT /message-policy",
      "PUT /rules/{name}",
      "PUT /syncs/{id}",
      "PUT /tags/description",
      "PUT /templates/{id}",
      "PUT /workspace/allowed-addresses",
    ]);
  });

  test("has a page", async () => {
    const { app } = await server();
    expect((await app.inject({ url: "/api/docs" })).body).toContain("swagger-ui-bundle.js");
    expect((await app.inject({ url: "/api/docs/swagger-ui-bundle.js" })).headers["content-type"]).toContain("javascript");
    expect((await app.inject({ url: "/api/docs/..%2f..%2fpackage.json" })).statusCode).toBe(404);
  });
});

describe("routes of flows and runs", () => {
  const definition = {
    name: "Answers",
    trigger: { app: "app", operation: "hook" },
    steps: [{ id: "make", app: "app", operation: "make", input: { email: "{{ trigger.email }}" } }],
  };
  const operations = { make: { title: "Make record" } };
  const call =
    ({ app, key }: { app: Awaited<ReturnType<typeof openServer>>["app"]; key: string }) =>
    async (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, payload?: object) => {
      const reply = await app.inject({ method, url: `/api/v1${path}`, headers: withKey(key), ...(payload && { payload }) });
      return { status: reply.statusCode, body: reply.json() };
    };

  test("a flow is made, changed, published, paused, resumed, given a new address and deleted", async () => {
    const api = call(await server({ operations }));
    const made = await api("POST", "/flows", definition);
    expect(made).toMatchObject({
      status: 201,
      body: { status: "draft", version: null, changed: false, trigger: { kind: "webhook" }, definition },
    });
    const {
      id,
      trigger: { hookUrl },
    } = made.body;
    expect(hookUrl).toMatch(/^http:\/\/127\.0\.0\.1:4400\/hooks\/[\w-]{20,}$/);
    expect((await api("POST", `/flows/${id}/publish`)).body).toMatchObject({ status: "on", version: 1, versions: [{ version: 1 }] });
    expect((await api("PUT", `/flows/${id}`, { ...definition, name: "Renamed", description: "New" })).body).toMatchObject({
      name: "Renamed",
      changed: true,
    });
    expect((await api("POST", `/flows/${id}/pause`)).body.status).toBe("off");
    expect((await api("POST", `/flows/${id}/resume`, {})).body.status).toBe("on");
    expect((await api("POST", `/flows/${id}/rotate-hook`)).body.trigger.hookUrl).not.toBe(hookUrl);
    expect((await api("GET", "/flows")).body.flows).toHaveLength(1);
    expect((await api("DELETE", `/flows/${id}`)).body).toEqual({ ok: true });
    expect((await api("GET", `/flows/${id}`)).status).toBe(404);
  });

  test("a flow that cannot be is refused with the place of the fault", async () => {
    const api = call(await server({ operations }));
    const reply = await api("POST", "/flows", { ...definition, steps: [{ id: "x", app: "app", operation: "make", inptu: {} }] });
    expect(reply.status).toBe(422);
    expect(reply.body.error.message).toContain("Inptu");
    expect((await api("GET", "/flows")).body.flows).toEqual([]);
  });

  test("a draft that is not complete is kept, says what it lacks by place, and is neither published nor run", async () => {
    const api = call(await server({ operations }));
    const draft = {
      name: "",
      trigger: {},
      steps: [
        { id: "make", app: "app" },
        { id: "only", filter: "" },
      ],
    };
    const { status, body: made } = await api("POST", "/flows", draft);
    expect([status, made.name, made.status, made.revision]).toEqual([201, "Untitled flow", "draft", 1]);
    expect(made.definition).toEqual({
      name: "",
      trigger: { app: "", operation: "" },
      steps: [
        { id: "make", app: "app", operation: "" },
        { id: "only", filter: "" },
      ],
    });
    const places = (problems: { at: string; where: string }[]) => problems.map(({ at, where }) => [at, where]);
    const lacking = [
      ["trigger", "the trigger"],
      ["name", "Name"],
      ["steps[0].operation", "step 1 'Do something in App', Operation"],
      ["steps[1].filter", "step 2 'Continue only if a condition holds', Condition"],
    ];
    expect(places(made.problems)).toEqual(lacking);
    for (const action of ["publish", "run"]) {
      const { status, body } = await api("POST", `/flows/${made.id}/${action}`, action === "publish" ? { force: true } : {});
      expect([action, status, body.error.code]).toEqual([action, 409, "FLOW_NOT_READY"]);
      expect(places(body.error.details.problems)).toEqual(lacking);
    }
    expect((await api("GET", "/flows")).body.flows).toMatchObject([
      { name: "Untitled flow", sentence: "When something happens, then do something in App and continue only if a condition holds." },
    ]);
    const whole = await api("PUT", `/flows/${made.id}`, { ...definition, name: "Untitled flow" });
    expect(whole.body.problems).toEqual([{ at: "name", where: "Name", problem: "give the flow a name" }]);
    expect((await api("POST", `/flows/${made.id}/publish`)).body.error.message).toBe(
      "'Untitled flow' is not ready yet. Name: give the flow a name.",
    );
    expect((await api("PUT", `/flows/${made.id}`, definition)).body.problems).toEqual([]);
    expect((await api("POST", `/flows/${made.id}/publish`, { note: "The first" })).body.versions).toMatchObject([
      { version: 1, note: "The first", by: expect.stringMatching(/^key:/) },
    ]);
  });

  test("a save that is sent again because its answer got lost is taken as the one save that it is", async () => {
    const api = call(await server({ operations }));
    const { id, revision } = (await api("POST", "/flows", definition)).body;
    const mine = { ...definition, name: "Mine" };
    const first = await api("PUT", `/flows/${id}?revision=${revision}`, mine);
    const again = await api("PUT", `/flows/${id}?revision=${revision}`, mine);
    expect([first.body.revision, again.status, again.body.revision]).toEqual([revision + 1, 200, revision + 1]);
    expect((await api("PUT", `/flows/${id}?revision=${revision}`, { ...mine, name: "Other" })).body.error.code).toBe("FLOW_CHANGED");
  });

  test("what is published is the draft that was seen", async () => {
    const api = call(await server({ operations }));
    const { id, revision } = (await api("POST", "/flows", definition)).body;
    await api("PUT", `/flows/${id}`, { ...definition, name: "Half done" });
    expect((await api("POST", `/flows/${id}/publish`, { revision })).body.error).toMatchObject({
      code: "FLOW_CHANGED",
      message:
        "'Half done' was saved meanwhile by a program with the API key, so it was not published. Look at what was changed, then publish it.",
    });
    expect((await api("GET", `/flows/${id}`)).body).toMatchObject({ status: "draft", version: null });
    expect((await api("POST", `/flows/${id}/publish`, { revision: revision + 1 })).body).toMatchObject({ status: "on", version: 1 });
  });

  test("a save from an older revision is refused and says who saved meanwhile; one without a revision is not", async () => {
    const api = call(await server({ operations }));
    const { id } = (await api("POST", "/flows", definition)).body;
    expect((await api("PUT", `/flows/${id}?revision=1`, { ...definition, name: "Mine" })).body.revision).toBe(2);
    const late = await api("PUT", `/flows/${id}?revision=1`, { ...definition, name: "Theirs" });
    expect(late).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "FLOW_CHANGED",
          message:
            "'Mine' was saved meanwhile by a program with the API key, so your change was not saved. Reload the flow, or save over it.",
          details: { revision: 2, by: expect.stringMatching(/^key:/), at: expect.any(Number) },
        },
      },
    });
    expect((await api("GET", `/flows/${id}`)).body.name).toBe("Mine");
    expect((await api("PUT", `/flows/${id}`, { ...definition, name: "Over it" })).body).toMatchObject({ name: "Over it", revision: 3 });
  });

  test("a dry run of a draft that is not complete passes over what lacks something, and says of each step what becomes of it", async () => {
    const api = call(await server({ operations }));
    const { id } = (await api("POST", "/flows", {})).body;
    const draft = {
      name: "",
      trigger: { app: "app", operation: "hook", key: "{{ trigger" },
      settings: { settle: "soon" },
      steps: [
        { id: "who", app: "app", operation: "" },
        { id: "make", app: "app", operation: "make", input: { email: "{{ trigger.email }}", owner: "{{ who.id }}" } },
        { id: "which", if: "trigger.score > 6", then: [{ id: "yes", wait: "1d" }], else: [{ id: "no", format: { a: 1 } }] },
        { id: "each", forEach: "trigger.none", do: [{ id: "inner", format: {} }] },
        { id: "only", filter: "trigger.score > 9" },
        { id: "after", app: "app", operation: "make", input: {} },
      ],
    };
    const { status, body } = await api("POST", `/flows/${id}/dry-run`, { definition: draft, payload: { email: "a@b.c", score: 8 } });
    expect(status).toBe(200);
    expect(body.outline.map(({ at, state, why }: { at: string; state: string; why?: string }) => [at, state, why])).toEqual([
      ["steps[0]", "incomplete", "not complete yet: is empty"],
      ["steps[1]", "done", undefined],
      ["steps[2]", "done", undefined],
      ["steps[2].then[0]", "skipped", expect.stringMatching(/would wait until \d+ \w{3} \d{4}, \d\d:\d\d \(UTC\)/)],
      ["steps[2].else[0]", "not_reached", "the other branch is taken"],
      ["steps[3]", "done", undefined],
      ["steps[3].do[0]", "not_reached", "the list is empty"],
      ["steps[4]", "filtered", "the filter's condition does not hold"],
      ["steps[5]", "not_reached", "'Continue only if the score is more than 9' ends the run"],
    ]);
    expect(body.effects).toMatchObject([{ step: "make" }]);
    expect(body.steps.find(({ path }: { path: string }) => path === "make").input).toEqual({ email: "a@b.c" });
    expect(body.problems.length).toBeGreaterThan(3);
  });

  test("a dry run while somebody edits reads again only what changed, unless it is asked to", async () => {
    let reads = 0;
    const look = { effect: "read" as const, answer: () => ({ n: ++reads }) };
    const api = call(await server({ operations: { ...operations, look } }));
    const { id } = (await api("POST", "/flows", definition)).body;
    const tried = async (body: string, more: object = { remember: true }) => {
      const steps = [
        { id: "seen", app: "app", operation: "look", input: { of: "{{ trigger.email }}" } },
        { id: "text", format: { body } },
      ];
      const reply = await api("POST", `/flows/${id}/dry-run`, { definition: { ...definition, steps }, payload: { email: "a" }, ...more });
      return reply.body.steps.map(({ output }: { output: unknown }) => output);
    };
    expect(await tried("{{ seen.n }}")).toEqual([{ n: 1 }, { body: 1 }]);
    expect(await tried("{{ seen.n }}!")).toEqual([{ n: 1 }, { body: "1!" }]);
    expect(await tried("{{ seen.n }}", { payload: { email: "b" }, remember: true })).toEqual([{ n: 2 }, { body: 2 }]);
    expect(await tried("{{ seen.n }}", {})).toEqual([{ n: 3 }, { body: 3 }]);
  });

  test("one step is tried by itself: its plan first, a write only when it is asked for, and its result is kept as a sample", async () => {
    const made: unknown[] = [];
    const make = {
      title: "Make record",
      answer: ({ input, dry }: { input: object; dry: boolean }) => made.push([input, dry]) && { id: "r1" },
    };
    const api = call(await server({ operations: { make, look: { title: "Look", effect: "read" as const, answer: () => ({ n: 1 }) } } }));
    const steps = [
      { id: "seen", app: "app", operation: "look" },
      {
        id: "low",
        if: "trigger.score < 7",
        then: [{ id: "make", app: "app", operation: "make", input: { email: "{{ trigger.email }}", n: "{{ seen.n }}" } }],
      },
      { id: "open", app: "app", operation: "" },
    ];
    const { id } = (await api("POST", "/flows", { ...definition, steps })).body;
    const tried = (step: string, more: object = {}) =>
      api("POST", `/flows/${id}/test-step`, { step, payload: { email: "a@b.c", score: 3 }, ...more });
    const plan = {
      effect: "write",
      title: "Make record",
      app: "app",
      operation: "make",
      connection: null,
      host: "app.example",
      reads: ["seen"],
    };
    expect((await tried("make", { plan: true })).body).toEqual({
      plan: { ...plan, says: "Writes to App at app.example: Make record" },
      test: null,
    });
    const refused = await tried("make", { results: { seen: { n: 4 } }, write: true });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: "STEP_NOT_TESTED", details: { steps: "'seen'" } } } });
    const pretended = (await tried("make", { results: { seen: { n: 4 } } })).body;
    expect(pretended.test).toMatchObject({
      state: "pretended",
      wrote: false,
      input: { email: "a@b.c", n: 4 },
      effects: [{ effect: "create" }],
    });
    expect(made).toEqual([]);
    expect((await api("GET", "/changes?limit=1")).body.changes).toMatchObject([{ what: "created" }]);
    expect((await tried("seen")).body).toMatchObject({
      plan: { effect: "read", reads: [] },
      test: { state: "succeeded", wrote: false, output: { n: 1 } },
    });
    const written = (await tried("make", { results: { seen: { n: 4 } }, write: true })).body;
    expect(written.test).toMatchObject({ state: "succeeded", wrote: true, output: { id: "r1" } });
    expect(made).toEqual([[{ email: "a@b.c", n: 1 }, false]]);
    expect((await api("GET", "/changes?limit=1")).body.changes).toMatchObject([
      { kind: "flow", what: "tested a step with a write: Make record" },
    ]);
    expect((await tried("low")).body).toMatchObject({ plan: { effect: "none" }, test: { state: "succeeded", output: { taken: "then" } } });
    expect((await tried("open")).body.error.code).toBe("FLOW_NOT_READY");
    expect((await tried("nobody")).status).toBe(404);
    expect((await api("GET", "/runs")).body.runs).toEqual([]);
    expect((await api("GET", `/flows/${id}/step-tests`)).body.tests.map(({ step }: { step: string }) => step)).toEqual(
      expect.arrayContaining(["make", "seen", "low"]),
    );
    expect((await api("POST", `/flows/${id}/samples`, { step: "make" })).body.samples).toMatchObject([
      { from: "test", payload: { id: "r1" }, person: "a@b.c" },
    ]);
  });

  test("a step that was tested with one sample says nothing of another: the dry run asks anew, and nothing is written", async () => {
    const made: unknown[] = [];
    const look = {
      effect: "read" as const,
      answer: ({ input: { of } }: { input: Record<string, unknown> }) => ({ id: `contact of ${String(of)}`, notes: [`on ${String(of)}`] }),
    };
    const make = { title: "Make record", answer: ({ input }: { input: object }) => made.push(input) && { id: "r1" } };
    const api = call(await server({ operations: { look, make } }));
    const step = (id: string, input: object) => ({ id, app: "app", operation: "make", input });
    const steps = [
      { id: "seen", app: "app", operation: "look", input: { of: "{{ trigger.email }}" } },
      step("task", { contact: "{{ seen.id }}" }),
      { id: "all", forEach: "seen.notes", do: [step("each", { note: "{{ item }}" })] },
    ];
    const { id } = (await api("POST", "/flows", { ...definition, steps })).body;
    const tried = (step: string, email: string, more: object = {}) =>
      api("POST", `/flows/${id}/test-step`, { step, payload: { email }, ...more });
    await tried("seen", "tina@b.c");
    for (const [of, says] of [
      ["task", { contact: "contact of ada@b.c" }],
      ["each", { note: "on ada@b.c" }],
    ] as const) {
      expect((await tried(of, "ada@b.c")).body).toMatchObject({ plan: { reads: ["seen"] }, test: { state: "pretended", input: says } });
      expect((await tried(of, "ada@b.c", { write: true })).body.error.code).toBe("STEP_NOT_TESTED");
    }
    expect(made).toEqual([]);
    expect((await api("GET", "/changes?limit=1")).body.changes).toMatchObject([{ what: "created" }]);
    await tried("seen", "ada@b.c");
    await tried("task", "ada@b.c", { write: true });
    await tried("each", "ada@b.c", { write: true });
    expect(made).toEqual([{ contact: "contact of ada@b.c" }, { note: "on ada@b.c" }]);
    expect((await tried("task", "tina@b.c", { write: true })).status).toBe(409);
  });

  test("a test that writes, sent twice while it is made, writes once; sent again later, it writes again", async () => {
    let made = 0;
    let finish = () => {};
    const held = new Promise<void>((done) => (finish = done));
    const make = { title: "Make record", answer: () => held.then(() => ({ id: `r${++made}` })) };
    const api = call(await server({ operations: { make } }));
    const { id } = (await api("POST", "/flows", definition)).body;
    const step = { step: definition.steps[0]!.id, payload: { email: "a@b.c" }, write: true };
    const both = [api("POST", `/flows/${id}/test-step`, step), api("POST", `/flows/${id}/test-step`, step)];
    const other = api("POST", `/flows/${id}/test-step`, { ...step, payload: { email: "b@b.c" } });
    await turnsUntil("the tests are under way", async () => (await api("GET", `/flows/${id}/step-tests`)).body.tests.length > 0);
    finish();
    const [first, second] = await Promise.all(both);
    await other;
    expect([first!.body.test.state, second!.body]).toEqual(["succeeded", first!.body]);
    expect(made).toBe(2);
    await api("POST", `/flows/${id}/test-step`, step);
    expect(made).toBe(3);
  });

  test("a draft is tried on the events that were kept, beside the published version, and writes nothing", async () => {
    const made: unknown[] = [];
    const make = { title: "Make record", answer: ({ input }: { input: Record<string, unknown> }) => made.push(input) && { id: "r1" } };
    const house = await server({ operations: { make } });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    const trigger = await house.engine.flows.trigger(await house.engine.flows.get(house.workspaceId, id));
    for (const email of ["a@b.c", "b@b.c", "c@b.c"]) await house.engine.accept(trigger, { email });
    await house.engine.start();
    await turnsUntil("the runs are over", async () => (await api("GET", "/runs?state=succeeded")).body.runs.length === 3);
    const written = [...made];
    const draft = {
      ...definition,
      steps: [
        { id: "only", filter: "trigger.email != 'a@b.c'" },
        { id: "bad", if: "trigger.email == 'b@b.c'", then: [{ id: "no", stop: "failed", reason: "No" }] },
        ...definition.steps,
      ],
    };
    const started = await api("POST", `/flows/${id}/backtests`, { definition: draft });
    expect(started).toMatchObject({ status: 202, body: { state: "running", total: 3, done: 0 } });
    const result = async () => (await api("GET", `/flows/${id}/backtests/${started.body.id}`)).body;
    await turnsUntil("the backtest is done", async () => (await result()).state === "done");
    expect(await result()).toMatchObject({
      done: 3,
      stopped: null,
      draft: {
        outcomes: { succeeded: 1, filtered: 1, failed: 1 },
        effects: { create: 1 },
        failures: [{ code: "FLOW_STOPPED", count: 1, person: "b@b.c", step: "bad/no" }],
      },
      published: { outcomes: { succeeded: 3 }, effects: { create: 3 } },
      different: 2,
    });
    expect(made).toEqual(written);
    expect((await api("GET", `/flows/${id}/backtests`)).body.backtests).toMatchObject([{ id: started.body.id, rows: [] }]);
    expect((await api("DELETE", `/flows/${id}/backtests/${started.body.id}`)).status).toBe(200);
    expect((await result()).state).toBe("done");
    expect((await api("GET", `/flows/${id}/backtests/bt_none`)).status).toBe(404);
  });

  test("versions are read, compared in words and restored as the draft", async () => {
    const api = call(await server({ operations }));
    const { id } = (await api("POST", "/flows", definition)).body;
    expect((await api("GET", `/flows/${id}/compare`)).body.error.code).toBe("FLOW_NOT_PUBLISHED");
    await api("POST", `/flows/${id}/publish`, { note: "The first" });
    const {
      steps: [make],
    } = definition;
    const second = {
      ...definition,
      steps: [
        { ...make, input: { email: "{{ trigger.mail }}" } },
        { id: "later", wait: "1d" },
      ],
    };
    await api("PUT", `/flows/${id}`, second);
    const [listed] = (await api("GET", "/flows")).body.flows;
    expect(listed).toMatchObject({
      changed: true,
      sentence: expect.not.stringContaining("wait"),
      draftSentence: expect.stringContaining("wait"),
    });
    expect((await api("GET", "/flows?q=wait")).body.flows).toHaveLength(1); // it is found by what its draft does as well
    const texts = async (query = "") =>
      (await api("GET", `/flows/${id}/compare${query}`)).body.changes.map(({ text }: { text: string }) => text);
    const changed = "Step 1 'Make record', Email was changed from '{{ trigger.email }}' to '{{ trigger.mail }}'";
    expect(await texts()).toEqual([changed, "Step 2 'Wait 1 day' was added"]);
    await api("POST", `/flows/${id}/publish`, { note: "With a wait" });
    expect((await api("GET", "/flows")).body.flows[0]).toMatchObject({
      changed: false,
      sentence: expect.stringContaining("wait"),
      draftSentence: null,
    });
    expect(await texts()).toEqual([]);
    expect(await texts("?from=2&to=1")).toEqual([
      "Step 1 'Make record', Email was changed from '{{ trigger.mail }}' to '{{ trigger.email }}'",
      "Step 2 'Wait 1 day' was removed",
    ]);
    const by = expect.stringMatching(/^key:/);
    expect((await api("GET", `/flows/${id}/versions`)).body.versions).toEqual([
      { version: 2, publishedAt: expect.any(Number), note: "With a wait", by, who: "The workspace key", published: true },
      { version: 1, publishedAt: expect.any(Number), note: "The first", by, who: "The workspace key", published: false },
    ]);
    expect((await api("GET", `/flows/${id}/versions/1`)).body).toMatchObject({ definition, note: "The first", published: false });
    expect((await api("GET", `/flows/${id}/versions/7`)).status).toBe(404);
    expect((await api("POST", `/flows/${id}/restore`, { version: 1, revision: 1 })).body.error.code).toBe("FLOW_CHANGED");
    expect((await api("POST", `/flows/${id}/restore`, { version: 1, revision: 2 })).body).toMatchObject({
      definition,
      version: 2,
      changed: true,
      revision: 3,
    });
    expect((await api("GET", "/changes?limit=1")).body.changes).toMatchObject([{ kind: "flow", what: "restored" }]);
    expect((await api("POST", `/flows/${id}/restore`, { version: 9 })).status).toBe(404);
  });

  test("flows are renamed, put into folders, copied and found", async () => {
    const api = call(await server({ operations }));
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    const renamed = (await api("PATCH", `/flows/${id}`, { name: "Survey to contacts", folder: "Leads" })).body;
    expect(renamed).toMatchObject({
      name: "Survey to contacts",
      folder: "Leads",
      changed: false,
      definition: { ...definition, name: "Survey to contacts" },
    });
    const copy = await api("POST", `/flows/${id}/duplicate`);
    expect(copy).toMatchObject({
      status: 201,
      body: { name: "Survey to contacts (copy)", folder: "Leads", status: "draft", version: null },
    });
    expect((await api("POST", `/flows/${id}/duplicate`, { name: "Berlin" })).body).toMatchObject({
      name: "Berlin",
      definition: { name: "Berlin" },
    });
    const steps = definition.steps.map((step) => ({ ...step, connection: "acme" }));
    const withLogin = (await api("POST", "/flows", { ...definition, name: "Of Acme", steps })).body;
    const elsewhere = await api("POST", `/flows/${withLogin.id}/duplicate`, { name: "Of Bright", connections: { acme: "bright" } });
    expect(elsewhere.body.definition.steps).toMatchObject([{ id: "make", connection: "bright" }]);
    await api("DELETE", `/flows/${withLogin.id}`);
    await api("DELETE", `/flows/${elsewhere.body.id}`);
    const namesOf = async (query: string) => (await api("GET", `/flows?${query}`)).body.flows.map(({ name }: { name: string }) => name);
    expect(await namesOf("q=survey%20MAKE")).toEqual(["Survey to contacts", "Survey to contacts (copy)"]);
    expect(await namesOf("q=survey%20nothing")).toEqual([]);
    await api("PATCH", `/flows/${copy.body.id}`, { folder: null });
    expect(await namesOf("folder=Leads")).toEqual(["Survey to contacts", "Berlin"]);
    expect(await namesOf("folder=")).toEqual(["Survey to contacts (copy)"]);
    expect((await api("PATCH", `/flows/${id}`, { name: " " })).status).toBe(400);
    expect((await api("GET", `/flows/${copy.body.id}`)).body.folder).toBeNull();
  });

  test("a flow is exported as a file and imported with other connections; what is missing is named", async () => {
    const api = call(await server({ operations }));
    const inner = { id: "post", app: "app", operation: "make", connection: "acme", input: { email: "{{ trigger.email }}" } };
    const flow = { ...definition, steps: [{ id: "which", if: "trigger.a", then: [inner] }] };
    const { id } = (await api("POST", "/flows", flow)).body;
    const file = (await api("GET", `/flows/${id}/export`)).body;
    expect(file).toEqual({ millrace: "flow", format: 1, flow, connections: [{ name: "acme", app: "app" }] });
    const imported = await api("POST", "/flows/import", { file, connections: { acme: "berlin" }, name: "Berlin", folder: "Leads" });
    expect(imported).toMatchObject({
      status: 201,
      body: {
        flow: { name: "Berlin", folder: "Leads", definition: { steps: [{ then: [{ connection: "berlin" }] }] } },
        missing: [{ name: "berlin", app: "app", where: ["step 1.1 'Make record'"] }],
      },
    });
    expect((await api("POST", "/flows/import", { file: flow })).body.flow.definition).toEqual(flow);
    expect((await api("POST", "/flows/import", { file: { millrace: "flow", format: 1, flow: { stpes: [] } } })).body.error.code).toBe(
      "FLOW_INVALID",
    );
  });

  test("whoever runs Millrace reads how the machine is", async () => {
    const own = call(await server({ operations }));
    expect((await own("GET", "/health")).body).toMatchObject({ machine: [{ what: "disk" }], workspace: [] });
  });

  test("all changes of a search come as a file that a spreadsheet or a program reads", async () => {
    const house = await server({ operations });
    const api = call(house);
    for (const name of ["=cmd|' /C calc'!A0", "Second", "Third"]) await api("POST", "/flows", { ...definition, name });
    const get = (query: string) => house.app.inject({ url: `/api/v1/changes/export${query}`, headers: withKey(house.key) });
    const csv = await get("?kind=flow");
    expect(csv.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": expect.stringMatching(/^attachment; filename="millrace-audit-[\d-]+\.csv"$/) as string,
      "cache-control": "no-store",
    });
    expect(csv.body.trim().split("\r\n")).toHaveLength(4);
    expect(csv.body).toContain(`"'=cmd|' /C calc'!A0"`);
    const lines = (await get("?format=jsonl&kind=flow&text=third")).body.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ kind: "flow", what: "created", name: "Third" }]);
    expect((await get("?format=xlsx")).statusCode).toBe(400);
  });

  test("the list of changes says who did what to it, page by page, and what page comes next", async () => {
    const house = await server({ operations });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await api("PUT", `/flows/${id}`, { ...definition, name: "Renamed" });
    await api("POST", `/flows/${id}/pause`);
    await api("POST", `/flows/${id}/resume`, {});
    await api("POST", `/flows/${id}/rotate-hook`);
    await api("DELETE", `/flows/${id}`);
    await api("PUT", "/apps/desk", { title: "Desk", baseUrl: "https://desk.example" });
    await api("DELETE", "/apps/desk");
    const by = `key:${house.keys.keyId(house.workspaceId)}`;
    const seen: unknown[] = [];
    const first = (await api("GET", "/changes?after=0&limit=1")).body;
    for (let page = first; ; page = (await api("GET", `/changes?after=${page.next}&limit=3`)).body) {
      seen.push(...page.changes.map((change: { kind: string; what: string; name: string }) => [change.kind, change.what, change.name]));
      expect(page.changes.every((change: { by: string | null; kind: string }) => change.kind === "api_key" || change.by === by)).toBe(true);
      if (page.next === null) break;
    }
    expect(seen).toEqual([
      ["api_key", "created", expect.stringMatching(/^mr_/)],
      ["flow", "created", "Answers"],
      ["flow", "published", "Answers"],
      ["flow", "saved", "Renamed"],
      ["flow", "paused", "Renamed"],
      ["flow", "resumed", "Renamed"],
      ["trigger", "address changed", "Renamed"],
      ["flow", "deleted", "Renamed"],
      ["app", "created", "desk"],
      ["app", "removed", "desk"],
    ]);
    const newest = (await api("GET", "/changes?limit=2")).body;
    expect(newest.changes.map(({ what }: { what: string }) => what)).toEqual(["removed", "created"]);
    expect((await api("GET", `/changes?before=${newest.next}&limit=1`)).body.changes[0].what).toBe("deleted");
    expect((await api("GET", "/changes?limit=501")).status).toBe(400);
    const removed = (await api("GET", "/changes?kind=app,rule&text=DESK+remo")).body.changes;
    expect(removed).toMatchObject([{ kind: "app", what: "removed", who: "The workspace key" }]);
    expect((await api("GET", "/changes?kind=weather")).body.error.details).toMatchObject({ field: "kind" });
    const renamed = (await api("GET", `/changes?record=${id}&text=saved`)).body.changes;
    expect(renamed).toMatchObject([{ fields: [{ field: "name", before: "Answers", after: "Renamed" }] }]);
    expect((await api("GET", "/changes/people")).body.people[0]).toEqual({ by, who: "The workspace key" });
  });

  test("a run is found, read, and its payload serves as a sample and for a dry run", async () => {
    const house = await server({ operations });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    expect((await api("POST", `/flows/${id}/dry-run`, {})).body.sample).toMatchObject({ from: "example" });
    expect((await api("POST", `/flows/${id}/run`, {})).status).toBe(409);
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const { runIds } = await house.fire(id, { id: "e1", email: "Ada@example.com" });
    await house.settled(runIds[0]!);

    const list = (await api("GET", `/runs?flow=${id}&state=succeeded,failed&person=ada@example.com`)).body;
    expect(list).toMatchObject({
      next: null,
      runs: [{ id: runIds[0], label: "Success", flow: { id, name: "Answers", version: 1 }, person: "ada@example.com" }],
    });
    const detail = (await api("GET", `/runs/${runIds[0]}`)).body;
    expect(detail).toMatchObject({ event: { payload: { email: "Ada@example.com" } }, replays: [] });
    expect(detail.steps).toMatchObject([
      { path: "make", title: "Make record", kind: "action", state: "succeeded", input: { email: "Ada@example.com" }, attempts: [{}] },
    ]);
    expect((await api("GET", `/flows/${id}/samples`)).body.samples).toMatchObject([{ payload: { email: "Ada@example.com" } }]);
    expect((await api("POST", `/flows/${id}/dry-run`, {})).body).toMatchObject({
      outcome: "succeeded",
      counts: { create: 1 },
      effects: [{ step: "make" }],
    });
  });

  test("a search says by which key it found a run; a run's id finds that run", async () => {
    const house = await server({
      operations: {
        make: {
          title: "Make record",
          answer: ({ input }) => (input["email"] === "aisha@@example" ? { contact: { id: "c_9", email: "Aisha.I@example.com" } } : {}),
        },
      },
    });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const { runIds } = await house.fire(id, { id: "e1", email: "aisha@@example", phone: "+1 (212) 555-0110" });
    await house.fire(id, { id: "e2", email: "somebody@example.com" });
    await house.settled(runIds[0]!);
    const runsOf = async (typed: string) =>
      (await api("GET", `/runs?person=${encodeURIComponent(typed)}`)).body.runs.map((run: { id: string; match?: unknown }) => [
        run.id,
        run.match,
      ]);
    expect(await runsOf("2125550110")).toEqual([[runIds[0], { kind: "phone", text: "+1 (212) 555-0110" }]]);
    expect(await runsOf("aisha.i@example.com")).toEqual([[runIds[0], { kind: "email", text: "aisha.i@example.com" }]]);
    expect(await runsOf("c_9")).toEqual([[runIds[0], { kind: "id", text: "c_9" }]]);
    expect(await runsOf(runIds[0]!)).toEqual([[runIds[0], undefined]]);
    expect(await runsOf("nobody@example.com")).toEqual([]);
    expect((await api("GET", "/runs?person=%20")).body.runs).toHaveLength(2);
  });

  test("a run that waits says for what and until when, and the overview names what keeps several of them", async () => {
    const answer = () => {
      throw new MillraceError("OUTBOUND_FAILED", {
        details: { app: "App", operation: "make", status: 500, message: "no", outcome: "refused" },
      });
    };
    const house = await server({ operations: { make: { title: "Make record", effect: "upsert", answer } } });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    for (const event of ["e1", "e2"]) await house.settled((await house.fire(id, { id: event })).runIds[0]!, ["waiting"]);
    const { runs } = (await api("GET", "/runs?state=waiting")).body;
    expect(runs).toHaveLength(2);
    expect(runs[0].waiting).toEqual({ kind: "retry", reason: "App answered 500", until: runs[0].dueAt, step: "make", attempts: 1 });
    const overview = (await api("GET", "/overview")).body;
    expect(overview.outages).toMatchObject([
      { app: "App", reason: "App answered 500", waiting: 2, nextTryAt: Math.min(runs[0].dueAt, runs[1].dueAt) },
    ]);
    expect(overview.runs).toMatchObject({ waiting: 2, queued: 0 });
  });

  test("a run of ten thousand steps comes in parts, the failed step first, and in no more than 300 kB", async () => {
    const house = await server({
      operations: {
        make: {
          title: "Make record",
          answer: () => {
            throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", message: "no" } });
          },
        },
      },
    });
    const api = call(house);
    const steps = [
      {
        id: "each",
        forEach: "{{ trigger.items }}",
        as: "item",
        do: [{ id: "value", format: { n: "{{ item }} of a rather long list of things" } }],
      },
      ...definition.steps,
    ];
    const { id } = (await api("POST", "/flows", { ...definition, steps })).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const run = (await house.fire(id, { id: "e1", items: Array.from({ length: 9_998 }, (_, n) => n) })).runIds[0]!;
    await house.settled(run);
    const reply = await api("GET", `/runs/${run}`);
    expect(JSON.stringify(reply.body).length).toBeLessThan(300_000);
    expect(reply.body).toMatchObject({ stepCount: 10_000, nextStep: 199 });
    expect(reply.body.steps.at(-1)).toMatchObject({ path: "make", state: "failed", seq: 9_999 });
    const seen = new Set(reply.body.steps.map((step: { path: string }) => step.path));
    for (let after = reply.body.nextStep; after !== null;) {
      const part = (await api("GET", `/runs/${run}/steps?after=${after}&limit=1000`)).body;
      for (const step of part.steps) seen.add(step.path);
      after = part.next;
    }
    expect(seen.size).toBe(10_000);
  });

  test("five hundred flows are listed with as many queries as one", async () => {
    const house = await server({ operations });
    const api = call(house);
    const made = async (n: number) => {
      for (let i = 0; i < n; i++) {
        const { id } = (await api("POST", "/flows", { ...definition, name: `Flow ${i}` })).body;
        if (i % 2) await api("POST", `/flows/${id}/publish`);
      }
    };
    let asked = 0;
    const executor = house.db.q.getExecutor();
    const { executeQuery } = executor;
    executor.executeQuery = function (...args: Parameters<typeof executeQuery>) {
      asked++;
      return executeQuery.apply(executor, args);
    } as typeof executeQuery;
    const cost = async () => {
      asked = 0;
      const { flows } = (await api("GET", "/flows")).body;
      return [flows.length, asked];
    };
    await made(2);
    const [few, one] = await cost();
    await made(60);
    expect([few, await cost()]).toEqual([2, [62, one]]);
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThanOrEqual(8);
    const single = (await api("GET", "/flows")).body.flows[1];
    const { sentence, trigger, counts, version, changed } = (await api("GET", `/flows/${single.id}`)).body;
    expect(single).toMatchObject({ sentence, counts, version, changed, trigger: { kind: trigger.kind, hookUrl: trigger.hookUrl } });
  });

  test("a failed run is dismissed, replayed, and knows its replays", async () => {
    const fate = { broken: true };
    const answer = () => {
      if (fate.broken) throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", message: "no" } });
      return { ok: true };
    };
    const house = await server({ operations: { make: { title: "Make record", answer } } });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const [run] = (await house.fire(id, { id: "e1" })).runIds;
    await house.settled(run!);
    expect((await api("GET", "/runs?attention=true")).body.runs).toMatchObject([
      { id: run, label: "Failed", attention: true, error: { code: "OUTBOUND_REFUSED" } },
    ]);
    expect((await api("GET", "/overview")).body).toMatchObject({ attention: 1, flows: { on: 1, total: 1 }, runs: { failed: 1 } });
    expect((await api("POST", `/runs/${run}/dismiss`)).body.attention).toBe(false);
    expect((await api("POST", `/runs/${run}/dismiss?undo=true`)).body.attention).toBe(true);
    expect((await api("POST", `/runs/${run}/dismiss`)).body.attention).toBe(false);
    expect((await api("POST", `/runs/${run}/cancel`)).status).toBe(409);
    fate.broken = false;
    const { replayed } = (await api("POST", "/runs/replay", { ids: [run], from: "start" })).body;
    expect(replayed).toMatchObject([{ run }]);
    await house.settled(replayed[0].as);
    const done = { state: "failed", label: "Replayed", replayedBy: replayed[0].as };
    expect((await api("GET", `/runs/${run}`)).body).toMatchObject({ ...done, replays: [{ id: replayed[0].as, state: "succeeded" }] });
    expect((await api("GET", `/runs?state=failed`)).body.runs).toMatchObject([done]);
    expect((await api("POST", `/runs/${run}/dismiss?undo=true`)).body.attention).toBe(false); // a replay did its work
    expect((await api("GET", `/overview`)).body.runs.failed).toBe(0);
    expect((await api("GET", `/flows`)).body.flows[0].counts.failed).toBe(0);
    expect((await api("POST", "/runs/replay", {})).body.error.message).toContain("either ids or a filter");
  });

  test("a run is replayed with changed data as a new run, and what came stays as it came", async () => {
    const house = await server({ operations: { make: { title: "Make record", answer: () => ({ ok: true }) } } });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const [run] = (await house.fire(id, { id: "e1", email: "wrong@example.com" })).runIds;
    await house.settled(run!);
    const payload = { id: "e1", email: "right@example.com" };
    const made = await api("POST", `/runs/${run}/replay`, { payload });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ replayOf: run, person: "right@example.com", event: { payload, edited: true } });
    expect((await house.settled(made.body.id)).run.state).toBe("succeeded");
    const first = (await api("GET", `/runs/${run}`)).body;
    expect(first).toMatchObject({ event: { payload: { email: "wrong@example.com" }, edited: false } });
    expect(first.replays).toMatchObject([{ id: made.body.id, edited: true }]);
    // A repeat of what came is still a repeat, and the same event may be edited again.
    expect((await house.fire(id, { id: "e1", email: "wrong@example.com" })).repeat).toBe(true);
    expect((await api("POST", `/runs/${run}/replay`, { payload })).status).toBe(201);
    expect((await api("GET", "/runs?person=right@example.com")).body.runs).toHaveLength(2);
    const refused = async (body: object) => (await api("POST", `/runs/${run}/replay`, body)).body.error.message;
    expect(await refused({ payload: { id: "e1", email: "wrong@example.com" } })).toContain("is the same as in the event");
    expect(await refused({ payload: "text" })).toContain("takes an object");
    expect(await refused({ payload, from: "failed" })).toContain("from");
  });

  test("what somebody does with runs stands in the audit with who did it, and without what the data says", async () => {
    const house = await server({ operations: { make: { title: "Make record", answer: () => ({ ok: true }) } } });
    const api = call(house);
    const { id, name } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    await house.engine.start();
    const { run } = (await api("POST", `/flows/${id}/run`, { payload: { id: "e1", email: "wrong@example.com" } })).body;
    await house.settled(run);
    const edited = (await api("POST", `/runs/${run}/replay`, { payload: { id: "e1", email: "right@example.com" } })).body;
    await house.settled(edited.id);
    const [replayed] = (await api("POST", "/runs/replay", { ids: [run], from: "start" })).body.replayed;
    const { changes } = (await api("GET", "/changes?kind=run")).body;
    expect(changes).toMatchObject([
      { id: replayed.as, what: "replayed", name, who: "The workspace key", fields: [] },
      { id: edited.id, what: "replayed with changed data", name, who: "The workspace key", fields: [{ field: "email" }] },
      { id: run, what: "started by hand", name, who: "The workspace key" },
    ]);
    expect(JSON.stringify(changes)).not.toContain("example.com");
    expect((await api("GET", `/runs/${replayed.as}`)).body).toMatchObject({ startedBy: "hand", starter: "The workspace key" });
  });

  test.each(["/runs/cancel", "/runs/replay", "/runs/replay/check"])(
    "%s takes no filter that would mean all runs by mistake",
    async (path) => {
      const house = await server({ operations });
      const api = call(house);
      const { id } = (await api("POST", "/flows", definition)).body;
      await api("POST", `/flows/${id}/publish`);
      const [run] = (await house.fire(id, { id: "e1" })).runIds;
      for (const filter of [{}, { flwo: id }, { flow: "" }, { person: "" }, { person: " \t" }, { states: "failed" }, { state: "" }]) {
        const { status, body } = await api("POST", path, { filter });
        expect([filter, status, body.error?.code]).toEqual([filter, 400, "BAD_INPUT"]);
      }
      expect((await api("POST", path, { filter: { person: "!!!" } })).status).toBe(200); // nobody is called so
      expect((await api("GET", `/runs/${run}`)).body).toMatchObject({ state: "queued", replays: [] });
    },
  );

  test("lists go on where they stopped, and wrong states are named", async () => {
    const house = await server({ operations });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    await api("POST", `/flows/${id}/publish`);
    for (let i = 0; i < 5; i++) await house.fire(id, { id: `e${i}` });
    const seen: string[] = [];
    for (let before = ""; ;) {
      const { runs, next } = (await api("GET", `/runs?limit=2${before}`)).body;
      seen.push(...runs.map((r: { id: string }) => r.id));
      if (next === null) break;
      before = `&before=${next}`;
    }
    expect(new Set(seen).size).toBe(5);
    expect((await api("GET", "/runs?state=sleeping")).body.error.message).toContain("'sleeping' is no state");
    expect((await api("GET", "/runs?limit=9999")).status).toBe(400);
    for (const none of ["yesterday", "2026-02-30T00:00:00Z"])
      expect((await api("GET", `/runs?from=${none}`)).body.error.message).toContain("use 2026-11-29T08:00:00Z");
    expect((await api("GET", "/runs?from=2000-01-01T00:00:00Z&to=4102444800000")).body.runs).toHaveLength(5);
  });

  test("a flow is started by hand, and an operation called", async () => {
    const house = await server({ operations });
    const api = call(house);
    const { id } = (await api("POST", "/flows", definition)).body;
    expect((await api("POST", `/flows/${id}/run`, {})).status).toBe(409);
    await api("POST", `/flows/${id}/publish`);
    expect((await api("POST", `/flows/${id}/run`, { payload: { email: "a@b.c" } })).body).toMatchObject({
      run: expect.stringMatching(/^run_/),
    });
    expect((await api("POST", "/operations/http.make", { input: { a: 1 } })).body).toEqual({
      output: { ok: true },
      exchanges: [],
    });
    expect((await api("POST", "/operations/http.make", { dryRun: true })).body.effects).toHaveLength(1);
  });

  test("connections go through the connection service", async () => {
    const asked: unknown[] = [];
    const view = {
      id: "con_1",
      name: "acme",
      title: "Acme",
      app: "highlevel",
      auth: "token",
      status: "connected" as const,
      createdAt: 1,
      quota: null,
      reconnectLink: null,
      rotateAt: null,
      usedBy: { flows: [], inboxes: [] },
    };
    const house = await server({
      connectionService: {
        list: async () => [view],
        add: async (workspaceId, body, options) => (asked.push(workspaceId, body, options), view),
        change: async (workspaceId, id, patch, options) => (asked.push(workspaceId, { id, patch }, options), view),
        test: async () => ({ ok: true, message: "Fine.", mayHeal: false }),
        testDraft: async (workspaceId, draft) => (asked.push(workspaceId, draft), { ok: false, message: "Not fine.", mayHeal: true }),
        remove: async (workspaceId, id, options) => void asked.push(workspaceId, id, options),
      },
    });
    const api = call(house);
    const body = { name: "acme", app: "highlevel", auth: "token", secret: { token: "pit-secret" } };
    expect(await api("POST", "/connections", body)).toEqual({ status: 201, body: view });
    expect((await api("POST", "/connections", { ...body, name: "Acme Inc" })).body.error.message).toContain("small letters");
    expect((await api("GET", "/connections")).body).toEqual({ connections: [view] });
    expect((await api("PATCH", "/connections/con_1?verify=false", { title: "New", locationId: null })).status).toBe(200);
    expect((await api("PUT", "/connections/con_1", { title: "New" })).status).toBe(200);
    expect((await api("POST", "/connections/con_1/test")).body).toEqual({ ok: true, message: "Fine.", mayHeal: false });
    expect((await api("POST", "/connections/test", body)).body).toEqual({ ok: false, message: "Not fine.", mayHeal: true });
    expect((await api("POST", "/connections/test", { id: "con_1", patch: { secret: { token: "x" } } })).status).toBe(200);
    expect((await api("DELETE", "/connections/con_1?force=true")).body).toEqual({ ok: true });
    const by = `key:${house.keys.keyId(house.workspaceId)}`;
    expect(asked).toEqual([
      "ws_1",
      body,
      { verify: true, by },
      "ws_1",
      { id: "con_1", patch: { title: "New", locationId: null } },
      { verify: false, by },
      "ws_1",
      { id: "con_1", patch: { title: "New" } },
      { verify: true, by },
      "ws_1",
      body,
      "ws_1",
      { id: "con_1", patch: { secret: { token: "x" } } },
      "ws_1",
      "con_1",
      { force: true, by },
    ]);
  });

  test("an address on the private network is allowed and taken off again", async () => {
    const api = call(await server());
    expect((await api("POST", "/private-hosts", { host: "[fd12::7]:8080" })).body.hosts).toMatchObject([
      { host: "10.0.0.9", from: "settings" },
      { host: "[fd12::7]:8080", from: "web" },
    ]);
    expect((await api("POST", "/private-hosts", { host: "169.254.169.254" })).body.error.code).toBe("BAD_INPUT");
    expect((await api("DELETE", `/private-hosts/${encodeURIComponent("[fd12::7]:8080")}`)).body.hosts).toHaveLength(1);
    expect((await api("GET", "/private-hosts")).body.hosts).toHaveLength(1);
  });

  test("the catalog is searched by app and words", async () => {
    const api = call(await server());
    const { operations } = (await api("GET", "/catalog?app=highlevel&q=contact+tags")).body;
    expect(operations.map((o: { key: string }) => o.key)).toContain("contacts.add_tags");
    expect(operations.every((o: { app: string }) => o.app === "highlevel")).toBe(true);
  });
});
