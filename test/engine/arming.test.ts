import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { Flow } from "#engine/types/flows.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { rest, turnsUntil } from "../support/turns.ts";

/** A person changes a flow while its list is being read: what the end of that poll writes must not undo the change. */
describe("while a poll of its list is under way,", () => {
  async function reading() {
    const clock = new TestClock();
    const rows: unknown[] = [{ id: "a" }];
    let answer: (() => void) | null = null;
    let isSlow = false;
    const read = () => (isSlow ? new Promise<unknown[]>((resolve) => (answer = () => resolve([...rows]))) : [...rows]);
    const world = await openEngine({ make: {} }, { clock, list: { operation: { identity: "id" }, rows: read } });
    await world.engine.start();
    const flow = await world.published([{ id: "send", app: "app", operation: "make", input: {} }], {
      trigger: { app: "app", operation: "list", every: "1m" },
    });
    await clock.advance(1_000);
    await rest(clock);
    rows.push({ id: "b" });
    isSlow = true;
    for (let waited = 0; !answer && waited < 120_000; waited += 1_000) await clock.advance(1_000);
    await turnsUntil("the list is being read", () => answer !== null, clock);
    isSlow = false;
    /** The change is asked for, then the answer comes. */
    const meanwhile = async (change: (flow: Flow) => Promise<unknown>) => {
      const changed = change(flow);
      await rest(clock);
      answer!();
      await rest(clock);
      await changed;
      await clock.advance(150_000);
      await rest(clock);
      const { active, nextAt } = await world.engine.flows.trigger(flow);
      return { active, isDueAgain: nextAt !== null, runs: await world.engine.counts(workspace, {}) };
    };
    return { ...world.engine.flows, meanwhile };
  }

  it("nothing is changed, and what is new makes a run", async () => {
    const { meanwhile } = await reading();
    expect(await meanwhile(async () => {})).toMatchObject({ active: true, isDueAgain: true, runs: { succeeded: 1 } });
  });

  it("a flow that is paused stays paused", async () => {
    const { meanwhile, pause } = await reading();
    expect(await meanwhile(({ id }) => pause(workspace, id))).toMatchObject({ active: false, isDueAgain: false, runs: { succeeded: 0 } });
  });

  it("a flow that is published to start from now makes no run of what came before", async () => {
    const { meanwhile, publish } = await reading();
    expect(await meanwhile(({ id }) => publish(workspace, id, { startFrom: "now" }))).toMatchObject({
      active: true,
      isDueAgain: true,
      runs: { succeeded: 0 },
    });
  });

  it("and so for one that is resumed from now", async () => {
    const { meanwhile, resume } = await reading();
    expect(await meanwhile(({ id }) => resume(workspace, id, "now"))).toMatchObject({
      active: true,
      isDueAgain: true,
      runs: { succeeded: 0 },
    });
  });
});
