import { describe, expect, it } from "vitest";
import { newId } from "#kernel/ids.ts";
import type { Acceptance, FlowStore, Run, RunStore, StepRecord, TriggerStore } from "#engine/types.ts";

export interface OpenedStore {
  runs: RunStore;
  flows: FlowStore;
  triggers: TriggerStore;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 15, 9, 30);

/** An event with one run, `n` milliseconds after the start. */
export function acceptance(
  n: number,
  more: { key?: string; person?: string | null; flowId?: string; workspaceId?: string; triggerId?: string } = {},
): Acceptance {
  const at = start + n;
  const workspaceId = more.workspaceId ?? "ws_1";
  const person = more.person ?? null;
  const event = {
    id: newId("evt", at),
    workspaceId,
    triggerId: more.triggerId ?? "trg_1",
    key: more.key ?? `k${n}`,
    payload: { n },
    person,
    receivedAt: at,
    record: null,
    happenedAt: null,
  };
  const run: Run = {
    id: newId("run", at),
    workspaceId,
    flowId: more.flowId ?? "flow_1",
    version: 1,
    eventId: event.id,
    state: "queued",
    lane: "live",
    dueAt: at,
    person,
    summary: null,
    error: null,
    attention: false,
    replayOf: null,
    origin: null,
    createdAt: at,
    finishedAt: null,
    record: null,
    settling: false,
    merged: 0,
    recovered: false,
  };
  return { event, runs: [run] };
}

export function step(runId: string, path: string, more: Partial<StepRecord> = {}): StepRecord {
  return {
    runId,
    path,
    seq: 0,
    state: "succeeded",
    app: "http",
    operation: "post",
    effect: "other",
    input: { a: 1 },
    output: { ok: true },
    attempts: [],
    error: null,
    startedAt: start,
    finishedAt: start + 5,
    ...more,
  };
}

const none = { accept: [], steps: [], runs: [] };

/** What every store of events, runs and steps does. */
export function runStoreContract(name: string, open: () => Promise<OpenedStore>): void {
  describe(`run store: ${name}`, () => {
    const withStore = (title: string, run: (s: OpenedStore) => Promise<void>) =>
      it(title, async () => {
        const store = await open();
        try {
          await run(store);
        } finally {
          await store.close();
        }
      });

    withStore("an accepted event comes back with its run as it was given", async ({ runs }) => {
      const a = acceptance(0, { person: "ada@example.com" });
      expect((await runs.commit({ ...none, accept: [a] })).accepted).toEqual([a.runs]);
      const found = await runs.load(a.runs[0]!.id);
      expect(found?.run).toEqual(a.runs[0]);
      expect(found?.event).toMatchObject(a.event);
      expect(found?.steps).toEqual([]);
    });

    withStore("a repeat of a key within a trigger makes no run, and does not disturb its neighbours", async ({ runs }) => {
      await runs.commit({ ...none, accept: [acceptance(0, { key: "same" })] });
      const [before, after] = [acceptance(1), acceptance(3)];
      const { accepted } = await runs.commit({ ...none, accept: [before, acceptance(2, { key: "same" }), after] });
      expect(accepted).toEqual([before.runs, null, after.runs]);
      expect(await runs.list("ws_1", {}, { limit: 10 })).toHaveLength(3);
    });

    withStore("the same key twice in one commit is one event", async ({ runs }) => {
      const twice = [acceptance(0, { key: "k" }), acceptance(1, { key: "k" })];
      expect((await runs.commit({ ...none, accept: twice })).accepted).toEqual([twice[0]!.runs, null]);
    });

    withStore("the same key at another trigger is another event", async ({ runs }) => {
      const both = [acceptance(0, { key: "k" }), acceptance(1, { key: "k", triggerId: "trg_2" })];
      expect((await runs.commit({ ...none, accept: both })).accepted).toEqual(both.map((a) => a.runs));
    });

    withStore("a step is written once and changed in place", async ({ runs }) => {
      const a = acceptance(0);
      const id = a.runs[0]!.id;
      await runs.commit({ ...none, accept: [a], steps: [step(id, "post", { state: "running", output: undefined, finishedAt: null })] });
      await runs.commit({ ...none, steps: [step(id, "post"), step(id, "next", { seq: 1 })] });
      const steps = (await runs.load(id))!.steps;
      expect(steps.map((s) => [s.path, s.state])).toEqual([
        ["post", "succeeded"],
        ["next", "succeeded"],
      ]);
      expect(steps[0]).toEqual(step(id, "post"));
    });

    withStore("a finished run is no longer due, an open one is, oldest first, and pages do not overlap", async ({ runs }) => {
      const all = Array.from({ length: 7 }, (_, n) => acceptance(n));
      await runs.commit({ ...none, accept: all });
      const run = all[3]!.runs[0]!;
      await runs.commit({ ...none, runs: [{ was: run, patch: { state: "succeeded", finishedAt: start + 50 } }] });
      const first = await runs.due(start + 100, 4);
      const rest = await runs.due(start + 100, 4, first.at(-1));
      expect([...first, ...rest].map((r) => r.id)).toEqual(all.filter((_, i) => i !== 3).map((a) => a.runs[0]!.id));
      expect(await runs.due(start + 1, 10)).toHaveLength(2);
    });

    withStore("counts follow runs through their states", async ({ runs }) => {
      const all = Array.from({ length: 4 }, (_, n) => acceptance(n));
      await runs.commit({ ...none, accept: all });
      const [a, b] = all.map((x) => x.runs[0]!) as [Run, Run];
      const failed = { state: "failed" as const, finishedAt: start + 9, attention: true };
      await runs.commit({
        ...none,
        runs: [
          { was: a, patch: { state: "succeeded", finishedAt: start + 9 } },
          { was: b, patch: failed },
        ],
      });
      expect(await runs.counts("ws_1", {})).toMatchObject({ queued: 2, succeeded: 1, failed: 1 });
      expect(await runs.counts("ws_1", { attention: true })).toMatchObject({ failed: 1, queued: 0 });
      await runs.commit({ ...none, runs: [{ was: { ...b, ...failed }, patch: { state: "queued", finishedAt: null, attention: false } }] });
      expect(await runs.counts("ws_1", { from: start })).toMatchObject({ queued: 3, succeeded: 1, failed: 0 });
    });

    withStore(
      "runs are listed newest first, page by page, and found by flow, state and the beginning of a person's e-mail",
      async ({ runs }) => {
        const all = Array.from({ length: 5 }, (_, n) =>
          acceptance(n, { person: `p${n}@example.com`, flowId: n < 2 ? "flow_a" : "flow_b" }),
        );
        await runs.commit({ ...none, accept: all });
        const page = await runs.list("ws_1", {}, { limit: 2 });
        expect(page.map((r) => r.id)).toEqual([all[4]!.runs[0]!.id, all[3]!.runs[0]!.id]);
        const next = await runs.list("ws_1", {}, { limit: 2, before: page[1]!.id });
        expect(next.map((r) => r.person)).toEqual(["p2@example.com", "p1@example.com"]);
        expect(await runs.list("ws_1", { flowId: "flow_a" }, { limit: 9 })).toHaveLength(2);
        expect((await runs.list("ws_1", { person: "P3@" }, { limit: 9 })).map((r) => r.person)).toEqual(["p3@example.com"]);
        expect(await runs.list("ws_1", { states: ["failed"] }, { limit: 9 })).toEqual([]);
      },
    );

    withStore("one workspace does not see another's runs, events or counts", async ({ runs }) => {
      const a = acceptance(0, { workspaceId: "ws_2" });
      await runs.commit({ ...none, accept: [a] });
      expect(await runs.get("ws_1", a.runs[0]!.id)).toBeNull();
      expect(await runs.event("ws_1", a.event.id)).toBeNull();
      expect(await runs.list("ws_1", {}, { limit: 9 })).toEqual([]);
      expect((await runs.counts("ws_1", {})).queued).toBe(0);
      expect(await runs.get("ws_2", a.runs[0]!.id)).not.toBeNull();
    });

    withStore("pruning takes old finished runs with steps and events, and leaves what is open or needs attention", async ({ runs }) => {
      const all = Array.from({ length: 4 }, (_, n) => acceptance(n));
      const [done, failed, open, recent] = all.map((a) => a.runs[0]!) as [Run, Run, Run, Run];
      recent.createdAt = start + 1_000_000;
      all[3]!.event.receivedAt = start + 1_000_000;
      await runs.commit({
        ...none,
        accept: all,
        steps: [step(done.id, "post")],
        runs: [
          { was: done, patch: { state: "succeeded", finishedAt: start + 9 } },
          { was: failed, patch: { state: "failed", finishedAt: start + 9, attention: true } },
          { was: recent, patch: { state: "succeeded", finishedAt: start + 1_000_000 } },
        ],
      });
      expect(await runs.prune("ws_1", start + 1000, 100)).toBe(1);
      expect(await runs.prune("ws_1", start + 1000, 100)).toBe(0);
      expect(await runs.load(done.id)).toBeNull();
      expect(await runs.event("ws_1", all[0]!.event.id)).toBeNull();
      for (const run of [failed, open, recent]) expect(await runs.load(run.id)).not.toBeNull();
    });

    withStore("a replay is a run of the same event, found from the one it replays", async ({ runs }) => {
      const a = acceptance(0);
      const run = a.runs[0]!;
      await runs.commit({ ...none, accept: [a] });
      const again: Run = { ...run, id: newId("run"), replayOf: run.id, origin: run.id };
      await runs.commit({ ...none, replays: [{ run: again, steps: [step(again.id, "post")] }] });
      expect((await runs.replaysOf("ws_1", run.id)).map((r) => r.id)).toEqual([again.id]);
      expect((await runs.load(again.id))?.steps).toHaveLength(1);
      expect((await runs.load(again.id))?.event.id).toBe(a.event.id);
    });

    withStore("a commit that fails leaves nothing behind, counts included", async ({ runs }) => {
      const a = acceptance(0);
      const run = a.runs[0]!;
      await runs.commit({ ...none, accept: [a] });
      const twice = { run, steps: [] };
      await expect(
        runs.commit({ ...none, runs: [{ was: run, patch: { state: "succeeded", finishedAt: start } }], replays: [twice] }),
      ).rejects.toThrow();
      expect((await runs.load(run.id))?.run.state).toBe("queued");
      await runs.commit({ ...none, accept: [acceptance(5)] });
      expect(await runs.counts("ws_1", {})).toMatchObject({ queued: 2, succeeded: 0 });
    });
  });
}
