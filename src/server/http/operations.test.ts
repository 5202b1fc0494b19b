import { afterEach, describe, expect, test } from "vitest";
import type { StepCall } from "#engine/ports/caller.ts";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { turnsUntil } from "#test/support/turns.ts";
import { openServer, withKey, type ServerWish } from "#test/fakes/server.ts";

let open: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

/** A server, and how a program calls it. */
async function server(wish?: ServerWish) {
  const house = await openServer(wish);
  open.push(house);
  const post = async (path: string, payload?: object, headers: Record<string, string> = {}) => {
    const reply = await house.app.inject({
      method: "POST",
      url: `/api/v1${path}`,
      headers: { ...withKey(house.key), ...headers },
      payload: payload ?? {},
    });
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers };
  };
  return { ...house, post };
}

describe("an operation is called by its full name", () => {
  const look = { title: "Look", effect: "read" as const, answer: () => ({ n: 1 }) };

  test("and its output, what was sent and what is worth knowing come back", async () => {
    const { post, calls } = await server({ operations: { get: look } });
    expect(await post("/operations/http.get", { input: { a: 1 } })).toMatchObject({
      status: 200,
      body: { output: { n: 1 }, exchanges: [] },
    });
    expect(calls).toMatchObject([{ app: "http", operation: "get", input: { a: 1 }, dry: false }]);
  });

  test("or, where it is one of the main app, by its key alone", async () => {
    const { post, calls } = await server({ operations: { "contacts.get": look, "contacts/get-contact": look } });
    await post("/operations/contacts.get");
    await post("/operations/contacts%2Fget-contact");
    await post("/operations/highlevel.contacts.get");
    const [first, second, third] = calls.map(({ app, operation }) => `${app} ${operation}`);
    expect([first, second]).toEqual(["highlevel contacts.get", "highlevel contacts/get-contact"]);
    expect(third).toBe(first);
  });

  test.each([
    [{ rows: 20_000 }, "rows: takes 10000 at most."],
    [{ rows: 0 }, "rows: takes 1 at least."],
    [{ rows: 1.5 }, "rows: takes a whole number."],
    [{ dryRun: "yes" }, "dryRun: takes true or false."],
    [{ inputs: {} }, "inputs: there is no such field here (did you mean 'input'?)."],
  ])("and %j is refused in words, and not in the validator's", async (payload, says) => {
    const { post } = await server({ operations: { get: look } });
    const { status, body } = await post("/operations/http.get", payload);
    expect([status, body.error.message]).toEqual([400, says]);
  });
});

describe("a call with an idempotency key", () => {
  const header = { "idempotency-key": "order-1" };
  const failure = (details: object) => new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "app.example", seconds: 30, ...details } });
  /** Answers in turn; an error is thrown. */
  const answers = (...all: unknown[]) => {
    let at = 0;
    return () => {
      const answer = all[Math.min(at++, all.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer;
    };
  };

  test("is made once, however often it is repeated, and always has the first answer", async () => {
    const { post, calls } = await server({ operations: { post: { answer: answers({ id: 1 }, { id: 2 }) } } });
    const first = await post("/operations/http.post", { input: { a: 1 } }, header);
    const again = await post("/operations/http.post", { input: { a: 1 }, idempotencyKey: "order-1" });
    expect([first.body.output, again.body.output, calls.length]).toEqual([{ id: 1 }, { id: 1 }, 1]);
    expect([first.headers["idempotency-replayed"], again.headers["idempotency-replayed"]]).toEqual([undefined, "true"]);
    expect((await post("/operations/http.post", { input: { a: 1 } }, { "idempotency-key": "order-2" })).body.output).toEqual({ id: 2 });
  });

  test("is refused with another request, and while the first is under way", async () => {
    let finish: (() => void) | undefined;
    const answer = () => new Promise((resolve) => (finish = () => resolve({ id: 1 })));
    const { post, calls } = await server({ operations: { post: { answer } } });
    const first = post("/operations/http.post", { input: { a: 1 } }, header);
    await turnsUntil("the first is under way", () => finish !== undefined);
    const meanwhile = await post("/operations/http.post", { input: { a: 1 } }, header);
    expect([meanwhile.status, meanwhile.body.error.code, meanwhile.headers["retry-after"]]).toEqual([409, "CALL_UNDER_WAY", "2"]);
    finish!();
    expect((await first).body.output).toEqual({ id: 1 });
    const other = await post("/operations/http.post", { input: { a: 2 } }, header);
    expect([other.status, other.body.error.code, calls.length]).toEqual([422, "IDEMPOTENCY_KEY_REUSED", 1]);
  });

  test("is another call with the key of somebody else", async () => {
    const { app, key, post, calls } = await server({ operations: { post: {} } });
    const made = await app.inject({
      method: "POST",
      url: "/api/v1/api-keys",
      headers: withKey(key),
      payload: { name: "b", role: "builder" },
    });
    await post("/operations/http.post", {}, header);
    await post("/operations/http.post", {}, { ...header, ...withKey(made.json().key) });
    expect(calls).toHaveLength(2);
  });

  test("is made again after an error that had no effect", async () => {
    const refusal = new MillraceError("OUTBOUND_REFUSED", {
      details: { app: "App", operation: "post", message: "no", outcome: "refused" },
    });
    const { post, calls } = await server({ operations: { post: { answer: answers(refusal, { id: 1 }) } } });
    expect((await post("/operations/http.post", {}, header)).status).toBe(422);
    expect((await post("/operations/http.post", {}, header)).body.output).toEqual({ id: 1 });
    expect(calls).toHaveLength(2);
  });

  test("that may have taken effect is looked up before it is made again", async () => {
    const lost = failure({ outcome: "unknown" });
    const made = await server({ operations: { post: { confirm: true, answer: answers(lost, { id: 2 }), look: () => ({ id: 1 }) } } });
    expect((await made.post("/operations/http.post", {}, header)).status).toBe(504);
    for (const _ of [1, 2]) expect((await made.post("/operations/http.post", {}, header)).body.output).toEqual({ id: 1 });
    expect([made.calls.length, made.looks.length]).toEqual([1, 1]);

    const notMade = await server({ operations: { post: { confirm: true, answer: answers(lost, { id: 2 }), look: () => null } } });
    await notMade.post("/operations/http.post", {}, header);
    expect((await notMade.post("/operations/http.post", {}, header)).body.output).toEqual({ id: 2 });
    expect(new Set(notMade.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1); // the other side can tell the repeat
  });

  test("that may have taken effect and cannot be looked up is not made again, and says so", async () => {
    const { post, calls } = await server({ operations: { post: { answer: answers(failure({ outcome: "unknown" }), { id: 2 }) } } });
    await post("/operations/http.post", {}, header);
    for (const _ of [1, 2]) {
      const { status, body } = await post("/operations/http.post", {}, header);
      expect([status, body.error.code]).toEqual([409, "UNKNOWN_OUTCOME"]);
    }
    expect(calls).toHaveLength(1);
  });

  test("that is safe to repeat is repeated", async () => {
    const operations = { post: { effect: "upsert" as const, answer: answers(failure({ outcome: "unknown" }), { id: 1 }) } };
    const { post } = await server({ operations });
    await post("/operations/http.post", {}, header);
    expect((await post("/operations/http.post", {}, header)).body.output).toEqual({ id: 1 });
  });

  test("may be tried without a write as often as somebody likes", async () => {
    const { post, calls } = await server({ operations: { post: {} } });
    expect((await post("/operations/http.post", { dryRun: true }, header)).body.effects).toHaveLength(1);
    expect((await post("/operations/http.post", {}, header)).body.output).toEqual({ ok: true });
    expect(calls).toHaveLength(1);
  });

  test.each(["", "a b", "x".repeat(201)])("has a key of letters, digits and signs: '%s' is refused", async (key) => {
    const { post } = await server({ operations: { post: {} } });
    const { status, body } = await post("/operations/http.post", {}, { "idempotency-key": key });
    expect([status, body.error.details.field]).toEqual([400, "Idempotency-Key"]);
  });
});

test("a call that the other side slows down says when to call again", async () => {
  const details = { app: "App", retryAt: new TestClock().now() + 7_200, outcome: "refused" };
  const answer = () => Promise.reject(new MillraceError("RATE_LIMITED", { details }));
  const { post } = await server({ operations: { get: { effect: "read", answer } } });
  const { status, headers } = await post("/operations/http.get");
  expect([status, headers["retry-after"]]).toEqual([429, "8"]);
});

describe("a batch of calls", () => {
  const echo = { effect: "read" as const, answer: ({ input }: StepCall) => ({ got: input["n"] }) };
  const broken = { answer: () => Promise.reject(new MillraceError("OUTBOUND_REFUSED", { details: { message: "no" } })) };

  test("has a result or an error for each, in their order", async () => {
    const { post, calls } = await server({ operations: { get: echo, post: broken } });
    const { status, body } = await post("/operations", {
      operation: "http.get",
      connection: "acme",
      calls: [{ input: { n: 1 } }, { operation: "http.post" }, { input: { n: 3 }, connection: "other" }],
    });
    expect([status, body.succeeded, body.failed]).toEqual([200, 2, 1]);
    expect(body.results).toMatchObject([
      { ok: true, output: { got: 1 } },
      { ok: false, error: { code: "OUTBOUND_REFUSED" } },
      { ok: true, output: { got: 3 } },
    ]);
    expect(calls.map(({ operation, connection }) => [operation, connection])).toEqual([
      ["get", "acme"],
      ["post", "acme"],
      ["get", "other"],
    ]);
  });

  test("with a key is made once, call by call", async () => {
    const { post, calls } = await server({ operations: { post: {} } });
    const batch = { operation: "http.post", calls: [{ input: { n: 1 } }, { input: { n: 2 }, idempotencyKey: "mine" }] };
    await post("/operations", batch, { "idempotency-key": "batch" });
    const more = { ...batch, calls: [...batch.calls, { input: { n: 3 } }] };
    expect((await post("/operations", { ...more, idempotencyKey: "batch" })).body).toMatchObject({ succeeded: 3 });
    expect(calls.map(({ input }) => input["n"])).toEqual([1, 2, 3]);
  });

  test("writes nothing in a dry run", async () => {
    const { post, calls } = await server({ operations: { post: {} } });
    const { body } = await post("/operations", { operation: "http.post", calls: [{}, {}], dryRun: true });
    expect([body.results.every(({ effects }: { effects: unknown[] }) => effects.length === 1), calls]).toEqual([true, []]);
  });

  test("is refused whole where it is not well formed", async () => {
    const { post, calls } = await server({ operations: { get: echo } });
    const refused = async (body: object) => (await post("/operations", body)).body.error.details.field as string;
    expect(await refused({ calls: [{ operation: "http.get" }, {}] })).toBe("calls.1.operation");
    expect(await refused({ operation: "http.get", calls: [] })).toBe("calls");
    expect(await refused({ operation: "http.get", calls: Array.from({ length: 101 }, () => ({})) })).toBe("calls");
    expect(await refused({ operation: "http.get", calls: [{ inputs: {} }] })).toBe("calls.0.inputs");
    expect(calls).toEqual([]);
  });
});
