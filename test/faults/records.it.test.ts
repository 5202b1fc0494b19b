/** Millrace is killed again and again while events of a few records come in; the other side writes down in which order it was told. */
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import type { FlowSettings } from "#engine/types/flows.ts";
import { connect, installFlow, millraceProcess, openRuns, post, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";

const kills = 8;
const records = ["a", "b", "c"];

/** A slow API that is told the state of records. */
async function openListener() {
  const arrivals = new Map<string, { n: number; old: number | null }[]>(records.map((record) => [record, []]));
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const { record, n, old } = JSON.parse(Buffer.concat(chunks).toString()) as { record: string; n: number; old?: number };
      arrivals.get(record)!.push({ n, old: old ?? null });
      setTimeout(() => res.writeHead(200, { "content-type": "application/json" }).end("{}"), Math.random() * 60);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    host: `127.0.0.1:${port}`,
    arrivals,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface World {
  millrace: MillraceProcess;
  listener: Awaited<ReturnType<typeof openListener>>;
  hookUrl: string;
}
let world: World;

async function openWorld(settings: FlowSettings): Promise<World> {
  const listener = await openListener();
  const millrace = await millraceProcess({ allow: [listener.host] });
  await millrace.start();
  await connect(millrace, { name: "listener", app: "http", auth: "none", baseUrl: `http://${listener.host}` });
  const body = { record: "{{ trigger.record }}", n: "{{ trigger.n }}", old: "{{ trigger._change.old.n }}" };
  const { hookUrl } = await installFlow(millrace, {
    name: "States of records",
    trigger: {
      app: "http",
      operation: "webhook",
      key: "{{ trigger.record }}-{{ trigger.n }}",
      record: "{{ trigger.record }}",
      previous: true,
    },
    steps: [{ id: "tell", app: "http", operation: "put", connection: "listener", input: { url: "/states", body } }],
    settings,
  });
  return { millrace, listener, hookUrl };
}

/** Each record's sender sends one state after another, and each until it is acknowledged. Gives how many there were. */
async function sendThroughDeaths({ millrace, hookUrl }: World): Promise<number[]> {
  let sending = true;
  const send = async (record: string) => {
    let n = 0;
    for (; sending; n++) {
      while ((await post(hookUrl, { record, n })).status !== 202) await sleep(50 + Math.random() * 100);
      await sleep(Math.random() * 120);
    }
    return n;
  };
  const senders = records.map(send);
  for (let i = 0; i < kills; i++) {
    await sleep(200 + Math.random() * 800);
    await millrace.kill();
    await millrace.start();
  }
  sending = false;
  return Promise.all(senders);
}

const withoutRepeats = (values: number[]) => values.filter((value, i) => i === 0 || value !== values[i - 1]);

async function expectNothingOpen({ millrace }: World): Promise<void> {
  await until("every run reaches its end", 60_000, async () => (await openRuns(millrace)) === 0);
  expect((await runsOf(millrace, "&attention=true")).map((run) => run.error?.message)).toEqual([]);
}

afterEach(async () => {
  await world.millrace.remove();
  await world.listener.close();
});

describe(`a record whose events come while Millrace is killed ${kills} times`, () => {
  test("is reported state by state in order, each with the one before it", async () => {
    world = await openWorld({ order: "record" });
    const sent = await sendThroughDeaths(world);
    await expectNothingOpen(world);
    records.forEach((record, i) => {
      const arrivals = world.listener.arrivals.get(record)!;
      expect(withoutRepeats(arrivals.map(({ n }) => n))).toEqual(Array.from({ length: sent[i]! }, (_, n) => n));
      expect(arrivals.filter(({ n, old }) => old !== (n === 0 ? null : n - 1))).toEqual([]);
    });
  });

  test("is reported with fewer states, in order, when it settles, and always the last", async () => {
    world = await openWorld({ order: "record", settle: "1s" });
    const sent = await sendThroughDeaths(world);
    await expectNothingOpen(world);
    records.forEach((record, i) => {
      const arrivals = withoutRepeats(world.listener.arrivals.get(record)!.map(({ n }) => n));
      expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
      expect(arrivals.at(-1)).toBe(sent[i]! - 1);
      expect(arrivals.length).toBeLessThan(sent[i]!);
    });
  });
});
