/** Millrace on PostgreSQL: the example flow, kills, and a server that goes away. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closeLeadWorld, expectOnceEach, openLeadWorld, sender, settled, type LeadWorld } from "#test/support/lead-world.ts";
import { millraceProcess, openRuns, post, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";
import { startPostgres, type PostgresServer } from "#test/support/postgres/server.ts";

let server: PostgresServer;
let world: LeadWorld | undefined;
let millrace: MillraceProcess | undefined;
let databases = 0;

beforeAll(async () => void (server = await startPostgres()));
afterAll(() => server.close());
afterEach(async () => {
  if (world) await closeLeadWorld(world);
  await millrace?.remove();
  world = millrace = undefined;
});

/** The setting that keeps the rows in a new database. */
async function newDatabase(): Promise<{ DATABASE_URL: string }> {
  const name = `millrace_${++databases}`;
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return { DATABASE_URL: Object.assign(new URL(server.url), { pathname: `/${name}` }).href };
}

test("the first start carries the example flow's events through, also across a kill in the middle", async () => {
  millrace = await millraceProcess({ args: [], env: await newDatabase() });
  const process = millrace;
  await process.start();
  await until("the first run has succeeded", 30_000, async () => (await runsOf(process, "&state=succeeded")).length > 0);
  await process.kill();
  await process.start();
  await until("every sample event has reached its end", 60_000, async () => {
    const runs = await runsOf(process);
    return runs.length === 22 && (await openRuns(process)) === 0;
  });
  const ends = (await runsOf(process)).map(({ state }) => state);
  expect([ends.filter((state) => state === "succeeded").length, ends.filter((state) => state === "filtered").length]).toEqual([20, 2]);
});

test("an acknowledged event takes effect exactly once, though Millrace is killed while it is carried through", async () => {
  world = await openLeadWorld(await newDatabase());
  for (let round = 1; round <= 3; round++) {
    const events = sender(world.hookUrl, `r${round}e`);
    await sleep(500 + Math.random() * 1000);
    await world.millrace.kill();
    await world.millrace.start();
    await events.stop();
    await settled(world); // before the next kill: a run that is executing in two of them is set aside
    expect(events.acknowledged.size).toBeGreaterThan(3);
    await expectOnceEach(world, events.acknowledged);
  }
});

test("an acknowledged event takes effect exactly once, though PostgreSQL crashes again and again", async () => {
  world = await openLeadWorld(await newDatabase());
  const events = sender(world.hookUrl);
  for (let i = 0; i < 5; i++) {
    await sleep(Math.random() * 1200);
    await server.crash();
    await sleep(Math.random() * 600);
    await server.start();
  }
  await events.stop();
  await settled(world);
  expect(events.acknowledged.size).toBeGreaterThan(25);
  await expectOnceEach(world, events.acknowledged);
});

test("while PostgreSQL is away hooks answer 429 and /readyz 503, and it recovers by itself", async () => {
  world = await openLeadWorld(await newDatabase());
  const { hookUrl, millrace: process } = world;
  const status = async (path: string) => (await fetch(process.origin + path)).status;
  await server.stop();
  expect(await post(hookUrl, { id: "e1" })).toMatchObject({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) });
  await until("/readyz says 503", 15_000, async () => (await status("/readyz")) === 503);
  expect(await status("/healthz")).toBe(200);
  await server.start();
  await until("events are accepted again", 15_000, async () => (await post(hookUrl, { id: "e2" })).status === 202);
  await until("/readyz says 200", 15_000, async () => (await status("/readyz")) === 200);
  await settled(world);
  await expectOnceEach(world, new Set(["e2"]));
});

test("a start waits for a PostgreSQL that is not up yet, and keeps senders waiting", async () => {
  world = await openLeadWorld(await newDatabase());
  const { hookUrl, millrace: process } = world;
  expect(await process.stop()).toBe(0);
  await server.stop();
  const started = process.start();
  await until("the door is open", 15_000, async () => (await post(hookUrl, { id: "e1" })).status === 429);
  await server.start();
  await started;
  await until("events are accepted", 15_000, async () => (await post(hookUrl, { id: "e1" })).status === 202);
  await settled(world);
  await expectOnceEach(world, new Set(["e1"]));
});
