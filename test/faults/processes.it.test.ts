/** Several Millrace processes on one PostgreSQL: any of them may be killed at any time, and the others carry on. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { closeLeadWorld, expectOnceEach, openLeadWorld, sender, settled, type LeadWorld } from "#test/support/lead-world.ts";
import { installFlow, millraceProcess, post, type MillraceProcess } from "#test/support/millrace.ts";
import type { Target } from "#test/support/target.ts";
import { startPostgres, type PostgresServer } from "#test/support/postgres/server.ts";

let server: PostgresServer;
let world: LeadWorld | undefined;
let others: MillraceProcess[] = [];

beforeAll(async () => void (server = await startPostgres()));
afterAll(() => server.close());
afterEach(async () => {
  for (const process of others) await process.remove();
  if (world) await closeLeadWorld(world);
  world = undefined;
  others = [];
});

/** Processes with one database and one sealing key, each with a data folder of its own. */
async function openProcesses(count: number): Promise<{ world: LeadWorld; processes: MillraceProcess[] }> {
  const name = `processes_${count}`;
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const env = {
    DATABASE_URL: Object.assign(new URL(server.url), { pathname: `/${name}` }).href,
    MILLRACE_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
  };
  world = await openLeadWorld(env);
  const allow = [world.local.host, world.target.host];
  while (others.length < count - 1) {
    const process = await millraceProcess({ allow, env });
    others.push(process);
    await process.start();
  }
  return { world, processes: [world.millrace, ...others] };
}

/** The same hook at another process. */
const hookAt = ({ origin }: MillraceProcess, hookUrl: string): string => origin + new URL(hookUrl).pathname;

/** Sends the events of one contact one after another, each to any process, until told to stop. Gives their ids in the order in which they were acknowledged. */
function inLine(hookUrls: readonly string[], contact: string) {
  const ids: string[] = [];
  let sending = true;
  const over = (async () => {
    while (sending) {
      const id = `${contact}-${ids.length}`;
      const any = () => hookUrls[Math.floor(Math.random() * hookUrls.length)]!;
      while ((await post(any(), { id, contact })).status !== 202) await sleep(50 + Math.random() * 100);
      ids.push(id);
      await sleep(100);
    }
  })();
  return {
    ids,
    async stop() {
      sending = false;
      await over;
    },
  };
}

const orderedFlow = {
  name: "In order",
  trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}", record: "{{ trigger.contact }}" },
  settings: { order: "record" },
  steps: [
    {
      id: "post",
      app: "http",
      operation: "post",
      connection: "target",
      input: { url: "/leads", body: { id: "{{ trigger.id }}" }, idempotent: true },
    },
  ],
};

/** What a target created beside these. Of these, each must have been created once. */
function without(target: Target, ids: ReadonlySet<string>): Target {
  for (const id of ids) expect([id, target.created.get(id)]).toEqual([id, 1]);
  return { ...target, created: new Map([...target.created].filter(([id]) => !ids.has(id))) };
}

test.each([2, 4])(
  "%i processes: each acknowledged event takes effect exactly once and in the order of its record, though any of them is killed at any time",
  async (count) => {
    const { world, processes } = await openProcesses(count);
    const ordered = await installFlow(world.millrace, orderedFlow);
    const arrivedInOrder = new Set<string>();
    for (let round = 1; round <= 3; round++) {
      const senders = processes.map((process, n) => sender(hookAt(process, world.hookUrl), `r${round}p${n}e`));
      const urls = processes.map((each) => hookAt(each, ordered.hookUrl));
      const lines = ["ada", "bob", "eve"].map((contact) => inLine(urls, `r${round}${contact}`));
      await sleep(500 + Math.random() * 1500);
      const process = processes[Math.floor(Math.random() * processes.length)]!;
      await process.kill();
      await sleep(Math.random() * 1500);
      await process.start();
      for (const each of [...senders, ...lines]) await each.stop();
      await settled(world); // before the next kill: a run that is executing in two of them is set aside

      for (const { ids } of lines) {
        expect(ids.length).toBeGreaterThan(3);
        expect([...world.target.created.keys()].filter((id) => ids.includes(id))).toEqual(ids);
        for (const id of ids) arrivedInOrder.add(id);
      }
      const acknowledged = new Set(senders.flatMap((each) => [...each.acknowledged]));
      expect(acknowledged.size).toBeGreaterThan(20);
      await expectOnceEach({ ...world, target: without(world.target, arrivedInOrder) }, acknowledged);
    }
  },
);
