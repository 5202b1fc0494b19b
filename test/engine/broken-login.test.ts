import { describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError, type ErrorCode } from "#kernel/errors.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { openSqlite } from "#storage/database.ts";
import { rest, turnsUntil } from "../support/turns.ts";
import type { FakeOperation } from "../fakes/caller.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

/** A login that is refused keeps the runs that need it waiting; none is lost, none is sent twice, and none is tried meanwhile. */

const make: StepDefinition = { id: "send", app: "app", operation: "make", input: { n: "{{ trigger.id }}" } };
const day = 86_400_000;
const minute = 60_000;

const refused = (code: ErrorCode = "CONNECTION_REVOKED", more: Record<string, unknown> = {}) =>
  new MillraceError(code, {
    details: {
      app: "App",
      connection: "acme",
      connectionId: "conn_1",
      problem: "no",
      outcome: "refused",
      exchange: { method: "POST" },
      ...more,
    },
  });

/** An app whose login works or not; `seen`: whether Millrace knows that it does not. */
async function open(operation: FakeOperation = {}, options: Parameters<typeof openEngine>[1] = {}) {
  const clock = new TestClock();
  const login = { works: true, seen: false, code: "CONNECTION_REVOKED" as ErrorCode };
  const done: unknown[] = [];
  const operations: Record<string, FakeOperation> = {
    make: {
      effect: "create",
      refusal: () => (login.seen ? refused(login.code, { outcome: "not_sent" }) : null),
      answer(call) {
        if (!login.works) throw refused(login.code);
        done.push(call.input["n"]);
      },
      ...operation,
    },
  };
  const db = await openSqlite({ file: ":memory:" });
  const start = async () => {
    const opened = await openEngine(operations, { clock, db, ...options });
    await opened.engine.start();
    return opened;
  };
  const opened = await start();
  const pass = async (ms = 0) => {
    await rest(clock);
    await clock.advance(ms);
    await rest(clock);
  };
  return { ...opened, clock, login, done, pass, start };
}

describe("a login that is refused", () => {
  it("keeps a run waiting that made the call: it says for what and since when, is no attempt, and goes on once it works", async () => {
    const { engine, published, fire, pass, clock, login, done, calls } = await open();
    const flow = await published([make]);
    login.works = false;
    const begun = clock.now();
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    const { run, steps } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({ state: "waiting", error: null, attention: false });
    expect(run.waiting).toEqual({
      kind: "connection",
      reason: "Waits for the connection 'acme': its login is no longer accepted",
      step: "send",
      since: begun,
      app: "App",
      connection: "conn_1",
    });
    expect(steps).toMatchObject([{ state: "waiting", attempts: [], error: { code: "CONNECTION_REVOKED" } }]);
    expect(await engine.outages(workspace)).toMatchObject([{ connection: "conn_1", since: begun, waiting: 1 }]);
    login.works = true;
    await pass(1000);
    expect(calls.length).toBe(1);
    expect(await engine.endWaitFor(workspace, "conn_1")).toBe(1);
    await pass();
    expect((await engine.run(workspace, runIds[0]!)).run).toMatchObject({ state: "succeeded" });
    expect(done).toEqual([1]);
    expect(await engine.outages(workspace)).toEqual([]);
  });

  it.each<ErrorCode>(["CONNECTION_EXPIRED", "CONNECTION_PAUSED", "SECRET_UNREADABLE"])("waits for it after %s as well", async (code) => {
    const { engine, published, fire, pass, login } = await open();
    const flow = await published([make]);
    Object.assign(login, { works: false, code });
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    expect((await engine.run(workspace, runIds[0]!)).run.waiting).toMatchObject({ kind: "connection", connection: "conn_1" });
  });

  it("is not called again by those that come later, nor by looking again from time to time", async () => {
    const { engine, published, fire, pass, login, calls } = await open();
    const flow = await published([make]);
    login.works = false;
    await fire(flow.id, { id: 1 });
    await pass();
    login.seen = true;
    for (let id = 2; id <= 50; id++) await fire(flow.id, { id });
    for (let passed = 0; passed < 60; passed++) await pass(minute);
    expect(calls.length).toBe(1);
    expect(await engine.counts(workspace, {})).toMatchObject({ waiting: 50, failed: 0 });
    expect(await engine.outages(workspace)).toMatchObject([{ waiting: 50 }]);
  });

  it("is noticed to work again without being notified", async () => {
    const { engine, published, fire, pass, login, done } = await open();
    const flow = await published([make]);
    login.works = false;
    await fire(flow.id, { id: 1 });
    await pass(5000);
    login.works = true;
    for (let passed = 0; passed < 4; passed++) await pass(30_000);
    expect(done).toEqual([1]);
    expect(await engine.counts(workspace, {})).toMatchObject({ succeeded: 1 });
  });

  it("lets all go on after a restart, each record in its order and each event once", async () => {
    const { engine, published, fire, pass, login, done, start, clock } = await open();
    const flow = await published([make], {
      trigger: { app: "app", operation: "hook", record: "{{ trigger.of }}" },
      settings: { order: "record" },
    });
    login.works = false;
    for (let id = 0; id < 20; id++) await fire(flow.id, { id, of: id % 2 });
    await pass(2 * minute);
    login.seen = true;
    await engine.close(0);
    const after = await start();
    await pass(2 * minute);
    expect(done).toEqual([]);
    Object.assign(login, { works: true, seen: false });
    await after.engine.endWaitFor(workspace, "conn_1");
    await turnsUntil("all runs are done", () => done.length === 20, clock);
    for (const record of [0, 1]) {
      const own = done.filter((n) => Number(n) % 2 === record);
      expect(own).toEqual(own.toSorted((a, b) => Number(a) - Number(b)));
    }
    await pass(10 * minute);
    expect(new Set(done).size).toBe(20);
    expect(await after.engine.counts(workspace, {})).toMatchObject({ succeeded: 20, failed: 0 });
  });

  it("is waited for thirty days; then the run rests in Needs attention", async () => {
    const { engine, published, fire, pass, login, clock, start } = await open();
    const flow = await published([make]);
    login.works = false;
    const begun = clock.now();
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    login.seen = true;
    await engine.close(0);
    await clock.advance(30 * day - 2 * minute);
    const { engine: after } = await start();
    await pass();
    expect((await after.run(workspace, runIds[0]!)).run).toMatchObject({ state: "waiting", waiting: { since: begun } });
    for (let passed = 0; passed < 3; passed++) await pass(minute);
    expect((await after.run(workspace, runIds[0]!)).run).toMatchObject({
      state: "failed",
      attention: true,
      error: { code: "CONNECTION_REVOKED" },
    });
  });

  it("does not keep a run from being cancelled", async () => {
    const { engine, published, fire, pass, login, done } = await open();
    const flow = await published([make]);
    login.works = false;
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    await engine.cancel(workspace, runIds[0]!);
    login.works = true;
    expect(await engine.endWaitFor(workspace, "conn_1")).toBe(0);
    await pass(2 * minute);
    expect([(await engine.run(workspace, runIds[0]!)).run.state, done]).toEqual(["cancelled", []]);
  });

  it("fails a dry run and a test of a step at once, with the error", async () => {
    const { engine, published, login } = await open({ effect: "read" });
    const flow = await published([make]);
    login.works = false;
    const error = { code: "CONNECTION_REVOKED" };
    expect(await engine.dryRun(workspace, { definition: flow.draft }, { id: 1 })).toMatchObject({ outcome: "failed", error });
    const test = { flow, definition: flow.draft, step: "send", payload: { id: 1 }, results: {}, write: true };
    expect(await engine.testStep(workspace, test)).toMatchObject({ state: "failed", error, exchanges: [{ method: "POST" }] });
  });
});

describe("a call of which nobody knows the outcome", () => {
  it("is no wait: it stays what it is", async () => {
    const { engine, published, fire, pass, login } = await open({
      answer() {
        throw refused("CONNECTION_REVOKED", { outcome: "unknown" });
      },
    });
    const flow = await published([make]);
    login.works = false;
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    const { run, steps } = await engine.run(workspace, runIds[0]!);
    expect(run).toMatchObject({ state: "failed", error: { code: "CONNECTION_REVOKED" } });
    expect(steps).toMatchObject([{ attempts: [{ unknown: true }] }]);
  });

  it("is looked up once its login works, before it is made again", async () => {
    let lost = true;
    const { engine, published, fire, pass, login, looks, calls } = await open({
      confirm: true,
      answer() {
        if (lost) throw new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "app.example", seconds: 30, outcome: "unknown" } });
      },
      look() {
        if (!login.works) throw refused();
        return { id: "made" };
      },
    });
    const flow = await published([make]);
    const { runIds } = await fire(flow.id, { id: 1 });
    login.works = false;
    await pass();
    await pass(2000);
    expect((await engine.run(workspace, runIds[0]!)).run.waiting).toMatchObject({ kind: "connection" });
    Object.assign(login, { works: true });
    lost = false;
    await engine.endWaitFor(workspace, "conn_1");
    await pass();
    expect((await engine.run(workspace, runIds[0]!)).run).toMatchObject({ state: "succeeded" });
    expect([calls.length, looks.length]).toEqual([1, 2]);
  });

  it("of several requests that began well is no wait: a repeat would do the first of them again", async () => {
    const { engine, published, fire, pass } = await open({
      answer() {
        throw refused("CONNECTION_REVOKED", { exchanges: [{ method: "POST" }, { method: "POST" }] });
      },
    });
    const flow = await published([make]);
    const { runIds } = await fire(flow.id, { id: 1 });
    await pass();
    expect((await engine.run(workspace, runIds[0]!)).run).toMatchObject({ state: "failed" });
  });
});
