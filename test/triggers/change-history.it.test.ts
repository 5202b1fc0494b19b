import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeDrives, letterOf, type ChangeDrive } from "./change-drives.ts";
import { connections, openGround, Watch, type Crash, type Ground } from "./machine.ts";
import { atDawn } from "./story.ts";
import { trials } from "../support/trials.ts";

/**
 * Generated histories of the records that change triggers watch: they come, change and go, each time with a webhook that is delivered, lost,
 * doubled or late; looks come when they come, through failures, crashes at either side of their commit, kills and restarts, while the flow
 * is off for a while and the list lags. The model knows only what was written and when. After every event and every look
 * - what is known of a record never goes back in time: its states are a part of those it really had, in their order;
 * - a webhook that comes at once, and a look that is shown the record as it is, leave it known as it is;
 * - and the changes that were reported lead from the state known before to the state known now, each once.
 */

type Fate = { kind: "lost" } | { kind: "comes"; afterMs: number; times: 1 | 2 };
type Write =
  | { do: "make"; slot: number; content: number; fate: Fate }
  | { do: "put"; slot: number; content: number; fate: Fate }
  | { do: "end"; slot: number }
  | { do: "lag"; ms: number };
type Failure = "rate_limit" | "server_error" | "drop_before";
type Step =
  | Write
  | { do: "pass"; ms: number }
  | { do: "look"; crash: Crash | null; failing: Failure | null }
  | { do: "restart"; how: "gracefully" | "by a kill" }
  | { do: "off and on"; meanwhile: Write[] };

const minute = 60_000;
const slot = fc.nat(2);
const content = fc.nat(4);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Fate>({ kind: "lost" }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("comes" as const),
      afterMs: fc.constantFrom(0, 0, 0, 1_000, 30_000, 4 * minute, 11 * minute, 70 * minute),
      times: fc.constantFrom(1 as const, 1 as const, 2 as const),
    }),
  },
);
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("make" as const), slot, content, fate }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("put" as const), slot, content, fate }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("end" as const), slot }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lag" as const), ms: fc.constantFrom(0, 5_000, 3 * minute, 8 * minute) }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 9, arbitrary: write },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(500, 20_000, 5 * minute, 30 * minute) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      crash: fc.constantFrom(null, null, null, "before the commit" as const, "after the commit" as const),
      failing: fc.constantFrom<(Failure | null)[]>(null, null, null, null, "rate_limit", "server_error", "drop_before"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("restart" as const), how: fc.constantFrom("gracefully" as const, "by a kill" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("off and on" as const), meanwhile: fc.array(write, { maxLength: 4 }) }) },
);

let ground: Ground;
beforeAll(async () => void (ground = await openGround()));
afterAll(() => ground.close());

/** What a record really was, and since when. */
type Past = { content: number; at: number }[];
interface Letter {
  dueAt: number;
  payload: Record<string, unknown>;
}
/** What is known of a record: its content, or that it is there at all. */
type Known = number | "there" | null;

class Life {
  readonly #drive: ChangeDrive;
  #watch!: Watch;
  /** The record in each slot. Ids are never used again, as they are not over there. */
  readonly #present = new Map<number, string>();
  readonly #pasts = new Map<string, Past>();
  readonly #known = new Map<string, Known>();
  /** How far into its past each record is known. */
  readonly #knownTo = new Map<string, number>();
  readonly #letters: Letter[] = [];
  #made = 0;
  #isOn = true;
  #polls: unknown = 0;
  reported = 0;

  private constructor(drive: ChangeDrive) {
    this.#drive = drive;
  }

  static async begin(operation: string, drive: ChangeDrive): Promise<Life> {
    await atDawn(ground);
    const life = new Life(drive);
    for (const at of [0, 1]) life.#make(at, 0);
    await ground.clock.advance(10_000);
    life.#watch = await Watch.open(ground, { operation, connection: connections.location, input: drive.input });
    assert.deepEqual(await life.#watch.look(), []);
    life.#polls = (await life.#watch.trigger()).state["polls"];
    await life.#learn([], true);
    return life;
  }

  async do(todo: Step): Promise<void> {
    if (todo.do === "pass") await this.#restart("by a kill", todo.ms);
    else if (todo.do === "restart") await this.#restart(todo.how);
    else if (todo.do === "off and on") await this.#away(todo.meanwhile);
    else if (todo.do === "look") await this.#look(todo.crash, todo.failing);
    else await this.#write(todo);
    await this.#post();
  }

  async end(): Promise<{ state: string }[]> {
    this.#drive.lag?.(ground.sandbox.state, 0);
    await this.#restart("gracefully", 80 * minute);
    await this.#post();
    for (let i = 0; i < 3; i++) await this.#look(null, null);
    for (const id of this.#present.values()) {
      const last = this.#pasts.get(id)!.at(-1)!.content;
      assert.ok(this.#isSame(this.#known.get(id) ?? null, last), `${id} is known as it is at last`);
    }
    return this.#watch.runs();
  }

  close = (): Promise<void> => this.#watch.close();

  #make(at: number, as: number): string {
    const id = `rec${++this.#made}`;
    this.#drive.make(ground.sandbox.state, id, as);
    this.#present.set(at, id);
    this.#pasts.set(id, [{ content: as, at: ground.clock.now() }]);
    return id;
  }

  /** Each write has a moment of its own. A look that would come due meanwhile is awaited first. */
  async #write(todo: Write): Promise<void> {
    const { state } = ground.sandbox;
    if (todo.do === "lag") return this.#drive.lag?.(state, todo.ms);
    if (this.#isOn && (await this.#watch.trigger()).nextAt! <= ground.clock.now() + 10) await this.#look(null, null);
    await ground.clock.advance(7);
    const there = this.#present.get(todo.slot);
    if (todo.do === "end") {
      if (there !== undefined) this.#drive.end(state, there);
      return void this.#present.delete(todo.slot);
    }
    const as = todo.content % this.#drive.contents;
    if (todo.do === "make" && there === undefined) return this.#send(this.#make(todo.slot, as), this.#drive.events.made, todo.fate);
    if (todo.do !== "put" || there === undefined) return;
    this.#drive.put(state, there, as);
    this.#pasts.get(there)!.push({ content: as, at: ground.clock.now() });
    await this.#send(there, this.#drive.events.changed, todo.fate);
  }

  async #send(id: string, event: ChangeDrive["events"]["made"], fated: Fate): Promise<void> {
    if (fated.kind === "lost") return;
    const { state } = ground.sandbox;
    const payload = letterOf(state, event, this.#drive.record(state, id));
    for (let n = 0; n < fated.times; n++) this.#letters.push({ dueAt: ground.clock.now() + fated.afterMs, payload });
    await this.#post();
    if (fated.afterMs === 0 && this.#isOn) this.#expectKnown(id, "after a webhook that came at once");
  }

  /** Delivers what is due. */
  async #post(): Promise<void> {
    for (;;) {
      const due = this.#letters.filter(({ dueAt }) => dueAt <= ground.clock.now()).sort((a, b) => a.dueAt - b.dueAt)[0];
      if (!due) return;
      this.#letters.splice(this.#letters.indexOf(due), 1);
      await this.#learn(await this.#watch.deliver(due.payload));
    }
  }

  async #away(meanwhile: readonly Write[]): Promise<void> {
    await this.#watch.off();
    this.#isOn = false;
    for (const todo of meanwhile) await this.#write(todo);
    await this.#watch.on();
    this.#isOn = true;
    await this.#look(null, null);
  }

  async #look(crash: Crash | null, failing: Failure | null): Promise<void> {
    if (failing) ground.sandbox.faults.set({ kind: failing, count: 1 });
    if (crash) this.#watch.crashAt(crash);
    const emissions = await this.#watch.look();
    ground.sandbox.faults.clear();
    const { polls } = (await this.#watch.trigger()).state;
    await this.#learn(emissions);
    if (polls !== this.#polls) {
      const { state } = ground.sandbox;
      for (const id of this.#present.values())
        if (this.#drive.shownAt(state, id) === this.#pasts.get(id)!.at(-1)!.at) this.#expectKnown(id, "after a look that was shown it");
    } else assert.deepEqual(emissions, []);
    this.#polls = polls;
    if (crash) await this.#restart("by a kill");
  }

  /** What is due when a process starts is looked at at once, unasked. */
  async #restart(how: "gracefully" | "by a kill", after = 0): Promise<void> {
    await this.#watch.restart(how, after);
    if ((await this.#watch.trigger()).nextAt! <= ground.clock.now()) await this.#look(null, null);
  }

  #isSame(known: Known, as: number): boolean {
    return known === "there" || (known !== null && this.#class(known) === this.#class(as));
  }
  /** Two contents that are kept alike are the same. */
  #class = (as: number): number => (this.#drive.contents > 4 && as === 4 ? 3 : as);

  #expectKnown(id: string, when: string): void {
    assert.ok(this.#isSame(this.#known.get(id) ?? null, this.#pasts.get(id)!.at(-1)!.content), `${id} is known as it is ${when}`);
  }

  /** Reads the state as it is known now, and compares the reported changes with it. */
  async #learn(emissions: readonly string[], isBaseline = false): Promise<void> {
    const { triggers } = ground.store;
    const { id: triggerId } = await this.#watch.trigger();
    const kept = await triggers.watched(triggerId, [...this.#pasts.keys()]);
    const due: string[] = [];
    for (const [id, { values }] of kept) {
      const before = this.#known.get(id) ?? null;
      const content = this.#drive.contentOf(values);
      const now: Known = content ?? "there";
      if (!isBaseline && now === "there" && before === null) due.push(...this.#drive.news(null, 0).map((one) => worded(one, id)));
      if (now !== "there" && now !== before) {
        if (!isBaseline) due.push(...this.#drive.news(before === "there" ? null : before, now).map((one) => worded(one, id)));
        this.#moveOn(id, now);
      }
      this.#known.set(id, now);
    }
    assert.deepEqual(emissions.toSorted(), due.toSorted(), "the reported changes lead from the state before to the state now");
    this.reported += emissions.length;
  }

  /** A state is known only after those that were known before it. */
  #moveOn(id: string, now: number): void {
    const past = this.#pasts.get(id)!;
    const from = this.#knownTo.get(id) ?? 0;
    const at = past.findIndex((one, i) => i >= from && this.#class(one.content) === this.#class(now));
    assert.ok(at >= 0, `${id} went back in time to ${now}: ${JSON.stringify(past)}`);
    this.#knownTo.set(id, at);
  }
}

const worded = (emissions: string, id: string): string => emissions.replace(/^(\w+)/, `$1 ${id}`);

const runs = { numRuns: trials(8) };

describe.each(Object.entries(changeDrives))("%s", (operation, drive) => {
  test("each real change that a webhook or a look could see is reported once, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30, size: "max" }), async (steps) => {
        const life = await Life.begin(operation, drive);
        try {
          for (const todo of steps) await life.do(todo);
          const ended = await life.end();
          expect(ended.map(({ state }) => state)).toEqual(Array.from({ length: life.reported }, () => "succeeded"));
        } finally {
          ground.sandbox.faults.clear();
          drive.lag?.(ground.sandbox.state, 0);
          await life.close();
        }
      }),
      runs,
    );
  });
});
