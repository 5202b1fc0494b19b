/** What becomes of runs that were executing when a process crashed. The marks are a real file; a crash is a process that never closes them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { openSqlite } from "#storage/database.ts";
import { openExecutionMarks } from "#storage/execution-marks.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "millrace-marks-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const call = (id: string): StepDefinition => ({ id, app: "app", operation: "make", input: { n: "{{ trigger.n }}" } });

/** Processes on one store, each with a target whose calls for these numbers never come back. */
async function machine() {
  const db = await openSqlite({ file: ":memory:" });
  let now = Date.UTC(2026, 0, 15);
  let last: TestClock | null = null;
  return async (hanging: number[] = []) => {
    // A clock of its own: that of a process that crashed stands still.
    const clock = new TestClock((now = (last?.now() ?? now) + 1000));
    last = clock;
    const make = {
      effect: "update" as const,
      answer: (c: { input: Record<string, unknown> }) => (hanging.includes(Number(c.input.n)) ? new Promise(() => {}) : { ok: true }),
    };
    const process = await openEngine({ make }, { db, clock, marks: openExecutionMarks(join(folder, "executing")) });
    await process.engine.start();
    const states = async () =>
      Object.fromEntries((await process.engine.runs(workspace, {}, { limit: 50 })).map((run) => [run.id, run.state]));
    /** Until so many calls were made; `ms` of the clock's time pass with each look. */
    const called = async (n: number, ms = 0) => {
      for (let i = 0; i < 400 && process.calls.length < n; i++) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await clock.advance(ms);
      }
      expect(process.calls.length).toBeGreaterThanOrEqual(n);
    };
    return { ...process, clock, states, called };
  };
}

describe("a run that was executing when the process crashed", () => {
  it("is taken up once more, and after a second crash rests in Needs attention while the others go on", async () => {
    const start = await machine();
    const first = await start([1]);
    const flow = await first.published([call("only")]);
    const [poison] = (await first.fire(flow.id, { id: "a", n: 1 })).runIds;
    await first.called(1);

    const second = await start([1]);
    const [other] = (await second.fire(flow.id, { id: "b", n: 2 })).runIds;
    await second.called(2, 100);
    expect(await second.states()).toMatchObject({ [poison!]: "running", [other!]: "succeeded" });

    const third = await start([1]);
    const [later] = (await third.fire(flow.id, { id: "c", n: 3 })).runIds;
    await third.called(1, 100);
    await third.clock.advance(10_000);
    const { run } = await third.engine.run(workspace, poison!);
    expect(run).toMatchObject({ state: "held", attention: true, error: { code: "RUN_SET_ASIDE" } });
    expect(run.error?.message).toContain("stopped twice while this run was executing");
    expect((await third.settled(later!)).run.state).toBe("succeeded");

    await third.engine.replay(workspace, { ids: [poison!], from: "failed", version: "same" });
    await third.called(2, 100);
    expect(third.calls.length).toBe(2);
  });

  it("begins with a clean slate after it was replayed, and can be cancelled instead", async () => {
    const start = await machine();
    const first = await start([1]);
    const flow = await first.published([call("only")]);
    const [poison] = (await first.fire(flow.id, { id: "a", n: 1 })).runIds;
    await first.called(1);
    await (await start([1])).called(1, 100);
    const third = await start([1]);
    await third.engine.cancel(workspace, poison!);
    expect((await third.engine.run(workspace, poison!)).run).toMatchObject({ state: "cancelled", attention: false });
    expect(await third.engine.counts(workspace, {})).toMatchObject({ held: 0, cancelled: 1 });
    const fourth = await start();
    await fourth.clock.advance(60_000);
    expect(fourth.calls).toEqual([]);
  });

  it("is not blamed for a crash that comes before it is taken up again, nor for one after it had paused", async () => {
    const start = await machine();
    const first = await start([1]);
    const flow = await first.published([
      call("only"),
      { id: "pause", wait: "1h" },
      { ...call("after"), input: { n: "{{ trigger.n | times: 10 }}" } },
    ]);
    const [id] = (await first.fire(flow.id, { id: "a", n: 1 })).runIds;
    await first.called(1);
    for (let crash = 0; crash < 20; crash++) await start([1]); // each ends before its two quiet seconds are over
    const quiet = await start();
    await quiet.called(1, 100);
    expect((await quiet.settled(id!, ["waiting"])).run.state).toBe("waiting");
    await quiet.clock.advance(0);
    const last = await start([10]);
    await last.clock.advance(3_700_000);
    await last.called(1, 1000);
    const after = await start([10]);
    expect((await after.engine.run(workspace, id!)).run).toMatchObject({ finishedAt: null, error: null });
  });

  it("is one of many, and they are taken up one after another", async () => {
    const start = await machine();
    const all = Array.from({ length: 5 }, (_, i) => i);
    const first = await start(all);
    const flow = await first.published([call("only")]);
    for (const n of all) await first.fire(flow.id, { id: n, n });
    await first.called(5);
    const second = await start(all);
    await second.called(1, 100);
    expect(second.calls.length).toBe(1);
    await second.called(5, 100); // one that lasts does not keep the others
    const third = await start();
    expect(Object.values(await third.states())).toEqual(Array(5).fill("held"));
  });

  it("is forgotten when the process ends as it should", async () => {
    const start = await machine();
    const first = await start([1]);
    const flow = await first.published([call("only")]);
    const [id] = (await first.fire(flow.id, { id: "a", n: 1 })).runIds;
    await first.called(1);
    const second = await start([1]);
    await second.called(1, 100);
    const closing = second.engine.close(1000);
    for (let i = 0; i < 20; i++) await second.clock.advance(100);
    await closing;
    const third = await start([1]);
    await third.called(1, 100);
    const fourth = await start();
    expect((await fourth.engine.run(workspace, id!)).run.state).not.toBe("held");
  });
});

describe("an engine on hold", () => {
  it("accepts events and executes nothing until it is released, and what was cancelled meanwhile never runs", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start({ held: true });
    const flow = await published([call("only")]);
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.push((await fire(flow.id, { id: n, n })).runIds[0]!);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(engine.isHeld()).toBe(true);
    expect(calls).toEqual([]);
    const reasons = async () => (await engine.runs(workspace, {}, { limit: 9 })).map(({ waiting }) => waiting?.reason);
    expect(await reasons()).toEqual(ids.map(() => "On hold: nothing is executed until Millrace is resumed"));
    await engine.cancel(workspace, ids[1]!);
    engine.release();
    expect(await reasons()).not.toContain("On hold: nothing is executed until Millrace is resumed");
    expect(engine.isHeld()).toBe(false);
    expect((await settled(ids[0]!)).run.state).toBe("succeeded");
    expect((await settled(ids[2]!)).run.state).toBe("succeeded");
    expect((await settled(ids[1]!)).run.state).toBe("cancelled");
    expect(calls.map((c) => c.input.n)).toEqual([0, 2]);
  });

  it("ends cleanly", async () => {
    const { engine } = await openEngine({});
    await engine.start({ held: true });
    await expect(engine.close(100)).resolves.toBeUndefined();
  });
});
