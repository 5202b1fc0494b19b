import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FaultSpec } from "./faults.ts";
import { type Bench, openBench } from "./testing.ts";
import { turnsUntil } from "#test/support/turns.ts";

let bench: Bench;
beforeEach(async () => void (bench = await openBench()));
afterEach(() => bench.sandbox.close());

const list = (headers?: Record<string, string | undefined>) =>
  bench.call("GET", `/contacts/?locationId=${bench.acme}&limit=1`, undefined, headers);
const create = (email: string) => bench.call("POST", "/contacts/", { locationId: bench.acme, email });
const has = (email: string) => bench.sandbox.state.contacts.all().some((contact) => contact.email === email);
const set = (spec: FaultSpec) => bench.sandbox.faults.set(spec);

describe("a fault", () => {
  test("strikes as often as it was set to, and is then over", async () => {
    set({ kind: "server_error", status: 503, count: 2 });
    expect([(await list()).status, (await list()).status, (await list()).status]).toEqual([503, 503, 200]);
    expect(bench.sandbox.faults.list()).toEqual([]);
  });

  test("strikes only the route it names, by template or by address", async () => {
    set({ kind: "server_error", route: "POST /contacts/" });
    expect([(await list()).status, (await create("a@example.com")).status]).toEqual([200, 500]);
    bench.sandbox.faults.clear();
    set({ kind: "server_error", route: "/contacts/{contactId}*" });
    expect([(await list()).status, (await bench.call("GET", "/contacts/abc/notes")).status]).toEqual([200, 500]);
  });

  test("strikes with its probability, the same way for the same seed", async () => {
    const run = async () => {
      const fresh = await openBench({ seed: 7, quota: { burst: 1000 } });
      fresh.sandbox.faults.set({ kind: "server_error", probability: 0.3 });
      const statuses: number[] = [];
      for (let i = 0; i < 100; i++) statuses.push((await fresh.call("GET", "/contacts/x")).status);
      await fresh.sandbox.close();
      return statuses;
    };
    const first = await run();
    expect(first.filter((status) => status === 500).length).toBeGreaterThan(15);
    expect(first.filter((status) => status === 500).length).toBeLessThan(45);
    expect(await run()).toEqual(first);
  });

  test("with a nonsense number or kind is refused", async () => {
    expect(() => set({ kind: "latency", ms: -1 })).toThrow(/ms: must be between/);
    expect(() => set({ kind: "server_error", status: 200 })).toThrow(/status/);
    expect((await bench.call("POST", "/sandbox/faults", { kind: "gremlins" })).status).toBe(400);
  });
});

test("a slow answer takes its time and then comes", async () => {
  set({ kind: "latency", ms: 3000, count: 1 });
  let answered = false;
  const reply = list().then((r) => ((answered = true), r));
  await turnsUntil("the fault has struck", () => bench.sandbox.faults.list().length === 0);
  await bench.clock.advance(2999);
  expect(answered).toBe(false);
  await bench.clock.advance(1);
  expect((await reply).status).toBe(200);
});

test("a 429 storm says there is no room", async () => {
  set({ kind: "rate_limit", count: 1 });
  expect(await list()).toMatchObject({
    status: 429,
    headers: { "x-ratelimit-remaining": "0", "x-ratelimit-interval-milliseconds": "10000" },
  });
});

test("a connection dropped before the write leaves nothing; one dropped after it leaves the effect", async () => {
  set({ kind: "drop_before", count: 1 });
  await expect(create("before@example.com")).rejects.toThrow();
  set({ kind: "drop_after", count: 1 });
  await expect(create("after@example.com")).rejects.toThrow();
  expect([has("before@example.com"), has("after@example.com")]).toEqual([false, true]);
  const { requests } = (await bench.call("GET", "/sandbox/requests")).body;
  expect(requests).toMatchObject([
    { status: "dropped", fault: "drop_after" },
    { status: "dropped", fault: "drop_before" },
  ]);
});

test("a 422 may hide that the contact was made", async () => {
  set({ kind: "refuse_after_write", count: 1 });
  expect((await create("hidden@example.com")).status).toBe(422);
  expect(has("hidden@example.com")).toBe(true);
});

test("the search may lag for what one request wrote", async () => {
  set({ kind: "index_lag", route: "POST /contacts/", ms: 9000, count: 1 });
  const total = async () => Number((await bench.call("POST", "/contacts/search", { locationId: bench.acme, pageLimit: 1 })).at("total"));
  const before = await total();
  await create("lag@example.com");
  expect(await total()).toBe(before);
  await bench.clock.advance(9000);
  expect(await total()).toBe(before + 1);
});

describe("tokens", () => {
  const form = { "content-type": "application/x-www-form-urlencoded", authorization: undefined, version: undefined };
  const refresh = ({ refreshToken, clientId, clientSecret }: ReturnType<Bench["sandbox"]["issueToken"]>) =>
    bench.call(
      "POST",
      "/oauth/token",
      new URLSearchParams({
        client_id: clientId!,
        client_secret: clientSecret!,
        grant_type: "refresh_token",
        refresh_token: refreshToken!,
      }).toString(),
      form,
    );

  test("an access token expires under one's hands; a refresh heals it", async () => {
    const issued = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
    set({ kind: "token_expired", count: 1 });
    const authorization = `Bearer ${issued.accessToken}`;
    expect(await list({ authorization })).toMatchObject({ status: 401, body: { message: "Invalid token: access token is invalid" } });
    expect((await list({ authorization })).status).toBe(401);
    const fresh = await refresh(issued);
    expect((await list({ authorization: `Bearer ${String(fresh.body.access_token)}` })).status).toBe(200);
  });

  test("a private token does not expire, but is revoked for good", async () => {
    set({ kind: "token_expired" });
    expect((await list()).status).toBe(200);
    set({ kind: "token_revoked", count: 1 });
    expect(await list()).toMatchObject({ status: 401, body: { message: "Invalid Private Integration token" } });
    expect((await list()).status).toBe(401);
  });

  test("an address may be closed to a login that is good everywhere else", async () => {
    set({ kind: "route_closed", route: "/contacts/" });
    const message = "This route is not yet supported by the IAM Service. Please update your IAM config.";
    expect(await list()).toMatchObject({ status: 401, body: { statusCode: 401, message } });
    expect((await bench.call("GET", `/locations/${bench.acme}`)).status).toBe(200);
  });

  test("a revoked app can refresh no more", async () => {
    const issued = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
    set({ kind: "token_revoked", count: 1 });
    await list({ authorization: `Bearer ${issued.accessToken}` });
    expect(await refresh(issued)).toMatchObject({ status: 400, body: { message: "Invalid grant: refresh token is invalid" } });
  });

  test("a refresh token may turn out to be spent, or the sub-account paused", async () => {
    const issued = bench.sandbox.issueToken({ kind: "oauth", locationId: bench.acme });
    set({ kind: "location_inactive", count: 1 });
    expect(await refresh(issued)).toMatchObject({ status: 400, body: { message: "Location is not active" } });
    set({ kind: "refresh_spent", count: 1 });
    expect(await refresh(issued)).toMatchObject({ status: 400, body: { message: "Invalid grant: refresh token is invalid" } });
    expect((await refresh(issued)).status).toBe(400);
  });
});
