import { describe, expect, it } from "vitest";
import type { TestClock } from "#kernel/clock.ts";
import { mostSteps } from "#engine/run/bounds.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { turnsUntil, rest } from "../support/turns.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const squared: StepDefinition[] = [
  {
    id: "outer",
    forEach: "trigger.items",
    as: "a",
    do: [{ id: "inner", forEach: "trigger.items", as: "b", do: [{ id: "pair", format: { of: "{{ a }}-{{ b }}" } }] }],
  },
];

/**
 * How much of the processor's time for `work` was spent in the longest turn of the event loop, from 0 to 1. A share, since a slow or busy
 * machine makes the turn and the whole longer alike.
 */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  const spent = () => {
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  let longest = 0;
  let last = 0;
  let watching = true;
  const watch = () => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
    if (watching) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  watching = false;
  return longest / spent();
}

/** Waits for the ends of runs by their rows alone: reading ten thousand steps again and again would be the work that is measured. */
async function allEnded({ engine, clock }: Awaited<ReturnType<typeof openEngine>>, ids: string[]) {
  for (;;) {
    const runs = await engine.runs(workspace, { ids }, { limit: ids.length });
    if (runs.every((run) => run.finishedAt !== null)) return;
    await rest(clock, 20);
  }
}

describe("a run's work is bounded", () => {
  it("loops of 3,000 items within loops of 3,000 end in Needs attention, and the sentence names both", async () => {
    const world = await openEngine({});
    const { engine, published, fire } = world;
    await engine.start();
    const flow = await published(squared);
    const { runIds } = await fire(flow.id, { id: 1, items: range(3000) });
    await allEnded(world, runIds);
    const { run, steps } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({ state: "failed", attention: true, error: { code: "RUN_TOO_LONG" } });
    expect(run.error?.message).toContain("the loop 'outer' has 3,000 items, inside it the loop 'inner' has 3,000 items");
    expect(steps.length).toBeGreaterThan(mostSteps - 3000);
    expect(steps.length).toBeLessThanOrEqual(mostSteps);
  });

  it("a loop that certainly needs too many steps is refused before its first call", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const call = (id: string): StepDefinition => ({ id, app: "app", operation: "make", input: {} });
    const flow = await published([{ id: "each", forEach: "trigger.items", do: [call("a"), call("b"), call("c")] }]);
    const { run } = await settled((await fire(flow.id, { id: 1, items: range(10_000) })).runIds[0]!);
    expect(run.error?.message).toContain("the loop 'each' has 10,000 items of at least 3 steps each");
    expect(calls).toEqual([]);
  });

  it("one whose results take more than 64 MiB together is stopped with what it had", async () => {
    const world = await openEngine({});
    const { engine, published, fire } = world;
    await engine.start();
    const flow = await published([{ id: "each", forEach: "trigger.items", do: [{ id: "copy", format: { text: "{{ trigger.text }}" } }] }]);
    const { runIds } = await fire(flow.id, { id: 1, items: range(200), text: "x".repeat(1_000_000) });
    await allEnded(world, runIds);
    const { run, steps } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({ state: "failed", attention: true, error: { code: "RUN_TOO_LARGE" } });
    expect(run.error?.message).toContain("the loop 'each' has 200 items");
    expect(steps.length).toBeLessThan(75);
  });

  it("a dry run has the same bounds, and a time of its own", async () => {
    const { engine, clock, flowOf } = await openEngine({ slow: { effect: "read", answer: () => new Promise(() => {}) } });
    const long = await engine.dryRun(workspace, { definition: flowOf(squared) }, { items: range(3000) });
    expect(long).toMatchObject({ outcome: "failed", error: { code: "RUN_TOO_LONG" } });
    let times = 0;
    const waiting = openEngine(
      {
        slow: {
          effect: "read",
          answer: async () => {
            times++;
            await (clock as TestClock).advance(20_000);
            return {};
          },
        },
      },
      { clock },
    );
    const steps: StepDefinition[] = [
      { id: "each", forEach: "trigger.items", do: [{ id: "look", app: "app", operation: "slow", input: {} }] },
    ];
    const slow = await (await waiting).engine.dryRun(workspace, { definition: flowOf(steps) }, { items: range(100) });
    expect(slow).toMatchObject({
      outcome: "failed",
      error: { code: "DRY_RUN_TOO_LONG", message: expect.stringContaining("60 s") as string },
    });
    expect(times).toBe(3);
  });
});

describe("a run without calls leaves the event loop to others", () => {
  it("while its loops go round, with others like it", async () => {
    const world = await openEngine({});
    const { engine, published, fire } = world;
    await engine.start();
    const flow = await published(squared);
    const share = await longestTurn(async () => {
      const ids: string[] = [];
      for (let n = 0; n < 3; n++) ids.push((await fire(flow.id, { id: n, items: range(3000) })).runIds[0]!);
      await allEnded(world, ids);
    });
    expect(share).toBeLessThan(0.25); // a loop that is not given back holds it for a third, and three together for all of it
  });

  it("and can be cancelled meanwhile, for good", async () => {
    const { engine, db, clock, published, fire } = await openEngine({});
    await engine.start();
    // Each step takes so long that the run is far from its end on any machine.
    const slow = {
      id: "each",
      forEach: "trigger.items",
      as: "a",
      do: [{ id: "long", format: { n: "{{ trigger.text | upcase | downcase | size }}" } }],
    };
    const flow = await published([slow]);
    const [id] = (await fire(flow.id, { id: 1, items: range(9000), text: "é".repeat(100_000) })).runIds;
    await turnsUntil("a step is done", async () => (await engine.run(workspace, id!)).steps.length > 0, clock);
    await engine.cancel(workspace, id!);
    expect((await engine.run(workspace, id!)).run).toMatchObject({ state: "cancelled", summary: "Cancelled by hand" });
    const { length } = (await engine.run(workspace, id!)).steps;
    expect(length).toBeLessThan(mostSteps);
    await engine.close();
    const again = await openEngine({}, { db });
    await again.engine.start();
    await rest(again.clock);
    expect((await again.engine.run(workspace, id!)).run.state).toBe("cancelled");
  });
});

describe("cancelling", () => {
  it("ends many runs at once, whatever they are doing, and says of each that had ended why it cannot", async () => {
    let release = () => {};
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const { engine, clock, published, fire, settled, calls } = await openEngine(
      { make: { answer: () => hanging.then(() => ({ id: "made" })) }, quick: {} },
      { concurrency: 8 },
    );
    await engine.start();
    const call = (id: string, operation = "make"): StepDefinition => ({ id, app: "app", operation, input: {} });
    const done = await published([call("only", "quick")]);
    const ended = (await fire(done.id, { id: 1 })).runIds[0]!;
    await settled(ended);
    const waits = await published([{ id: "pause", wait: "30s" }, call("after")]);
    const waiting = (await fire(waits.id, { id: 1 })).runIds[0]!;
    await settled(waiting, ["waiting"]);
    const flow = await published([call("first"), call("second")]);
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push((await fire(flow.id, { id: n })).runIds[0]!);
    await turnsUntil("as many calls are on their way as one flow may make", () => calls.length >= 3, clock);
    const result = await engine.cancelMany(workspace, { ids: [ended, waiting, ...ids] });
    expect(result.cancelled.sort()).toEqual([waiting, ...ids].sort());
    expect(result.refused).toEqual([{ run: ended, error: expect.objectContaining({ code: "CONFLICT" }) as unknown }]);
    release();
    await (clock as TestClock).advance(60_000);
    expect(await engine.counts(workspace, {})).toMatchObject({ cancelled: 7, succeeded: 1, queued: 0, running: 0, waiting: 0 });
    expect(calls.length).toBe(3);
  });

  it("goes wrong where the store cannot be read, and then the run goes on", async () => {
    let reads = 0;
    const { engine, clock, published, fire, settled } = await openEngine(
      { make: {} },
      {
        runs: (store) => ({
          ...store,
          list: (...which) => (++reads === 2 ? Promise.reject(new Error("disk I/O error")) : store.list(...which)),
        }),
      },
    );
    await engine.start();
    const flow = await published([
      { id: "pause", wait: "30s" },
      { id: "after", app: "app", operation: "make", input: {} },
    ]);
    const id = (await fire(flow.id, { id: 1 })).runIds[0]!;
    await settled(id, ["waiting"]);
    reads = 0;
    await expect(engine.cancelMany(workspace, { ids: [id] })).rejects.toThrow("disk I/O error");
    await (clock as TestClock).advance(60_000);
    await settled(id, ["succeeded"]);
  });
});
