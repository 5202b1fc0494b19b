import fc from "fast-check";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { TestClock, sleep } from "#kernel/clock.ts";
import { moves } from "#engine/run/states.ts";
import type { FlowSettings } from "#engine/types/flows.ts";
import type { RunState } from "#engine/types/runs.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import { openSqlite, type Db } from "#storage/database.ts";
import { trials } from "#test/support/trials.ts";
import { openEngine, workspace } from "../fakes/engine.ts";

/**
 * Two engines on one database, as two processes have them. Each may die between any two answers of its store, and comes back as another; or
 * it stands still for longer than its leases last, and goes on as if nothing had happened; or claims take long while leases are
 * renewed. A sender sends again until its event was accepted.
 */

type Place = 0 | 1;
type Step =
  | { do: "event"; at: Place; contact: string }
  | { do: "pass"; ms: number }
  | { do: "die"; at: Place; answers: number; written: boolean }
  | { do: "stand"; at: Place; ms: number }
  | { do: "slow"; ms: number }
  | { do: "cancel"; at: Place; pick: number };

const place = fc.constantFrom<Place>(0, 1);
const steps = fc.array<Step>(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("event" as const), at: place, contact: fc.constantFrom("a", "a", "b", "c") }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 20, 300, 1_100, 6_000, 31_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), at: place, answers: fc.nat(6), written: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("stand" as const), at: place, ms: fc.constantFrom(3_000, 40_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("slow" as const), ms: fc.constantFrom(6_000, 15_000) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), at: place, pick: fc.nat(20) }) },
  ),
  { maxLength: 40, size: "max" },
);
const history = fc.record({
  steps,
  workMs: fc.array(fc.constantFrom(0, 40, 700, 2_500, 12_000), { minLength: 1, maxLength: 12 }),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

interface Life {
  number: number;
  dead: boolean;
  /** Answers of its store until it dies. */
  answers: number;
  written: boolean;
  /** It stands still until then. */
  until: number;
  /** Its claims are answered then at the earliest. */
  claims: number;
}

const never = <T>(): Promise<T> => new Promise(() => {});

/** The rows of a process that may die or stand still at any of their answers. */
function mortal(store: RunStore, life: Life, clock: TestClock): RunStore {
  const stands = async () => {
    while (clock.now() < life.until) await sleep(clock, life.until - clock.now());
  };
  const alive =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await stands();
      const last = life.answers-- === 0;
      if (last && !life.written) life.dead = true;
      if (life.dead) return never();
      const answer = await ask(...args);
      life.dead ||= last;
      await stands();
      return life.dead ? never() : answer;
    };
  return {
    ...store,
    commit: alive(async (writes) => {
      while (writes.claims?.length && clock.now() < life.claims) await sleep(clock, life.claims - clock.now());
      return store.commit(writes);
    }),
    load: alive(store.load),
    due: alive(store.due),
    renew: alive(store.renew),
    requestCancel: alive(store.requestCancel),
    list: alive(store.list),
    findOpen: alive(store.findOpen),
    countCrashes: alive(store.countCrashes),
  };
}

/** One call of a step as the other side saw it. */
interface Call {
  contact: string;
  n: number;
  /** Run and step. */
  key: string;
  life: Life;
  came: number;
  answered: number | null;
}

/** Writes down every move of a state that any process makes. */
const watchMoves = async (db: Db): Promise<void> => {
  await sql`create table moved (run text, was text, state text)`.execute(db.q);
  await sql`create trigger moving after update of state on runs when old.state <> new.state
    begin insert into moved values (new.id, old.state, new.state); end`.execute(db.q);
};

async function play({ steps: history, workMs }: History, settings: FlowSettings) {
  const clock = new TestClock();
  const db = await openSqlite({ file: ":memory:" });
  await watchMoves(db);
  const calls: Call[] = [];
  const sent: { id: string; contact: string; n: number; accepted: boolean; at: Place }[] = [];
  let flowId: string | null = null;
  let lives = 0;

  async function live() {
    const life: Life = { number: lives++, dead: false, answers: Infinity, written: true, until: 0, claims: 0 };
    const answer = async ({ input, idempotencyKey }: { input: Record<string, unknown>; idempotencyKey: string }) => {
      while (clock.now() < life.until) await sleep(clock, life.until - clock.now());
      if (life.dead) return never();
      const call: Call = { ...(input as Pick<Call, "contact" | "n">), key: idempotencyKey, life, came: clock.now(), answered: null };
      calls.push(call);
      await sleep(clock, workMs[calls.length % workMs.length]!);
      while (clock.now() < life.until) await sleep(clock, life.until - clock.now());
      if (life.dead) return never();
      call.answered = clock.now();
    };
    const world = await openEngine(
      { make: { effect: "update", answer } },
      { clock, db, owner: `proc_${life.number}`, webhook: { record: "contact" }, runs: (store) => mortal(store, life, clock) },
    );
    const input = { contact: "{{ trigger.contact }}", n: "{{ trigger.n }}" };
    flowId ??= (
      await world.published(
        [
          { id: "first", app: "app", operation: "make", input },
          { id: "second", app: "app", operation: "make", input },
        ],
        { settings, trigger: { app: "app", operation: "hook", record: "{{ trigger.contact }}" } },
      )
    ).id;
    void world.engine.start();
    return { ...world, life };
  }
  const processes = [await live(), await live()] as const satisfies unknown[] as [Process, Process];
  type Process = Awaited<ReturnType<typeof live>>;

  const post = (event: (typeof sent)[number]) => {
    const { id, contact, n, at } = event;
    processes[at].fire(flowId!, { id, contact, n }).then(
      () => (event.accepted = true),
      () => {},
    );
  };
  const pass = async (ms: number) => {
    for (let rest = ms; ; rest -= 250) {
      for (let i = 0; i < 3; i++) await clock.advance(0);
      for (const at of [0, 1] as const) {
        if (!processes[at].life.dead) continue;
        processes[at] = await live();
        for (const event of sent) if (!event.accepted && event.at === at) post(event);
      }
      if (rest <= 0) return;
      await clock.advance(Math.min(rest, 250));
    }
  };
  const cancel = async (at: Place, pick: number) => {
    const runs = await db.q.selectFrom("runs").select("id").orderBy("seq").execute();
    const id = runs[pick % Math.max(1, runs.length)]?.id;
    if (id !== undefined) processes[at].engine.cancel(workspace, id).catch(() => {}); // it may be over
  };

  for (const s of history) {
    if (s.do === "pass") await pass(s.ms);
    else if (s.do === "die") Object.assign(processes[s.at].life, { answers: s.answers, written: s.written });
    else if (s.do === "stand") processes[s.at].life.until = clock.now() + s.ms;
    else if (s.do === "slow") for (const { life } of processes) life.claims = clock.now() + s.ms;
    else if (s.do === "cancel") await cancel(s.at, s.pick);
    else {
      sent.push({ id: `e${sent.length}`, contact: s.contact, n: sent.length, accepted: false, at: s.at });
      post(sent.at(-1)!);
    }
  }
  for (const { life } of processes) life.answers = Infinity;
  const isOpen = async () => (await db.q.selectFrom("runs").select("id").where("finished_at", "is", null).execute()).length > 0;
  for (let i = 0; i < 40 && (i < 3 || (await isOpen())); i++) await pass(31_000);

  for (const { logged } of processes) expect(logged).toEqual([]);
  const runs = await db.q.selectFrom("runs").selectAll().orderBy("seq").execute();
  const events = await db.q.selectFrom("events").selectAll().orderBy("seq").execute();
  const counts = await db.q
    .selectFrom("run_counts")
    .select(["state", sql<number>`sum(n)`.as("n")])
    .groupBy("state")
    .execute();
  const moved = (await sql<{ was: RunState; state: RunState }>`select was, state from moved`.execute(db.q)).rows;
  await db.close();
  return { calls, sent, runs, events, counts, moved };
}
type Played = Awaited<ReturnType<typeof play>>;

/** What must hold whatever happened. */
function expectSound({ calls, sent, runs, events, counts, moved }: Played): void {
  expect(sent.every((event) => event.accepted)).toBe(true);
  expect(new Set(events.map((e) => e.event_key))).toEqual(new Set(sent.map((e) => e.id)));
  expect(runs.filter((run) => !["succeeded", "cancelled"].includes(run.state)).map(({ id, state }) => [id, state])).toEqual([]);
  expect(runs.reduce((n, run) => n + 1 + run.merged, 0)).toBe(sent.length); // no join was lost
  const states = new Map<string, number>();
  for (const { state } of runs) states.set(state, (states.get(state) ?? 0) + 1);
  expect(Object.fromEntries(counts.filter(({ n }) => n !== 0).map(({ state, n }) => [state, n]))).toEqual(Object.fromEntries(states));
  for (const { was, state } of moved) expect(moves[was], `${was} to ${state}`).toContain(state);
  for (const call of calls) expectOnce(call, calls);
}

/** A step is called again only where the process that called it before died, or stood still, before it could write down what came of it. */
function expectOnce(call: Call, calls: readonly Call[]): void {
  for (const again of calls.filter((other) => other !== call && other.key === call.key && other.came >= call.came)) {
    if (again.life === call.life) expect(call.life.until, `${call.key} is called twice by one process`).toBeGreaterThan(0);
    else expect(call.life.dead || call.life.until > 0, `${call.key} is called by two processes that both live`).toBe(true);
  }
}

const often = { numRuns: trials(24) };

/** An event that a process accepts after its leases ran out, and that another claims before they are renewed. */
const acceptedWithoutLease: History = {
  steps: [
    { do: "stand", at: 0, ms: 40_000 },
    { do: "event", at: 0, contact: "a" },
    { do: "pass", ms: 0 },
    { do: "die", at: 1, answers: 1, written: false },
    { do: "pass", ms: 31_000 },
  ],
  workMs: [0],
};

describe("two engines on one database, through deaths and standstills", () => {
  test("every event is delivered, each run by one of them at a time, and nothing is counted twice", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => expectSound(await play(given, {}))),
      { ...often, examples: [[acceptedWithoutLease]] },
    );
  });

  test("runs of a record go in the order of their commits, each to its end before the next", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const played = await play(given, { order: "record" });
        expectSound(played);
        expectInOrder(played);
      }),
      often,
    );
  });

  test("bursts lose no event, whichever of them each event comes to", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (given) => {
        const played = await play(given, { settle: "1s", order: "record" });
        expectSound(played);
        expectInOrder(played);
      }),
      often,
    );
  });
});

function expectInOrder({ calls, runs, events }: Played): void {
  const n = new Map(events.map((e) => [e.id, (JSON.parse(e.payload) as { n: number }).n]));
  for (const contact of ["a", "b", "c"]) {
    const order = runs.filter((run) => run.record === contact).map((run) => n.get(run.event_id)!);
    const made = calls.filter((call) => call.contact === contact && call.life.until === 0);
    const seen = made.map((call) => order.indexOf(call.n));
    expect(seen, `order of ${contact}`).toEqual(seen.toSorted((a, b) => a - b));
  }
}
