import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock, type Clock } from "#kernel/clock.ts";
import type { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import type { Exchange } from "#outbound/types.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { openOutboundServices, type OutboundServices } from "#server/connections/outbound-services.ts";
import { openSqlite } from "#storage/database.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { builtIn } from "#test/support/built-in.ts";
import type { VaultStore } from "#vault/types.ts";

// An OAuth login from end to end: the vault, the outbound client and the caller as the server wires them, against the sandbox's login server.
let sandbox: Sandbox;
let store: VaultStore;
/** Two processes that share a store. */
let processes: OutboundServices[];
const statuses: number[] = [];
/** Stands still: however long a busy machine takes for the calls of a test, the quota's window does not pass meanwhile. */
const begun = Date.now();
const clock: Clock = { ...systemClock, now: () => begun };

beforeEach(async () => {
  statuses.length = 0;
  sandbox = await openSandbox({ clock, indexLagMs: 0 });
  const baseUrl = await sandbox.listen({ port: 0 });
  store = createVaultStore(await openSqlite({ file: ":memory:" }));
  const keys = [randomBytes(32)];
  const parts = {
    catalog: builtIn,
    store,
    keys,
    allowPrivateHosts: [new URL(baseUrl).host],
    clock,
    log: silentLog,
    called: (_: string, status: number) => void statuses.push(status),
  };
  processes = [openOutboundServices(parts), openOutboundServices(parts)];
  const { acmeDental } = sandboxDefaults;
  const { accessToken, refreshToken, clientId, clientSecret, scopes } = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
  await processes[0]!.vault.connect("ws", {
    name: "acme",
    app: "highlevel",
    auth: "oauth2",
    baseUrl,
    locationId: acmeDental,
    access: "location",
    scopes,
    secret: { accessToken, refreshToken: refreshToken!, clientId: clientId!, clientSecret: clientSecret! },
  });
});
afterEach(async () => {
  await Promise.all(processes.map((p) => p.close()));
  await sandbox.close();
});

let n = 0;
const ask = (outbound: OutboundServices) =>
  outbound.caller.call({
    workspaceId: "ws",
    app: "highlevel",
    operation: "contacts.list",
    connection: "acme",
    input: { limit: 1 },
    lane: "live",
    dry: false,
    idempotencyKey: `k${n++}`,
  });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error("expected a failure")),
    (e: MillraceError) => e,
  );
const secretVersion = async () => (await store.sealed("ws", (await store.list("ws"))[0]!.id))!.version;

it("fifty calls of two processes with an expired token: one refresh, and every call goes through", async () => {
  await Promise.all(processes.map(ask));
  sandbox.faults.set({ kind: "token_expired", count: 1 });
  const replies = await Promise.all(Array.from({ length: 50 }, (_, i) => ask(processes[i % 2]!)));
  expect(replies).toHaveLength(50);
  expect(await secretVersion()).toBe(2);
  expect((await store.list("ws"))[0]).toMatchObject({ status: "connected" });
});

it("a spent refresh token is reported once, recorded on the connection, and not tried again", async () => {
  sandbox.faults.set({ kind: "token_expired", count: 1 });
  sandbox.faults.set({ kind: "refresh_spent", count: 1 });
  expect((await failure(ask(processes[0]!))).code).toBe("CONNECTION_REVOKED");
  const asked = statuses.length;
  for (const outbound of processes) expect((await failure(ask(outbound))).code).toBe("CONNECTION_REVOKED");
  expect(statuses.length).toBe(asked);
  expect((await store.list("ws"))[0]).toMatchObject({ status: "broken", reason: expect.stringContaining("Reconnect it") as string });
});

it("an address that is not open to the login is refused, and the login stays as it is: connected, and not refreshed", async () => {
  await ask(processes[0]!);
  sandbox.faults.set({ kind: "route_closed" });
  const error = await failure(ask(processes[0]!));
  expect([error.code, error.message]).toEqual(["OUTBOUND_REFUSED", expect.stringContaining("does not open this address to such logins")]);
  expect([await secretVersion(), statuses]).toEqual([1, [200, 401]]);
  expect((await store.list("ws"))[0]).toMatchObject({ status: "connected" });
});

it("a paused sub-account keeps the login", async () => {
  sandbox.faults.set({ kind: "token_expired", count: 1 });
  sandbox.faults.set({ kind: "location_inactive", count: 1 });
  expect((await failure(ask(processes[0]!))).code).toBe("CONNECTION_PAUSED");
  expect([(await store.list("ws"))[0]!.status, await secretVersion()]).toEqual(["paused", 1]);
});

it("a hundred and fifty calls at once: the budget is used to the last, and not one 429", async () => {
  const settled = await Promise.allSettled(Array.from({ length: 150 }, () => ask(processes[0]!)));
  const waits = settled.flatMap((s) => (s.status === "rejected" ? [s.reason as MillraceError] : []));
  expect([settled.length - waits.length, new Set(waits.map((e) => e.code))]).toEqual([100, new Set(["QUOTA_WAIT"])]);
  expect(new Set(waits.map((e) => e.details["retryAt"])).size).toBe(50);
  expect(statuses.every((status) => status === 200)).toBe(true);
  expect(processes[0]!.quota((await store.list("ws"))[0]!)).toMatchObject({ limit: 100, used: 100, left: 0 });
});

it("a 429 storm from outside: one answer stops the rest", async () => {
  sandbox.faults.set({ kind: "rate_limit" });
  expect((await failure(ask(processes[0]!))).code).toBe("RATE_LIMITED");
  const errors = await Promise.all(Array.from({ length: 50 }, () => failure(ask(processes[0]!))));
  expect(new Set(errors.map((e) => e.code))).toEqual(new Set(["QUOTA_WAIT"]));
  expect(statuses).toEqual([429]);
});

it("no exchange and no error shows the login", async () => {
  const { exchanges } = await ask(processes[0]!);
  sandbox.faults.set({ kind: "token_revoked", count: 1 });
  const error = await failure(ask(processes[0]!));
  const shown = JSON.stringify([exchanges satisfies Exchange[], error, error.message, await store.list("ws")]);
  expect(shown).not.toMatch(/bearer|authorization|client_secret|refresh_token/i);
});
