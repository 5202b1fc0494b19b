import { describe, expect, it } from "vitest";
import { keysOfEvent } from "#engine/people/extract.ts";
import { personSearch } from "#engine/people/search.ts";
import { newId } from "#kernel/ids.ts";
import type { Json } from "#kernel/json.ts";
import type { Acceptance } from "#engine/types/acceptance.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { Run, RunFilter, Waiting } from "#engine/types/runs.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { Lease } from "#engine/types/leases.ts";
import type { StepRecord, StepWrite } from "#engine/types/steps.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import { sampleTrigger } from "./trigger-store.contract.ts";

export interface OpenedStore {
  runs: RunStore;
  flows: FlowStore;
  triggers: TriggerStore;
  close(): Promise<void>;
}

const start = Date.UTC(2026, 0, 15, 9, 30);

/** The lease that runs of these tests come with. */
export const owned: Lease = { owner: "proc_1", no: 1 };
/** Of one that ended. */
const over: Lease = { owner: null, no: 1 };
const written = (step: StepRecord, lease = owned): StepWrite => ({ step, lease });
/** After another claim. */
const claimedBy = (run: Run, owner: string, more: Partial<Run> = {}): Run => ({ ...run, lease: { owner, no: run.lease.no + 1 }, ...more });

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
    lease: owned,
    cancelRequested: false,
    people: keysOfEvent(event),
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

/** An event of a record, told to settle for 10 ms (100 at most) and to keep old values unless said otherwise. */
function ofRecord(n: number, { record = "c1", happenedAt = null, state = { n }, settles = true, ...more }: OfRecord = {}): Acceptance {
  const made = acceptance(n, more);
  const { createdAt } = made.runs[0]!;
  const runs = made.runs.map((run) => ({ ...run, record, ...(settles && { settling: true, dueAt: createdAt + 10 }) }));
  const settle = settles ? { settle: { quietMs: 10, mostMs: 100 } } : {};
  return { event: { ...made.event, record, happenedAt }, runs, ...settle, ...(state !== undefined && { state }) };
}
interface OfRecord {
  record?: string;
  happenedAt?: number | null;
  state?: Json;
  settles?: boolean;
  flowId?: string;
  key?: string;
  person?: string;
}

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

    withStore("a text of any characters comes back as it was, and is the same key as before", async ({ runs }) => {
      const text = "\0 \u001a\u001b\u001c\u007f \ufeff \u2028 \ud83d\ude00 ' \" \\ % _ :id $1";
      const made = acceptance(1, { key: text, person: text });
      const event = { ...made.event, record: text, payload: { [text]: text } };
      const run = { ...made.runs[0]!, record: text, summary: text };
      const note = step(run.id, `a.${text}`, { input: text, output: [text], app: text });
      await runs.commit({ accept: [{ event, runs: [run] }], steps: [written(note)], runs: [] });
      expect(await runs.load(run.id)).toEqual({ run, event, steps: [note] });
      const again = await runs.commit({
        accept: [acceptance(2, { key: text }), acceptance(3, { key: text.slice(1) })],
        steps: [],
        runs: [],
      });
      expect(again.accepted.map((taken) => taken === null)).toEqual([true, false]);
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
      await runs.commit({
        ...none,
        accept: [a],
        steps: [written(step(id, "post", { state: "running", output: undefined, finishedAt: null }))],
      });
      await runs.commit({ ...none, steps: [step(id, "post"), step(id, "next", { seq: 1 })].map((each) => written(each)) });
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

    withStore("runs that are due at one moment come page by page, each once and none left out", async ({ runs }) => {
      const all = Array.from({ length: 7 }, () => acceptance(0, { key: newId("key") }));
      await runs.commit({ ...none, accept: [...all, acceptance(1)] });
      for (const size of [1, 2, 3]) {
        const read: string[] = [];
        for (let page = await runs.due(start, size); page.length > 0; page = await runs.due(start, size, page.at(-1)))
          read.push(...page.map((run) => run.id));
        expect(read).toEqual(all.map((a) => a.runs[0]!.id).sort());
      }
    });

    withStore("a run that is due tells whether an earlier one of its record has not begun", async ({ runs }) => {
      const plain = { settles: false };
      const [a, b, other] = [ofRecord(0, plain), ofRecord(1, plain), ofRecord(2, { ...plain, flowId: "flow_2" })];
      await runs.commit({ ...none, accept: [a, b, other, acceptance(3), acceptance(4)] });
      const behind = async () => (await runs.due(start + 100, 9)).map((r) => r.behind);
      expect(await behind()).toEqual([false, true, false, false, false]);
      await runs.commit({ ...none, claims: [{ runId: a.runs[0]!.id, now: start, begin: { inTurn: true } }] });
      expect(await behind()).toEqual([false, false, false, false, false]);
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
      await runs.commit({
        ...none,
        runs: [{ was: { ...b, ...failed, lease: over }, patch: { state: "queued", finishedAt: null, attention: false } }],
      });
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
        expect((await runs.list("ws_1", { person: personSearch("P3@") }, { limit: 9 })).map((r) => r.person)).toEqual(["p3@example.com"]);
        const ofVersions = (...of: [flowId: string, ...versions: number[]][]) => ({
          of: of.map(([flowId, ...versions]) => ({ flowId, versions })),
        });
        const both = ofVersions(["flow_b", 1, 2], ["flow_a", 1]);
        expect((await runs.list("ws_1", both, { limit: 3 })).map((r) => r.person)).toEqual([4, 3, 2].map((n) => `p${n}@example.com`));
        expect(await runs.list("ws_1", ofVersions(["flow_a", 2], ["flow_b"]), { limit: 9 })).toEqual([]);
        expect(await runs.list("ws_1", { of: [] }, { limit: 9 })).toEqual([]);
        expect((await runs.counts("ws_1", ofVersions(["flow_a", 1]))).queued).toBe(2);
        expect((await runs.counts("ws_1", { of: [] })).queued).toBe(0);
        const inB = ofVersions(["flow_b", 1]);
        expect(await runs.list("ws_1", { ...inB, person: personSearch("P1@") }, { limit: 9 })).toEqual([]);
        expect(await runs.list("ws_1", { ...inB, person: personSearch("P4@") }, { limit: 9 })).toHaveLength(1);
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
      const { triggerId, key } = a.event;
      expect([await runs.events("ws_1", triggerId, 9), await runs.eventByKey("ws_1", triggerId, key)]).toEqual([[], null]);
      expect([await runs.eventIds("ws_1", triggerId, 9), (await runs.eventIds("ws_2", triggerId, 9)).length]).toEqual([[], 1]);
      expect((await runs.events("ws_2", triggerId, 9)).length).toBe(1);
      expect(await runs.eventByKey("ws_2", triggerId, key)).not.toBeNull();
      expect(await runs.get("ws_2", a.runs[0]!.id)).not.toBeNull();
      expect((await runs.due(start + 1_000_000, 9)).map(({ workspaceId }) => workspaceId)).toEqual(["ws_2"]);
    });

    withStore("one workspace does not see that another replayed a run", async ({ runs }) => {
      const a = acceptance(0, { workspaceId: "ws_2" });
      await runs.commit({ ...none, accept: [a] });
      const replay = { ...a.runs[0]!, id: "run_replay", replayOf: a.runs[0]!.id };
      await runs.commit({ ...none, replays: [{ run: replay, steps: [] }] });
      expect((await runs.replaysOf("ws_2", a.runs[0]!.id)).map(({ id }) => id)).toEqual(["run_replay"]);
      expect(await runs.replaysOf("ws_1", a.runs[0]!.id)).toEqual([]);
    });

    withStore("pruning takes old finished runs with steps and events, and leaves what is open or needs attention", async ({ runs }) => {
      const all = Array.from({ length: 4 }, (_, n) => acceptance(n));
      const [done, failed, open, recent] = all.map((a) => a.runs[0]!) as [Run, Run, Run, Run];
      recent.createdAt = start + 1_000_000;
      all[3]!.event.receivedAt = start + 1_000_000;
      await runs.commit({
        ...none,
        accept: all,
        steps: [written(step(done.id, "post"))],
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

    withStore("pruning the one run of a burst takes all its events along", async ({ runs }) => {
      const burst = Array.from({ length: 7 }, (_, n) => ofRecord(n));
      await runs.commit({ ...none, accept: burst });
      const { run } = (await runs.load(burst[0]!.runs[0]!.id))!;
      await runs.commit({ ...none, runs: [{ was: run, patch: { state: "succeeded", finishedAt: start + 50 } }] });
      const left = async () => (await runs.events("ws_1", "trg_1", 99)).length;
      expect([await runs.prune("ws_1", start, 2), await left()]).toEqual([0, 7]);
      expect([await runs.prune("ws_1", start + 1000, 2), await left()]).toEqual([1, 0]);
    });

    withStore("a crash is counted once for each run that it cut off, and what is over is forgotten", async ({ runs }) => {
      const all = [0, 1, 2].map((n) => acceptance(n));
      const [a, b, over] = all.map(({ runs: [run] }) => run!) as [Run, Run, Run];
      await runs.commit({ ...none, accept: all, runs: [{ was: over, patch: { state: "succeeded", finishedAt: start + 9 } }] });
      const count = async (ids: string[], process: string) => Object.fromEntries(await runs.countCrashes(ids, process));
      expect(await count([], "p0")).toEqual({});
      expect(await count([a.id, b.id, over.id, "run_gone"], "p1")).toEqual({ [a.id]: 1, [b.id]: 1 });
      expect(await count([a.id], "p1")).toEqual({ [a.id]: 1, [b.id]: 1 });
      expect(await count([a.id], "p2")).toEqual({ [a.id]: 2, [b.id]: 1 });
      await runs.forgetCrashes([a.id]);
      await runs.commit({ ...none, runs: [{ was: b, patch: { state: "succeeded", finishedAt: start + 9 } }] });
      expect(await count([], "p3")).toEqual({});
      expect((await runs.findOpen([a.id, b.id, over.id])).map((run) => run.id)).toEqual([a.id]);
    });

    withStore("a run of many steps comes back whole and in order", async ({ runs }) => {
      const {
        event,
        runs: [run],
      } = acceptance(0);
      const steps = Array.from({ length: 1201 }, (_, seq) => step(run!.id, `each[${seq}]/note`, { seq }));
      await runs.commit({ ...none, accept: [{ event, runs: [run!] }], steps: steps.map((each) => written(each)) });
      expect((await runs.load(run!.id))!.steps.map((s) => s.seq)).toEqual(steps.map((s) => s.seq));
    });

    withStore("a failed run is known to be done by the newest replay that came to its end, and counted as such", async ({ runs }) => {
      const [a, b] = [acceptance(0), acceptance(1)];
      const failed = a.runs[0]!;
      const other = b.runs[0]!;
      await runs.commit({ ...none, accept: [a, b] });
      for (const was of [failed, other]) await runs.commit({ ...none, runs: [{ was, patch: { state: "failed", finishedAt: start + 1 } }] });
      const again: Run = { ...failed, id: newId("run"), replayOf: failed.id };
      await runs.commit({ ...none, replays: [{ run: again, steps: [] }] });
      expect(await runs.doneBy("ws_1", [failed.id, other.id])).toEqual(new Map());
      await runs.commit({ ...none, runs: [{ was: again, patch: { state: "succeeded", finishedAt: start + 2 } }] });
      expect(await runs.doneBy("ws_1", [failed.id, other.id])).toEqual(new Map([[failed.id, again.id]]));
      expect(await runs.doneBy("ws_2", [failed.id])).toEqual(new Map());
      expect(await runs.putRight("ws_1", 0)).toEqual(new Map([[failed.flowId, { failed: 1, held: 0 }]]));
      expect([await runs.putRight("ws_1", failed.createdAt + 1), await runs.putRight("ws_2", 0)]).toEqual([new Map(), new Map()]);
    });

    withStore("a replay is a run of the same event, found from the one it replays", async ({ runs }) => {
      const a = acceptance(0);
      const run = a.runs[0]!;
      await runs.commit({ ...none, accept: [a] });
      const again: Run = { ...run, id: newId("run"), replayOf: run.id, origin: run.id };
      await runs.commit({ ...none, replays: [{ run: again, steps: [step(again.id, "post")] }] });
      expect((await runs.replaysOf("ws_1", run.id)).map((r) => r.id)).toEqual([again.id]);
      expect(await runs.replaysOf("ws_2", run.id)).toEqual([]);
      expect((await runs.load(again.id))?.steps).toHaveLength(1);
      expect((await runs.load(again.id))?.event.id).toBe(a.event.id);
    });

    withStore("a replay of an event that was deleted meanwhile is refused, and leaves nothing behind", async ({ runs }) => {
      const a = acceptance(0);
      const run = a.runs[0]!;
      await runs.commit({ ...none, accept: [a], runs: [{ was: run, patch: { state: "succeeded", finishedAt: start } }] });
      await runs.prune("ws_1", start + 1000, 100);
      const again: Run = { ...run, id: newId("run"), replayOf: run.id, origin: run.id };
      await expect(runs.commit({ ...none, replays: [{ run: again, steps: [] }] })).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await runs.due(start + 1000, 9)).toEqual([]);
    });

    withStore("an event joins the run of its record that still gathers, and is the run's event if it is newer", async ({ runs }) => {
      const first = ofRecord(0, { person: "ada@example.com" });
      const [made] = (await runs.commit({ ...none, accept: [first] })).accepted;
      const newer = ofRecord(5, { person: "eve@example.com" });
      const { accepted } = await runs.commit({ ...none, accept: [newer] });
      const joined = { ...made![0]!, eventId: newer.event.id, dueAt: start + 15, merged: 1, person: "eve@example.com" };
      expect(accepted).toEqual([[joined]]);
      const { people: _, ...row } = joined;
      expect(await runs.load(joined.id)).toMatchObject({ run: row, event: { id: newer.event.id } });
      expect(await runs.load(newer.runs[0]!.id)).toBeNull();
      expect(await runs.event("ws_1", first.event.id)).not.toBeNull();
    });

    withStore("which event is newer is decided by their own times where both have one", async ({ runs }) => {
      const [first, older, silent] = [ofRecord(0, { happenedAt: 50 }), ofRecord(1, { happenedAt: 40 }), ofRecord(2)];
      const run = first.runs[0]!;
      await runs.commit({ ...none, accept: [first, older] });
      expect((await runs.load(run.id))?.event.id).toBe(first.event.id);
      await runs.commit({ ...none, accept: [silent] });
      expect(await runs.load(run.id)).toMatchObject({ run: { merged: 2, dueAt: start + 12 }, event: { id: silent.event.id } });
    });

    withStore(
      "a burst is let go at the latest, and nothing else joins it: no repeat, no other record, flow or version",
      async ({ runs }) => {
        const first = ofRecord(0);
        const run = first.runs[0]!;
        const otherVersion = ofRecord(5);
        otherVersion.runs[0]!.version = 2;
        await runs.commit({ ...none, accept: [first, ofRecord(1, { record: "c2" }), ofRecord(2, { flowId: "flow_2" }), otherVersion] });
        expect((await runs.commit({ ...none, accept: [ofRecord(3, { key: "k0" })] })).accepted).toEqual([null]);
        expect((await runs.load(run.id))?.run).toMatchObject({ merged: 0, dueAt: start + 10 });
        await runs.commit({ ...none, accept: [ofRecord(95)] });
        expect((await runs.load(run.id))?.run).toMatchObject({ merged: 1, dueAt: start + 100 });
      },
    );

    withStore("a claim waits until the burst is over, closes it for good, and is not taken twice", async ({ runs }) => {
      const run = ofRecord(0).runs[0]!;
      await runs.commit({ ...none, accept: [{ ...ofRecord(0), runs: [run] }] });
      const claim = (now: number) => ({ ...none, claims: [{ runId: run.id, now: start + now, begin: { inTurn: false } }] });
      expect((await runs.commit(claim(9))).claims).toEqual([{ kind: "settling", dueAt: start + 10 }]);
      const late = ofRecord(9);
      const both = await runs.commit({ ...claim(20), accept: [late] });
      const begun = {
        kind: "claimed",
        context: { run: { state: "running", settling: false, merged: 1 }, event: { id: late.event.id }, steps: [] },
      };
      expect(both).toMatchObject({ accepted: [[{ id: run.id }]], claims: [begun] });
      const next = ofRecord(21);
      expect((await runs.commit({ ...none, accept: [next] })).accepted).toMatchObject([[{ id: next.runs[0]!.id, merged: 0 }]]);
      expect((await runs.commit(claim(30))).claims).toMatchObject([begun]);
      await runs.commit({ ...none, runs: [{ was: claimedBy(run, runs.owner), patch: { state: "succeeded", finishedAt: start + 40 } }] });
      expect((await runs.commit(claim(50))).claims).toEqual([{ kind: "over" }]);
    });

    withStore("in turn, a run begins when no earlier one of its record is open and none has begun", async ({ runs }) => {
      const all = [0, 1, 2].map((n) => ofRecord(n, { settles: false }));
      const [a, b, c] = all.map((x) => x.runs[0]!) as [Run, Run, Run];
      await runs.commit({
        ...none,
        accept: [...all, ofRecord(3, { record: "c2", settles: false }), ofRecord(4, { flowId: "flow_2", settles: false })],
      });
      const claim = async (run: Run) =>
        (await runs.commit({ ...none, claims: [{ runId: run.id, now: start, begin: { inTurn: true } }] })).claims[0];
      expect(await claim(b)).toEqual({ kind: "behind", runId: a.id });
      expect(await claim(a)).toMatchObject({ kind: "claimed" });
      const begunA = claimedBy(a, runs.owner, { state: "running" });
      const waits = await runs.commit({ ...none, runs: [{ was: begunA, patch: { state: "waiting" } }] });
      expect([await claim(c), waits.next]).toEqual([{ kind: "behind", runId: a.id }, []]);
      const failed = { state: "failed" as const, finishedAt: start + 9 };
      const ended = await runs.commit({ ...none, runs: [{ was: { ...begunA, state: "waiting" }, patch: failed }] });
      expect(ended.next).toEqual([{ id: b.id, dueAt: b.dueAt, lane: b.lane, group: b.flowId }]);
      expect(await claim(b)).toMatchObject({ kind: "claimed" });
      const rests = { ...begunA, ...failed, lease: { owner: null, no: begunA.lease.no } };
      await runs.commit({ ...none, runs: [{ was: rests, patch: { state: "queued", finishedAt: null } }] }); // put back by hand
      expect(await claim(a)).toEqual({ kind: "behind", runId: b.id });
      const after = await runs.commit({ ...none, runs: [{ was: claimedBy(b, runs.owner), patch: { ...failed, state: "succeeded" } }] });
      expect(after.next.map((r) => r.id)).toEqual([a.id]);
    });

    withStore("an end and the claim of the next in one commit follow each other", async ({ runs }) => {
      const [a, b] = [0, 1].map((n) => ofRecord(n, { settles: false }));
      await runs.commit({ ...none, accept: [a!, b!], claims: [{ runId: a!.runs[0]!.id, now: start, begin: { inTurn: true } }] });
      const { claims, next } = await runs.commit({
        ...none,
        runs: [{ was: claimedBy(a!.runs[0]!, runs.owner), patch: { state: "succeeded", finishedAt: start } }],
        claims: [{ runId: b!.runs[0]!.id, now: start, begin: { inTurn: true } }],
      });
      expect([claims.map((c) => c.kind), next]).toEqual([["claimed"], []]);
    });

    withStore(
      "a run knows its record as it was before its burst, by trigger and record; what came late does not turn that back",
      async ({ runs }) => {
        const previous = async (a: Acceptance) => {
          const [taken] = (await runs.commit({ ...none, accept: [a] })).accepted;
          return (await runs.load(taken![0]!.id))!.run.previous;
        };
        const plain = { settles: false };
        expect(await previous(ofRecord(0, { happenedAt: 10, state: { n: 0, deep: [null, "é"] } }))).toBeUndefined();
        expect(await previous(ofRecord(1, { happenedAt: 20 }))).toBeUndefined(); // it joined the first
        expect(await previous(ofRecord(2, { happenedAt: 15, ...plain }))).toEqual({ n: 1 }); // late
        expect(await previous(ofRecord(3, { happenedAt: 20, ...plain }))).toEqual({ n: 1 });
        expect(await previous(ofRecord(4, plain))).toEqual({ n: 3 });
        expect(await previous(ofRecord(5, { record: "c2", ...plain }))).toBeUndefined();
        expect(await previous(ofRecord(6, { state: null, ...plain }))).toEqual({ n: 4 }); // deleted
        expect(await previous(ofRecord(7, plain))).toBeUndefined();
      },
    );

    withStore("a deleted flow takes the states of its records along", async ({ runs, flows }) => {
      const flow = {
        id: "flow_1",
        workspaceId: "ws_1",
        name: "F",
        status: "on" as const,
        draft: {} as never,
        revision: 1,
        version: 1,
        createdAt: 0,
        updatedAt: 0,
      };
      await flows.insert(flow, sampleTrigger("trg_1", { flowId: "flow_1" }));
      await runs.commit({ ...none, accept: [ofRecord(0, { settles: false })] });
      await flows.delete("ws_1", "flow_1");
      const after = ofRecord(1, { settles: false });
      await runs.commit({ ...none, accept: [after] });
      expect((await runs.load(after.runs[0]!.id))!.run.previous).toBeUndefined();
    });

    withStore("an event does not join a run that is cancelled in the same commit", async ({ runs }) => {
      const [a, b] = [ofRecord(0), ofRecord(1)];
      await runs.commit({ ...none, accept: [a] });
      const cancel = { was: a.runs[0]!, patch: { state: "cancelled" as const, finishedAt: start + 1 } };
      const { accepted } = await runs.commit({ ...none, accept: [b], runs: [cancel] });
      expect(accepted).toMatchObject([[{ id: b.runs[0]!.id, state: "queued", merged: 0 }]]);
    });

    withStore("runs are found by their record", async ({ runs }) => {
      const a = ofRecord(0, { record: "opp_7" });
      for (const run of a.runs) run.people = keysOfEvent(a.event);
      await runs.commit({ ...none, accept: [a, ofRecord(1)] });
      expect((await runs.list("ws_1", { person: personSearch(" opp_7") }, { limit: 9 })).map((r) => r.id)).toEqual([a.runs[0]!.id]);
    });

    const found = async (
      runs: RunStore,
      typed: string,
      filter: Omit<RunFilter, "person"> = {},
      page: { before?: string; limit: number } = { limit: 99 },
    ) => (await runs.list("ws_1", { ...filter, person: personSearch(typed) }, page)).map((run) => run.id);
    const idsOf = (all: Acceptance[]) => all.map((a) => a.runs[0]!.id).toReversed();
    const ofPerson = (n: number, payload: Record<string, unknown>, more: Parameters<typeof acceptance>[1] = {}): Acceptance => {
      const made = acceptance(n, more);
      const event = { ...made.event, payload };
      return { event, runs: made.runs.map((run) => ({ ...run, people: keysOfEvent(event) })) };
    };
    const ada = { email: "ada@example.com", phone: "+1 212 555-0110", firstName: "Ada", lastName: "Byron", contactId: "c_ada" };
    const adaByHerself = ["ADA@example.com", "ada@", "(212) 555 0110", "byron", "ada byron", "c_ada"];

    withStore(
      "a person is found by each key at once, and after the keys were sorted in, by nobody else's and in no other workspace",
      async ({ runs }) => {
        const hers = [ofPerson(0, ada), ofPerson(2, ada, { flowId: "flow_of_another_sub_account" })];
        const others = [
          ofPerson(1, {
            ...ada,
            email: "eve@example.com",
            phone: "+1 212 555 0111",
            firstName: "Eve",
            lastName: "Adams",
            contactId: "c_eve",
          }),
        ];
        await runs.commit({ ...none, accept: [hers[0]!, ...others, hers[1]!, ofPerson(3, ada, { workspaceId: "ws_2" })] });
        const check = async () => {
          for (const typed of adaByHerself) expect(await found(runs, typed), typed).toEqual(idsOf(hers));
          expect(await found(runs, "212555011")).toEqual([]);
          expect(await found(runs, "nobody@example.com")).toEqual([]);
          expect(await found(runs, "  ")).toEqual([]);
        };
        await check();
        expect([await runs.unindexed(9), await runs.indexPeople(3), await runs.indexPeople(3), await runs.unindexed(9)]).toEqual([
          4, 3, 1, 0,
        ]);
        await check();
        expect(await runs.indexPeople(3)).toBe(0);
      },
    );

    withStore("runs stand in the order of their commits, whatever clock made their ids", async ({ runs }) => {
      const [second, first] = [ofPerson(3, ada), ofPerson(7, ada)];
      await runs.commit({ ...none, accept: [first] });
      expect([await runs.indexPeople(9), await runs.unindexed(9)]).toEqual([1, 0]);
      await runs.commit({ ...none, accept: [second] });
      expect(await runs.unindexed(9)).toBe(1);
      const inOrder = async () => {
        for (const typed of adaByHerself) expect(await found(runs, typed), typed).toEqual(idsOf([first, second]));
        const [newest] = await runs.list("ws_1", {}, { limit: 1 });
        expect(newest!.id).toBe(second.runs[0]!.id);
        expect((await runs.list("ws_1", {}, { limit: 9, before: newest!.id })).map(({ id }) => id)).toEqual(idsOf([first]));
        expect((await runs.events("ws_1", "trg_1", 9)).map(({ id }) => id)).toEqual([second.event.id, first.event.id]);
        expect(await runs.eventIds("ws_1", "trg_1", 9)).toEqual([second.event.id, first.event.id]);
        expect(await runs.eventIds("ws_1", "trg_1", 1)).toEqual([second.event.id]);
      };
      await inOrder();
      expect([await runs.indexPeople(9), await runs.unindexed(9)]).toEqual([1, 0]);
      await inOrder();
    });

    withStore("a page begins where the one before it ended, though its last run is gone by now", async ({ runs }) => {
      const all = Array.from({ length: 5 }, (_, n) => acceptance(n));
      await runs.commit({ ...none, accept: all });
      const [, , gone] = all.map((a) => a.runs[0]!) as [Run, Run, Run];
      await runs.commit({ ...none, runs: [{ was: gone, patch: { state: "succeeded", finishedAt: start } }] });
      await runs.prune("ws_1", start + 1000, 9);
      expect((await runs.list("ws_1", {}, { limit: 9, before: gone.id })).map(({ id }) => id)).toEqual(idsOf(all.slice(0, 2)));
      expect(await runs.list("ws_1", {}, { limit: 9, before: "run_0" })).toEqual([]);
    });

    withStore("a key that no text can hold is found and pruned as any other", async ({ runs }) => {
      const odd = ofPerson(0, { contactId: "c_\ud800_half", email: "nul\0@example.com", firstName: 'Zoë"\\', lastName: "\u{10ffff}x" });
      await runs.commit({ ...none, accept: [odd] });
      await runs.indexPeople(9);
      expect(await found(runs, "nul\0@example.com")).toEqual(idsOf([odd]));
      expect(await found(runs, "zoe")).toEqual(idsOf([odd]));
      await runs.commit({ ...none, runs: [{ was: odd.runs[0]!, patch: { state: "succeeded", finishedAt: start } }] });
      expect(await runs.prune("ws_1", start + 1_000, 9)).toBe(1);
      expect(await found(runs, "nul\0@example.com")).toEqual([]);
    });

    withStore("a search goes page by page, newest first, with state, flow and time, sorted in or not", async ({ runs }) => {
      const all = Array.from({ length: 300 }, (_, n) =>
        ofPerson(n, { ...ada, email: `ada${n}@example.com` }, { flowId: n % 3 ? "flow_1" : "flow_2" }),
      );
      await runs.commit({ ...none, accept: all });
      await runs.indexPeople(250);
      const failed = all
        .filter((_, n) => n % 100 === 7)
        .map(({ runs: [run] }) => ({ was: run!, patch: { state: "failed" as const, finishedAt: start } }));
      await runs.commit({ ...none, runs: failed });
      const pages: string[] = [];
      for (let before: string | undefined; ; before = pages.at(-1)) {
        const page = await found(runs, "ada", {}, { limit: 70, ...(before !== undefined && { before }) });
        pages.push(...page);
        if (page.length < 70) break;
      }
      expect(pages).toEqual(idsOf(all));
      expect(await found(runs, "ada", { states: ["failed"] })).toEqual(failed.map(({ was }) => was.id).toReversed());
      expect(await found(runs, "ada", { flowId: "flow_2", states: ["failed"] })).toEqual([all[207]!.runs[0]!.id]);
      expect(await found(runs, "byron", { from: start + 10, to: start + 12 })).toEqual(idsOf(all.slice(10, 13)));
      expect(await found(runs, "ada byron", { ids: [all[5]!.runs[0]!.id] })).toEqual([all[5]!.runs[0]!.id]);
      expect((await runs.counts("ws_1", { person: personSearch("ada") })).failed).toBe(3);
    });

    withStore("one name of a thousand is found among them, and all by what they have in common", async ({ runs }) => {
      const all = Array.from({ length: 1_000 }, (_, n) => ofPerson(n, { firstName: "Maria", lastName: `Garcia${n}` }));
      await runs.commit({ ...none, accept: all });
      while ((await runs.indexPeople(500)) > 0);
      expect(await found(runs, "maria garcia777")).toEqual([all[777]!.runs[0]!.id]);
      expect(await found(runs, "mar", {}, { limit: 3 })).toEqual(idsOf(all).slice(0, 3));
      expect(await found(runs, "garcia maria", {}, { limit: 3 })).toEqual(idsOf(all).slice(0, 3));
      expect(await found(runs, "garcia eve")).toEqual([]);
    });

    withStore("a step's keys are added to those of the event, and those of an event that joins", async ({ runs }) => {
      const a = ofPerson(0, { email: "aisha@@example" });
      const { id } = a.runs[0]!;
      const keys = keysOfEvent({ person: "aisha.ivanova@example.com", record: "c_9", payload: {} });
      await runs.commit({ ...none, accept: [a] });
      await runs.indexPeople(9);
      await runs.commit({ ...none, runs: [{ was: a.runs[0]!, patch: { people: [...a.runs[0]!.people!, ...keys] } }] });
      for (const typed of ["aisha@@example", "aisha.ivanova@example.com", "c_9"]) expect(await found(runs, typed), typed).toEqual([id]);
      await runs.indexPeople(9);
      for (const typed of ["aisha@@example", "aisha.ivanova@example.com", "c_9"]) expect(await found(runs, typed), typed).toEqual([id]);
      expect((await runs.load(id))?.run.people).toHaveLength(3);

      const [first, second] = [0, 1].map((n) => ({ ...ofRecord(n + 20), ...(n === 1 && { runs: ofRecord(n + 20).runs }) })) as [
        Acceptance,
        Acceptance,
      ];
      second.runs[0]!.people = keysOfEvent({ person: "later@example.com", record: null, payload: {} });
      await runs.commit({ ...none, accept: [first, second] });
      expect(await found(runs, "later@example.com")).toEqual([first.runs[0]!.id]);
    });

    withStore("what is pruned is not found any more, and leaves no key behind", async ({ runs }) => {
      const [a, b, later] = [ofPerson(0, ada), ofPerson(1, ada), ofPerson(5_000, ada)];
      await runs.commit({ ...none, accept: [a, b, later] });
      await runs.indexPeople(1);
      const over = (x: Acceptance) => ({ was: x.runs[0]!, patch: { state: "succeeded" as const, finishedAt: start } });
      await runs.commit({ ...none, runs: [over(a), over(b), over(later)] });
      expect(await runs.prune("ws_1", start + 1_000, 9)).toBe(2);
      expect(await found(runs, "ada@example.com")).toEqual(idsOf([later]));
      expect(await runs.unindexed(9)).toBe(1);
    });

    withStore(
      "a long run is read in parts: the first steps with those that failed, then the rest, each within its bytes",
      async ({ runs }) => {
        const a = acceptance(0);
        const { id } = a.runs[0]!;
        const steps = Array.from({ length: 500 }, (_, n) =>
          step(id, `each[${n}]/note`, { seq: n, state: n === 400 ? "failed" : "succeeded" }),
        );
        await runs.commit({ ...none, accept: [a], steps: steps.map((each) => written(each)) });
        const first = (await runs.page("ws_1", id, { limit: 200, mostBytes: 1e6 }))!;
        expect([first.stepCount, first.next, first.steps.length, first.steps.at(-1)!.seq]).toEqual([500, 199, 201, 400]);
        const second = (await runs.page("ws_1", id, { after: 199, limit: 1_000, mostBytes: 1e6 }))!;
        expect([second.next, second.steps.map(({ seq }) => seq)]).toEqual([null, Array.from({ length: 300 }, (_, n) => n + 200)]);
        const narrow = (await runs.page("ws_1", id, { after: -1, limit: 200, mostBytes: 100 }))!;
        expect(narrow.steps.length).toBeGreaterThan(0);
        expect(narrow.steps.length).toBeLessThan(10);
        expect(narrow.next).toBe(narrow.steps.at(-1)!.seq);
        expect(await runs.page("ws_2", id, { limit: 9, mostBytes: 1e6 })).toBeNull();
      },
    );

    withStore("what a run waits for is kept while it waits, and what keeps several waiting is returned once", async ({ runs }) => {
      const all = Array.from({ length: 5 }, (_, n) => acceptance(n));
      const waiting = (reason: string, attempts = 1): Waiting => ({ kind: "retry", reason, app: "HighLevel", attempts, since: start - 50 });
      const pause = (n: number, why: Waiting) => ({
        was: all[n]!.runs[0]!,
        patch: { state: "waiting" as const, dueAt: start + 100 - n, waiting: why },
      });
      const down = waiting("HighLevel answered 500");
      await runs.commit({
        ...none,
        accept: all,
        runs: [
          pause(0, down),
          pause(1, down),
          pause(2, waiting("HighLevel answered 502")),
          pause(3, { kind: "wait", reason: "Waits" }),
          pause(4, { kind: "wait", reason: "Waits" }),
        ],
      });
      const { run } = (await runs.load(all[0]!.runs[0]!.id))!;
      expect(run.waiting).toEqual(down);
      const waitsFor = { app: "HighLevel", host: null, reason: "HighLevel answered 500", since: start - 50 };
      expect(await runs.outages("ws_1")).toEqual([
        { ...waitsFor, nextTryAt: start + 99, waiting: 2, flows: [{ flowId: "flow_1", waiting: 2 }] },
      ]);
      expect(await runs.outages("ws_2")).toEqual([]);
      await runs.commit({ ...none, runs: [{ was: run, patch: { state: "succeeded", finishedAt: start, workedMs: 7 } }] });
      expect((await runs.load(run.id))!.run).toMatchObject({ workedMs: 7 });
      expect((await runs.load(run.id))!.run.waiting ?? null).toBeNull();
      expect(await runs.outages("ws_1")).toEqual([]);
    });

    withStore("runs that wait for a connection are counted for it, and are due at once when it works again", async ({ runs }) => {
      const all = Array.from({ length: 4 }, (_, n) => acceptance(n));
      const waiting = (connection: string): Waiting => ({ kind: "connection", reason: "Waits", connection, since: start - 50 });
      const pause = (n: number, why: Waiting) => ({
        was: all[n]!.runs[0]!,
        patch: { state: "waiting" as const, dueAt: start + 1000 + n, waiting: why },
      });
      await runs.commit({
        ...none,
        accept: all,
        runs: [
          pause(0, waiting("conn_1")),
          pause(1, waiting("conn_1")),
          pause(2, waiting("conn_2")),
          pause(3, { kind: "wait", reason: "Waits" }),
        ],
      });
      const common = { app: null, host: null, reason: "Waits", since: start - 50 };
      expect(await runs.outages("ws_1")).toEqual([
        { ...common, connection: "conn_1", nextTryAt: start + 1000, waiting: 2, flows: [{ flowId: "flow_1", waiting: 2 }] },
        { ...common, connection: "conn_2", nextTryAt: start + 1002, waiting: 1, flows: [{ flowId: "flow_1", waiting: 1 }] },
      ]);
      expect(await runs.due(start + 10, 9)).toEqual([]);
      expect(await runs.endWaitFor("ws_2", "conn_1", start + 10)).toBe(0);
      expect(await runs.endWaitFor("ws_1", "conn_1", start + 10)).toBe(2);
      expect((await runs.due(start + 10, 9)).map(({ id }) => id)).toEqual([all[0]!.runs[0]!.id, all[1]!.runs[0]!.id]);
      const { run } = (await runs.load(all[0]!.runs[0]!.id))!;
      expect(run).toMatchObject({ state: "waiting", waiting: { since: start - 50 } });
      expect(await runs.commit({ ...none, runs: [{ was: run, patch: { state: "succeeded", finishedAt: start } }] })).toMatchObject({
        stale: [],
      });
      expect(await runs.outages("ws_1")).toMatchObject([{ waiting: 1 }, { waiting: 1 }]);
    });

    withStore("runs that keep their order behind one that waits are counted with it, by flow", async ({ runs }) => {
      const all = [
        ofRecord(0, { settles: false }),
        ofRecord(1, { settles: false }),
        ofRecord(2, { settles: false }),
        ofRecord(3, { record: "c2", settles: false }),
        ofRecord(4, { flowId: "flow_2", settles: false }),
        acceptance(5),
      ];
      const waits: Waiting = { kind: "connection", reason: "Waits", connection: "conn_1", since: start };
      const pause = (n: number) => ({ was: all[n]!.runs[0]!, patch: { state: "waiting" as const, dueAt: start + 9_000, waiting: waits } });
      await runs.commit({ ...none, accept: all, runs: [pause(0), pause(4)] });
      const [outage, ...more] = await runs.outages("ws_1");
      expect([outage?.waiting, more]).toEqual([4, []]);
      expect(outage?.flows.toSorted((a, b) => b.waiting - a.waiting)).toEqual([
        { flowId: "flow_1", waiting: 3 },
        { flowId: "flow_2", waiting: 1 },
      ]);
      expect(await runs.outages("ws_2")).toEqual([]);
    });

    withStore("the totals of all flows are what each of them has", async ({ runs, flows }) => {
      for (const id of ["flow_1", "flow_2", "flow_3"]) {
        const flow = {
          id,
          workspaceId: "ws_1",
          name: id,
          status: "on" as const,
          draft: {} as never,
          revision: 1,
          version: null,
          createdAt: 0,
          updatedAt: 0,
        };
        await flows.insert(flow, sampleTrigger(`trg_of_${id}`, { flowId: id }));
      }
      const old = acceptance(-100 * 3_600_000);
      const all = [acceptance(0), acceptance(1), acceptance(2, { flowId: "flow_2" })];
      const over = { was: old.runs[0]!, patch: { state: "failed" as const, finishedAt: start } };
      await runs.commit({
        ...none,
        accept: [old, ...all],
        runs: [over, { was: all[0]!.runs[0]!, patch: { state: "succeeded", finishedAt: start } }],
      });
      const totals = await runs.flowTotals("ws_1", start - 24 * 3_600_000);
      expect([...totals.keys()].sort()).toEqual(["flow_1", "flow_2", "flow_3"]);
      expect(totals.get("flow_1")).toMatchObject({ counts: { queued: 1, succeeded: 1, failed: 0 }, lastRunAt: start + 1 });
      expect(totals.get("flow_2")).toMatchObject({ counts: { queued: 1 }, lastRunAt: start + 2 });
      expect(totals.get("flow_3")).toMatchObject({ counts: { queued: 0 }, lastRunAt: null });
    });

    withStore("the run that goes before one of the same record is named", async ({ runs }) => {
      const [a, b, other] = [
        ofRecord(0, { settles: false }),
        ofRecord(1, { settles: false }),
        ofRecord(2, { record: "c2", settles: false }),
      ];
      await runs.commit({ ...none, accept: [a, b, other] });
      expect([await runs.ahead(a.runs[0]!), await runs.ahead(b.runs[0]!), await runs.ahead(other.runs[0]!)]).toEqual([
        null,
        a.runs[0]!.id,
        null,
      ]);
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
