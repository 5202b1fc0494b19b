/** kill -9 at the worst moments: what was acknowledged takes effect once, and the process always comes up again. */
import { setTimeout as sleep } from "node:timers/promises";
import { installFlow, millraceProcess, runsOf } from "#test/support/millrace.ts";
import { compare, Sender } from "./senders.ts";
import { Promises, type Trial } from "./trial.ts";
import { inWorld, postingFlow, settled, watchMemory } from "./world.ts";

const underLoad: Trial = {
  title: "kill -9 under load, within a start, right after ready, while publishing",
  run: () =>
    inWorld({}, async ({ millrace, target, hookUrl }) => {
      const promises = new Promises();
      const events = new Sender(hookUrl).start(40);
      const restarts = [];
      for (let i = 0; i < 12; i++) {
        await killAt(i % 4, millrace);
        const began = Date.now();
        await millrace.start();
        restarts.push(Date.now() - began);
      }
      await events.finish();
      await settled(millrace, 60_000);
      const { lost, doubled } = compare(events.acknowledged, target.created);
      const attention = (await runsOf(millrace, "&attention=true")).length;
      promises.expect(lost === 0, `${lost} acknowledged events never arrived`);
      promises.expect(doubled === 0, `${doubled} events arrived twice`);
      promises.expect(attention === 0, `${attention} runs of a target that honours keys rest in Needs attention`);
      return {
        figures: {
          kills: 12,
          accepted: events.acknowledged.size,
          lost,
          doubled,
          "sent again, same key": target.repeats(),
          "slowest restart ms": Math.max(...restarts),
        },
        broken: promises.broken,
      };
    }),
};

async function killAt(moment: number, millrace: Parameters<typeof installFlow>[0]): Promise<void> {
  if (moment === 0) await sleep(200 + Math.random() * 1000);
  if (moment === 2) {
    await millrace.kill();
    const starting = millrace.start().catch(() => undefined); // killed on the way
    await sleep(100 + Math.random() * 500);
    await millrace.kill();
    await starting;
    return;
  }
  if (moment === 3) void installFlow(millrace, { ...postingFlow, name: `Published at ${Date.now()}` }).catch(() => undefined);
  await millrace.kill();
}

const firstStart: Trial = {
  title: "kill -9 in a first start",
  async run() {
    const promises = new Promises();
    const moments = [300, 500, 700, 900, 1200, 1600];
    for (const ms of moments) {
      const millrace = await millraceProcess();
      try {
        const starting = millrace.start().catch(() => undefined);
        await sleep(ms);
        await millrace.kill();
        await starting;
        await millrace
          .start()
          .catch((error: Error) => promises.expect(false, `killed after ${ms} ms, it did not start again: ${error.message}`));
      } finally {
        await millrace.remove();
      }
    }
    return { figures: { kills: moments.length, "started again": moments.length - promises.broken.length }, broken: promises.broken };
  },
};

const burst: Trial = {
  title: "burst of 20,000 events with a kill in it",
  run: () =>
    inWorld({}, async ({ millrace, target, hookUrl }) => {
      const promises = new Promises();
      const memory = watchMemory(millrace.pid);
      const events = new Sender(hookUrl);
      const began = Date.now();
      const sending = events.burst(20_000, 48);
      await sleep(6000);
      const peak = memory.stop();
      await millrace.kill();
      await millrace.start();
      await sending;
      const seconds = Math.round((Date.now() - began) / 1000);
      await settled(millrace, 120_000);
      const { lost, doubled } = compare(events.acknowledged, target.created);
      promises.expect(lost === 0, `${lost} acknowledged events never arrived`);
      promises.expect(doubled === 0, `${doubled} events arrived twice`);
      promises.expect(peak < 400, `${peak} MiB before the kill`);
      return {
        figures: {
          accepted: events.acknowledged.size,
          "all taken after s": seconds,
          lost,
          doubled,
          "sent again, same key": target.repeats(),
          "peak MiB": peak,
        },
        broken: promises.broken,
      };
    }),
};

const outage: Trial = {
  title: "target answers 503 for 10 s, with a kill in it",
  run: () =>
    inWorld({}, async ({ millrace, target, hookUrl }) => {
      const promises = new Promises();
      const events = new Sender(hookUrl).start(50);
      await sleep(2000);
      target.answer(503);
      await sleep(4000);
      await millrace.kill();
      await millrace.start();
      await sleep(6000);
      target.answer(201);
      await sleep(2000);
      await events.finish();
      await settled(millrace, 120_000);
      const { lost, doubled } = compare(events.acknowledged, target.created);
      promises.expect(lost === 0, `${lost} acknowledged events never arrived`);
      promises.expect(doubled === 0, `${doubled} events arrived twice`);
      return { figures: { accepted: events.acknowledged.size, lost, doubled }, broken: promises.broken };
    }),
};

export const kills = [underLoad, firstStart, burst, outage];
