import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import type { QueuedRun, RunQueue } from "#engine/ports/queue.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { rest } from "../support/turns.ts";

const send = (id: string, host = "slow", more: Record<string, unknown> = {}): StepDefinition => ({
  id,
  app: "app",
  operation: "make",
  input: { host, n: "{{ trigger.id }}", ...more } as never,
});

/** An engine whose calls to `slow` and `slower` hang until they are let go. */
async function open(options: Parameters<typeof openEngine>[1] = {}) {
  const hanging: { call: StepCall; end: () => void }[] = [];
  const answer = (call: StepCall) =>
    !String(call.input.host).startsWith("slow")
      ? { ok: true }
      : new Promise((resolve, reject) => {
          hanging.push({ call, end: () => resolve({ ok: true }) });
          call.signal?.addEventListener("abort", () =>
            reject(new MillraceError("OUTBOUND_UNREACHABLE", { details: { problem: "stopped" } })),
          );
        });
  const house = await openEngine(
    { make: { effect: "upsert", host: (call) => String(call.input.host), answer } },
    { concurrency: 16, ...options },
  );
  const turns = () => rest(house.clock);
  const many = async (flowId: string, n: number, payload: (i: number) => object = () => ({})) => {
    const ids: string[] = [];
    for (let i = 0; i < n; i++) ids.push(...(await house.fire(flowId, { id: i, ...payload(i) })).runIds);
    return ids;
  };
  const states = async (ids: string[]) => {
    const runs = await Promise.all(ids.map(async (id) => (await house.engine.run(workspace, id)).run.state));
    return Object.fromEntries([...new Set(runs)].map((state) => [state, runs.filter((s) => s === state).length]));
  };
  await house.engine.start();
  return { ...house, hanging, turns, many, states };
}

it("a run is queued as one that calls only if its first step is a call, so that no other waits for a place it does not need", async () => {
  const added: QueuedRun[] = [];
  const queue = (real: RunQueue): RunQueue => {
    const add = real.add.bind(real);
    return Object.assign(real, { add: (runs: readonly QueuedRun[]) => (added.push(...runs), add(runs)) });
  };
  const { published, fire, turns } = await open({ queue });
  const calls = await published([send("out", "quick"), { id: "shape", format: { a: "1" } }]);
  const shapes = await published([{ id: "shape", format: { a: "1" } }, send("out", "quick")]);
  const [first] = (await fire(calls.id, { id: 1 })).runIds;
  const [second] = (await fire(shapes.id, { id: 2 })).runIds;
  await turns();
  expect(added.find(({ id }) => id === first)).toMatchObject({ call: "" });
  expect(added.find(({ id }) => id === second)).not.toHaveProperty("call");
});

describe("a host that hangs", () => {
  it("takes its share of the calls, and no other flow waits for it, nor a run that calls nobody", async () => {
    const { published, many, states, turns, hanging } = await open();
    const slow = await published([send("out")]);
    const quick = await published([send("out", "quick")]);
    const plain = await published([{ id: "shape", format: { n: "{{ trigger.id }}" } }]);
    const stuck = await many(slow.id, 60);
    await turns();
    const [calling, shaping] = [await many(quick.id, 20), await many(plain.id, 20)];
    await turns();
    expect(hanging).toHaveLength(4);
    expect(await states(calling)).toEqual({ succeeded: 20 });
    expect(await states(shaping)).toEqual({ succeeded: 20 });
    expect(await states(stuck)).toEqual({ running: 4, queued: 56 });
  });

  it("has no more than its share where several flows call it, and the calls of these flows to other hosts go on", async () => {
    const { published, many, states, turns, hanging } = await open();
    const branch = [{ id: "which", if: "trigger.slow", then: [send("hang")], else: [send("go", "quick")] }];
    const flows = [await published(branch), await published(branch), await published(branch)];
    for (const { id } of flows) await many(id, 20, () => ({ slow: true }));
    await turns();
    const others = await Promise.all(flows.slice(1).map(({ id }) => many(id, 5, (i) => ({ id: `q${i}` }))));
    await turns();
    expect(hanging).toHaveLength(4); // all of them of the first flow, whose own share that is as well
    expect(await states(others.flat())).toEqual({ succeeded: 10 });
  });

  it("gives each run its call in the order in which they came, as places come free", async () => {
    const { published, many, states, turns, hanging } = await open();
    const flow = await published([{ id: "shape", format: { n: 1 } }, send("out")]);
    const ids = await many(flow.id, 12);
    await turns();
    const order: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      const next = hanging.shift()!;
      order.push(next.call.input.n);
      next.end();
      await turns();
    }
    expect(order).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(await states(ids)).toEqual({ succeeded: 12 });
  });

  it("keeps no run from being cancelled: one that waits for a place ends at once and is never called", async () => {
    const { engine, published, many, states, turns, hanging, calls } = await open();
    const flow = await published([{ id: "shape", format: { n: 1 } }, send("out")]);
    const ids = await many(flow.id, 6);
    await turns();
    await engine.cancel(workspace, ids[4]!);
    expect(await states(ids)).toEqual({ running: 4, cancelled: 1, queued: 1 });
    for (let i = 0; i < 6; i++) {
      hanging.splice(0).forEach(({ end }) => end());
      await turns();
    }
    expect(await states(ids)).toEqual({ succeeded: 5, cancelled: 1 });
    expect(calls.map((call) => call.input.n)).not.toContain(4);
  });

  it("does not keep Millrace from stopping, and the next start goes on with every run that waited", async () => {
    const { engine, db, published, many, turns, hanging } = await open();
    const flow = await published([send("out")]);
    const ids = await many(flow.id, 30);
    await turns();
    expect(hanging).toHaveLength(4);
    const closing = engine.close(0);
    await turns();
    await closing;
    const second = await open({ db });
    for (let i = 0; i < 12; i++) {
      second.hanging.splice(0).forEach(({ end }) => end());
      await second.turns();
    }
    expect(await second.states(ids)).toEqual({ succeeded: 30 });
  });

  it("holds the place of a run for its next call there, and gives it up for a call elsewhere", async () => {
    const { published, many, states, turns, hanging } = await open();
    const flow = await published([send("first"), send("second", "quick"), send("third")]);
    const ids = await many(flow.id, 9);
    await turns();
    for (let i = 0; i < 12; i++) {
      expect(hanging.length).toBeLessThanOrEqual(4);
      hanging.splice(0).forEach(({ end }) => end());
      await turns();
    }
    expect(await states(ids)).toEqual({ succeeded: 9 });
  });

  it("is given up by a run that goes on to another host, at once for those who wait for it", async () => {
    const { published, many, states, turns, hanging } = await open();
    const moves = await published([send("first"), send("second", "slower")]);
    const waits = await published([send("out")]);
    const ids = await many(moves.id, 4);
    await turns();
    const waiting = await many(waits.id, 4);
    await turns();
    expect(await states(waiting)).toEqual({ queued: 4 });
    hanging.splice(0).forEach(({ end }) => end());
    await turns();
    expect(hanging.map(({ call }) => String(call.input.host)).sort()).toEqual([
      "slow",
      "slow",
      "slow",
      "slow",
      "slower",
      "slower",
      "slower",
      "slower",
    ]);
    expect([await states(ids), await states(waiting)]).toEqual([{ running: 4 }, { running: 4 }]);
  });

  it("does not mix up the runs of a record that go in order", async () => {
    const { published, many, states, turns, hanging } = await open();
    const trigger = { app: "app", operation: "hook", record: "{{ trigger.record }}" };
    const flow = await published([{ id: "shape", format: { n: 1 } }, send("out")], { trigger, settings: { order: "record" } });
    const ids = await many(flow.id, 24, (i) => ({ record: `r${i % 6}` }));
    const order: number[] = [];
    for (let i = 0; i < 60 && order.length < 24; i++) {
      await turns();
      const next = hanging.splice(Math.floor(i * 7) % Math.max(1, hanging.length), 1)[0];
      if (!next) continue;
      order.push(Number(next.call.input.n));
      next.end();
    }
    await turns();
    for (let r = 0; r < 6; r++) expect(order.filter((n) => n % 6 === r)).toEqual([r, r + 6, r + 12, r + 18]);
    expect(await states(ids)).toEqual({ succeeded: 24 });
  });
});

describe("what runs hold", () => {
  const mib = "x".repeat(1024 * 1024);

  it("is bounded in bytes while they wait: the rest is read back from its rows, and no step is done twice", async () => {
    const loads: string[] = [];
    const { published, many, states, turns, hanging, calls } = await open({
      runs: (store) => ({
        ...store,
        load(id) {
          loads.push(id);
          return store.load(id);
        },
      }),
    });
    const flow = await published([send("first", "quick"), { id: "shape", format: { copy: "{{ trigger.text }}" } }, send("second")]);
    const ids = await many(flow.id, 32, () => ({ text: mib }));
    for (let i = 0; i < 32; i++) {
      await turns();
      hanging.splice(0).forEach(({ end }) => end());
    }
    await turns();
    expect(await states(ids)).toEqual({ succeeded: 32 });
    expect(new Set(loads).size).toBeGreaterThan(8);
    expect(calls.length).toBe(64);
    expect(new Set(calls.map((call) => call.idempotencyKey)).size).toBe(64);
  });

  it("is bounded in bytes while they call: large runs go a few at a time, small ones beside them", async () => {
    const { published, many, states, turns, hanging } = await open({ concurrency: 256 });
    const flow = await published([send("out")]);
    const other = await published([send("out", "quick")]);
    const large = await many(flow.id, 48, () => ({ text: mib }));
    await turns();
    expect(hanging.length).toBeGreaterThan(8);
    expect(hanging.length).toBeLessThan(17);
    expect(await states(await many(other.id, 9).then((ids) => turns().then(() => ids)))).toEqual({ succeeded: 9 });
    for (let i = 0; i < 8; i++) {
      hanging.splice(0).forEach(({ end }) => end());
      await turns();
    }
    expect(await states(large)).toEqual({ succeeded: 48 });
  });
});

describe("a host that is left alone", () => {
  const clock = new TestClock();
  const down = (retryAt: number) =>
    new MillraceError("HOST_DOWN", {
      details: { host: "app.example", since: "08:28", reason: "no answer", nextTry: "08:29", retryAt, outcome: "not_sent" },
    });

  async function openDown(operation: Partial<Parameters<typeof openEngine>[0][string]> = {}) {
    const host = { isDown: true };
    const house = await openEngine({ make: { refusal: () => (host.isDown ? down(clock.now() + 60_000) : null), ...operation } }, { clock });
    await house.engine.start();
    return { ...house, host };
  }

  it("costs a run no attempt: it waits on its row and says for what and until when", async () => {
    const { published, fire, settled, calls, engine } = await openDown();
    const flow = await published([send("out")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    for (let i = 0; i < 10; i++) {
      const { run, steps } = await settled(id!, ["waiting"]);
      expect(run.dueAt - clock.now()).toBeGreaterThan(59_000);
      expect(steps[0]).toMatchObject({
        state: "waiting",
        attempts: [],
        error: { code: "HOST_DOWN", message: expect.stringContaining("app.example has not answered since 08:28") as string },
      });
      expect([...engine.waiting()]).toEqual([["app.example", 1]]);
      await clock.advance(60_001);
      await rest(clock);
    }
    expect(calls).toEqual([]);
  });

  it("is called by everybody who waits as soon as it is back, without waiting for their time", async () => {
    const { published, fire, settled, calls, host, hostBack, engine } = await openDown();
    const flow = await published([send("out")]);
    const ids = [];
    for (let i = 0; i < 40; i++) ids.push(...(await fire(flow.id, { id: i })).runIds);
    for (const id of ids) await settled(id, ["waiting"]);
    hostBack("other.example");
    await clock.advance(1);
    expect(calls).toEqual([]);
    host.isDown = false;
    hostBack("app.example");
    for (const id of ids) expect((await settled(id)).run.state).toBe("succeeded");
    expect([calls.length, engine.waiting().size]).toEqual([40, 0]);
  });

  it("for longer than the flow's retries allow leaves the run in Needs attention, with what was wrong", async () => {
    const { published, fire, settled, calls } = await openDown();
    const flow = await published([send("out")], { settings: { retry: { maxElapsed: "10m" } } });
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    for (let i = 0; i < 12; i++) {
      await settled(id!, ["waiting", "failed"]);
      await clock.advance(60_001);
    }
    const { run } = await settled(id!);
    expect(run).toMatchObject({ state: "failed", attention: true, error: { code: "RETRIES_EXHAUSTED" } });
    expect(run.error?.message).toContain("app.example has not answered");
    expect(calls).toEqual([]);
  });

  it("leaves a doubt a doubt: what may have taken effect is looked up once it is back, not written again", async () => {
    const host = { isDown: false };
    const { engine, published, fire, settled, calls, looks, hostBack } = await openEngine(
      {
        make: {
          effect: "create",
          confirm: true,
          refusal: () => (host.isDown ? down(clock.now() + 60_000) : null),
          answer() {
            host.isDown = true;
            throw new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "app.example", seconds: 30, outcome: "unknown" } });
          },
          look: () => ({ id: "there already" }),
        },
      },
      { clock },
    );
    await engine.start();
    const flow = await published([send("out")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    for (let i = 0; i < 5; i++) {
      await clock.advance(60_000);
      await settled(id!, ["waiting"]);
    }
    host.isDown = false;
    hostBack("app.example");
    const { steps } = await settled(id!);
    expect(steps[0]).toMatchObject({ state: "succeeded", output: { id: "there already" } });
    expect([calls.length, looks.length]).toEqual([1, 1]);
  });

  it("answers a dry run at once with why", async () => {
    const { engine, flowOf } = await openDown({
      effect: "read",
      answer: () => {
        throw down(clock.now());
      },
    });
    const dry = await engine.dryRun(workspace, { definition: flowOf([send("out")]) }, { id: 1 });
    expect(dry).toMatchObject({ outcome: "failed", error: { code: "HOST_DOWN" } });
    expect(dry.summary).toContain("has not answered since 08:28");
  });
});
