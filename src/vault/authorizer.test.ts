import { describe, expect, test } from "vitest";
import { memoryVaultStore } from "#test/fakes/vault-store.ts";
import { TestClock, sleep } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Log } from "#kernel/log.ts";
import { createAuthorizer } from "./authorizer.ts";
import type { Sealer } from "./seal.ts";
import type { Connection, FormPost, LoginApp, Secret, VaultStore } from "./types.ts";

const hour = 3_600_000;
const app: LoginApp = {
  id: "highlevel",
  title: "HighLevel",
  baseUrl: "https://services.example.com",
  auth: [
    { kind: "token", title: "Token", header: "Authorization", prefix: "Bearer " },
    {
      kind: "oauth2",
      title: "OAuth",
      authorizeUrl: "https://m.example.com/choose",
      tokenUrl: "https://services.example.com/oauth/token",
      tokenPath: "/oauth/token",
      scopes: [],
    },
    { kind: "header", title: "Key", header: "X-API-Key" },
    { kind: "query", title: "Query", param: "api_key" },
    { kind: "basic", title: "Basic" },
    { kind: "url", title: "Addresses", fields: [{ name: "add_contact", in: "secret", label: "Adds a contact", url: true }] },
  ],
};

/** Real sealing takes real time, and here time stands still. */
const sealer: Sealer = {
  seal: async (_, secret) => Buffer.from(JSON.stringify(secret)).toString("base64"),
  open: async (_, jwe) => JSON.parse(Buffer.from(jwe, "base64").toString()) as Secret,
  isStale: () => false,
};

/** A login server of the vendor's kind: each refresh token works once, and for 30 seconds gives the same pair again. */
function loginServer(clock: TestClock) {
  const spent = new Map<string, { at: number; answer: Record<string, unknown> }>();
  const asked: Record<string, string>[] = [];
  const state = {
    valid: "refresh-secret-1",
    count: 1,
    delayMs: 50,
    trouble: undefined as undefined | { status: number; body: unknown } | Error,
    /** Whether it spends tokens and its answers are lost. */
    losesAnswers: false,
  };
  const post: FormPost = async (_, form) => {
    asked.push(form);
    await sleep(clock, state.delayMs);
    if (state.trouble instanceof Error) throw state.trouble;
    if (state.trouble) return { ...state.trouble, headers: {} };
    const token = form["refresh_token"]!;
    const before = spent.get(token);
    if (before && clock.now() - before.at <= 30_000) return { status: 200, body: before.answer, headers: {} };
    if (token !== state.valid)
      return { status: 400, body: { statusCode: 400, message: "Invalid grant: refresh token is invalid" }, headers: {} };
    state.count++;
    state.valid = `refresh-secret-${state.count}`;
    const answer = {
      access_token: `access-secret-${state.count}`,
      refresh_token: state.valid,
      token_type: "Bearer",
      expires_in: 86_399,
      scope: "contacts.readonly contacts.write",
      userType: "Location",
      locationId: "loc_1",
      companyId: "com_1",
    };
    spent.set(token, { at: clock.now(), answer });
    if (state.losesAnswers) await sleep(clock, 15_000);
    if (state.losesAnswers) throw new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "login", seconds: 15 } });
    return { status: 200, body: answer, headers: {} };
  };
  return { post, asked, state };
}

async function world({ expiresIn = 24 * hour, auth = "oauth2" as Connection["auth"], secret = {} as Secret } = {}) {
  const clock = new TestClock();
  const store = memoryVaultStore();
  const now = clock.now();
  const connection: Connection = {
    id: "con_1",
    workspaceId: "w",
    name: "acme",
    app: "highlevel",
    title: "Acme",
    auth,
    status: "connected",
    access: "location",
    locationId: "loc_1",
    createdAt: now,
    updatedAt: now,
  };
  const oauth: Secret = {
    accessToken: "access-secret-1",
    refreshToken: "refresh-secret-1",
    expiresAt: String(now + expiresIn),
    clientId: "client",
    clientSecret: "client-secret-x",
  };
  await store.insert(connection, {
    connectionId: "con_1",
    jwe: await sealer.seal("con_1", auth === "oauth2" ? { ...oauth, ...secret } : secret),
    version: 1,
    updatedAt: now,
  });
  const server = loginServer(clock);
  const lines: string[] = [];
  const log: Log = {
    info: (d, m) => lines.push(lineOf(d, m)),
    warn: (d, m) => lines.push(lineOf(d, m)),
    error: (d, m) => lines.push(lineOf(d, m)),
  };
  const authorizer = (on: VaultStore = store) =>
    createAuthorizer({ store: on, sealer, catalog: { of: () => ({ app: () => app }) }, post: server.post, clock, log });
  return { clock, store, server, connection, authorizer, lines };
}
const lineOf = (details: object, message: string) =>
  message + JSON.stringify(details, (_, v: unknown) => (v instanceof Error ? `${v.stack} ${JSON.stringify(v)} ${String(v.cause)}` : v));

async function whileTimePasses<T>(clock: TestClock, work: Promise<T>, ms = 1_000, steps = 60): Promise<T> {
  let done = false;
  const watched = work.finally(() => (done = true));
  watched.catch(() => undefined);
  for (let i = 0; i < steps && !done; i++) await clock.advance(ms);
  return watched;
}
const failure = (promise: Promise<unknown>): Promise<MillraceError> =>
  promise.then(
    () => Promise.reject(new Error("expected a failure")),
    (e: MillraceError) => e,
  );

describe("every scheme", () => {
  const logins: [Connection["auth"], Secret, object][] = [
    ["none", {}, {}],
    ["token", { token: "pit-1" }, { headers: { authorization: "Bearer pit-1" }, masks: ["pit-1"] }],
    ["header", { token: "k" }, { headers: { "x-api-key": "k" }, masks: ["k"] }],
    ["query", { token: "k" }, { query: { api_key: "k" }, masks: ["k"] }],
    [
      "basic",
      { username: "ada", password: "lovelace" },
      { headers: { authorization: `Basic ${Buffer.from("ada:lovelace").toString("base64")}` } },
    ],
    ["url", { add_contact: "https://h.example.com/x" }, { urls: { add_contact: "https://h.example.com/x" } }],
  ];
  test.each(logins)("%s", async (auth, secret, expected) => {
    const { authorizer, connection } = await world({ auth, secret });
    expect(await authorizer().authorize(connection)).toEqual({ masks: [], ...expected, version: 1, renewable: false });
  });

  test("oauth2", async () => {
    const { authorizer, connection } = await world();
    expect(await authorizer().authorize(connection)).toEqual({
      headers: { authorization: "Bearer access-secret-1" },
      masks: ["access-secret-1"],
      version: 1,
      renewable: true,
    });
  });

  test("a connection that is gone is named", async () => {
    const { authorizer, connection, store } = await world();
    await store.delete("w", "con_1", 0);
    expect(await failure(authorizer().authorize(connection))).toMatchObject({
      code: "CONNECTION_UNKNOWN",
      details: { outcome: "not_sent" },
    });
  });

  test("an opened secret is remembered, and a changed one noticed within seconds, or at once when it is announced", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "one" } });
    const it = authorizer();
    await it.authorize(connection);
    await store.swap("w", "con_1", 1, await sealer.seal("con_1", { token: "two" }), clock.now());
    expect((await it.authorize(connection)).headers).toEqual({ authorization: "Bearer one" });
    await clock.advance(15_000);
    expect((await it.authorize(connection)).headers).toEqual({ authorization: "Bearer two" });
    await store.swap("w", "con_1", 2, await sealer.seal("con_1", { token: "three" }), clock.now());
    it.forget("con_1");
    expect((await it.authorize(connection)).headers).toEqual({ authorization: "Bearer three" });
  });
});

describe("renewing", () => {
  test("fifty workers with an expired token make one refresh", async () => {
    const { authorizer, connection, server, clock } = await world({ expiresIn: -1 });
    const it = authorizer();
    const logins = await whileTimePasses(clock, Promise.all(Array.from({ length: 50 }, () => it.authorize(connection))), 10);
    expect(new Set(logins.map((l) => l.headers!["authorization"]))).toEqual(new Set(["Bearer access-secret-2"]));
    expect(server.asked).toEqual([
      {
        grant_type: "refresh_token",
        client_id: "client",
        client_secret: "client-secret-x",
        refresh_token: "refresh-secret-1",
        user_type: "Location",
      },
    ]);
  });

  test("fifty workers whose token was refused make one refresh", async () => {
    const { authorizer, connection, server, clock } = await world();
    const it = authorizer();
    const used = await it.authorize(connection);
    const logins = await whileTimePasses(clock, Promise.all(Array.from({ length: 50 }, () => it.renew(connection, used))), 10);
    expect([server.asked.length, new Set(logins.map((l) => l.version))]).toEqual([1, new Set([2])]);
    expect((await it.renew(connection, used)).version).toBe(2); // a late one finds it done
    expect(server.asked.length).toBe(1);
  });

  test("two processes make one refresh", async () => {
    const { authorizer, connection, server, clock } = await world({ expiresIn: -1 });
    const [a, b] = [authorizer(), authorizer()];
    const logins = await whileTimePasses(clock, Promise.all([a, b, a, b].map((it) => it.authorize(connection))), 10);
    expect(server.asked.length).toBe(1);
    expect(logins.every((l) => l.headers!["authorization"] === "Bearer access-secret-2")).toBe(true);
  });

  test("the new pair is stored before it is used, with what it tells of the connection", async () => {
    const { authorizer, connection, store, clock } = await world({ expiresIn: -1 });
    let storedFirst = false;
    const swap = store.swap;
    store.swap = async (...args) => (storedFirst = await swap(...args));
    const login = await whileTimePasses(
      clock,
      authorizer()
        .authorize(connection)
        .then((l) => ({ ...l, storedFirst })),
      10,
    );
    expect(login.storedFirst).toBe(true);
    expect(await sealer.open("con_1", (await store.sealed("w", "con_1"))!.jwe)).toMatchObject({
      accessToken: "access-secret-2",
      refreshToken: "refresh-secret-2",
      clientSecret: "client-secret-x",
    });
    await clock.advance(1);
    expect(await store.get("w", "con_1")).toMatchObject({
      status: "connected",
      scopes: ["contacts.readonly", "contacts.write"],
      companyId: "com_1",
      access: "location",
      expiresAt: expect.any(Number),
    });
  });

  test("five minutes before its end a token is renewed behind the calls that still use it", async () => {
    const { authorizer, connection, server, clock } = await world({ expiresIn: 299_000 });
    const it = authorizer();
    expect((await it.authorize(connection)).version).toBe(1);
    await clock.advance(1);
    await clock.advance(100);
    expect([(await it.authorize(connection)).version, server.asked.length]).toEqual([2, 1]);
  });

  test("six minutes before its end it is left alone", async () => {
    const { authorizer, connection, server, clock } = await world({ expiresIn: 360_000 });
    await authorizer().authorize(connection);
    await clock.advance(1);
    await clock.advance(100);
    expect(server.asked.length).toBe(0);
  });

  test("after a crash between answer and store another process repairs it within the vendor's 30 seconds", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    const crashed = authorizer({ ...store, swap: () => new Promise(() => undefined), release: async () => undefined });
    void crashed.authorize(connection);
    await clock.advance(100); // the answer is here, the store never hears of it
    expect(server.asked.length).toBe(1);
    const login = await whileTimePasses(clock, authorizer().authorize(connection), 500);
    expect(login.headers).toEqual({ authorization: "Bearer access-secret-2" });
    expect(server.asked.map((f) => f["refresh_token"])).toEqual(["refresh-secret-1", "refresh-secret-1"]);
  });

  test("an answer that is lost after refusals is fetched again: the half minute counts from the last attempt", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.trouble = { status: 503, body: { message: "Service unavailable" } };
    void failure(authorizer().authorize(connection));
    for (let s = 0; s < 14; s++) await clock.advance(1_000);
    Object.assign(server.state, { trouble: undefined, losesAnswers: true });
    for (let s = 0; s < 22; s++) await clock.advance(1_000); // asked at 19 s, given up at 34 s
    Object.assign(server.state, { losesAnswers: false });
    for (let s = 0; s < 14; s++) await clock.advance(1_000);
    expect((await store.sealed("w", "con_1"))!.version).toBe(2);
  });

  test("a login that another process renews is not waited for by who renews idle logins", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: hour });
    await store.lease("refresh:w/con_1@1", "another process", clock.now(), clock.now() + 18_000);
    await authorizer().renewAhead(connection, hour);
    expect(server.asked).toEqual([]);
  });

  test("a store that fails for a moment loses no pair; the next attempt stores it without asking again", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    let broken = true;
    const flaky: VaultStore = { ...store, swap: (...args) => (broken ? Promise.reject(new Error("disk full")) : store.swap(...args)) };
    const it = authorizer(flaky);
    expect(await failure(whileTimePasses(clock, it.authorize(connection)))).toMatchObject({
      code: "STORE_UNAVAILABLE",
      details: { outcome: "not_sent" },
    });
    broken = false;
    await clock.advance(120_000);
    expect((await whileTimePasses(clock, it.authorize(connection), 10)).headers).toEqual({ authorization: "Bearer access-secret-2" });
    expect(server.asked.length).toBe(1);
  });

  test("a secret replaced by a person meanwhile wins", async () => {
    const { authorizer, connection, store, clock } = await world({ expiresIn: -1 });
    const login = authorizer().authorize(connection);
    await clock.advance(10);
    await store.swap(
      "w",
      "con_1",
      1,
      await sealer.seal("con_1", { accessToken: "by-hand-secret", clientId: "c", clientSecret: "s", refreshToken: "r" }),
      clock.now(),
    );
    expect((await whileTimePasses(clock, login, 10)).headers).toEqual({ authorization: "Bearer by-hand-secret" });
  });
});

describe("what a refused refresh means", () => {
  const refuse = (status: number, message: string) => ({ status, body: { statusCode: status, message } });
  const error = (status: number, code: string) => ({ status, body: { error: code } });
  const error200 = (code: string) => error(200, code);

  test("spent or revoked: reported, recorded, and tried only once", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.valid = "another";
    const it = authorizer();
    for (let i = 0; i < 5; i++)
      expect(await failure(whileTimePasses(clock, it.authorize(connection), 10))).toMatchObject({
        code: "CONNECTION_REVOKED",
        details: { outcome: "not_sent" },
      });
    await clock.advance(48 * hour);
    expect((await failure(it.authorize(connection))).code).toBe("CONNECTION_REVOKED");
    expect((await failure(authorizer().authorize(connection))).code).toBe("CONNECTION_REVOKED"); // also after a restart
    expect(server.asked.length).toBe(1);
    expect(await store.get("w", "con_1")).toMatchObject({
      status: "broken",
      reason: "HighLevel no longer accepts this login. Reconnect it.",
    });
  });

  test("a new secret lifts the verdict", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.valid = "another";
    const it = authorizer();
    await failure(whileTimePasses(clock, it.authorize(connection), 10));
    await store.swap(
      "w",
      "con_1",
      1,
      await sealer.seal("con_1", { accessToken: "new-secret", expiresAt: String(clock.now() + hour) }),
      clock.now(),
    );
    await store.update("w", "con_1", { status: "connected", reason: undefined, updatedAt: clock.now() + 1 });
    it.forget("con_1");
    expect((await it.authorize(connection)).headers).toEqual({ authorization: "Bearer new-secret" });
  });

  test("not active: the login is kept, tried again a quarter of an hour later, and works once the sub-account does", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.trouble = refuse(400, "Location is not active");
    const it = authorizer();
    for (let i = 0; i < 3; i++)
      expect((await failure(whileTimePasses(clock, it.authorize(connection), 10))).code).toBe("CONNECTION_PAUSED");
    expect([server.asked.length, (await store.get("w", "con_1"))!.status]).toEqual([1, "paused"]);
    server.state.trouble = undefined;
    await clock.advance(901_000);
    expect((await whileTimePasses(clock, it.authorize(connection), 10)).headers).toEqual({ authorization: "Bearer access-secret-2" });
    await clock.advance(1);
    const after = (await store.get("w", "con_1"))!;
    expect([after.status, after.reason]).toEqual(["connected", undefined]);
  });

  test.each([
    [
      "it was revoked",
      refuse(400, "Invalid grant: refresh token is invalid"),
      "CONNECTION_REVOKED",
      "broken",
      "no longer accepts this login",
    ],
    ["it is spent, which is said with a good status", error200("bad_refresh_token"), "CONNECTION_REVOKED", "broken", "Reconnect it"],
    ["the app was removed", refuse(401, "The app is uninstalled"), "APP_UNINSTALLED", "broken", "install it again"],
    [
      "the sub-account is not active",
      refuse(403, "Location is not active"),
      "CONNECTION_PAUSED",
      "paused",
      "works again once the sub-account is",
    ],
    ["the app's secret is wrong", refuse(401, "Authorization code not found"), "CLIENT_REFUSED", "broken", "own client id or secret"],
    ["the app's secret is wrong, by the standard", error(400, "invalid_client"), "CLIENT_REFUSED", "broken", "own client id or secret"],
    [
      "the app's secret is wrong, with a good status",
      error200("incorrect_client_credentials"),
      "CLIENT_REFUSED",
      "broken",
      "the right ones",
    ],
    ["the clock is off", refuse(400, "Token used too early; check your clock"), "CLOCK_OFF", "paused", "Set the clock"],
    ["it is something else", error(400, "invalid_scope"), "CONNECTION_EXPIRED", "broken", "invalid_scope"],
  ] as const)("%s: it has its own code and its own sentence", async (_, trouble, code, status, sentence) => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.trouble = trouble;
    const refused = await failure(whileTimePasses(clock, authorizer().authorize(connection), 10));
    const kept = (await store.get("w", "con_1"))!;
    expect([refused.code, kept.status, kept.problem]).toEqual([code, status, code]);
    expect(kept.reason).toContain(sentence);
    // Another process, which reads it, says the same.
    expect((await failure(whileTimePasses(clock, authorizer().authorize(kept), 10))).code).toBe(code);
  });

  test.each([
    [
      "a network failure",
      new MillraceError("OUTBOUND_UNREACHABLE", {
        details: { host: "services.example.com", problem: "the connection broke", outcome: "unknown" },
      }),
      3, // the answer may have been lost after the token was spent: it is asked for again while those who wait still wait
    ],
    ["a 500", refuse(500, "oops"), 1],
    ["a 429", refuse(429, "Too many requests"), 1],
    ["a page where tokens should be", { status: 200, body: "<html>" }, 1],
  ])("%s heals: it is retried, not at once, and nothing is written on the connection", async (_, trouble, asked) => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: -1 });
    server.state.trouble = trouble;
    const it = authorizer();
    const errors = [
      await failure(whileTimePasses(clock, it.authorize(connection), 20)),
      await failure(it.authorize(connection)),
      await failure(it.authorize(connection)),
    ];
    expect(errors.map((e) => [e.code, e.details["outcome"], e.row.retry])).toEqual(
      Array(3).fill(["OUTBOUND_UNREACHABLE", "not_sent", true]),
    );
    expect([server.asked.length, (await store.get("w", "con_1"))!.status]).toEqual([asked, "connected"]);
    server.state.trouble = undefined;
    await clock.advance(3_000);
    expect((await whileTimePasses(clock, it.authorize(connection), 10)).version).toBe(2);
  });

  test("while the old token still works, a failed renewal ahead of time disturbs nobody", async () => {
    const { authorizer, connection, server, clock, store } = await world({ expiresIn: 200_000 });
    server.state.valid = "another";
    const it = authorizer();
    for (let i = 0; i < 5; i++) {
      expect((await it.authorize(connection)).version).toBe(1);
      await clock.advance(1_000);
    }
    expect([server.asked.length, (await store.get("w", "con_1"))!.status]).toEqual([1, "expiring"]);
    await clock.advance(200_000);
    expect((await failure(whileTimePasses(clock, it.authorize(connection), 10))).code).toBe("CONNECTION_REVOKED");
  });

  test("a token that was refused is not used until its end", async () => {
    const { authorizer, connection, server, clock, store } = await world();
    server.state.valid = "another";
    const it = authorizer();
    const used = await it.authorize(connection);
    expect((await failure(whileTimePasses(clock, it.renew(connection, used), 10))).code).toBe("CONNECTION_REVOKED");
    expect((await failure(it.authorize(connection))).code).toBe("CONNECTION_REVOKED");
    expect([server.asked.length, (await store.get("w", "con_1"))!.status]).toEqual([1, "broken"]);
  });

  test("a fresh token that is refused as well is not renewed again and again", async () => {
    const { authorizer, connection, server, clock } = await world();
    const it = authorizer();
    const first = await it.authorize(connection);
    const second = await whileTimePasses(clock, it.renew(connection, first), 10);
    expect(await failure(it.renew(connection, second))).toMatchObject({
      code: "CONNECTION_EXPIRED",
      details: { problem: "a fresh token was refused too" },
    });
    expect(server.asked.length).toBe(1);
  });
});

describe("what is heard of a login", () => {
  test("a refused private token is written down, and a good answer clears it", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "pit-1" } });
    const it = authorizer();
    await it.authorize(connection);
    it.answered(connection, "CONNECTION_EXPIRED");
    await clock.advance(1);
    expect(await store.get("w", "con_1")).toMatchObject({ status: "broken", reason: "HighLevel refused the login. Reconnect it." });
    expect((await it.authorize(connection)).headers).toEqual({ authorization: "Bearer pit-1" });
    it.answered(connection, null);
    await clock.advance(1);
    expect(await store.get("w", "con_1")).toMatchObject({ status: "connected", lastUsedAt: clock.now() - 1 });
  });

  test("an opened secret is forgotten half a minute after its last use, also where nothing else is read", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "pit-1" } });
    let writes = 0;
    const it = authorizer({ ...store, update: async (...args) => (writes++, store.update(...args)) });
    await it.authorize(connection);
    await clock.advance(30_000);
    it.answered(connection, null); // a secret that is still in memory would be noted as good
    await clock.advance(1);
    expect(writes).toBe(0);
  });

  test("use is written down now and then, not with every call", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "pit-1" } });
    let writes = 0;
    const it = authorizer({ ...store, update: async (...args) => (writes++, store.update(...args)) });
    await it.authorize(connection);
    for (let i = 0; i < 100; i++) it.answered(connection, null);
    await clock.advance(1);
    expect(writes).toBe(1);
    const call = async () => {
      await it.authorize(connection);
      it.answered(connection, null);
    };
    await clock.advance(58_000);
    await call();
    expect(writes).toBe(1);
    await clock.advance(2_000);
    await call();
    await clock.advance(1);
    expect(writes).toBe(2);
  });

  test("an answer to the secret before this one says nothing of this one", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "pit-1" } });
    const it = authorizer();
    const before = await it.authorize(connection);
    await store.swap("w", "con_1", 1, await sealer.seal("con_1", { token: "pit-2" }), clock.now());
    it.forget("con_1");
    await it.authorize(connection);
    const to = (version: number) => ({ version, namesOwnPlace: () => true });
    it.answered(connection, "CONNECTION_REVOKED", to(before.version));
    await clock.advance(1);
    expect((await store.get("w", "con_1"))!.status).toBe("connected");
    it.answered(connection, "CONNECTION_REVOKED", to(before.version + 1));
    await clock.advance(1);
    expect((await store.get("w", "con_1"))!.status).toBe("broken");
  });

  test("what a refusal says of something else leaves the login as it is", async () => {
    const { authorizer, connection, store, clock } = await world({ auth: "token", secret: { token: "pit-1" } });
    const it = authorizer();
    await it.authorize(connection);
    it.answered(connection, "SCOPE_MISSING");
    it.answered(connection, "OUTBOUND_REFUSED");
    await clock.advance(1);
    expect((await store.get("w", "con_1"))!.status).toBe("connected");
  });
});

test("no error, log line or row tells a secret", async () => {
  const seen: unknown[] = [];
  for (const trouble of [
    undefined,
    new Error("socket refresh failed"),
    { status: 400, body: { message: "Invalid grant: refresh token is invalid" } },
    { status: 500, body: "" },
  ]) {
    const { authorizer, connection, server, clock, store, lines } = await world({ expiresIn: -1 });
    server.state.trouble = trouble;
    await whileTimePasses(clock, authorizer().authorize(connection), 10).catch((e: MillraceError) =>
      seen.push(e.toJSON(), e.stack, String(e.cause)),
    );
    await clock.advance(10);
    seen.push(lines, await store.list("w"), await store.allSealed());
  }
  expect(JSON.stringify(seen)).not.toMatch(/(access|refresh|client)-secret/);
});
