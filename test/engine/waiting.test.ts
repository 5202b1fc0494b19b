import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { rest } from "../support/turns.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

/** Runs say for what they wait and until when; a little later nothing of it is left. */

const make: StepDefinition = { id: "send", app: "app", operation: "make", input: { n: "{{ trigger.id }}" } };
const answered = (status: number) =>
  new MillraceError("OUTBOUND_FAILED", {
    details: { app: "App", host: "App", operation: "make", status, message: "no", outcome: "refused" },
  });

async function open(answer: () => unknown, { concurrency = 64, effect = "upsert" as const } = {}) {
  const clock = new TestClock();
  const opened = await openEngine({ make: { effect, answer } }, { clock, concurrency });
  await opened.engine.start();
  const pass = async (ms = 0) => {
    await rest(clock);
    await clock.advance(ms);
    await rest(clock);
  };
  const waiting = async () =>
    (await opened.engine.runs(workspace, {}, { limit: 9 })).map((run) => ({
      state: run.state,
      kind: run.waiting?.kind,
      reason: run.waiting?.reason,
    }));
  return { ...opened, clock, pass, waiting };
}

describe("a run that waits", () => {
  it("for a call that is repeated says who answered what, the attempt and the next try; several of them are one outage", async () => {
    let down = true;
    const { engine, published, fire, pass, clock } = await open(() => {
      if (down) throw answered(500);
    });
    const flow = await published([make]);
    const begun = clock.now();
    for (const id of [1, 2]) await fire(flow.id, { id });
    await pass();
    const [run] = await engine.runs(workspace, {}, { limit: 1 });
    expect(run).toMatchObject({ state: "waiting", dueAt: begun + 750 });
    expect(run!.waiting).toEqual({ kind: "retry", reason: "App answered 500", app: "App", step: "send", attempts: 1, since: begun });
    expect(await engine.outages(workspace)).toMatchObject([
      { app: "App", host: null, reason: "App answered 500", since: begun, nextTryAt: begun + 750, waiting: 2 },
    ]);
    down = false;
    await pass(2_000);
    const after = await engine.runs(workspace, {}, { limit: 9 });
    expect(after.map(({ state, waiting = null }) => [state, waiting])).toEqual([
      ["succeeded", null],
      ["succeeded", null],
    ]);
    expect(await engine.outages(workspace)).toEqual([]);
  });

  it("for one call that is repeated for long is an outage as well", async () => {
    const { engine, published, fire, pass } = await open(() => {
      throw answered(503);
    });
    const flow = await published([make]);
    await fire(flow.id, { id: 1 });
    await pass();
    expect(await engine.outages(workspace)).toEqual([]);
    for (let i = 0; i < 3; i++) await pass(5_000);
    expect(await engine.outages(workspace)).toMatchObject([{ reason: "App answered 503", waiting: 1 }]);
  });

  it("for quota says so though its row does not, and when it goes on", async () => {
    let retryAt = 0;
    const { engine, published, fire, pass, clock, db } = await open(() => {
      if (clock.now() < retryAt)
        throw new MillraceError("QUOTA_WAIT", {
          details: { app: "App", limit: 100, windowMs: 10_000, connection: "acme", retryAt, outcome: "not_sent" },
        });
    });
    retryAt = clock.now() + 8_000;
    const flow = await published([make]);
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    const { run } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({
      state: "waiting",
      dueAt: retryAt,
      waiting: { kind: "quota", reason: "Quota: App takes 100 requests in 10 s", step: "send" },
    });
    expect((await db.q.selectFrom("runs").select("state").executeTakeFirstOrThrow()).state).toBe("queued");
    await pass(9_000);
    const after = (await engine.run(workspace, runIds[0]!)).run;
    expect([after.state, after.waiting ?? null]).toEqual(["succeeded", null]);
  });

  it("for a step, behind a run of the same record, for its record to settle, or for a place", async () => {
    const never = new Promise<never>(() => {});
    const { published, fire, pass, waiting } = await open(() => never, { concurrency: 1 });
    const pause = await published([{ id: "pause", wait: "2h" }]);
    await fire(pause.id, { id: 0 });
    await pass();
    expect(await waiting()).toMatchObject([{ state: "waiting", kind: "wait" }]);

    const settled = await published([make], {
      trigger: { app: "app", operation: "hook", record: "{{ trigger.of }}" },
      settings: { settle: "1h" },
    });
    await fire(settled.id, { id: 1, of: "c1" });
    expect((await waiting())[0]).toMatchObject({ state: "queued", kind: "settling" });

    const ordered = await published([make], {
      trigger: { app: "app", operation: "hook", record: "{{ trigger.of }}" },
      settings: { order: "record" },
    });
    const first = (await fire(ordered.id, { id: 2, of: "c1" })).runIds[0]!;
    await pass();
    await fire(ordered.id, { id: 3, of: "c1" });
    await fire(ordered.id, { id: 4, of: "c2" });
    await pass(3_000);
    expect((await waiting()).slice(0, 3)).toEqual([
      { state: "queued", kind: "place", reason: "Waits for a free place: 1 run is under way" },
      { state: "queued", kind: "behind", reason: `Behind run ${first} of the same record` },
      { state: "running", kind: undefined, reason: undefined },
    ]);
  });
});

describe("how long a run took", () => {
  it("is the time it was worked on: not its waits, and not the rest between a failure and its replay", async () => {
    let broken = true;
    const { engine, published, fire, pass, clock } = await open(async () => {
      await new Promise<void>((resolve) => void clock.after(400, resolve)); // the other side takes its time
      if (broken)
        throw new MillraceError("OUTBOUND_REFUSED", { details: { app: "App", operation: "make", message: "no", outcome: "refused" } });
    });
    const flow = await published([{ id: "pause", wait: "1h" }, make]);
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass(3_600_000);
    await pass(1_000);
    await pass(400);
    expect((await engine.run(workspace, runIds[0]!)).run).toMatchObject({ state: "failed", workedMs: 400 });
    broken = false;
    await pass(3 * 60_000);
    await engine.replay(workspace, { ids: runIds, from: "failed", version: "same" });
    await pass(400);
    await pass(400);
    const { run } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({ state: "succeeded", workedMs: 800 });
    expect(run.finishedAt! - run.createdAt).toBeGreaterThan(3_700_000);
  });
});

describe("a person", () => {
  it("is found by the contact that a step matched, as soon as it is written, before and after the keys are sorted in", async () => {
    const { personSearch } = await import("#engine/people/search.ts");
    const { engine, published, fire, pass } = await open(() => ({
      matchedBy: "phone",
      contact: { id: "c_9", email: "aisha.ivanova@example.com", firstName: "Aisha", lastName: "Ivanova" },
    }));
    const flow = await published([make]);
    const { runIds } = await fire(flow.id, { id: 1, email: "aisha@@example", phone: "+1 212 555 0110" });
    for (const ms of [0, 2_000]) {
      await pass(ms);
      for (const typed of ["aisha@@example", "aisha.ivanova@example.com", "2125550110", "ivanova aisha", "c_9"])
        expect(
          (await engine.runs(workspace, { person: personSearch(typed) }, { limit: 9 })).map(({ id }) => id),
          typed,
        ).toEqual(runIds);
    }
    expect(await engine.peopleProgress()).toBeNull();
  });
});
