// Polls a minute in one process, against the real clock: npx tsx bench/polls.mjs [--triggers 5000] [--seconds 70] [--rows 20] [--store memory|sqlite] [--surge]
// With --surge all are due at once, as after a long stop. Every poll is due once a minute on its own place in the minute; each read takes 5 ms and one row in a hundred reads has changed.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { systemClock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import { createPoller } from "#engine/triggers/poller.ts";
import { createScheduler } from "#engine/triggers/scheduler.ts";
import { createTimekeeper } from "#engine/triggers/timekeeper.ts";
import { nextOnGrid } from "#engine/triggers/grid.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { openSqlite } from "#storage/database.ts";
import { MemoryTriggerStore } from "#test/fakes/trigger-store.ts";

const { values: options } = parseArgs({
  options: {
    triggers: { type: "string", default: "5000" },
    seconds: { type: "string", default: "70" },
    rows: { type: "string", default: "20" },
    store: { type: "string", default: "memory" },
    surge: { type: "boolean", default: false },
  },
});
const [triggers, seconds, rowCount] = [options.triggers, options.seconds, options.rows].map(Number);
const everyMs = 60_000;
const readMs = 5;

const plan = {
  mode: "changed",
  fingerprint: "bench",
  input: {},
  list: true,
  identity: "id",
  time: null,
  timeTrusted: false,
  newestFirst: false,
  volatile: [],
};
const record = (i, note) => ({
  id: `contact_${i}`,
  firstName: "Ada",
  lastName: "Byron",
  email: `ada${i}@example.com`,
  tags: ["lead", "warm"],
  note,
  customFields: [
    { id: "a", value: "1" },
    { id: "b", value: "2" },
  ],
  dateAdded: "2026-01-15T09:30:00.000Z",
});
const steady = Array.from({ length: rowCount }, (_, i) => record(i, ""));

async function openStore() {
  if (options.store === "memory") {
    const store = new MemoryTriggerStore();
    return { store, add: (trigger) => store.add(trigger), close: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), "millrace-polls-"));
  const db = await openSqlite({ file: join(folder, "polls.db") });
  const flows = createFlowStore(db);
  const add = (t) =>
    flows.insert({ id: t.flowId, workspaceId: "ws", name: t.flowId, status: "on", draft: {}, version: 1, createdAt: 0, updatedAt: 0 }, t);
  const close = async () => {
    await db.close();
    await rm(folder, { recursive: true });
  };
  return { store: createTriggerStore(db), add, close };
}

const { store, add, close } = await openStore();
let reads = 0;
const poller = createPoller({
  triggers: store,
  clock: systemClock,
  read: async () => ({
    plan,
    pages: (async function* () {
      await new Promise((resolve) => setTimeout(resolve, readMs));
      reads++;
      yield { rows: reads % 100 === 0 && rowCount > 0 ? [record(0, `changed ${reads}`), ...steady.slice(1)] : steady };
    })(),
  }),
  makeAcceptance: async (trigger, payload, key) => {
    const now = Date.now();
    const event = {
      id: newId("evt"),
      workspaceId: trigger.workspaceId,
      triggerId: trigger.id,
      key,
      payload,
      person: null,
      receivedAt: now,
    };
    const run = {
      id: newId("run"),
      workspaceId: trigger.workspaceId,
      flowId: trigger.flowId,
      version: 1,
      eventId: event.id,
      state: "queued",
      lane: "live",
      dueAt: now,
      person: null,
      summary: null,
      error: null,
      attention: false,
      replayOf: null,
      origin: null,
      createdAt: now,
      finishedAt: null,
    };
    return { event, runs: [run] };
  },
});

// The baselines are taken before the clock starts, so that what is measured is the everyday.
console.log(`Preparing ${triggers} triggers of ${rowCount} rows (${options.store}) ...`);
for (let i = 0; i < triggers; i++) {
  const id = `trg_${i}`;
  const trigger = {
    id,
    workspaceId: "ws",
    flowId: `flow_${i}`,
    kind: "poll",
    token: null,
    active: true,
    nextAt: null,
    everyMs,
    state: {},
    lastAt: null,
    lastError: null,
  };
  await add(trigger);
}
for (let at = 0; at < triggers; at += 200) {
  const some = Array.from({ length: Math.min(200, triggers - at) }, (_, i) => `flow_${at + i}`);
  await Promise.all(some.map(async (flow) => poller.poll(await store.byFlow(flow))));
}
const surgeAt = Date.now();
for (let i = 0; i < triggers; i++)
  await store.update(`trg_${i}`, { nextAt: options.surge ? surgeAt : nextOnGrid(`trg_${i}`, everyMs, Date.now() + 1_000) });

const lateness = [];
const outcomes = { settled: 0, failed: 0, stale: 0 };
let events = 0;
let slowest = 0;
const measured = {
  async poll(trigger, signal) {
    const began = Date.now();
    lateness.push(began - trigger.nextAt);
    const outcome = await poller.poll(trigger, signal);
    outcomes[outcome.kind]++;
    events += outcome.events ?? 0;
    slowest = Math.max(slowest, Date.now() - began);
    return outcome;
  },
};
const timekeeper = createTimekeeper({ triggers: store, makeAcceptance: async () => null, clock: systemClock });
const scheduler = createScheduler({
  triggers: store,
  poller: measured,
  timekeeper,
  clock: systemClock,
  log: (message, error) => console.error(message, error),
});

const loop = monitorEventLoopDelay({ resolution: 10 });
loop.enable();
const cpu = process.cpuUsage();
const began = Date.now();
scheduler.start();
await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
const elapsed = Date.now() - began;
const { user, system } = process.cpuUsage(cpu);
loop.disable();
await scheduler.close();

lateness.sort((a, b) => a - b);
const at = (p) => lateness[Math.min(lateness.length - 1, Math.floor(lateness.length * p))];
const waiting = (await store.due(Date.now() - everyMs, triggers)).length;
console.table({
  "polls begun": lateness.length,
  "a minute": Math.round((lateness.length / elapsed) * 60_000),
  ...outcomes,
  events,
  "later than 1 s": lateness.filter((ms) => ms > 1_000).length,
  "later than a minute": lateness.filter((ms) => ms > 60_000).length + waiting,
  "lateness p50 ms": at(0.5),
  "lateness p99 ms": at(0.99),
  "lateness max ms": lateness.at(-1),
  "slowest poll ms": slowest,
  "CPU % of one core": Math.round((100 * (user + system)) / 1_000 / elapsed),
  "event loop p99 ms": Math.round(loop.percentile(99) / 1e6),
  "event loop max ms": Math.round(loop.max / 1e6),
  "MB resident": Math.round(process.memoryUsage().rss / 1e6),
});
await close();
