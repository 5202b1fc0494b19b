import { expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { acceptance, owned, step } from "#test/contracts/run-store.contract.ts";
import { rest } from "#test/support/turns.ts";
import { createJournal } from "./journal.ts";
import type { RunStore, Writes } from "../ports/run-store.ts";
import type { AcceptedRuns } from "../types/acceptance.ts";
import type { StepRecord, StepWrite } from "../types/steps.ts";

const under = (done: StepRecord): StepWrite => ({ step: done, lease: owned });

function setup(commit: (writes: Writes) => AcceptedRuns[] = noRuns) {
  const written: Writes[] = [];
  const clock = new TestClock();
  const store = {
    async commit(writes: Writes) {
      const accepted = commit(writes);
      written.push(writes);
      return { accepted, claims: writes.claims?.map(() => ({ kind: "over" as const })) ?? [], next: [], stale: [], toCancel: [] };
    },
  } as Partial<RunStore> as RunStore;
  const logged: string[] = [];
  return { journal: createJournal({ store, clock, log: (m) => void logged.push(m) }), written, clock, logged };
}

const noRuns = (writes: Writes): AcceptedRuns[] => writes.accept.map(() => []);
const full = () => Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });

it("events that arrive together share one commit, and each learns whether it was new", async () => {
  const { journal, written } = setup((w) => w.accept.map((a) => (a.event.key === "repeat" ? null : a.runs)));
  const [first, repeat, last] = [acceptance(0), acceptance(1, { key: "repeat" }), acceptance(2)];
  expect(await Promise.all([first, repeat, last].map(journal.accept))).toEqual([first.runs, null, last.runs]);
  expect(written).toHaveLength(1);
});

it("large events go to the disk a few at a time and in their order, and a small one does not wait for them", async () => {
  const { journal, written } = setup();
  const large = [0, 1, 2].map((n) => acceptance(n, { key: `large ${n}` }));
  for (const { event } of large) event.text = "x".repeat(600 * 1024);
  const events = [...large, acceptance(3, { key: "small" })];
  await Promise.all(events.map(journal.accept));
  expect(written.map((w) => w.accept.map(({ event }) => event.key))).toEqual([["large 0", "small"], ["large 1"], ["large 2"]]);
});

it("events given together are one: in one commit, and all or none of them where a row cannot be written", async () => {
  const { journal, written } = setup((w) => {
    if (w.accept.some((a) => a.event.key === "bad")) throw new TypeError("Converting circular structure to JSON");
    return w.accept.map((a) => (a.event.key === "repeat" ? null : a.runs));
  });
  const [one, two, alone] = [acceptance(0), acceptance(1, { key: "repeat" }), acceptance(2)];
  expect(await Promise.all([journal.acceptAll([one, two]), journal.accept(alone)])).toEqual([[one.runs, null], alone.runs]);
  expect(written).toHaveLength(1);
  const whole = journal.acceptAll([acceptance(3), acceptance(4, { key: "bad" })]);
  const beside = journal.acceptAll([acceptance(5), acceptance(6)]);
  await expect(whole).rejects.toThrow(/circular/);
  expect(await beside).toHaveLength(2);
  expect(written.slice(1).map((w) => w.accept.length)).toEqual([2]);
});

it("a step that must be durable is on the disk when the promise resolves, after all that was noted before it", async () => {
  const { journal, written } = setup();
  journal.note(under(step("r1", "first")));
  await journal.durable(under(step("r1", "second")));
  expect(written.flatMap((w) => w.steps.map((s) => s.step.path))).toEqual(["first", "second"]);
});

it("a run of which more is noted while a commit is under way stays behind until that is on the disk too", async () => {
  const held: (() => void)[] = [];
  const store = {
    commit: () => new Promise((resolve) => held.push(() => resolve({ accepted: [], claims: [], next: [], stale: [], toCancel: [] }))),
  };
  const journal = createJournal({ store: store as Partial<RunStore> as RunStore, clock: new TestClock(), log: () => {} });
  const was = acceptance(0).runs[0]!;
  journal.note(null, { was, patch: { state: "waiting" } });
  await rest();
  journal.note(null, { was, patch: { state: "succeeded", finishedAt: 1 } });
  held[0]!();
  await rest();
  expect(journal.isBehind(was.id)).toBe(true);
  held[1]!();
  await rest();
  expect([held.length, journal.isBehind(was.id)]).toEqual([2, false]);
});

it("a store that refuses turns events away with a word on when to come back, and keeps results until it takes them", async () => {
  let refusing = true;
  const { journal, written, clock } = setup((w) => {
    if (refusing) throw full();
    return noRuns(w);
  });
  journal.note(under(step("r1", "post")));
  await expect(journal.accept(acceptance(0))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE", details: { seconds: 10 } });
  expect(journal.healthy()).toBe(false);
  await expect(journal.accept(acceptance(1))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
  refusing = false;
  await clock.advance(1000);
  await rest();
  expect(journal.healthy()).toBe(true);
  expect(written.flatMap((w) => w.steps.map((s) => s.step.path))).toEqual(["post"]);
  expect(await journal.accept(acceptance(2))).toEqual([]);
});

it("what was noted while a commit was under way comes after what that commit held, though the store refused it", async () => {
  const commits: { writes: Writes; refuse: () => void; take: () => void }[] = [];
  const commit = (writes: Writes) =>
    new Promise((resolve, reject) =>
      commits.push({
        writes,
        refuse: () => reject(full()),
        take: () => resolve({ accepted: [], claims: [], next: [], stale: [], toCancel: [] }),
      }),
    );
  const clock = new TestClock();
  const journal = createJournal({ store: { commit } as Partial<RunStore> as RunStore, clock, log: () => {} });
  const was = acceptance(0).runs[0]!;
  const durable: string[] = [];
  journal.note(null, { was, patch: { state: "waiting" } });
  void journal.durable(under(step(was.id, "post", { state: "waiting" }))).then(() => durable.push("waiting"));
  await rest();
  journal.note(null, { was, patch: { state: "succeeded" } });
  void journal.durable(under(step(was.id, "post", { state: "succeeded" }))).then(() => durable.push("succeeded"));
  commits[0]!.refuse();
  await rest();
  await clock.advance(1000);
  const { steps, runs } = commits[1]!.writes;
  expect([steps.map((s) => s.step.state), runs.map((r) => r.patch.state)]).toEqual([
    ["waiting", "succeeded"],
    ["waiting", "succeeded"],
  ]);
  commits[1]!.take();
  await rest();
  expect([durable, journal.isBehind(was.id)]).toEqual([["waiting", "succeeded"], false]);
});

it("one row that cannot be written does not hold up the others", async () => {
  const { journal, written, logged } = setup((w) => {
    if (w.steps.some((s) => s.step.path === "bad")) throw new TypeError("Converting circular structure to JSON");
    return noRuns(w);
  });
  journal.note(under(step("r1", "good")));
  journal.note(under(step("r1", "bad")));
  expect(await journal.accept(acceptance(0))).toEqual([]);
  await journal.durable(null);
  expect(written.flatMap((w) => w.steps.map((s) => s.step.path))).toEqual(["good"]);
  expect(logged.join()).toContain("r1/bad");
});

it("a run whose change is not yet on the disk is known to be behind", async () => {
  const { journal } = setup();
  const { runs } = acceptance(0);
  journal.note(null, { was: runs[0]!, patch: { state: "succeeded" } });
  expect(journal.isBehind(runs[0]!.id)).toBe(true);
  await journal.durable(null);
  expect(journal.isBehind(runs[0]!.id)).toBe(false);
});

it("a claim is answered with the commit that decided it, and refused by a store that takes nothing", async () => {
  let refusing = false;
  const { journal, written } = setup((w) => {
    if (refusing) throw full();
    return noRuns(w);
  });
  const claim = { runId: "r1", now: 0, inTurn: true };
  const [, claimed] = await Promise.all([journal.accept(acceptance(0)), journal.claim(claim)]);
  expect(claimed).toEqual({ kind: "over" });
  expect(written.map((w) => w.claims)).toEqual([[claim]]);
  refusing = true;
  await expect(journal.claim(claim)).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});

it("closing writes what was noted and takes nothing new", async () => {
  const { journal, written } = setup();
  journal.note(under(step("r1", "last")));
  await journal.close(1000);
  expect(written).toHaveLength(1);
  await expect(journal.accept(acceptance(0))).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});

it("events on their way to the disk are bounded in bytes: one more is refused as long as the store is busy, and one alone is taken however large", async () => {
  const busy: (() => void)[] = [];
  const store = {
    commit: ({ accept }: Writes) =>
      new Promise((resolve) => busy.push(() => resolve({ accepted: accept.map(() => []), claims: [], next: [], stale: [], toCancel: [] }))),
  } as unknown as RunStore;
  const journal = createJournal({ store, clock: new TestClock(), log: () => {} });
  const large = (n: number, mib: number) => {
    const made = acceptance(n);
    return { ...made, event: { ...made.event, text: "x".repeat(mib * 1024 * 1024) } };
  };
  const outcome = (accepted: Promise<unknown>) =>
    accepted.then(
      () => "accepted",
      (e: { code: string }) => e.code,
    );
  const first = [large(0, 20), large(1, 11)].map((event) => outcome(journal.accept(event)));
  expect(await outcome(journal.accept(large(2, 2)))).toBe("STORE_UNAVAILABLE");
  const small = outcome(journal.accept(acceptance(3)));
  for (let i = 0; i < 3; i++) {
    await rest();
    busy.splice(0).forEach((done) => done());
  }
  expect(await Promise.all([...first, small])).toEqual(["accepted", "accepted", "accepted"]);
  const giant = outcome(journal.acceptAll([large(4, 40), large(5, 40)]));
  await rest();
  busy.splice(0).forEach((done) => done());
  expect(await giant).toBe("accepted");
});
