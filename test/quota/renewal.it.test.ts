import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock, TestClock, type Clock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { openOutboundServices, type OutboundServices } from "#server/connections/outbound-services.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import type { VaultStore } from "#vault/types.ts";
import { builtIn } from "#test/support/built-in.ts";
import { openWire, type Wire } from "./wire.ts";

// Fifty workers of two processes that share a store and a login whose token ends under them. What is counted is what reached the
// login server.
let sandbox: Sandbox;
let wire: Wire;
let db: Db;
let store: VaultStore;
let processes: OutboundServices[];
const { acmeDental } = sandboxDefaults;
const renewals = () => wire.passed("POST /oauth/token");

async function open(clock: Clock, ofProcess: (store: VaultStore, nth: number) => VaultStore = (same) => same): Promise<void> {
  sandbox = await openSandbox({ clock, indexLagMs: 0 });
  wire = await openWire(await sandbox.listen({ port: 0 }));
  db = await openSqlite({ file: ":memory:" });
  store = createVaultStore(db);
  const keys = [randomBytes(32)];
  const allowPrivateHosts = [new URL(wire.url).host];
  processes = [0, 1].map((nth) =>
    openOutboundServices({ catalog: builtIn, store: ofProcess(store, nth), keys, allowPrivateHosts, clock, log: silentLog, called() {} }),
  );
  const { accessToken, refreshToken, clientId, clientSecret, scopes } = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
  await processes[0]!.vault.connect("ws", {
    name: "acme",
    app: "highlevel",
    auth: "oauth2",
    baseUrl: wire.url,
    locationId: acmeDental,
    access: "location",
    scopes,
    secret: { accessToken, refreshToken: refreshToken!, clientId: clientId!, clientSecret: clientSecret! },
  });
  await Promise.all(processes.map(ask));
}
afterEach(async () => {
  await Promise.all(processes.map((p) => p.close()));
  await wire.close();
  await sandbox.close();
  await db.close();
});

let asked = 0;
const ask = ({ caller }: OutboundServices) =>
  caller.call({
    workspaceId: "ws",
    app: "highlevel",
    operation: "contacts.list",
    connection: "acme",
    input: { limit: 1 },
    lane: "live",
    dry: false,
    idempotencyKey: `worker ${asked++}`,
  });
/** Fifty calls at once, every second by the other process. Rejects with the first error any of them sees. */
const fifty = () => Promise.all(Array.from({ length: 50 }, (_, i) => ask(processes[i % 2]!)));
const expire = () => void sandbox.faults.set({ kind: "token_expired", count: 1 });

describe("fifty workers whose token ends", () => {
  beforeEach(() => open(systemClock));

  it("renew it once, and none sees an error", async () => {
    expire();
    expect(await fifty()).toHaveLength(50);
    expect(renewals()).toBe(1);
  });

  it("renew it once however slow the login server is", async () => {
    sandbox.faults.set({ kind: "latency", route: "/oauth/token", ms: 2_000, count: 1 });
    expire();
    expect(await fifty()).toHaveLength(50);
    expect(renewals()).toBe(1);
  });

  it("are given the same pair again when the answer was lost after the token was spent, and none sees an error", async () => {
    wire.lose("/oauth/token", 1);
    expire();
    expect(await fifty()).toHaveLength(50);
    expect(renewals()).toBe(2);
  });
});

it("fifty workers whose token ends by the clock renew it once, and none sees an error", async () => {
  const clock = new TestClock();
  await open(clock);
  expire();
  await inTime(clock, fifty()); // from here on Millrace knows when the token ends
  await clock.advance(25 * 3_600_000);
  expect(await inTime(clock, fifty())).toHaveLength(50);
  expect(renewals()).toBe(2);
});

describe("a process that dies while it renews", () => {
  const clock = new TestClock();
  let dead = false;
  /** The first process asks, is answered, and dies before it can store what it was given. */
  const dying = (whole: VaultStore, nth: number): VaultStore =>
    nth > 0
      ? whole
      : {
          ...whole,
          swap: (...args) => (dead ? new Promise(() => {}) : whole.swap(...args)),
          release: (...args) => (dead ? new Promise(() => {}) : whole.release(...args)),
        };

  it("keeps the others waiting for the lease, and they are given the same pair: none of them sees an error", async () => {
    dead = false;
    await open(clock, dying);
    expire();
    dead = true;
    const lost = Array.from({ length: 25 }, () => ask(processes[0]!));
    while (renewals() === 0) await turn();
    const waiting = Promise.all(Array.from({ length: 25 }, () => ask(processes[1]!)));
    const from = clock.now();
    expect(await inTime(clock, waiting)).toHaveLength(25);
    expect(renewals()).toBe(2);
    expect(clock.now() - from).toBeLessThan(25_000);
    expect(await Promise.race([...lost, turn()])).toBeUndefined();
  });
});

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** Lets the clock go on until the work is done. */
async function inTime<T>(clock: TestClock, work: Promise<T>): Promise<T> {
  let done = false;
  const settled = work.finally(() => (done = true));
  while (!done) {
    await turn();
    await clock.advance(50);
  }
  return settled;
}
