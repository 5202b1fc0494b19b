import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { fakeDispatcher, type Scripted, type Sent } from "#test/fakes/dispatcher.ts";
import type { ConnectionFacts, Effect, QuotaRules, Refusal } from "#catalog/types.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import { createOutbound, quotaKey } from "./client.ts";
import { createGovernor } from "./governor.ts";
import type { Authorizer, Credentials, OutboundCall } from "./types.ts";

const connection: ConnectionFacts = { id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", locationId: "loc_1" };
const quota: QuotaRules = {
  burst: { limit: 100, windowMs: 10_000 },
  headers: { remaining: "X-RateLimit-Remaining", limit: "X-RateLimit-Max" },
};
const refusals: Refusal[] = [
  { status: [401], message: "invalid jwt|access token is invalid", code: "CONNECTION_EXPIRED", refresh: true },
  { status: [401], message: "not authorized for this scope", code: "SCOPE_MISSING" },
  { status: [422], code: "OUTBOUND_REFUSED", doubtful: true },
];
const token: Credentials = { headers: { authorization: "Bearer top-secret-token" }, version: 1, renewable: true };

function open(answer: (sent: Sent, nth: number) => Scripted, authorizer: Partial<Authorizer> = {}) {
  const clock = new TestClock();
  const { dispatcher, sent } = fakeDispatcher(answer);
  const verdicts: (string | null)[] = [];
  const outbound = createOutbound({
    clock,
    governor: createGovernor(),
    log: silentLog,
    allowPrivateHosts: [],
    dispatcher,
    timeoutMs: 30_000,
    authorizer: {
      authorize: async () => token,
      renew: async () => ({ ...token, headers: { authorization: "Bearer renewed-secret-token" }, version: 2 }),
      answered: (_, verdict) => void verdicts.push(verdict),
      ...authorizer,
    },
  });
  return { clock, sent, verdicts, outbound };
}
function call(effect: Effect = "read", more: Partial<OutboundCall> = {}): OutboundCall {
  return {
    connection,
    app: { id: "highlevel", title: "HighLevel", refusals },
    operation: { id: "contacts.x", effect },
    lane: "live",
    request: {
      method: effect === "read" ? "GET" : "POST",
      url: "https://services.example.com/contacts/?q=1",
      headers: { accept: "application/json" },
      ...(effect !== "read" && { body: '{"a":1}' }),
    },
    ...more,
  };
}
async function failure(promise: Promise<unknown>): Promise<MillraceError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof MillraceError)) throw new Error("expected an error of the table");
  return error;
}

describe("a call", () => {
  test("is logged in, names us, carries its idempotency key, and leaves an exchange", async () => {
    const { outbound, sent, verdicts, clock } = open(() => ({
      body: { contact: { id: "c1" } },
      headers: { "x-request-id": "r-9", "set-cookie": "s=1" },
    }));
    const reply = await outbound.send(call("create", { idempotencyKey: "run_1/contact" }));
    expect(sent[0]).toMatchObject({
      url: "https://services.example.com/contacts/?q=1",
      method: "POST",
      body: '{"a":1}',
      headers: { authorization: "Bearer top-secret-token", "idempotency-key": "run_1/contact", "user-agent": "Millrace/0.1" },
    });
    expect(reply).toMatchObject({ status: 200, body: { contact: { id: "c1" } } });
    expect(reply.headers["set-cookie"]).toBeUndefined();
    expect(reply.exchange).toEqual({
      at: clock.now(),
      method: "POST",
      url: "https://services.example.com/contacts/?q=1",
      sent: '{"a":1}',
      status: 200,
      received: '{"contact":{"id":"c1"}}',
      requestId: "r-9",
      durationMs: 0,
    });
    expect(verdicts).toEqual([null]);
  });

  test("without a login does not trouble the authorizer", async () => {
    const { outbound, sent } = open(() => ({}), { authorize: () => Promise.reject(new Error("asked")) });
    await outbound.send(call("read", { open: true }));
    expect(sent[0]!.headers["authorization"]).toBeUndefined();
  });

  test.each([
    ["json", { "content-type": "application/json" }, '\uFEFF{"a":1}', { a: 1 }],
    ["json under another name", { "content-type": "text/plain" }, "[1]", [1]],
    ["broken json", { "content-type": "application/json" }, "{oops", "{oops"],
    ["nothing", { "content-type": "application/json" }, "", null],
    ["a page", { "content-type": "text/html" }, "<p>", "<p>"],
    ["hostile depth", { "content-type": "application/json" }, "[".repeat(5000) + "]".repeat(5000), "[".repeat(5000) + "]".repeat(5000)],
  ])("reads %s for what it is", async (_, headers, body, expected) => {
    const { outbound } = open(() => ({ headers, body }));
    expect((await outbound.send(call())).body).toEqual(expected);
  });

  test("bytes come as base64, and only their number is kept with the run", async () => {
    const { outbound } = open(() => ({ headers: { "content-type": "audio/wav" }, body: Buffer.from([1, 2, 3, 0]) }));
    const reply = await outbound.send(call());
    expect(reply).toMatchObject({ body: "AQIDAA==", encoding: "base64", exchange: { received: "(4 bytes)" } });
  });

  const codings: Record<string, (bytes: Uint8Array) => Buffer> = {
    gzip: gzipSync,
    "x-gzip": gzipSync,
    deflate: deflateSync,
    "raw deflate": deflateRawSync,
    br: brotliCompressSync,
  };
  const charsets: Record<string, string> = {
    "utf-8": "7b226e223a224a6f73c3a9227d",
    "iso-8859-1": "7b226e223a224a6f73e9227d",
    "windows-1252": "7b226e223a224a6f73e9227d",
    '"ISO-8859-15"': "7b226e223a224a6f73e9227d",
    "utf-16le": "7b0022006e0022003a0022004a006f007300e90022007d00",
    "utf-16be": "007b0022006e0022003a0022004a006f007300e90022007d",
  };
  const swept = Object.keys(charsets).flatMap((charset) =>
    [...Object.keys(codings), "br, gzip", "gzip, deflate, br", "identity", ""].flatMap((coding) =>
      ["application/json", "text/plain", "application/problem+json"].map((type) => [type, charset, coding] as const),
    ),
  );
  test.each(swept)("reads %s in %s, packed as '%s'", async (type, charset, coding) => {
    const packed = coding
      .split(", ")
      .filter((name) => name in codings)
      .reduce<Uint8Array>((bytes, name) => codings[name]!(bytes), Buffer.from(charsets[charset]!, "hex")) as Buffer;
    const headers = { "content-type": `${type}; charset=${charset}`, "content-encoding": coding.replace("raw ", "") };
    for (const effect of ["read", "create"] as const) {
      const { outbound, sent } = open(() => ({ headers, body: packed }));
      const reply = await outbound.send(call(effect));
      expect([reply.body, reply.note, sent.length]).toEqual([{ n: "José" }, undefined, 1]);
    }
  });

  test("reads what names no charset as UTF-8, else as windows-1252", async () => {
    for (const [hex, type] of [
      [charsets["utf-8"]!, "application/json"],
      [charsets["iso-8859-1"]!, "application/json"],
      [charsets["iso-8859-1"]!, ""],
      [`fffe${charsets["utf-16le"]!}`, "application/json"],
    ] as const) {
      const { outbound } = open(() => ({ headers: { "content-type": type }, body: Buffer.from(hex, "hex") }));
      expect((await outbound.send(call())).body).toEqual({ n: "José" });
    }
  });

  test("says so where the charset named cannot be the right one", async () => {
    for (const [charset, words] of [
      ["utf-8", "is not the UTF-8 it is said to be and was read as windows-1252"],
      ["x-klingon", "is in the charset 'x-klingon', which is not supported"],
    ] as const) {
      const { outbound } = open(() => ({
        headers: { "content-type": `application/json; charset=${charset}` },
        body: Buffer.from(charsets["iso-8859-1"]!, "hex"),
      }));
      const reply = await outbound.send(call("create"));
      expect(reply.body).toEqual({ n: "José" });
      expect([reply.note, reply.exchange.note]).toEqual([reply.note, reply.note]);
      expect(reply.note).toContain(words);
    }
  });

  test.each([
    ["a coding nobody has", "compress", Buffer.from("{}"), "'compress', which is not supported"],
    ["a coding it is not in", "gzip", Buffer.from('{"a":1}'), "said to be in the content coding 'gzip', and is not"],
    ["a bomb", "gzip", gzipSync(Buffer.alloc(11 * 1024 ** 2)), "larger than can be read"],
    ["five codings", "br, br, br, br, br", Buffer.from("x"), "not supported"],
  ])("a write answered 200 in %s is done, and says what could not be read; a read has failed", async (_, coding, body, words) => {
    const { outbound, sent } = open(() => ({ headers: { "content-encoding": coding }, body }));
    const reply = await outbound.send(call("create"));
    expect([reply.status, reply.body, sent.length]).toEqual([200, null, 1]);
    expect(reply.note).toContain(words);
    const error = await failure(outbound.send(call("read")));
    expect([error.code, error.details.outcome]).toEqual(["OUTBOUND_FAILED", "refused"]);
    expect(error.message).toContain(words);
  });

  test("long bodies are cut in the exchange, not in the reply", async () => {
    const long = "x".repeat(50_000);
    const { outbound } = open(() => ({ body: { long } }));
    const reply = await outbound.send(call("create", { request: { method: "POST", url: "https://e.com/", headers: {}, body: long } }));
    expect([reply.exchange.sent!.length, reply.exchange.received!.length]).toEqual([4001, 4001]);
    expect(reply.body).toEqual({ long });
  });
});

describe("the dry-run guard", () => {
  const writes: Effect[] = ["create", "update", "upsert", "delete", "link", "unlink", "send", "other"];
  test.each(writes)("stops %s before anything else is done", async (effect) => {
    const { outbound, sent } = open(() => ({}), { authorize: () => Promise.reject(new Error("asked")) });
    const error = await failure(
      outbound.send(call(effect, { dry: true, request: { method: "GET", url: "http://127.0.0.1/", headers: {} } })),
    );
    expect([error.code, error.details.outcome, sent.length]).toEqual(["DRY_RUN_WRITE", "not_sent", 0]);
  });

  test("lets reads through, also those that are a POST", async () => {
    const { outbound, sent } = open(() => ({}));
    await outbound.send(call("read", { dry: true, request: { method: "POST", url: "https://e.com/search", headers: {}, body: "{}" } }));
    expect(sent.length).toBe(1);
  });
});

describe("a dry run and requests that rename their method", () => {
  const read = (request: Partial<OutboundCall["request"]>) =>
    call("read", { dry: true, request: { method: "GET", url: "https://e.com/a?b=1", headers: {}, ...request } });
  test.each([
    ["headers", { headers: { "X-HTTP-Method-Override": "DELETE" } }],
    ["headers", { headers: { "x-method-override": "PUT" } }],
    ["headers", { headers: { "X-Http-Method": "delete" } }],
    ["headers", { headers: { "X-METHOD": "PATCH" } }],
    ["query", { url: "https://e.com/a?b=1&_method=DELETE" }],
    ["query", { url: "https://e.com/a?%5Fmethod=DELETE#x" }],
    ["query", { url: "https://e.com/a?x-http-method-override=DELETE" }],
    ["body", { method: "POST", body: "a=1&_method=delete" }],
    ["body", { method: "POST", body: '{"a":{"_method" : "delete"}}' }],
  ] as const)("refuse it by its %s: %j", async (field, request) => {
    const { outbound, sent } = open(() => ({}));
    const error = await failure(outbound.send(read(request)));
    expect([error.code, error.details.field, error.details.outcome, sent.length]).toEqual(["STEP_INPUT_INVALID", field, "not_sent", 0]);
    await outbound.send({ ...read(request), dry: false });
    expect(sent.length).toBe(1);
  });
  test.each([
    { url: "https://e.com/a_method=1?b=_method&c=x-method" },
    { headers: { accept: "*/*", "x-methods": "1" } },
    { method: "POST", body: '{"query":"_method","method":"x"}' },
  ])("let through what only looks alike: %j", async (request) => {
    const { outbound, sent } = open(() => ({}));
    await outbound.send(read(request));
    expect(sent.length).toBe(1);
  });
});

describe("the quota", () => {
  const busy = call("read", { app: { id: "highlevel", title: "HighLevel", refusals, quota } });

  test("a long wait is the engine's: QUOTA_WAIT with the time, and nothing was sent", async () => {
    const { outbound, sent, clock } = open(() => ({}));
    await outbound.send(busy); // until it is answered others hold back
    await Promise.all(Array.from({ length: 99 }, () => outbound.send(busy)));
    const error = await failure(outbound.send(busy));
    expect([error.code, error.details.outcome, sent.length]).toEqual(["QUOTA_WAIT", "not_sent", 100]);
    expect(error.details.retryAt).toBeGreaterThanOrEqual(clock.now() + 9_000);
  });

  test("a short wait is slept through", async () => {
    const { outbound, sent, clock } = open(() => ({}));
    await outbound.send(busy); // until it is answered others hold back
    await Promise.all(Array.from({ length: 99 }, () => outbound.send(busy)));
    await clock.advance(9_900);
    const last = outbound.send(busy);
    await clock.advance(240);
    await last;
    expect(sent.length).toBe(101);
  });

  test("a 429 tells when to come back, and the next call is not even sent", async () => {
    const { outbound, sent, clock } = open(() => ({
      status: 429,
      headers: { "retry-after": "20" },
      body: { message: "Too many requests" },
    }));
    const error = await failure(outbound.send(busy));
    expect([error.code, error.details.retryAt, error.details.outcome]).toEqual(["RATE_LIMITED", clock.now() + 20_000, "refused"]);
    expect((await failure(outbound.send(busy))).code).toBe("QUOTA_WAIT");
    expect(sent.length).toBe(1);
  });

  test("a thousand callers at the start, and 429: one request was sent, and every one gets another time", async () => {
    const { outbound, sent, clock } = open(() => ({ status: 429 }));
    const failures = Promise.all(Array.from({ length: 1000 }, (_, i) => failure(outbound.send({ ...busy, claim: `run_${i}` }))));
    await clock.advance(0); // the answer is there before the others come back
    await clock.advance(250);
    const errors = await failures;
    expect(sent.length).toBe(1);
    const waits = errors.filter((e) => e.code === "QUOTA_WAIT").map((e) => e.details.retryAt);
    expect([waits.length, new Set(waits).size]).toEqual([999, 999]);
  });

  test("what the headers say corrects the budget", async () => {
    const { outbound, sent } = open(() => ({ headers: { "x-ratelimit-remaining": "3", "x-ratelimit-max": "100" } }));
    await outbound.send(busy);
    const settled = await Promise.allSettled(Array.from({ length: 10 }, () => outbound.send(busy)));
    expect([settled.filter((s) => s.status === "fulfilled").length, sent.length]).toEqual([3, 4]);
  });

  test("an address that may not be asked costs no slot", async () => {
    const { outbound, sent } = open(() => ({}));
    const bad = { ...busy, request: { method: "GET", url: "http://10.0.0.1/", headers: {} } };
    for (let i = 0; i < 150; i++) expect((await failure(outbound.send(bad))).code).toBe("HOST_NOT_ALLOWED");
    await outbound.send(busy);
    expect(sent.length).toBe(1);
  });
});

describe("a refused login", () => {
  const expired = { status: 401, body: { message: "Invalid JWT" } };

  test("is renewed once and the call made again", async () => {
    const { outbound, sent, verdicts } = open((_, nth) => (nth === 1 ? expired : {}));
    await outbound.send(call("create"));
    expect(sent.map((s) => s.headers["authorization"])).toEqual(["Bearer top-secret-token", "Bearer renewed-secret-token"]);
    expect(verdicts).toEqual(["CONNECTION_EXPIRED", null]);
  });

  test("is not renewed twice", async () => {
    const { outbound, sent } = open(() => expired);
    expect((await failure(outbound.send(call()))).code).toBe("CONNECTION_EXPIRED");
    expect(sent.length).toBe(2);
  });

  test("is not renewed when a fresh token cannot help", async () => {
    const { outbound, sent } = open(() => ({ status: 401, body: { message: "The token is not authorized for this scope." } }));
    expect((await failure(outbound.send(call()))).code).toBe("SCOPE_MISSING");
    expect(sent.length).toBe(1);
  });

  test("is not renewed when the login cannot be", async () => {
    const { outbound, sent } = open(() => expired, {
      authorize: async () => ({ ...token, renewable: false }),
      renew: () => Promise.reject(new Error("renewed")),
    });
    expect((await failure(outbound.send(call()))).code).toBe("CONNECTION_EXPIRED");
    expect(sent.length).toBe(1);
  });
});

describe("what became of a call that failed", () => {
  test.each<[string, Scripted, string, string]>([
    ["a name nobody knows", { fail: { when: "connect", code: "ENOTFOUND" } }, "OUTBOUND_UNREACHABLE", "not_sent"],
    ["a refused connection", { fail: { when: "connect", code: "ECONNREFUSED" } }, "OUTBOUND_UNREACHABLE", "not_sent"],
    ["a reset after it was written", { fail: { when: "sent", code: "ECONNRESET" } }, "OUTBOUND_UNREACHABLE", "unknown"],
    ["a 400", { status: 400, body: { message: "no" } }, "OUTBOUND_REFUSED", "refused"],
    ["a 422 that may have worked", { status: 422, body: { message: ["x"] } }, "OUTBOUND_REFUSED", "unknown"],
    ["a 404", { status: 404 }, "OUTBOUND_NOT_FOUND", "refused"],
    ["a 500", { status: 500, body: "<html>" }, "OUTBOUND_FAILED", "unknown"],
    ["a 503", { status: 503, headers: { "retry-after": "5" } }, "OUTBOUND_FAILED", "unknown"],
    [
      "a redirect that says where it lives now",
      { status: 308, headers: { location: "https://new.example.com/" } },
      "OUTBOUND_REFUSED",
      "refused",
    ],
  ])("%s", async (_, answer, code, outcome) => {
    const { outbound, sent } = open(() => answer);
    const error = await failure(outbound.send(call("create")));
    expect([error.code, error.details.outcome, sent.length]).toEqual([code, outcome, 1]);
    expect(error.details.exchange).toMatchObject({
      method: "POST",
      url: "https://services.example.com/contacts/?q=1",
      error: error.message,
    });
  });

  test("no answer in time: it may have worked", async () => {
    const { outbound, clock } = open(() => ({ silent: true }));
    const failed = failure(outbound.send(call("create", { timeoutMs: 5_000 })));
    await clock.advance(0);
    await clock.advance(5_000);
    const error = await failed;
    expect([error.code, error.details.outcome, error.details.seconds]).toEqual(["OUTBOUND_TIMEOUT", "unknown", 5]);
    expect(error.details.exchange).toMatchObject({ durationMs: 5_000 });
  });

  test("called off before it was sent", async () => {
    const { outbound, sent } = open(() => ({}));
    const error = await failure(outbound.send(call("create", { signal: AbortSignal.abort() })));
    expect([error.code, error.details.outcome, sent.length]).toEqual(["OUTBOUND_UNREACHABLE", "not_sent", 0]);
  });

  test("called off under way", async () => {
    const stop = new AbortController();
    const { outbound, clock } = open(() => ({ silent: true }));
    const failed = failure(outbound.send(call("create", { signal: stop.signal })));
    await clock.advance(1);
    stop.abort();
    expect((await failed).details.outcome).toBe("unknown");
  });

  test("Retry-After is passed on wherever it comes", async () => {
    const { outbound, clock } = open(() => ({
      status: 503,
      headers: { "retry-after": new Date(new TestClock().now() + 90_000).toUTCString() },
    }));
    expect((await failure(outbound.send(call()))).details.retryAt).toBe(clock.now() + 90_000);
  });

  test("an answer beyond the bound is not read to its end", async () => {
    const { dispatcher } = fakeDispatcher(() => ({ body: "x".repeat(2_000) }));
    const outbound = createOutbound({
      clock: new TestClock(),
      governor: createGovernor(),
      log: silentLog,
      allowPrivateHosts: [],
      dispatcher,
      timeoutMs: 1,
      maxBytes: 1_000,
      authorizer: { authorize: async () => token, renew: async () => token },
    });
    expect((await failure(outbound.send(call("read")))).code).toBe("OUTBOUND_TOO_LARGE");
    const reply = await outbound.send(call("create"));
    expect([reply.status, reply.body, reply.note]).toEqual([200, null, expect.stringContaining("larger than")]);
  });
});

describe("redirects of a write", () => {
  const write = (method: string, effect: Effect = "create") =>
    call(effect, {
      idempotencyKey: "run/1",
      request: { method, url: "https://e.com/rows", headers: { "content-type": "application/json" }, body: "{}" },
    });
  test.each([
    [302, "POST"],
    [303, "POST"],
    [303, "PUT"],
    [303, "PATCH"],
    [303, "DELETE"],
  ])("a %i after a %s is its result: read by GET, once, without the body", async (status, method) => {
    const { outbound, sent } = open((_, nth) => (nth === 1 ? { status, headers: { location: "/done" } } : { body: { ok: true } }));
    const reply = await outbound.send(write(method));
    expect(reply).toMatchObject({ status: 200, body: { ok: true }, exchange: { method, redirectedTo: "https://e.com/done" } });
    expect(sent.map((s) => [s.method, s.url, s.body])).toEqual([
      [method, "https://e.com/rows", "{}"],
      ["GET", "https://e.com/done", null],
    ]);
    expect(Object.keys(sent[1]!.headers).sort(), "neither the key nor the content type").toEqual(["authorization", "user-agent"]);
  });

  test("the result may lie on another host, which gets no login, and behind further redirects", async () => {
    const { outbound, sent } = open(
      (_, nth) =>
        [
          { status: 302, headers: { location: "https://script.example.net/echo?user=1" } },
          { status: 307, headers: { location: "https://e.com/again" } },
        ][nth - 1] ?? { body: [1] },
    );
    expect((await outbound.send(write("POST"))).body).toEqual([1]);
    expect(sent.map((s) => [s.method, s.headers["authorization"] !== undefined])).toEqual([
      ["POST", true],
      ["GET", false],
      ["GET", false],
    ]);
  });

  test.each([301, 307, 308])("a %i says that the address is another: nothing is sent there", async (status) => {
    const { outbound, sent } = open(() => ({ status, headers: { location: "/new" } }));
    const error = await failure(outbound.send(write("POST")));
    expect([error.code, error.details.outcome, sent.length]).toEqual(["OUTBOUND_REFUSED", "refused", 1]);
  });

  test("a 302 after another method is not followed, and leaves a doubt", async () => {
    const { outbound, sent } = open(() => ({ status: 302, headers: { location: "/new" } }));
    const error = await failure(outbound.send(write("PUT", "update")));
    expect([error.code, error.details.outcome, sent.length]).toEqual(["OUTBOUND_REFUSED", "unknown", 1]);
  });

  test.each<[string, Scripted, number]>([
    ["is refused", { status: 404 }, 2],
    ["wants another login", { status: 401, body: { message: "Invalid JWT" } }, 2],
    ["fails", { status: 500 }, 2],
    ["breaks off", { fail: { when: "sent", code: "ECONNRESET" } }, 2],
    ["leads inside", { status: 302, headers: { location: "http://169.254.169.254/latest" } }, 2],
    ["never ends", { status: 302, headers: { location: "/on" } }, 4],
  ])("where the result %s, the write is in doubt and is not sent again", async (_, result, requests) => {
    const { outbound, sent } = open((_sent, nth) => (nth === 1 ? { status: 303, headers: { location: "/done" } } : result));
    const error = await failure(outbound.send(write("POST")));
    expect([error.details.outcome, sent.length]).toEqual(["unknown", requests]);
    expect(sent.filter((s) => s.method === "POST")).toHaveLength(1);
  });
});

describe("redirects of a read", () => {
  test("are followed, and the login stays with the first origin", async () => {
    const { outbound, sent } = open((s) =>
      s.url.includes("/contacts") ? { status: 302, headers: { location: "https://cdn.example.net/file?sig=1" } } : { body: { ok: true } },
    );
    expect((await outbound.send(call())).body).toEqual({ ok: true });
    expect(sent[1]).toMatchObject({ url: "https://cdn.example.net/file?sig=1", method: "GET" });
    expect(Object.keys(sent[1]!.headers).sort()).toEqual(["accept", "user-agent"]);
  });

  test("keep the login within the origin", async () => {
    const { outbound, sent } = open((s) => (s.url.includes("/contacts") ? { status: 301, headers: { location: "/elsewhere" } } : {}));
    await outbound.send(call());
    expect(sent[1]).toMatchObject({ url: "https://services.example.com/elsewhere", headers: { authorization: "Bearer top-secret-token" } });
  });

  test("never lead inside", async () => {
    for (const location of ["http://169.254.169.254/latest", "http://[::1]/", "file:///etc/passwd", "http://u:p@example.com/"]) {
      const { outbound, sent } = open(() => ({ status: 302, headers: { location } }));
      expect(["HOST_NOT_ALLOWED", "STEP_INPUT_INVALID"]).toContain((await failure(outbound.send(call()))).code);
      expect(sent.length).toBe(1);
    }
  });

  test("end after three", async () => {
    const { outbound, sent } = open((_, nth) => ({ status: 302, headers: { location: `/${nth}` } }));
    expect((await failure(outbound.send(call()))).message).toContain("more than 3 times");
    expect(sent.length).toBe(4);
  });

  test("do not carry a body to another host", async () => {
    const { outbound, sent } = open(() => ({ status: 307, headers: { location: "https://other.example.com/" } }));
    const search = call("read", {
      request: { method: "POST", url: "https://e.com/search", headers: {}, body: '{"email":"ada@example.com"}' },
    });
    expect((await failure(outbound.send(search))).code).toBe("OUTBOUND_REFUSED");
    expect(sent.length).toBe(1);
  });
});

describe("secrets", () => {
  const password = "correct/horse battery";
  const logins: [string, Credentials, string[]][] = [
    ["a bearer token", token, ["top-secret-token"]],
    ["a header", { headers: { "x-api-key": "k3y-of-the-house" }, version: 1, renewable: false }, ["k3y-of-the-house"]],
    [
      "a name and password",
      { headers: { authorization: `Basic ${Buffer.from(`ada:${password}`).toString("base64")}` }, version: 1, renewable: false },
      [password, Buffer.from(`ada:${password}`).toString("base64")],
    ],
    [
      "a query parameter",
      { query: { api_key: "q-s3cret/+=" }, version: 1, renewable: false },
      ["q-s3cret/+=", encodeURIComponent("q-s3cret/+=")],
    ],
    [
      "a secret address",
      { urls: { survey: "https://hooks.example.com/in/abc-secret-path-0123?k=v" }, version: 1, renewable: false },
      ["abc-secret-path-0123"],
    ],
  ];

  test.each(logins)("%s: echoed back, it reaches no reply, exchange or error", async (_, credentials, secrets) => {
    const url = credentials.urls ? "secret-url:survey" : "https://services.example.com/echo";
    for (const status of [200, 400, 401, 500]) {
      const { outbound, sent } = open((s) => ({ status, body: { message: `you sent ${JSON.stringify(s)} ${secrets.join(" ")}` } }), {
        authorize: async () => credentials,
        renew: async () => credentials,
      });
      const seen: unknown[] = [];
      await outbound.send(call("create", { request: { method: "POST", url, headers: {}, body: "{}" } })).then(
        (r) => seen.push(r),
        (e: MillraceError) => seen.push(e.toJSON(), e.message, e.stack, String(e.cause)),
      );
      const text = JSON.stringify(seen);
      expect(sent.length).toBe(1);
      for (const secret of secrets) expect(text).not.toContain(secret);
    }
  });

  test("echoed in another charset than it was sent in, it is masked or the answer dropped", async () => {
    for (const secret of ["schlüssel-größe-99", "plain-secret-99"]) {
      const credentials = { headers: { "x-api-key": secret }, version: 1, renewable: false };
      const echo = Buffer.from(`{"you":"${secret}"}`);
      for (const charset of ["utf-8", "iso-8859-1", "windows-1251", "koi8-r", "utf-16le", "x-none", ""]) {
        for (const body of [echo, Buffer.from(echo.toString("utf8"), "utf16le"), Buffer.from(echo.toString("utf8"), "latin1")]) {
          const { outbound } = open(() => ({ headers: { "content-type": `application/json; charset=${charset}` }, body }), {
            authorize: async () => credentials,
          });
          const reply = await outbound.send(call("create"));
          const text = JSON.stringify(reply).replaceAll("\\u0000", "");
          expect(text, `${charset} ${body.toString("hex")}`).not.toMatch(/99/);
        }
      }
    }
  });

  test("a secret address that does not answer is not shown either", async () => {
    const { outbound } = open(() => ({ fail: { when: "connect", code: "ECONNREFUSED" } }), { authorize: async () => logins[4]![1] });
    const error = await failure(
      outbound.send(call("create", { request: { method: "POST", url: "secret-url:survey", headers: {}, body: "{}" } })),
    );
    expect(JSON.stringify(error)).not.toContain("abc-secret-path-0123");
    expect(error.details.exchange).toMatchObject({ url: "(secret address of acme)" });
  });

  test("a secret address nobody gave is named", async () => {
    const { outbound, sent } = open(() => ({}));
    const error = await failure(
      outbound.send(call("create", { request: { method: "POST", url: "secret-url:survey", headers: {}, body: "{}" } })),
    );
    expect(error.message).toContain("no address named 'survey'");
    expect(sent.length).toBe(0);
  });

  test("a secret address may not lead inside", async () => {
    const { outbound, sent } = open(() => ({}), { authorize: async () => ({ url: "http://127.0.0.1/x", version: 1, renewable: false }) });
    expect((await failure(outbound.send(call("create", { request: { method: "POST", url: "secret-url:x", headers: {} } })))).code).toBe(
      "HOST_NOT_ALLOWED",
    );
    expect(sent.length).toBe(0);
  });
});

test("two tokens of one sub-account have a budget each, as the other side counts them; logins that were granted there share one", () => {
  const key = (id: string, auth: "token" | "oauth2", locationId = "loc_1") =>
    quotaKey({ id: "highlevel" }, { ...connection, id, auth, locationId });
  expect(key("con_1", "token")).not.toBe(key("con_2", "token"));
  expect(key("con_1", "token")).not.toBe(key("con_2", "oauth2"));
  expect(key("con_2", "oauth2")).toBe(key("con_3", "oauth2"));
  expect(key("con_2", "oauth2")).not.toBe(key("con_2", "oauth2", "loc_2"));
});
