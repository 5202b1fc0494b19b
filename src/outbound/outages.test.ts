import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { createOutages } from "./outages.ts";
import type { Transport } from "./transport.ts";

type Behaviour = number | MillraceError | Promise<never>;
const timeout = () => new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "api.example", seconds: 30, outcome: "unknown" } });
const unreachable = () =>
  new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "api.example", problem: "the connection broke", outcome: "unknown" } });

function open() {
  const clock = new TestClock();
  const outages = createOutages(clock);
  const back: string[] = [];
  outages.onBack((host) => back.push(host));
  let behaviour: (host: string) => Behaviour = () => 200;
  const sent: string[] = [];
  const transport = outages.guard({
    resolve: () => {
      throw new Error("not asked");
    },
    check: async () => {},
    async send({ target }) {
      sent.push(target.host);
      const status = await behaviour(target.host);
      if (typeof status !== "number") throw status;
      return { status, headers: {}, bytes: Buffer.alloc(0) };
    },
    close: async () => {},
  } satisfies Transport);
  const send = (host = "api.example", signal?: AbortSignal) =>
    transport
      .send(
        { target: { origin: `https://${host}`, host, dispatcher: null as never }, path: "/" },
        { method: "GET", url: "", headers: {} },
        { timeoutMs: 30_000, maxBytes: 1, app: "Example", ...(signal && { signal }) },
      )
      .then(
        (answer) => answer.status,
        (thrown: unknown) => (thrown as MillraceError).code,
      );
  return {
    clock,
    outages,
    back,
    sent,
    send,
    behave: (next: typeof behaviour) => void (behaviour = next),
    /** Fails so often that the host is left alone. */
    async bringDown(fail: () => MillraceError = timeout) {
      behaviour = fail;
      for (let i = 0; i < 5; i++) await send();
      sent.length = 0;
    },
  };
}

describe("a host that does not answer", () => {
  test.each([
    ["gives no answer in time", timeout],
    ["cannot be reached", unreachable],
  ])("five times in a row (%s) is not asked any more, and the error says since when, why and until when", async (_, fail) => {
    const { clock, outages, send, sent, behave } = open();
    behave(fail);
    const since = clock.now();
    for (let i = 0; i < 4; i++) await send();
    expect(outages.refusal("api.example")).toBeNull();
    await send();
    expect(await send()).toBe("HOST_DOWN");
    expect(sent).toHaveLength(5);
    const refusal = outages.refusal("api.example")!;
    expect(refusal.message).toMatch(
      /^api\.example has not answered since 15 Jan 2026, 09:30 UTC \(.+\), so nothing is sent to it for now; next try 15 Jan 2026, 09:30 UTC\.$/,
    );
    expect(refusal.details).toMatchObject({ outcome: "not_sent", retryAt: expect.any(Number) });
    expect(outages.list()).toMatchObject([{ host: "api.example", app: "Example", since, nextTryAt: clock.now() + 1000 }]);
    expect(refusal.row.retry).toBe(true);
  });

  test("keeps nobody from another host", async () => {
    const { bringDown, behave, send } = open();
    await bringDown();
    behave(() => 200);
    expect(await send("other.example")).toBe(200);
    expect(await send("api.example")).toBe("HOST_DOWN");
  });

  test("is asked by one call at a time once the pause is over, and the pause doubles up to a minute", async () => {
    const { clock, bringDown, behave, send, sent, outages } = open();
    await bringDown();
    const pauses: number[] = [];
    for (let i = 0; i < 9; i++) {
      pauses.push(outages.list()[0]!.nextTryAt! - clock.now());
      await clock.advance(pauses.at(-1)! - 1);
      expect(await send()).toBe("HOST_DOWN");
      await clock.advance(1);
      let answer = (_: MillraceError) => {};
      behave(() => new Promise<never>((_, reject) => (answer = reject)));
      const probe = send();
      expect(await Promise.all([send(), send(), send()])).toEqual(["HOST_DOWN", "HOST_DOWN", "HOST_DOWN"]);
      answer(timeout());
      expect(await probe).toBe("OUTBOUND_TIMEOUT");
    }
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(sent).toHaveLength(9);
  });

  test("answers again: all calls go, who waited is called, and it is no outage any more", async () => {
    const { clock, bringDown, behave, send, back, outages } = open();
    await bringDown();
    await clock.advance(1000);
    behave(() => 404);
    expect(await send()).toBe(404);
    expect(await send()).toBe(404);
    expect([back, outages.list()]).toEqual([["api.example"], []]);
  });

  test("is asked again at once after a try that was broken off on our side", async () => {
    const { clock, bringDown, behave, send, outages } = open();
    await bringDown();
    await clock.advance(1000);
    const stop = new AbortController();
    behave(() => {
      stop.abort();
      return unreachable();
    });
    await send("api.example", stop.signal);
    expect(outages.refusal("api.example")).toBeNull();
    behave(() => 200);
    expect(await send()).toBe(200);
  });

  test("does not rest longer for calls that were under way when it was left alone", async () => {
    const { clock, behave, send, outages } = open();
    const fails: ((error: MillraceError) => void)[] = [];
    behave(() => new Promise<never>((_, reject) => fails.push(reject)));
    const calls = Array.from({ length: 20 }, () => send());
    await clock.advance(30_000);
    for (const fail of fails) fail(timeout());
    await Promise.all(calls);
    expect(outages.list()[0]!.nextTryAt! - clock.now()).toBe(1000);
  });

  test("is not left alone for longer where the clock is set back meanwhile", async () => {
    let now = Date.UTC(2026, 0, 15);
    const outages = createOutages(Object.assign(new TestClock(), { now: () => now }));
    const transport = outages.guard({ send: () => Promise.reject(timeout()) } as unknown as Transport);
    const to = { target: { origin: "https://api.example", host: "api.example", dispatcher: null as never }, path: "/" };
    for (let i = 0; i < 5; i++)
      await transport.send(to, { method: "GET", url: "", headers: {} }, { timeoutMs: 1, maxBytes: 1 }).catch(() => {});
    expect(outages.refusal("api.example")?.code).toBe("HOST_DOWN");
    now -= 3_600_000;
    expect(outages.refusal("api.example")).toBeNull();
  });

  test("gives those who come back a time each, a tenth of a second apart", async () => {
    const { clock, bringDown, outages } = open();
    await bringDown();
    const times = Array.from({ length: 50 }, () => Number(outages.refusal("api.example")!.details["retryAt"]) - clock.now());
    expect(times).toEqual(Array.from({ length: 50 }, (_, i) => 1000 + i * 100));
  });
});

test.each([
  ["an answer between two failures", (n: number) => (n % 5 === 4 ? 200 : timeout())],
  ["a fault of the request", () => new MillraceError("STEP_INPUT_INVALID", { details: { field: "url", problem: "is wrong" } })],
  ["an answer that is too large", () => new MillraceError("OUTBOUND_TOO_LARGE", { details: { host: "x", limit: "10 MB" } })],
  ["a private address", () => new MillraceError("HOST_NOT_ALLOWED", { details: { host: "x" } })],
  ["a refusal", () => 429],
])("%s does not count as silence", async (_, behaviour) => {
  const { behave, send, outages } = open();
  let n = 0;
  behave(() => behaviour(n++));
  for (let i = 0; i < 20; i++) expect(await send()).not.toBe("HOST_DOWN");
  expect(outages.list()).toEqual([]);
});

test("a host that answers with errors of its own five times in a row is listed, and still called", async () => {
  const { clock, behave, send, outages } = open();
  behave(() => 503);
  const since = clock.now();
  for (let i = 0; i < 4; i++) await send();
  expect(outages.list()).toEqual([]);
  for (let i = 0; i < 3; i++) expect(await send()).toBe(503);
  expect(outages.list()).toEqual([{ host: "api.example", app: "Example", since, reason: "it answers with status 503", nextTryAt: null }]);
  behave(() => 200);
  await send();
  expect(outages.list()).toEqual([]);
});

test("hosts that fail once, as many as anybody likes, are not all remembered", async () => {
  const { behave, send, bringDown, outages } = open();
  await bringDown();
  behave(timeout);
  for (let i = 0; i < 3000; i++) await send(`h${i}.example`);
  expect(outages.list()).toEqual([]); // the oldest gave way
});
