/** Millrace is killed again and again while events come in; the sandbox and the target it writes to live on and count. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { closeLeadWorld, expectOnceEach, openLeadWorld, sender, settled, type LeadWorld } from "#test/support/lead-world.ts";
import { idleMs, runsOf, until } from "#test/support/millrace.ts";

const kills = 20;

let world: LeadWorld;

afterEach(() => closeLeadWorld(world));

/** Waits for the runs that came before the kill, while others come in. */
async function interruptedEnd({ millrace }: LeadWorld, killedAt: number): Promise<void> {
  const interrupted = () => runsOf(millrace, `&state=queued,running,waiting&to=${killedAt}`);
  await until("what was interrupted has ended", 60_000, async () => (await interrupted()).length === 0);
}

describe("an event that was acknowledged", () => {
  test(`takes effect exactly once, though Millrace is killed ${kills} times at random moments`, async () => {
    world = await openLeadWorld();
    const events = sender(world.hookUrl);
    for (let i = 0; i < kills; i++) {
      await sleep(Math.random() * 1200);
      await world.millrace.kill();
      const killedAt = Date.now();
      await world.millrace.start();
      await interruptedEnd(world, killedAt); // a run that is executing in two kills is set aside
    }
    await events.stop();
    await settled(world);
    expect(events.acknowledged.size).toBeGreaterThan(kills * 5);
    await expectOnceEach(world, events.acknowledged);
  });

  test("takes effect exactly once across restarts that were asked for, and each ends by itself within ten seconds", async () => {
    world = await openLeadWorld();
    const events = sender(world.hookUrl);
    for (let i = 0; i < 3; i++) {
      await sleep(1000);
      const stopped = world.millrace.stop();
      expect(await idleMs(stopped)).toBeLessThan(10_000);
      expect(await stopped).toBe(0);
      await world.millrace.start();
    }
    await events.stop();
    await settled(world);
    await expectOnceEach(world, events.acknowledged);
  });

  test("takes effect exactly once when a connection to the app breaks after it stored the write", async () => {
    world = await openLeadWorld();
    world.local.sandbox.faults.set({ kind: "drop_after", route: "POST /contacts*", probability: 0.3 });
    const events = sender(world.hookUrl);
    await sleep(3000);
    await events.stop();
    world.local.sandbox.faults.clear();
    await settled(world);
    await expectOnceEach(world, events.acknowledged);
  });
});
