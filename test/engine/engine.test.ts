import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { turnsUntil, rest } from "../support/turns.ts";

const broken = (
  outcome: "unknown" | "not_sent" | "refused",
  code: "OUTBOUND_FAILED" | "OUTBOUND_REFUSED" | "OUTBOUND_TIMEOUT" = "OUTBOUND_FAILED",
) => new MillraceError(code, { details: { app: "App", operation: "make", status: 500, message: "no", outcome } });
const action = (id: string, input: Record<string, unknown> = {}, more = {}) => ({
  id,
  app: "app",
  operation: "make",
  input: input as never,
  ...more,
});

/** Fails the first `n` times. */
const failing = (n: number, error: () => Error, then: (call: StepCall) => unknown = () => ({ id: "made" })) => {
  let times = 0;
  return (call: StepCall) => {
    if (times++ < n) throw error();
    return then(call);
  };
};

describe("a run", () => {
  it("goes from an accepted event to a recorded result, its mapping filled and its types kept", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({
      make: { title: "Create Contact", answer: () => ({ id: "c1" }) },
    });
    await engine.start();
    const flow = await published([action("contact", { email: "{{ trigger.email | downcase }}", score: "{{ trigger.score }}" })]);
    const { runIds } = await fire(flow.id, { id: 1, email: "ADA@Example.com", score: 9 });
    const { run, steps } = await settled(runIds[0]!);
    expect(run).toMatchObject({ state: "succeeded", summary: "Created contact", person: "ada@example.com", attention: false });
    expect(calls[0]?.input).toEqual({ email: "ada@example.com", score: 9 });
    expect(steps[0]).toMatchObject({
      path: "contact",
      state: "succeeded",
      input: { email: "ada@example.com", score: 9 },
      output: { id: "c1" },
    });
  });

  it("hands a step's result to the next, and a branch, a loop, a format and a filter do their part", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({
      make: { answer: (c) => ({ id: `made-${String(c.input.n)}` }) },
    });
    await engine.start();
    const flow = await published([
      { id: "shape", format: { double: "{{ trigger.n | times: 2 }}" } },
      { id: "enough", filter: "shape.double > 2" },
      { id: "big", if: "shape.double > 100", then: [action("never")], else: [action("first", { n: "{{ shape.double }}" })] },
      { id: "each", forEach: "trigger.items", as: "item", do: [action("loop", { n: "{{ item.name }}-{{ item_index }}" })] },
    ]);
    const { runIds } = await fire(flow.id, { id: 1, n: 2, items: [{ name: "a" }, { name: "b" }] });
    const { run, steps } = await settled(runIds[0]!);
    expect(run.state).toBe("succeeded");
    expect(calls.map((c) => c.input.n)).toEqual([4, "a-0", "b-1"]);
    expect(steps.map((s) => s.path)).toEqual(["shape", "enough", "big", "big/first", "each", "each[0]/loop", "each[1]/loop"]);
  });

  it("that a filter stops ends Filtered, and says by what", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([{ id: "has-email", title: "Has an e-mail", filter: "trigger.email != blank" }, action("contact")]);
    const { run } = await settled((await fire(flow.id, { id: 1 })).runIds[0]!);
    expect(run).toMatchObject({ state: "filtered", summary: "Filtered: 'Has an e-mail' does not hold", attention: false });
    const untitled = await published([{ id: "ok", filter: "{{ trigger.email != blank }}" }]);
    const again = await settled((await fire(untitled.id, { id: 2 })).runIds[0]!);
    expect(again.run.summary).toBe("Filtered: 'The e-mail has a value' does not hold");
    expect(calls).toEqual([]);
  });

  it("waits on its row, not in a process, and goes on when the time has come", async () => {
    const { engine, clock, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([{ id: "pause", wait: "2h" }, action("after")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    const { run } = await settled(id!, ["waiting"]);
    expect(run.dueAt - clock.now()).toBe(2 * 3_600_000);
    await (clock as TestClock).advance(2 * 3_600_000 + 1);
    await settled(id!);
    expect(calls).toHaveLength(1);
  });

  it("accepts a repeat of a key without a second run", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([action("contact")]);
    const first = await fire(flow.id, { id: "same" });
    const second = await fire(flow.id, { id: "same" });
    await settled(first.runIds[0]!);
    expect(second).toMatchObject({ repeat: true, runIds: [] });
    expect(calls).toHaveLength(1);
  });

  it("of a flow that is off is not made: the event is kept as a sample", async () => {
    const { engine, published, fire } = await openEngine({ make: {} });
    const flow = await published([action("contact")]);
    await engine.flows.pause(workspace, flow.id);
    expect(await fire(flow.id, { id: 1, name: "Ada" })).toMatchObject({ sample: true, runIds: [] });
    expect(await engine.samples(workspace, flow.id, 3)).toMatchObject([{ payload: { id: 1, name: "Ada" }, from: "event" }]);
  });

  it("ends on the version it began with", async () => {
    const { engine, clock, published, fire, settled, calls, flowOf } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([{ id: "pause", wait: "1m" }, action("old", { v: 1 })]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await engine.flows.save(workspace, flow.id, flowOf([action("new", { v: 2 })]));
    await engine.flows.publish(workspace, flow.id);
    await (clock as TestClock).advance(61_000);
    await settled(id!);
    await settled((await fire(flow.id, { id: 2 })).runIds[0]!);
    expect(calls.map((c) => c.input)).toEqual([{ v: 1 }, { v: 2 }]);
  });
});

describe("a failure", () => {
  it("that can heal is tried again with the same idempotency key and the same input, and every attempt is kept", async () => {
    const { engine, clock, published, fire, settled, calls } = await openEngine({
      make: { effect: "upsert", answer: failing(2, () => broken("unknown")) },
    });
    await engine.start();
    const flow = await published([action("contact", { at: "{{ 'now' | date: '%s%L' }}" })]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    for (let i = 0; i < 3; i++) {
      await settled(id!, ["waiting", "succeeded"]);
      await (clock as TestClock).advance(5000);
    }
    const { run, steps } = await settled(id!);
    expect(run).toMatchObject({ state: "succeeded", error: null });
    expect(steps[0]?.attempts.map((a) => a.error?.code ?? "ok")).toEqual(["OUTBOUND_FAILED", "OUTBOUND_FAILED", "ok"]);
    expect(new Set(calls.map((c) => c.idempotencyKey)).size).toBe(1);
    expect(new Set(calls.map((c) => JSON.stringify(c.input))).size).toBe(1);
  });

  it("of the user's making rests at once in Needs attention, with the sentence that names it", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({
      make: { answer: failing(9, () => broken("refused", "OUTBOUND_REFUSED")) },
    });
    await engine.start();
    const flow = await published([action("contact")]);
    const { run } = await settled((await fire(flow.id, { id: 1 })).runIds[0]!);
    expect(run).toMatchObject({
      state: "failed",
      attention: true,
      error: { code: "OUTBOUND_REFUSED", message: "App refused make: no", details: { step: "contact" } },
    });
    expect(calls).toHaveLength(1);
    expect(await engine.runs(workspace, { attention: true }, { limit: 9 })).toHaveLength(1);
    await engine.dismiss(workspace, run.id);
    expect(await engine.runs(workspace, { attention: true }, { limit: 9 })).toEqual([]);
  });

  it("the flow allows for becomes the step's result, and the run goes on", async () => {
    const { engine, published, fire, settled } = await openEngine({
      make: {
        answer: failing(
          1,
          () => broken("refused", "OUTBOUND_REFUSED"),
          (c) => c.input,
        ),
      },
    });
    await engine.start();
    const flow = await published([action("first", {}, { onError: "continue" }), action("second", { why: "{{ first.error.code }}" })]);
    const { run, steps } = await settled((await fire(flow.id, { id: 1 })).runIds[0]!);
    expect(run.state).toBe("succeeded");
    expect(steps[1]?.output).toEqual({ why: "OUTBOUND_REFUSED" });
  });

  it("of a mapping names the field", async () => {
    const { engine, published, fire, settled } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([action("contact", { phone: "{{ trigger.phone | phone }}" })]);
    const { run } = await settled((await fire(flow.id, { id: 1, phone: "not a phone" })).runIds[0]!);
    expect(run).toMatchObject({
      state: "failed",
      error: { code: "MAPPING_FAILED", details: { field: expect.stringContaining("phone") as string } },
    });
  });

  it("for want of quota costs no attempt", async () => {
    const wait = (clock: TestClock) =>
      new MillraceError("QUOTA_WAIT", { details: { at: "later", retryAt: clock.now() + 500, outcome: "not_sent" } });
    const clock = new TestClock();
    const { engine, published, fire, settled } = await openEngine({ make: { answer: failing(3, () => wait(clock)) } }, { clock });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    for (let i = 0; i < 8; i++) {
      await rest(clock);
      await clock.advance(1100);
    }
    const { steps } = await settled(id!);
    expect(steps[0]?.attempts).toHaveLength(1);
  });

  it("for want of quota is no failure in a dry run: it says how long a real run would wait", async () => {
    const wait = () => new MillraceError("QUOTA_WAIT", { details: { wait: "40 seconds", retryAt: 40_000, outcome: "not_sent" } });
    const { engine, flowOf } = await openEngine({ find: { effect: "read", answer: failing(9, wait) } });
    const definition = flowOf([{ ...action("contact"), operation: "find" }]);
    const dry = await engine.dryRun(workspace, { definition }, { n: 1 });
    expect(dry).toMatchObject({ outcome: "waiting", steps: [{ state: "waiting" }] });
    expect(dry.summary).toBe(
      "It would wait about 40 seconds: the request budget of this sub-account is used up. A real run goes on by itself then.",
    );
  });
});

describe("an outcome nobody knows", () => {
  it("is looked up before a create is written again: found, nothing is doubled", async () => {
    const { engine, clock, published, fire, settled, calls } = await openEngine({
      make: { confirm: true, answer: failing(1, () => broken("unknown")), look: () => ({ id: "there already" }) },
    });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await (clock as TestClock).advance(5000);
    const { steps } = await settled(id!);
    expect(calls).toHaveLength(1);
    expect(steps[0]).toMatchObject({ state: "succeeded", output: { id: "there already" } });
    expect(steps[0]?.attempts.at(-1)?.note).toContain("had taken effect");
  });

  it("stays in doubt when the looking fails, however it fails", async () => {
    const look = failing(
      2,
      () => broken("refused"),
      () => ({ id: "there already" }),
    );
    const { engine, clock, published, fire, settled, calls, looks } = await openEngine({
      make: { confirm: true, answer: failing(1, () => broken("unknown")), look },
    });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await (clock as TestClock).advance(3_600_000);
    const { run } = await settled(id!);
    expect([run.state, calls.length, looks.length]).toEqual(["succeeded", 1, 3]);
  });

  it("is looked up, not found, and then written", async () => {
    const { engine, clock, published, fire, settled, calls, looks } = await openEngine({
      make: { confirm: true, answer: failing(1, () => broken("unknown")) },
    });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await (clock as TestClock).advance(5000);
    await settled(id!);
    expect([calls.length, looks.length]).toEqual([2, 1]);
  });

  it("holds the run where there is no way to look, until a person replays it", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: { answer: failing(1, () => broken("unknown")) } });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    const { run } = await settled(id!);
    expect(run).toMatchObject({ state: "held", attention: true, error: { code: "UNKNOWN_OUTCOME" } });
    await engine.replay(workspace, { ids: [id!], from: "failed", version: "same" });
    expect((await settled(id!)).run.state).toBe("succeeded");
    expect(calls).toHaveLength(2);
    expect(calls[0]?.idempotencyKey).toBe(calls[1]?.idempotencyKey);
  });

  it("is tried again all the same where the flow says so", async () => {
    const { engine, clock, published, fire, settled, calls } = await openEngine({ make: { answer: failing(1, () => broken("unknown")) } });
    await engine.start();
    const flow = await published([action("contact")], { settings: { unknownOutcome: "retry" } });
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await (clock as TestClock).advance(5000);
    await settled(id!);
    expect(calls).toHaveLength(2);
  });

  it("after a process died in mid-call is found by the step it began", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "millrace-")), "m.db");
    const first = await openEngine({ make: { confirm: true, answer: () => new Promise(() => {}) } }, { file });
    await first.engine.start();
    const flow = await first.published([action("contact", { email: "{{ trigger.email }}" })]);
    const [id] = (await first.fire(flow.id, { id: 1, email: "ada@example.com" })).runIds;
    await turnsUntil("the call is on its way", () => first.calls.length > 0, first.clock);
    await first.db.close();

    const second = await openEngine({ make: { confirm: true, look: (c) => ({ id: "c1", email: c.input.email }) } }, { file });
    await second.engine.start();
    const { run, steps } = await second.settled(id!);
    expect(run.state).toBe("succeeded");
    expect(second.calls).toEqual([]);
    expect(steps[0]?.output).toEqual({ id: "c1", email: "ada@example.com" });
  });
});

describe("a replay", () => {
  it("from the start is a new run with keys of its own", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!);
    const { replayed } = await engine.replay(workspace, { ids: [id!], from: "start", version: "same" });
    const { run } = await settled(replayed[0]!.as);
    expect(run).toMatchObject({ replayOf: id, state: "succeeded" });
    expect(new Set(calls.map((c) => c.idempotencyKey)).size).toBe(2);
  });

  it("from the failed step keeps what was done", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({
      make: {},
      later: { answer: failing(1, () => broken("refused", "OUTBOUND_REFUSED")) },
    });
    await engine.start();
    const flow = await published([action("first"), { ...action("second"), operation: "later" }]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    expect((await settled(id!)).run.state).toBe("failed");
    await engine.replay(workspace, { ids: [id!], from: "failed", version: "same" });
    expect((await settled(id!)).run).toMatchObject({ state: "succeeded", attention: false, error: null });
    expect(calls.map((c) => c.operation)).toEqual(["make", "later", "later"]);
  });

  it("on the mended version goes on with the other's keys and results", async () => {
    const { engine, published, fire, settled, calls, flowOf } = await openEngine({
      make: { answer: () => ({ id: "c1" }) },
      later: { answer: failing(1, () => broken("refused", "OUTBOUND_REFUSED")) },
    });
    await engine.start();
    const second = (n: number) => ({ ...action("second", { contact: "{{ first.id }}", n }), operation: "later" });
    const flow = await published([action("first"), second(1)]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!);
    await engine.flows.save(workspace, flow.id, flowOf([action("first"), second(2)]));
    await engine.flows.publish(workspace, flow.id);
    const { replayed } = await engine.replay(workspace, { ids: [id!], from: "failed", version: "published" });
    expect((await settled(replayed[0]!.as)).run.state).toBe("succeeded");
    expect(calls.map((c) => c.input)).toEqual([{}, { contact: "c1", n: 1 }, { contact: "c1", n: 2 }]);
    expect(calls[1]?.idempotencyKey).toBe(calls[2]?.idempotencyKey);
    expect((await engine.run(workspace, id!)).run.attention).toBe(false);
  });

  it("on another version still looks before it writes what may have taken effect", async () => {
    const exhausts = { retry: { maxAttempts: 1 } };
    let looks = 0;
    const { engine, published, fire, settled, calls } = await openEngine({
      make: {
        confirm: true,
        answer: failing(1, () => broken("unknown")),
        look: () => {
          if (looks++ === 0) throw broken("not_sent"); // the first look cannot tell either
          return { id: "there already" };
        },
      },
    });
    await engine.start();
    const flow = await published([action("contact")], { settings: exhausts });
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    expect((await settled(id!)).run.state).toBe("failed");
    await engine.flows.save(workspace, flow.id, { ...flow.draft, description: "another version" });
    await engine.flows.publish(workspace, flow.id);
    const { replayed } = await engine.replay(workspace, { ids: [id!], from: "failed", version: "published" });
    expect((await settled(replayed[0]!.as)).steps[0]?.output).toEqual({ id: "there already" });
    expect(calls).toHaveLength(1);
  });

  it("does not do again a failure that the flow had allowed for", async () => {
    const refused = () => broken("refused", "OUTBOUND_REFUSED");
    const { engine, published, fire, settled, calls } = await openEngine({
      make: { answer: failing(1, refused) },
      later: { answer: failing(1, refused) },
    });
    await engine.start();
    const flow = await published([action("first", {}, { onError: "continue" }), { ...action("second"), operation: "later" }]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!);
    await engine.replay(workspace, { ids: [id!], from: "failed", version: "same" });
    expect((await settled(id!)).run.state).toBe("succeeded");
    expect(calls.map((c) => c.operation)).toEqual(["make", "later", "later"]);
  });

  it("of a selection tells run by run what could not be replayed", async () => {
    const { engine, published, fire, settled } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([action("contact")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!);
    const { replayed, refused } = await engine.replay(workspace, { ids: [id!, "run_none"], from: "failed", version: "same" });
    expect(replayed).toEqual([]);
    expect(refused.map((r) => r.error.code)).toEqual(["RUN_NOT_REPLAYABLE", "NOT_FOUND"]);
  });
});

describe("changes of a flow", () => {
  it("asked for at once happen one after another: two clicks publish once, and the last word counts, trigger and all", async () => {
    const list = { operation: { identity: "id" }, rows: () => [] };
    const { engine, flowOf } = await openEngine({ make: {} }, { list });
    const definition = flowOf([action("contact")], { trigger: { app: "app", operation: "list" } });
    const { id } = await engine.flows.create(workspace, definition);
    const twice = await Promise.all([engine.flows.publish(workspace, id), engine.flows.publish(workspace, id)]);
    expect(twice.map((flow) => flow.version)).toEqual([1, 1]);
    await Promise.all([engine.flows.pause(workspace, id), engine.flows.publish(workspace, id)]);
    const flow = await engine.flows.get(workspace, id);
    expect([flow.status, (await engine.flows.trigger(flow)).active]).toEqual(["on", true]);
    await Promise.all([engine.flows.resume(workspace, id), engine.flows.pause(workspace, id)]);
    const off = await engine.flows.get(workspace, id);
    expect([off.status, (await engine.flows.trigger(off)).active]).toEqual(["off", false]);
    await expect(Promise.all([engine.flows.delete(workspace, id), engine.flows.save(workspace, id, definition)])).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });
});

describe("a step that is switched off", () => {
  const off = { off: true };
  const steps = [
    action("contact", { n: 1 }),
    { id: "unfinished", filter: "nobody.knows == 1", ...off },
    { id: "no_condition", filter: "", ...off },
    { id: "maybe", if: "trigger.n", ["then"]: [action("inner", { n: "{{ later.id }}" })], ...off },
    action("send", { n: "{{ contact.id }}" }, off),
    action("last", { was: "{{ send.id }}", n: 2 }),
  ];

  it("is passed over with what is inside it, and the run says so", async () => {
    const { engine, published, fire, settled, calls } = await openEngine({ make: { answer: () => ({ id: "made" }) } });
    await engine.start();
    const flow = await published(steps);
    const { run, steps: done } = await settled((await fire(flow.id, { id: 1, n: 1 })).runIds[0]!);
    expect(run.state).toBe("succeeded");
    expect(calls.map(({ input }) => input)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(done.map(({ path, state }) => `${path} ${state}`)).toEqual([
      "contact succeeded",
      "unfinished skipped",
      "no_condition skipped",
      "maybe skipped",
      "send skipped",
      "last succeeded",
    ]);
    expect(done[1]?.output).toEqual({ off: true });
  });

  it("is skipped in a dry run, and its id is still taken", async () => {
    const { engine, flowOf } = await openEngine({ make: {} });
    const dry = await engine.dryRun(workspace, { definition: flowOf(steps) }, { n: 1 });
    expect(dry.skipped).toEqual(["unfinished", "no_condition", "maybe", "send"].map((step) => ({ step, why: "the step is switched off" })));
    const twice = flowOf([action("contact"), { id: "b", if: "x", ["then"]: [action("contact")], ...off }]);
    const { id } = await engine.flows.create(workspace, twice);
    await expect(engine.flows.publish(workspace, id)).rejects.toMatchObject({ code: "FLOW_NOT_READY" });
  });
});

describe("a flow that a crash left half switched on", () => {
  it("is armed by the next start; one that is off, or wholly on, is left as it is", async () => {
    const list = { operation: { identity: "id" }, rows: () => [] };
    const { engine, db, flowOf } = await openEngine({ make: {} }, { list });
    const poll = flowOf([action("contact")], { trigger: { app: "app", operation: "list" } });
    const [half, whole, off] = await Promise.all(
      ["half", "whole", "off"].map(async (name) => engine.flows.create(workspace, { ...poll, name })),
    );
    for (const flow of [half!, whole!, off!]) await engine.flows.publish(workspace, flow.id);
    await engine.flows.pause(workspace, off!.id);
    await db.q.updateTable("triggers").set({ active: 0, next_at: null }).where("flow_id", "=", half!.id).execute();
    expect(await engine.flows.mend(workspace)).toEqual(["half"]);
    const active = await Promise.all([half!, whole!, off!].map(async (flow) => (await engine.flows.trigger(flow)).active));
    expect([active, await engine.flows.mend(workspace)]).toEqual([[true, true, false], []]);
  });
});

describe("a published version that can no longer be read", () => {
  it("turns no event away: its run fails where a person sees it, and can be replayed once the flow is mended", async () => {
    const { engine, db, clock, published, flowOf, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([action("contact", { n: "{{ trigger.n }}" })]);
    const left = { ...flowOf([action("contact", { n: "{{ trigger.n | left_out_since }}" })]), settings: { order: "record" } };
    await db.q
      .updateTable("flow_versions")
      .set({ definition: JSON.stringify(left) })
      .execute();
    const { engine: next } = await openEngine({ make: {} }, { db, clock });
    await next.start();
    const trigger = await next.flows.trigger(flow);
    const accepted = await next.accept(trigger, { id: 1, n: 7 });
    expect((await settled(accepted.runIds[0]!)).run).toMatchObject({
      state: "failed",
      attention: true,
      error: { code: "MAPPING_FAILED", message: expect.stringContaining("left_out_since") as string },
    });
    await engine.flows.save(workspace, flow.id, flowOf([action("contact", { n: "{{ trigger.n }}" })]));
    await engine.flows.publish(workspace, flow.id);
    const { replayed } = await engine.replay(workspace, { ids: accepted.runIds, from: "start", version: "published" });
    expect((await settled(replayed[0]!.as)).run.state).toBe("succeeded");
    expect([calls.map((c) => c.input), await fire(flow.id, { id: 2, n: 8 })]).toMatchObject([[{ n: 7 }], { repeat: false }]);
  });
});

describe("cancelling", () => {
  it("ends a waiting run for good", async () => {
    const { engine, clock, published, fire, settled, calls } = await openEngine({ make: {} });
    await engine.start();
    const flow = await published([{ id: "pause", wait: "30s" }, action("after")]);
    const [id] = (await fire(flow.id, { id: 1 })).runIds;
    await settled(id!, ["waiting"]);
    await engine.cancel(workspace, id!);
    await (clock as TestClock).advance(60_000);
    expect((await settled(id!)).run.state).toBe("cancelled");
    expect(calls).toEqual([]);
  });
});

describe("a dry run", () => {
  it("reads, pretends the writes, goes past waits, and stores nothing", async () => {
    const { engine, flowOf, calls, db } = await openEngine({ make: {}, find: { effect: "read", answer: () => ({ id: "c9" }) } });
    const definition = flowOf([
      { ...action("look"), operation: "find" },
      { id: "pause", wait: "2h" },
      action("contact", { id: "{{ look.id }}" }),
      { id: "enough", filter: "trigger.n > 5" },
    ]);
    const dry = await engine.dryRun(workspace, { definition }, { n: 1 });
    expect(dry).toMatchObject({ outcome: "filtered", calls: 2, effects: [{ step: "contact" }] });
    expect(dry.skipped.map((s) => s.step)).toEqual(["pause", "enough"]);
    expect(dry.summary).toBe("It would be filtered: 'The n is more than 5' does not hold. It would make 1 change.");
    expect(calls.map((c) => c.operation)).toEqual(["find"]);
    expect(await db.q.selectFrom("runs").selectAll().execute()).toEqual([]);
  });
});
