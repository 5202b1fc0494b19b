import { describe, expect, it } from "vitest";
import type { ClaimOutcome, RunStore } from "#engine/ports/run-store.ts";
import type { Lease } from "#engine/types/leases.ts";
import type { Run } from "#engine/types/runs.ts";
import { acceptance, step } from "./run-store.contract.ts";

/** Two stores on one database, as two processes open them. */
export interface OpenedTwice {
  one: RunStore;
  other: RunStore;
  close(): Promise<void>;
}

const none = { accept: [], steps: [], runs: [] };
const at = Date.UTC(2026, 0, 15, 9, 30);
const noLease = { owner: null, no: 0 };

/** What every store does for several processes: a run has one owner, and only the owner's writes count. */
export function runOwnershipContract(name: string, open: () => Promise<OpenedTwice>): void {
  describe(`owners of runs: ${name}`, () => {
    const withStores = (title: string, test: (s: OpenedTwice) => Promise<void>) =>
      it(title, async () => {
        const stores = await open();
        try {
          await test(stores);
        } finally {
          await stores.close();
        }
      });
    const accepted = async (store: RunStore, n: number, more: Partial<Run> = {}): Promise<Run> => {
      const { event, runs } = acceptance(n);
      const made = { event: { ...event, record: more.record ?? null }, runs: runs.map((run) => ({ ...run, lease: noLease, ...more })) };
      const [own] = (await store.commit({ ...none, accept: [made] })).accepted;
      return own![0]!;
    };
    const lives = (store: RunStore, now = at, until = at + 30_000, executing: string[] = []) => store.renew({ now, until, executing });
    const claim = async (store: RunStore, { id }: Run, now = at, begin?: { inTurn: boolean }): Promise<ClaimOutcome> =>
      (await store.commit({ ...none, claims: [{ runId: id, now, ...(begin && { begin }) }] })).claims[0]!;
    const claimed = async (store: RunStore, run: Run, now = at): Promise<Run> => {
      const outcome = await claim(store, run, now);
      if (outcome.kind !== "claimed") throw new Error(`It is ${outcome.kind}`);
      return outcome.context.run;
    };
    const end = (was: Run, state: Run["state"] = "succeeded") => ({ was, patch: { state, finishedAt: at + 9 } });
    const path = "post";

    withStores("who accepts a run owns it, and says so in the commit that accepts", async ({ one, other }) => {
      const run = await accepted(one, 0);
      expect(run.lease).toEqual({ owner: one.owner, no: 1 });
      expect((await other.load(run.id))!.run).toEqual(run);
    });

    withStores(
      "what another process writes of a run, or an earlier number, is left out and named; its neighbours are written",
      async ({ one }) => {
        const [run, neighbour] = [await accepted(one, 0), await accepted(one, 1)];
        const wrong: Lease[] = [
          { owner: "proc_x", no: 1 },
          { owner: one.owner, no: 0 },
          { owner: null, no: 1 },
        ];
        for (const lease of wrong) {
          const was = { ...run, lease };
          const write = { step: step(run.id, path), lease };
          expect(await one.commit({ ...none, steps: [write] })).toMatchObject({ stale: [run.id], toCancel: [] });
          expect(await one.commit({ ...none, steps: [write], runs: [end(was)] })).toMatchObject({ stale: [run.id] });
          const pause = { was, patch: { state: "waiting" as const } };
          expect(await one.commit({ ...none, runs: [pause] })).toMatchObject({ stale: [run.id] });
          expect(await one.load(run.id)).toMatchObject({ run, steps: [] });
        }
        const stale = { was: { ...run, lease: wrong[0]! }, patch: { state: "waiting" as const } };
        const beside = { step: step(neighbour.id, path), lease: neighbour.lease };
        expect((await one.commit({ ...none, steps: [beside], runs: [stale, end(neighbour)] })).stale).toEqual([run.id]);
        expect(await one.load(neighbour.id)).toMatchObject({ run: { state: "succeeded" }, steps: [{ path }] });
        expect(await one.counts("ws_1", {})).toMatchObject({ queued: 1, succeeded: 1, waiting: 0 });
      },
    );

    withStores("a run ends once: after its end nothing is written of it, and it is counted once", async ({ one }) => {
      const run = await accepted(one, 0);
      await one.commit({ ...none, runs: [end(run)] });
      const late = await one.commit({ ...none, runs: [end(run, "failed")], steps: [{ step: step(run.id, path), lease: run.lease }] });
      expect(late.stale).toEqual([run.id]);
      expect(await one.load(run.id)).toMatchObject({ run: { state: "succeeded", lease: { owner: null } }, steps: [] });
      expect(await one.counts("ws_1", {})).toMatchObject({ succeeded: 1, failed: 0 });
    });

    withStores(
      "the runs of a process that lives are nobody else's: they are not due elsewhere, and not claimed",
      async ({ one, other }) => {
        await lives(one);
        await lives(other);
        const run = await accepted(one, 0);
        expect([(await one.due(at, 9)).length, (await other.due(at, 9)).length]).toEqual([1, 0]);
        expect([(await claim(other, run)).kind, (await claim(one, run)).kind]).toEqual(["owned", "claimed"]);
        expect((await one.load(run.id))!.run.lease).toEqual(run.lease);
      },
    );

    const waysToEnd: [string, (s: OpenedTwice) => Promise<number>][] = [
      ["is overdue", async () => at + 30_000],
      ["gave its leases back", async ({ one }) => (await one.endLeases("own"), at)],
      ["is gone, as one knows that is alone with the store", async ({ other }) => (await other.endLeases("others"), at)],
    ];
    for (const [how, ending] of waysToEnd)
      withStores(`the runs of a process that ${how} are due elsewhere, and claimed under the next number`, async (s) => {
        const { one, other } = s;
        await lives(one);
        const run = await accepted(one, 0);
        const now = await ending(s);
        expect((await other.due(now, 9)).map(({ id }) => id)).toEqual([run.id]);
        expect((await claimed(other, run, now)).lease).toEqual({ owner: other.owner, no: 2 });
      });

    withStores("of two that claim a run at once one gets it", async ({ one, other }) => {
      const run = await accepted(one, 0, { lease: { owner: "proc_gone", no: 4 } });
      await lives(one);
      await lives(other);
      const kinds = (await Promise.all([claim(one, run), claim(other, run)])).map(({ kind }) => kind).sort();
      expect(kinds).toEqual(["claimed", "owned"]);
      expect((await one.load(run.id))!.run.lease.no).toBe(5);
    });

    withStores(
      "what a process writes of a run that another has claimed is refused, though it says again that it lives",
      async ({ one, other }) => {
        await lives(one);
        const run = await accepted(one, 0);
        const claimedRuns = await claimed(other, run, at + 30_000);
        const renewed = await lives(one, at + 31_000, at + 61_000, [run.id]);
        expect(renewed.lost).toEqual([run.id]);
        const late = await one.commit({ ...none, steps: [{ step: step(run.id, path), lease: run.lease }], runs: [end(run, "failed")] });
        expect(late.stale).toEqual([run.id]);
        await other.commit({ ...none, runs: [end(claimedRuns)] });
        expect(await one.load(run.id)).toMatchObject({ run: { state: "succeeded" }, steps: [] });
        expect(await one.counts("ws_1", {})).toMatchObject({ succeeded: 1, failed: 0, queued: 0 });
      },
    );

    withStores("who gets a run back writes under the new number only", async ({ one, other }) => {
      const run = await accepted(one, 0);
      await claimed(other, run);
      const back = await claimed(one, run);
      expect(back.lease).toEqual({ owner: one.owner, no: 3 });
      const old = await one.commit({ ...none, steps: [{ step: step(run.id, path), lease: run.lease }] });
      expect(old.stale).toEqual([run.id]);
      expect((await one.commit({ ...none, steps: [{ step: step(run.id, path), lease: back.lease }] })).stale).toEqual([]);
    });

    withStores("a run of a record that has not begun is begun by whoever asks first", async ({ one, other }) => {
      await lives(one);
      await lives(other);
      const run = await accepted(one, 0, { record: "c1" });
      expect(await claim(other, run, at, { inTurn: true })).toMatchObject({ kind: "claimed", context: { run: { state: "running" } } });
      expect((await claim(one, run, at, { inTurn: true })).kind).toBe("owned");
    });

    withStores("a run that a person lets go on belongs to the process that was asked", async ({ one, other }) => {
      const run = await accepted(one, 0);
      await one.commit({ ...none, runs: [end(run, "failed")] });
      const rests = (await other.load(run.id))!.run;
      const again = { was: rests, patch: { state: "queued" as const, finishedAt: null } };
      expect((await other.commit({ ...none, runs: [again] })).stale).toEqual([]);
      expect((await one.load(run.id))!.run.lease).toEqual({ owner: other.owner, no: 2 });
      expect((await one.commit({ ...none, runs: [again] })).stale).toEqual([run.id]); // asked twice
      expect(await one.counts("ws_1", {})).toMatchObject({ queued: 1, failed: 0 });
    });

    withStores(
      "of two changes of a run at rest that two processes ask for, one is made, and it is counted once",
      async ({ one, other }) => {
        const run = await accepted(one, 0);
        await one.commit({ ...none, runs: [end(run, "held")] });
        const write = { was: (await other.load(run.id))!.run, patch: { state: "cancelled" as const, attention: false } };
        const done = await Promise.all([one, other].map((store) => store.commit({ ...none, runs: [write] })));
        expect(done.flatMap(({ stale }) => stale)).toEqual([run.id]);
        expect(await one.counts("ws_1", {})).toMatchObject({ held: 0, cancelled: 1 });
        const next = await accepted(one, 1);
        await one.commit({ ...none, runs: [end(next, "held")] });
        expect((await one.counts("ws_1", {})).held).toBe(1); // a count that had fallen below nothing would show here
      },
    );

    withStores(
      "a process is asked to cancel what it owns, and hears of it when it renews, or lets the run wait",
      async ({ one, other }) => {
        await lives(one);
        await lives(other);
        const [run, over, own] = [await accepted(one, 0), await accepted(one, 1), await accepted(other, 2)];
        await one.commit({ ...none, runs: [end(over)] });
        expect(await other.requestCancel([run.id, over.id, own.id, "run_gone"], at)).toEqual([run.id]);
        expect((await lives(one)).toCancel).toEqual([{ id: run.id }]);
        const result = { step: step(run.id, path), lease: run.lease };
        const pause = { was: run, patch: { state: "waiting" as const } };
        expect(await one.commit({ ...none, steps: [result], runs: [pause] })).toMatchObject({ stale: [], toCancel: [run.id] });
        expect(await one.load(run.id)).toMatchObject({ run: { state: "queued", cancelRequested: true }, steps: [{ path }] });
        await one.commit({ ...none, runs: [end(run, "cancelled")] });
        expect((await one.load(run.id))!.run).toMatchObject({ state: "cancelled", cancelRequested: false });
        expect((await lives(one)).toCancel).toEqual([]);
      },
    );

    withStores("a process that ends leaves a wish to cancel to whoever claims the run", async ({ one, other }) => {
      await lives(one);
      const run = await accepted(one, 0);
      expect(await other.requestCancel([run.id], at)).toEqual([run.id]);
      expect(await other.requestCancel([run.id], at + 30_000)).toEqual([]); // nobody is there to ask
      expect(await claim(other, run, at + 30_000)).toMatchObject({
        kind: "toCancel",
        context: { run: { lease: { owner: other.owner, no: 2 } } },
      });
    });

    withStores("a run that is executed for long is seen to run by others, and its end is as good as before", async ({ one, other }) => {
      const run = await accepted(one, 0);
      const waiting = { state: "waiting" as const, waiting: { kind: "retry" as const, reason: "HighLevel answered 500" } };
      await one.commit({ ...none, runs: [{ was: run, patch: waiting }] });
      await lives(one, at, at + 30_000, [run.id]);
      expect((await other.load(run.id))!.run).toMatchObject({ state: "running", lease: run.lease });
      expect(await other.outages("ws_1")).toEqual([]);
      expect((await one.commit({ ...none, runs: [end({ ...run, ...waiting })] })).stale).toEqual([]);
    });

    withStores("every process sees which others live", async ({ one, other }) => {
      expect((await lives(one)).owners).toEqual([one.owner]);
      expect((await lives(other)).owners).toEqual([one.owner, other.owner].sort());
      expect((await lives(other, at + 30_000, at + 60_000)).owners).toEqual([other.owner]);
    });
  });
}
