import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { contentHash } from "#kernel/digest.ts";
import { sampleAcceptance, sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { RemoteList, type RemoteRow } from "#test/fakes/remote-list.ts";
import { MemoryTriggerStore } from "#test/fakes/trigger-store.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import { activation, deactivation } from "./activate.ts";
import type { PollMode, PollPlan } from "./plan.ts";
import { createPoller } from "./poller.ts";
import type { Page } from "./reading.ts";
import { trials } from "#test/support/trials.ts";

/**
 * Histories of a remote list, polled through crashes and restarts, against a model that only knows what each settled poll could see.
 * The model forgets nothing and stops nowhere, so whatever the poller spares itself must not show.
 */

type Crash = "none" | "while reading" | "before settle" | "after settle" | "after a page";
interface Write {
  id: string;
  text: string | null;
}
type Step =
  | { do: "write"; id: string; text: string | null; lagMs: number }
  | { do: "pass"; ms: number }
  | { do: "poll"; crash: Crash; meanwhile: Write[] }
  | { do: "off and on"; during: number };

interface World {
  mode: PollMode;
  list: "plain" | "timed" | "newest first" | "single";
  pageRows: number;
  grainMs: number;
}

const minute = 60_000;
const overlapMs = 10 * minute;

const ids = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
const texts = fc.constantFrom("red", "green", "blue"); // few, so that changes back are common
const lags = fc.constantFrom(0, 0, 0, 5_000, 3 * minute, overlapMs - minute);
const writes = fc.record({ id: ids, text: fc.option(texts, { freq: 6 }) });
const step = (shifting: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), id: ids, text: fc.option(texts, { freq: 6 }), lagMs: lags }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        ms: fc.constantFrom(1, minute, minute, 4 * minute, 30 * minute, 26 * 60 * minute),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant("poll" as const),
        crash: fc.constantFrom<Crash>("none", "none", "none", "while reading", "before settle", "after settle", "after a page"),
        meanwhile: fc.array(writes, { maxLength: shifting ? 4 : 0 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("off and on" as const), during: fc.constantFrom(1_000, 20 * minute) }) },
  );
const world = (mode: PollMode): fc.Arbitrary<World> =>
  fc.record({
    mode: fc.constant(mode),
    list: fc.constantFrom("plain" as const, "timed" as const, "newest first" as const, "single" as const),
    pageRows: fc.integer({ min: 1, max: 4 }),
    grainMs: fc.constantFrom(1, 60_000),
  });

const planOf = ({ mode, list }: World): PollPlan => ({
  mode,
  fingerprint: "one",
  input: {},
  list: list !== "single",
  identity: "id",
  time: list === "plain" ? null : "dateUpdated",
  timeTrusted: list !== "plain",
  newestFirst: list === "newest first" && mode !== "all",
  volatile: [],
});

class Killed extends Error {}

interface Emitted {
  /** Which settled poll told it. */
  poll: number;
  kind: string;
  id: string;
  text: string | null;
}

interface Lived {
  emitted: Emitted[];
  /** What was to be seen when each poll settled. */
  sights: RemoteRow[][];
  /** The records the first of them was shown. */
  baseline: ReadonlySet<string>;
}

async function live(world: World, steps: readonly Step[]): Promise<Lived> {
  const clock = new TestClock();
  const store = new MemoryTriggerStore();
  const remote = new RemoteList({
    pageRows: world.pageRows,
    newestFirst: world.list === "newest first",
    timed: world.list !== "plain",
    grainMs: world.grainMs,
  });
  const plan = planOf(world);
  const definition = { app: "test", operation: "list", every: "1m" };
  const fresh = sampleTrigger("t", { active: false, nextAt: null });
  store.add(fresh);
  await store.update("ws_1", "t", activation(fresh, definition, { kind: "poll", now: clock.now() }));
  const sights: RemoteRow[][] = [];
  const toldBy: number[] = [];
  let shown = new Set<string>();
  let baseline: ReadonlySet<string> | null = null;
  let serial = 0;
  const visible = () => remote.visible(clock.now()).filter((row) => world.list !== "single" || row.id === "a");
  const pages = async function* (crash: Crash, meanwhile: Write[]): AsyncGenerator<Page> {
    if (crash === "while reading") throw new Error("the line broke");
    if (world.list === "single") {
      yield { rows: [visible()[0] ?? null] };
      return;
    }
    let gap = 0;
    for await (const page of remote.pages(() => clock.now())) {
      yield page;
      for (const row of page.rows) shown.add((row as RemoteRow).id);
      if (crash === "after a page") throw new Error("the line broke");
      const write = meanwhile[gap++];
      if (write) remote.write(write.id, write.text, clock.now(), 0);
    }
  };
  const poll = async (crash: Crash, meanwhile: Write[] = []) => {
    shown = new Set();
    const settle: TriggerStore["settle"] = async (end) => {
      if (crash === "before settle") throw new Killed();
      const done = await store.settle(end);
      toldBy.push(...end.accept.filter((_, i) => done[i]).map(() => sights.length));
      sights.push(visible());
      baseline ??= world.list === "single" ? new Set(visible().map((row) => row.id)) : shown;
      if (crash === "after settle") throw new Killed();
      return done;
    };
    // A new poller each time: whatever it does not keep in the store is gone, as after a restart.
    const poller = createPoller({
      triggers: Object.assign(Object.create(store), bound(store), { settle }) as TriggerStore,
      clock,
      read: async () => ({ plan, pages: pages(crash, meanwhile) }),
      makeAcceptance: async (trigger, payload, { key }) => sampleAcceptance(trigger.id, key, { payload, id: `${serial++}` }),
    });
    await poller.poll(store.get("t")).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
  };
  for (const s of steps) {
    if (s.do === "write") remote.write(s.id, s.text, clock.now(), s.lagMs);
    else if (s.do === "pass") await clock.advance(s.ms);
    else if (s.do === "poll") await poll(s.crash, s.meanwhile);
    else {
      await store.update("ws_1", "t", deactivation);
      await clock.advance(s.during);
      await store.update("ws_1", "t", activation(store.get("t"), definition, { kind: "poll", now: clock.now() }));
    }
  }
  await clock.advance(overlapMs);
  await clock.advance(24 * 60 * minute); // by then a whole read is due, whatever the order of the list
  for (let i = 0; i < 3; i++) await poll("none"); // a deletion may need a second look
  const emitted = store
    .events("t")
    .map((e) => e.payload as { id: string; text?: string; _change: { kind: string } })
    .map((p, i) => ({ poll: toldBy[i]!, kind: p._change.kind, id: p.id, text: p.text ?? null }));
  return { emitted, sights, baseline: baseline ?? new Set() };
}

const bound = (store: MemoryTriggerStore) => ({
  update: store.update.bind(store),
  seen: store.seen.bind(store),
  allSeen: store.allSeen.bind(store),
});

/** What a flow had to be told of one record, and by which poll, given what each settled poll could see of it. The first sight is the baseline. */
function expected(mode: PollMode, sights: RemoteRow[][], id: string): string[] {
  const emitted: string[] = [];
  const first = sights[0]?.find((r) => r.id === id);
  let lastHash = first ? contentHash(first) : null;
  sights.forEach((rows, poll) => {
    const row = rows.find((r) => r.id === id);
    if (poll === 0 || !row || contentHash(row) === lastHash) return;
    if (lastHash === null) emitted.push(`${poll}: new ${row.text}`);
    else if (mode !== "new") emitted.push(`${poll}: changed ${row.text}`);
    lastHash = contentHash(row);
  });
  return emitted;
}

/** What is wrong with the last that was told of a record; null when it is what was last there to be seen. */
function endingWrong({ emitted, sights, baseline }: Lived, id: string): string | null {
  const last = sights.at(-1)!.find((r) => r.id === id);
  const lastTold = emitted.findLast((t) => t.id === id);
  if (!last) return null;
  if (!lastTold) return baseline.has(id) ? null : `${id} came and was never told`;
  return lastTold.text === last.text ? null : `${id} is ${last.text} and was last told to be ${lastTold.text}`;
}

const everyId = ["a", "b", "c", "d", "e", "f", "g"];
const runs = { numRuns: trials(150) };

describe("a polled list, through crashes and restarts", () => {
  for (const mode of ["new", "changed"] as const) {
    test(`in mode ${mode} tells ${mode === "new" ? "each record" : "each change a poll could see"} exactly once, and nothing of the baseline`, async () => {
      await fc.assert(
        fc.asyncProperty(world(mode), fc.array(step(false), { maxLength: 40 }), async (w, steps) => {
          const { emitted, sights } = await live(w, steps);
          for (const id of everyId) {
            const got = emitted.filter((t) => t.id === id).map((t) => `${t.poll}: ${t.kind} ${t.text}`);
            expect(got, `record ${id}`).toEqual(expected(mode, sights, id));
          }
        }),
        runs,
      );
    });
  }

  test("in mode all tells deletions and returns in turn, and ends knowing what is there", async () => {
    await fc.assert(
      fc.asyncProperty(world("all"), fc.array(step(false), { maxLength: 40 }), async (w, steps) => {
        const lived = await live(w, steps);
        const { emitted, sights } = lived;
        for (const id of everyId) {
          let there = sights[0]!.some((r) => r.id === id);
          for (const t of emitted.filter((x) => x.id === id)) {
            expect(t.kind === "new", `${t.kind} of ${id} while it is ${there ? "there" : "away"}`).toBe(!there);
            there = t.kind !== "deleted";
          }
          expect(there, `whether ${id} is there at the end`).toBe(sights.at(-1)!.some((r) => r.id === id));
          expect(endingWrong(lived, id)).toBeNull();
        }
      }),
      runs,
    );
  });

  test("emitted while the list shifts under the reader: nothing twice, nothing left out", async () => {
    await fc.assert(
      fc.asyncProperty(world("changed"), fc.array(step(true), { maxLength: 40 }), async (w, steps) => {
        const lived = await live(w, steps);
        for (const id of everyId) {
          const texts = lived.emitted.filter((t) => t.id === id).map((t) => t.text);
          const repeats = texts.filter((t, i) => i > 0 && t === texts[i - 1]).length;
          expect(w.list === "plain" ? repeats : 0, "one content emitted twice running").toBe(0);
          expect(endingWrong(lived, id)).toBeNull();
        }
      }),
      runs,
    );
  });
});
