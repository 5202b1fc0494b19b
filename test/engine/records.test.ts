import { describe, expect, it } from "vitest";
import { TestClock, sleep } from "#kernel/clock.ts";
import { personSearch } from "#engine/people/search.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { FlowSettings, StepDefinition } from "#engine/types/flows.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { TriggerDefinition } from "#engine/types/triggers.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

// Events of records: bursts, order, old and new values.

const facts = { record: "contact", at: "at", key: ["id"] };
const listed = { identity: "contact", changed: "changedAt" };
const send = (input: Record<string, string>): StepDefinition => ({
  id: "send",
  app: "app",
  operation: "make",
  input,
});
const recorded = send({
  contact: "{{ trigger.contact }}",
  n: "{{ trigger.n }}",
  old: "{{ trigger._change.old.n }}",
  fields: "{{ trigger._change.fields }}",
  known: "{{ trigger._change.known }}",
  merged: "{{ trigger._change.merged }}",
  late: "{{ trigger._change.late }}",
});
const plain = send({ contact: "{{ trigger.contact }}", n: "{{ trigger.n }}" });

const refused = () =>
  new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", status: 422, message: "no", outcome: "refused" } });

type Make = (call: { input: Record<string, unknown> }) => unknown;

interface Wish {
  settings?: FlowSettings;
  trigger?: Partial<TriggerDefinition>;
  steps?: StepDefinition[];
  /** Rows to poll in place of a webhook. */
  rows?: () => unknown[];
  /** Puts something between the engine and its rows. */
  runs?: (store: RunStore) => RunStore;
}

async function open({ settings = {}, trigger = {}, steps = [recorded], rows, runs }: Wish, answer?: Make) {
  const clock = new TestClock();
  const world = await openEngine(
    { make: { effect: "update", ...(answer && { answer }) } },
    { clock, webhook: facts, ...(runs && { runs }), ...(rows && { list: { operation: listed, rows } }) },
  );
  await world.engine.start();
  const flow = await world.published(steps, {
    settings,
    trigger: { app: "app", ...(rows ? { operation: "list" } : { operation: "hook", record: "{{ trigger.contact }}" }), ...trigger },
  });
  /** Lets `ms` pass, with all that happens meanwhile. */
  const pass = async (ms = 0) => {
    for (let rest = ms; ; rest -= 1000) {
      for (let i = 0; i < 6; i++) await clock.advance(0);
      if (rest <= 0) return;
      await clock.advance(Math.min(rest, 1000));
    }
  };
  let serial = 0;
  const fire = async (payload: Record<string, unknown>) => {
    const accepted = world.fire(flow.id, { id: `e${serial++}`, ...payload });
    await clock.advance(0);
    return accepted;
  };
  const inputs = () => world.calls.map((call) => call.input);
  return { ...world, clock, flow, pass, fire, inputs };
}

describe("a burst", () => {
  it("becomes one run of the newest, once it is quiet", async () => {
    const { engine, fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    const first = await fire({ contact: "c1", n: 1 });
    await pass(6000);
    const second = await fire({ contact: "c1", n: 2 });
    await pass(6000);
    expect(inputs()).toEqual([]);
    await fire({ contact: "c1", n: 3 });
    await pass(10_000);
    expect(inputs()).toMatchObject([{ n: 3, merged: 2, known: false, fields: [] }]);
    expect(second).toMatchObject({ repeat: false, runIds: first.runIds });
    expect((await engine.run(workspace, first.runIds[0]!)).run).toMatchObject({
      record: "c1",
      merged: 2,
      settling: false,
      state: "succeeded",
    });
  });

  it("of another record is another run", async () => {
    const { fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    await fire({ contact: "c1", n: 1 });
    await fire({ contact: "c2", n: 1 });
    await pass(10_000);
    expect(inputs().map((i) => i.contact)).toEqual(["c1", "c2"]);
  });

  it("without end is let go after ten windows", async () => {
    const { fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    for (let i = 0; i < 30; i++) {
      await fire({ contact: "c1", n: i });
      await pass(4000);
    }
    expect(inputs()).toHaveLength(1);
    expect(inputs()[0]).toMatchObject({ merged: 24 });
  });

  it("goes by the sender's time where it says one, and by arrival where it does not", async () => {
    const { fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    await fire({ contact: "c1", n: 2, at: "2026-01-15T09:30:02Z" });
    await fire({ contact: "c1", n: 1, at: "2026-01-15T09:30:01Z" });
    await fire({ contact: "c2", n: 1 });
    await fire({ contact: "c2", n: 2, at: "2026-01-15T09:30:02Z" });
    await pass(10_000);
    expect(inputs().map((i) => [i.contact, i.n])).toEqual([
      ["c1", 2],
      ["c2", 2],
    ]);
  });

  it("takes a repeat of a key for a repeat, and an event without a record for itself", async () => {
    const { fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    await fire({ id: "same", contact: "c1", n: 1 });
    expect(await fire({ id: "same", contact: "c1", n: 1 })).toMatchObject({ repeat: true, runIds: [] });
    await fire({ n: 8 });
    await fire({ n: 9 });
    await pass(1000);
    expect(inputs().map((i) => i.n)).toEqual([8, 9]);
    await pass(10_000);
    expect(inputs()[2]).toMatchObject({ n: 1, merged: 0 });
  });

  it("that is cancelled while it settles stays cancelled, and the next event begins anew", async () => {
    const { engine, fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    const { runIds } = await fire({ contact: "c1", n: 1 });
    const cancelled = engine.cancel(workspace, runIds[0]!);
    await pass();
    await cancelled;
    const next = await fire({ contact: "c1", n: 2 });
    expect(next.runIds).not.toEqual(runIds);
    await pass(30_000);
    expect(inputs()).toMatchObject([{ n: 2, old: 1, merged: 0 }]);
    expect((await engine.run(workspace, runIds[0]!)).run.state).toBe("cancelled");
  });

  it("runs to its end though its flow is paused or deleted meanwhile, and takes in nothing while that is so", async () => {
    const { engine, flow, fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    await fire({ contact: "c1", n: 1 });
    await engine.flows.pause(workspace, flow.id);
    expect(await fire({ contact: "c1", n: 2 })).toMatchObject({ sample: true, runIds: [] });
    await pass(5000);
    await engine.flows.resume(workspace, flow.id);
    await fire({ contact: "c1", n: 3 });
    await fire({ contact: "c2", n: 4 });
    await engine.flows.delete(workspace, flow.id);
    await pass(10_000);
    expect(inputs()).toMatchObject([
      { contact: "c1", n: 3, merged: 1 },
      { contact: "c2", n: 4, merged: 0 },
    ]);
    expect(await engine.counts(workspace, {})).toMatchObject({ succeeded: 2, queued: 0 });
  });

  it("does not reach a run of another version", async () => {
    const { engine, flow, fire, pass, inputs } = await open({ settings: { settle: "10s" } });
    await fire({ contact: "c1", n: 1 });
    await engine.flows.save(workspace, flow.id, { ...flow.draft, description: "another version" });
    await engine.flows.publish(workspace, flow.id);
    await fire({ contact: "c1", n: 2 });
    await pass(10_000);
    expect(inputs().map((i) => [i.n, i.merged])).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});

describe("order", () => {
  it("keeps the runs of a record one after another under many workers, and those of others apart from it", async () => {
    const open_ = new Map<unknown, number>();
    let atOnce = 0;
    const clockOf: { clock?: TestClock } = {};
    const seen: [unknown, unknown][] = [];
    const { clock, engine, fire, pass } = await open(
      { settings: { order: "record" }, steps: [plain, { ...plain, id: "again" }] },
      async ({ input }) => {
        expect(open_.get(input.contact) ?? input.n).toBe(input.n);
        open_.set(input.contact, input.n as number);
        atOnce = Math.max(atOnce, open_.size);
        seen.push([input.contact, input.n]);
        await sleep(clockOf.clock!, (Number(input.n) * 7919) % 900);
        open_.delete(input.contact);
      },
    );
    clockOf.clock = clock;
    const records = ["a", "b", "c", "d", "e"];
    for (let n = 0; n < 20; n++) await Promise.all(records.map((contact) => fire({ contact, n })));
    await pass(60_000);
    expect(atOnce).toBe(5);
    for (const contact of records)
      expect(seen.filter(([c]) => c === contact).map(([, n]) => n)).toEqual(Array.from({ length: 20 }, (_, n) => [n, n]).flat());
    expect(await engine.counts(workspace, {})).toMatchObject({ succeeded: 100, queued: 0 });
  });

  it("waits behind a wait step, and goes on past a run that failed", async () => {
    const refused = () =>
      new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", status: 422, message: "no", outcome: "refused" } });
    let failing = true;
    const steps: StepDefinition[] = [{ id: "later", if: "trigger.n == 2", then: [{ id: "pause", wait: "10m" }] }, plain];
    const { fire, pass, inputs, engine } = await open({ settings: { order: "record" }, steps }, ({ input }) => {
      if (input.n === 1 && failing) throw refused();
    });
    const { runIds } = await fire({ contact: "c1", n: 1 });
    for (const n of [2, 3]) await fire({ contact: "c1", n });
    await pass(60_000);
    expect(inputs().map((i) => i.n)).toEqual([1]);
    expect(await engine.counts(workspace, {})).toMatchObject({ failed: 1, waiting: 1, queued: 1 });
    await pass(600_000);
    expect(inputs().map((i) => i.n)).toEqual([1, 2, 3]);
    failing = false;
    await engine.replay(workspace, { ids: runIds, from: "failed", version: "same" });
    await pass(1000);
    expect(inputs().map((i) => i.n)).toEqual([1, 2, 3, 1]);
  });

  it("costs a sweep one question for each record, however many wait behind a run that waits", async () => {
    let asked = 0;
    const runs = (store: RunStore): RunStore => ({
      ...store,
      commit(writes) {
        asked += writes.claims?.length ?? 0;
        return store.commit(writes);
      },
    });
    const steps: StepDefinition[] = [{ id: "pause", wait: "5m" }, plain];
    const { fire, pass, inputs, clock } = await open({ settings: { order: "record" }, steps, runs });
    for (let n = 0; n < 40; n++) await fire({ contact: n % 2 ? "c1" : "c2", n });
    await pass(1000);
    asked = 0;
    await pass(60_000); // two sweeps
    expect(asked).toBeLessThanOrEqual(4);
    expect(inputs()).toEqual([]);
    for (let n = 0; n < 25; n++) {
      await clock.advance(290_000);
      await pass(20_000);
    }
    expect(inputs().filter((i) => i.contact === "c1")).toHaveLength(20);
    expect(inputs().map((i) => i.n)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it("waits behind a run that is tried again", async () => {
    let down = true;
    const { fire, pass, inputs } = await open({ settings: { order: "record" }, steps: [plain] }, () => {
      if (down) throw new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "target", problem: "refused", outcome: "not_sent" } });
    });
    for (const n of [1, 2]) await fire({ contact: "c1", n });
    await pass(300_000);
    expect(new Set(inputs().map((i) => i.n))).toEqual(new Set([1]));
    down = false;
    await pass(600_000);
    expect(
      inputs()
        .slice(-2)
        .map((i) => i.n),
    ).toEqual([1, 2]);
  });

  it("holds for a run that a person puts back: it waits for the one that has begun, and goes before those that have not", async () => {
    let failing = true;
    const steps: StepDefinition[] = [plain, { id: "pause", wait: "1m" }, { ...plain, id: "again" }];
    const { fire, pass, inputs, engine } = await open({ settings: { order: "record" }, steps }, ({ input }) => {
      if (input.n === 1 && failing) throw refused();
    });
    const { runIds } = await fire({ contact: "c1", n: 1 });
    for (const n of [2, 3]) await fire({ contact: "c1", n });
    await pass(1000);
    failing = false;
    await engine.replay(workspace, { ids: runIds, from: "failed", version: "same" });
    await pass(600_000);
    expect(inputs().map((i) => i.n)).toEqual([1, 2, 2, 1, 1, 3, 3]);
  });

  it("is given up by a run that is cancelled, begun or not", async () => {
    const steps: StepDefinition[] = [{ id: "first", if: "trigger.n < 3", then: [{ id: "pause", wait: "1d" }] }, plain];
    const { fire, pass, inputs, engine } = await open({ settings: { order: "record" }, steps });
    const ids: string[] = [];
    for (const n of [1, 2, 3]) ids.push((await fire({ contact: "c1", n })).runIds[0]!);
    await pass(1000);
    for (const id of [ids[1]!, ids[0]!]) {
      const cancelled = engine.cancel(workspace, id);
      await pass();
      await cancelled;
    }
    await pass(1000);
    expect(inputs().map((i) => i.n)).toEqual([3]);
    expect(await engine.counts(workspace, {})).toMatchObject({ cancelled: 2, succeeded: 1 });
  });

  it("is given up by a run that is cancelled just as it asks for its turn", async () => {
    const { fire, pass, engine } = await open({ settings: { order: "record" }, steps: [{ id: "pause", wait: "1d" }, plain] });
    await fire({ contact: "c1", n: 1 });
    await pass();
    const { runIds } = await fire({ contact: "c1", n: 2 });
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve)); // it has asked, and the journal has not written
    const cancelled = engine.cancel(workspace, runIds[0]!);
    await pass();
    await cancelled;
    expect((await engine.run(workspace, runIds[0]!)).run.state).toBe("cancelled");
  });

  it("is given up by a run that is cancelled while the store refuses its claim", async () => {
    const full = Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
    let refuse: (() => void) | undefined;
    const runs = (store: RunStore): RunStore => ({
      ...store,
      commit(writes) {
        if (refuse || !writes.claims?.length) return store.commit(writes);
        return new Promise((_, reject) => (refuse = () => reject(full)));
      },
    });
    const { fire, pass, engine, inputs } = await open({ settings: { order: "record" }, steps: [plain], runs });
    const { runIds } = await fire({ contact: "c1", n: 1 });
    await pass();
    const cancelled = engine.cancel(workspace, runIds[0]!);
    refuse!();
    await pass(1000);
    await pass(5000);
    await cancelled;
    expect((await engine.run(workspace, runIds[0]!)).run.state).toBe("cancelled");
    expect(inputs()).toEqual([]);
  });

  it("with bursts: while a run of a record works, what follows gathers in one", async () => {
    const clockOf: { clock?: TestClock } = {};
    const { clock, fire, pass, inputs } = await open({ settings: { order: "record", settle: "1s" } }, () => sleep(clockOf.clock!, 60_000));
    clockOf.clock = clock;
    await fire({ contact: "c1", n: 1 });
    await pass(2000);
    for (let n = 2; n < 9; n++) {
      await fire({ contact: "c1", n });
      await pass(5000);
    }
    await pass(120_000);
    expect(inputs().map((i) => [i.n, i.old ?? null, i.merged])).toEqual([
      [1, null, 0],
      [8, 1, 6],
    ]);
  });
});

it("a template of the trigger that does not fit an event turns none away: it goes its own way", async () => {
  const { fire, pass, inputs, engine } = await open({
    settings: { order: "record" },
    trigger: { record: "{{ trigger.at | date: '%F' }}", key: "{{ trigger.at | date: '%s' }}" },
    steps: [plain],
  });
  expect(await fire({ contact: "c1", n: 1, at: "not a date" })).toMatchObject({ repeat: false });
  await pass();
  expect(inputs()).toEqual([{ contact: "c1", n: 1 }]);
  expect((await engine.runs(workspace, {}, { limit: 9 })).map((run) => run.record)).toEqual([null]);
});

describe("old and new values", () => {
  it("are those of the event before, for fields that changed", async () => {
    const { fire, pass, inputs, engine } = await open({ trigger: { previous: true } });
    await fire({ contact: "c1", n: 1, tags: ["a"], at: 1_700_000_000 });
    await pass();
    const { runIds } = await fire({ contact: "c1", n: 2, tags: ["a"], note: null, at: 1_700_000_001 });
    await pass();
    await fire({ contact: "c1", n: 2, tags: ["a", "b"], at: 1_700_000_002 });
    await pass();
    expect(inputs()).toMatchObject([
      { known: false, fields: [], merged: 0, late: false },
      { known: true, fields: ["n"], old: 1 },
      { known: true, fields: ["tags"] },
    ]);
    await engine.replay(workspace, { ids: runIds, from: "start", version: "same" });
    await pass();
    expect(inputs()[3]).toMatchObject({ known: true, fields: ["n"], old: 1 });
  });

  it("are shown with the run", async () => {
    const { engine, fire, pass } = await open({ trigger: { previous: true } });
    await fire({ contact: "c1", n: 1 });
    const { runIds } = await fire({ contact: "c1", n: 2 });
    await pass();
    const change = { fields: ["n"], old: { n: 1 }, new: { n: 2 }, known: true, merged: 0, late: false };
    expect(await engine.change(await engine.run(workspace, runIds[0]!))).toEqual(change);
  });

  it("of what a poll finds are kept by row, to the end of the row", async () => {
    const row = (n: number, changedAt: number) => ({ contact: "c1", n, name: "Ada", changedAt });
    let rows: unknown[] = [];
    const { engine, pass, calls } = await open({
      rows: () => rows,
      trigger: { every: "1m", emit: "all", previous: true },
      steps: [{ id: "send", app: "app", operation: "make", input: { change: "{{ trigger._change }}" } }],
    });
    await pass(60_000); // takes stock of nothing
    for (const now of [[row(1, 1_700_000_000)], [row(2, 1_700_000_001)], [], [], [row(3, 1_700_000_002)]]) {
      rows = now;
      await pass(60_000);
    }
    expect(calls.map((call) => call.input.change)).toMatchObject([
      { kind: "new", known: false, fields: [] },
      { kind: "changed", known: true, fields: ["n"], old: { n: 1 }, new: { n: 2 } },
      { kind: "deleted", known: true, old: row(2, 1_700_000_001), new: {} },
      { kind: "new", known: false, fields: [] },
    ]);
    const runs = await engine.runs(workspace, { person: personSearch("c1") }, { limit: 9 });
    expect(runs.map((run) => run.record)).toEqual(["c1", "c1", "c1", "c1"]);
  });

  it("are not turned back by an event that came late, which is marked as late", async () => {
    const { fire, pass, inputs } = await open({ trigger: { previous: true } });
    for (const n of [1, 3, 2, 4]) {
      await fire({ contact: "c1", n, at: 1_700_000_000 + n });
      await pass();
    }
    expect(inputs().map((i) => [i.n, i.old ?? null, i.late])).toEqual([
      [1, null, false],
      [3, 1, false],
      [2, 3, true],
      [4, 3, false],
    ]);
  });

  it("are not stopped by a sender whose clock is ahead", async () => {
    const { fire, pass, inputs } = await open({ trigger: { previous: true } });
    for (const at of ["2999-01-01", "2026-01-15T09:40:00Z", "2026-01-15T09:50:00Z"]) {
      await fire({ contact: "c1", n: at, at });
      await pass(600_000);
    }
    expect(inputs().map((i) => i.old ?? null)).toEqual([null, "2999-01-01", "2026-01-15T09:40:00Z"]);
  });

  it("of a dry run are unknown, and a flow that does not ask sees the event as it came", async () => {
    const { engine, flowOf, fire, pass, inputs } = await open({ steps: [plain] });
    await fire({ contact: "c1", n: 1 });
    await pass();
    expect(inputs()).toEqual([{ contact: "c1", n: 1 }]);
    const definition = flowOf([recorded], { trigger: { app: "app", operation: "hook", record: "{{ trigger.contact }}", previous: true } });
    const { steps } = await engine.dryRun(workspace, { definition }, { contact: "c1", n: 2 });
    expect(steps[0]!.input).toMatchObject({ n: 2, known: false, fields: [], merged: 0 });
  });
});
