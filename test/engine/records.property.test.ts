import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestClock, sleep } from "#kernel/clock.ts";
import type { FlowSettings } from "#engine/types/flows.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import { openSqlite } from "#storage/database.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { trials } from "../support/trials.ts";

/**
 * Histories of events of a few records, with deaths between any two commits and a new start after each. A sender sends again until it
 * was told yes. What the other side saw is held against the rows and against what was sent.
 */

type Step =
  | { do: "event"; contact: string; lateMs: number; again: boolean }
  | { do: "pass"; ms: number }
  | { do: "die"; commits: number; written: boolean };

const step = (late: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant("event" as const),
        contact: fc.constantFrom("a", "a", "a", "b", "c"),
        lateMs: late ? fc.constantFrom(0, 0, 0, 700, 5000) : fc.constant(0),
        again: fc.constantFrom(false, false, false, true),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 20, 300, 900, 1100, 2500) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("die" as const), commits: fc.nat(4), written: fc.boolean() }) },
  );
const history = (late: boolean) =>
  fc.record({
    steps: fc.array(step(late), { maxLength: 40, size: "max" }),
    workMs: fc.array(fc.constantFrom(0, 40, 700, 2500), { minLength: 1, maxLength: 12 }),
  });
type History = typeof history extends (late: boolean) => fc.Arbitrary<infer H> ? H : never;

/** What the other side saw: a call came, and (if nobody died meanwhile) was answered. */
interface Seen {
  contact: string;
  n: number;
  old: number | null;
  known: boolean;
  run: string;
  what: "came" | "answered";
  life: number;
}

const never = <T>(): Promise<T> => new Promise(() => {});

/** Rows of a process that dies after so many commits, with or without the last one written. From then on nothing answers it. */
function mortal(store: RunStore, life: { dead: boolean; commits: number; written: boolean }): RunStore {
  const alive =
    <A extends unknown[], R>(ask: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const answer = life.dead ? await never<R>() : await ask(...args);
      return life.dead ? never<R>() : answer;
    };
  return {
    ...store,
    load: alive(store.load),
    due: alive(store.due),
    commit: alive(async (writes) => {
      const last = life.commits-- === 0;
      if (last && !life.written) life.dead = true;
      if (life.dead) return never();
      const done = await store.commit(writes);
      life.dead ||= last;
      return done;
    }),
  };
}

async function play({ steps, workMs }: History, settings: FlowSettings) {
  const clock = new TestClock();
  const db = await openSqlite({ file: ":memory:" });
  const seen: Seen[] = [];
  const sent: { id: string; contact: string; n: number; at: number; told: boolean }[] = [];
  let flowId: string | null = null;
  let lives = 0;
  let calls = 0;

  async function live() {
    const life = { dead: false, commits: Infinity, written: true };
    const number = lives++;
    const answer = async ({ input, idempotencyKey }: { input: Record<string, unknown>; idempotencyKey: string }) => {
      if (life.dead) return never();
      const call = {
        ...(input as Pick<Seen, "contact" | "n" | "known">),
        old: (input.old as number | undefined) ?? null,
        run: idempotencyKey,
        life: number,
      };
      seen.push({ ...call, what: "came" });
      await sleep(clock, workMs[calls++ % workMs.length]!);
      if (life.dead) return never();
      seen.push({ ...call, what: "answered" });
    };
    const world = await openEngine(
      { make: { effect: "update", answer } },
      { clock, db, webhook: { record: "contact", at: "at" }, runs: (store) => mortal(store, life) },
    );
    const input = {
      contact: "{{ trigger.contact }}",
      n: "{{ trigger.n }}",
      old: "{{ trigger._change.old.n }}",
      known: "{{ trigger._change.known }}",
    };
    flowId ??= (
      await world.published(
        [
          { id: "first", app: "app", operation: "make", input },
          { id: "second", app: "app", operation: "make", input },
        ],
        {
          settings,
          trigger: { app: "app", operation: "hook", previous: true, record: "{{ trigger.contact }}" },
        },
      )
    ).id;
    await world.engine.start();
    return { ...world, life };
  }
  let now = await live();

  const pass = async (ms: number) => {
    for (let rest = ms; ; rest -= 250) {
      for (let i = 0; i < 5; i++) await clock.advance(0);
      if (now.life.dead) await restart();
      if (rest <= 0) return;
      await clock.advance(Math.min(rest, 250));
    }
  };
  const post = (event: (typeof sent)[number]) => {
    const { told: _, ...payload } = event;
    now.fire(flowId!, payload).then(
      () => (event.told = true),
      () => {},
    );
  };
  const restart = async () => {
    now = await live();
    for (const event of sent) if (!event.told) post(event);
  };

  for (const s of steps) {
    if (s.do === "pass") await pass(s.ms);
    else if (s.do === "die") Object.assign(now.life, { commits: s.commits, written: s.written });
    else {
      if (!s.again || sent.length === 0)
        sent.push({ id: `e${sent.length}`, contact: s.contact, n: sent.length, at: clock.now() - s.lateMs, told: false });
      post(sent.at(-1)!);
    }
  }
  Object.assign(now.life, { commits: Infinity });
  for (
    let i = 0;
    i < 20 && (i < 2 || (await db.q.selectFrom("runs").select("id").where("finished_at", "is", null).execute()).length > 0);
    i++
  )
    await pass(31_000);
  expect(now.logged).toEqual([]);
  const counts = await now.engine.counts(workspace, {});
  expect(counts).toEqual({ ...counts, queued: 0, running: 0, waiting: 0, failed: 0, held: 0 });
  const runs = await db.q.selectFrom("runs").selectAll().orderBy("id").execute();
  const events = await db.q.selectFrom("events").selectAll().orderBy("id").execute();
  await db.close();
  expect(sent.every((event) => event.told)).toBe(true);
  expect(new Set(events.map((e) => e.event_key))).toEqual(new Set(sent.map((e) => e.id)));
  expect(runs.reduce((n, run) => n + 1 + run.merged, 0)).toBe(sent.length);
  return { seen, sent, runs, events };
}

const contacts = ["a", "b", "c"];
const came = (seen: Seen[], contact: string) => seen.filter((s) => s.contact === contact && s.what === "came");
const without = <T>(values: T[]) => values.filter((value, i) => i === 0 || value !== values[i - 1]);

/** No call of a record comes while another run of it works. */
function expectOneAtATime(seen: Seen[]): void {
  for (const contact of contacts) {
    let working: Seen | null = null;
    for (const s of seen.filter((x) => x.contact === contact)) {
      if (s.what === "came") {
        expect(working === null || working.life !== s.life || working.n === s.n).toBe(true);
        working = s;
      } else working = null;
    }
  }
}

const often = { numRuns: trials(25) };

describe("through deaths and new starts", () => {
  test("runs of a record go in the order they were accepted, each to its end before the next, and each knows the one before", async () => {
    await fc.assert(
      fc.asyncProperty(history(false), async (given) => {
        const { seen, runs, events } = await play(given, { order: "record" });
        const n = new Map(events.map((e) => [e.id, JSON.parse(e.payload).n as number]));
        for (const contact of contacts) {
          const accepted = runs.filter((r) => r.record === contact).map((r) => n.get(r.event_id)!);
          expect(without(came(seen, contact).map((s) => s.n))).toEqual(accepted);
          for (const s of came(seen, contact)) expect(s.old).toBe(accepted[accepted.indexOf(s.n) - 1] ?? null);
        }
        expectOneAtATime(seen);
      }),
      often,
    );
  });

  test("a burst is delivered with its newest state, whatever came late, and none is lost", async () => {
    await fc.assert(
      fc.asyncProperty(history(true), async (given) => {
        const { seen, sent, events } = await play(given, { settle: "1s" });
        // What is posted at once may be accepted in any order, and of two of the same time the later accepted is the newer.
        const accepted = new Map(events.map((e) => [e.event_key, Number(e.seq)]));
        for (const contact of contacts) {
          const own = sent.filter((e) => e.contact === contact);
          const newest = own.toSorted((a, b) => a.at - b.at || accepted.get(a.id)! - accepted.get(b.id)!).at(-1);
          expect(came(seen, contact).map((s) => s.n)).toEqual(expect.arrayContaining(newest ? [newest.n] : []));
        }
      }),
      often,
    );
  });

  test("bursts in order end on the last state, each with the values that the one before had reported", async () => {
    await fc.assert(
      fc.asyncProperty(history(false), async (given) => {
        const { seen, runs, events } = await play(given, { settle: "1s", order: "record" });
        const n = new Map(events.map((e) => [e.id, JSON.parse(e.payload).n as number]));
        for (const contact of contacts) {
          const arrived = without(came(seen, contact).map((s) => s.n));
          expect(arrived).toEqual(runs.filter((r) => r.record === contact).map((r) => n.get(r.event_id)!));
          expect(arrived.at(-1)).toBe(
            events
              .filter((e) => e.record === contact)
              .map((e) => n.get(e.id)!)
              .at(-1),
          );
          for (const s of came(seen, contact)) expect(s.old).toBe(arrived[arrived.indexOf(s.n) - 1] ?? null);
        }
        expectOneAtATime(seen);
      }),
      often,
    );
  });
});
