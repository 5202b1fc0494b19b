import assert from "node:assert/strict";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import type { PollMode } from "#engine/triggers/plan.ts";
import { canonicalJson } from "#kernel/json.ts";
import { sandboxDefaults } from "#sandbox/index.ts";
import type { State } from "#sandbox/state.ts";
import { connections, openGround, Watch, type Crash, type Ground } from "./machine.ts";
import { atDawn } from "./story.ts";
import type { Watched } from "./watched.ts";
import { contacts } from "./watched/contacts.ts";
import { lists } from "./watched/lists.ts";
import { others } from "./watched/others.ts";
import { trials } from "../support/trials.ts";

/**
 * Generated histories of two real lists of the sandbox, and of one of them as a JSON list at its address, against a model that knows only what was there to be seen when each look
 * was settled. "Each change" is a difference of a record between what two settled looks that follow each other could see: two
 * changes between them are one, a change that was taken back between them is none, and what a failed or killed look saw counts
 * for nothing. Each such change is told once, by the first look that could see it.
 */

type Write =
  | { do: "make"; record: number; lateMs: number }
  | { do: "change"; record: number; content: number }
  | { do: "end"; record: number }
  | { do: "lag"; ms: number };
type Failure = "rate_limit" | "server_error" | "drop_before";
type Step =
  | Write
  | { do: "pass"; ms: number; failing: Failure | null }
  | { do: "look"; crash: Crash | null; failing: Failure | null }
  | { do: "restart"; how: "gracefully" | "by a kill" }
  | { do: "off and on"; meanwhile: Write[] };

const minute = 60_000;
const record = fc.nat(5);
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("make" as const), record, lateMs: fc.constantFrom(0, 0, 0, minute) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("change" as const), record, content: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("end" as const), record }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lag" as const), ms: fc.constantFrom(0, 5_000, 3 * minute, 8 * minute) }) },
);
const failing = fc.constantFrom<(Failure | null)[]>(null, null, null, null, "rate_limit", "server_error", "drop_before");
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: write },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 4 * minute, 30 * minute, 26 * 60 * minute), failing }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("look" as const),
      crash: fc.constantFrom(null, null, null, "before the commit" as const, "after the commit" as const),
      failing,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("restart" as const), how: fc.constantFrom("gracefully" as const, "by a kill" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("off and on" as const), meanwhile: fc.array(write, { maxLength: 4 }) }) },
);

/** What a look could see: the content of each record by its key. */
type Observation = ReadonlyMap<string, string>;
interface List {
  operation: string;
  drive: (state: State) => Watched;
  visible: (state: State) => readonly { id: string }[];
}
const { acmeDental } = sandboxDefaults;
const watchedLists: List[] = [
  {
    operation: "contacts.search",
    drive: contacts["contacts.search"]!,
    visible: ({ search }) => search.rows(acmeDental, "model", (rows) => rows),
  },
  {
    operation: "opportunities.search",
    drive: others["opportunities.search"]!,
    visible: ({ opportunities }) => opportunities.inLocation(acmeDental),
  },
  {
    operation: "http.get by page and total (M14)",
    drive: lists["http.get by page and total (M14)"]!,
    visible: ({ opportunities }) => opportunities.inLocation(acmeDental),
  },
];

let ground: Ground;
beforeAll(async () => void (ground = await openGround()));
afterAll(() => ground.close());

interface Emitted {
  /** The settled look that told it. */
  look: number;
  kind: string;
  id: string;
}
interface Lived {
  emitted: Emitted[];
  observations: Observation[];
}

/** Plays a history with records of few ids and few contents, so that they come back. */
class Life {
  readonly #list: List;
  readonly #watched: Watched;
  readonly #watch: Watch;
  readonly emitted: Emitted[] = [];
  readonly observations: Observation[] = [];
  /** Polls settled when it was last looked at. */
  #polls: unknown = 0;

  private constructor(list: List, watched: Watched, watch: Watch) {
    this.#list = list;
    this.#watched = watched;
    this.#watch = watch;
  }

  static async begin(list: List, mode: PollMode): Promise<Life> {
    await atDawn(ground);
    const watched = list.drive(ground.sandbox.state);
    const { operation } = list;
    // In mode `new` a look may stop at what it knows, so there are pages to stop at. Elsewhere all fits into one, so that one absence is proof.
    const input = mode === "new" && watched.lag ? { pageLimit: 3 } : {};
    const trigger = watched.http
      ? { app: "http", operation: "get", connection: connections.http, input: watched.input, emit: mode }
      : { operation, connection: connections.location, input, emit: mode };
    const life = new Life(list, watched, await Watch.open(ground, trigger));
    await life.#look(null);
    return life;
  }

  async do(todo: Step): Promise<void> {
    if ("failing" in todo && todo.failing) ground.sandbox.faults.set({ kind: todo.failing, count: 1 });
    if (todo.do === "pass") await this.#restart("by a kill", todo.ms);
    else if (todo.do === "restart") await this.#restart(todo.how);
    else if (todo.do === "off and on") await this.#away(todo.meanwhile);
    else if (todo.do !== "look") this.#write(todo);
    else await this.#look(todo.crash);
  }

  async end(): Promise<Lived> {
    await this.#restart("gracefully", 25 * 60 * minute); // by then a whole read is due, whatever the order of the list
    for (let i = 0; i < 3; i++) await this.#look(null);
    const runs = await this.#watch.runs();
    assert.ok(runs.every(({ state }) => state === "succeeded"));
    assert.equal(runs.length, this.emitted.length);
    return this;
  }

  close = (): Promise<void> => this.#watch.close();

  #write(todo: Write): void {
    const { make, change, end, lag } = this.#watched;
    if (todo.do === "lag") return lag?.(todo.ms);
    const key = `rec${todo.record}`;
    const { state } = ground.sandbox;
    const there = (this.#watched.lag ? state.contacts : state.opportunities).get(key) !== undefined;
    if (todo.do === "make" && !there) make!(todo.record, ground.clock.now() - todo.lateMs);
    if (todo.do === "change" && there) change!(key, todo.content);
    if (todo.do === "end" && there) end!(key);
  }

  async #away(meanwhile: readonly Write[]): Promise<void> {
    await this.#watch.off();
    for (const todo of meanwhile) this.#write(todo);
    await this.#watch.on();
    await this.#look(null);
  }

  /** Looks, and remembers what was to be seen if the look was settled: only then may anything be told. */
  async #look(crash: Crash | null): Promise<void> {
    if (crash) this.#watch.crashAt(crash);
    const emissions = await this.#watch.look();
    const { polls } = (await this.#watch.trigger()).state;
    if (polls === this.#polls) assert.deepEqual(emissions, []);
    else this.#note(emissions);
    this.#polls = polls;
    if (crash) await this.#restart("by a kill");
  }

  #note(emissions: readonly string[]): void {
    for (const [kind, id] of emissions.map((one) => one.split(" ")))
      this.emitted.push({ look: this.observations.length, kind: kind!, id: id! });
    this.observations.push(new Map(this.#list.visible(ground.sandbox.state).map((row) => [row.id, canonicalJson(row)])));
  }

  /** What is due when a process starts is looked at at once, unasked. */
  async #restart(how: "gracefully" | "by a kill", after = 0): Promise<void> {
    await this.#watch.restart(how, after);
    if ((await this.#watch.trigger()).nextAt! <= ground.clock.now()) await this.#look(null);
  }
}

/** What had to be told of a record, and by which look. */
function due(mode: "new" | "changed", observations: readonly Observation[], id: string): string[] {
  const emitted: string[] = [];
  let known = observations[0]!.get(id);
  observations.forEach((observation, look) => {
    const seen = observation.get(id);
    if (look === 0 || seen === undefined || seen === known) return;
    if (known === undefined) emitted.push(`${look}: new`);
    else if (mode === "changed") emitted.push(`${look}: changed`);
    known = seen;
  });
  return emitted;
}

/** In mode `all` a deletion forgets the content: what comes back is new. */
function dueOfAll(observations: readonly Observation[], id: string): string[] {
  const emitted: string[] = [];
  observations.forEach((observation, look) => {
    const [before, now] = [observations[look - 1]?.get(id), observation.get(id)];
    if (look === 0 || before === now) return;
    emitted.push(`${look}: ${before === undefined ? "new" : now === undefined ? "deleted" : "changed"}`);
  });
  return emitted;
}

/** What random histories seldom come to. After a 429 and a lost answer, the next look waits a moment for the budget, and comes to its end. */
const rare: [Step[]][] = [
  [
    [
      { do: "look", crash: null, failing: "rate_limit" },
      { do: "look", crash: null, failing: "drop_before" },
      { do: "off and on", meanwhile: [] },
    ],
  ],
];
const runs = { numRuns: trials(12) };
const modes: PollMode[] = ["new", "changed", "all"];

test("the lists are those of the catalog", () => {
  for (const { operation } of watchedLists.slice(0, 2)) expect(highlevel.operations.map(({ id }) => id)).toContain(operation);
});

describe.each(watchedLists)("$operation", (list) => {
  test.each(modes)("in mode %s each change that a poll could see is emitted once, by the first that could", async (mode) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const life = await Life.begin(list, mode);
        try {
          for (const todo of steps) await life.do(todo);
          const { emitted, observations } = await life.end();
          for (const id of new Set(observations.flatMap((observation) => [...observation.keys()]))) {
            const got = emitted.filter((one) => one.id === id).map(({ look, kind }) => `${look}: ${kind}`);
            expect(got, `record ${id}`).toEqual(mode === "all" ? dueOfAll(observations, id) : due(mode, observations, id));
          }
        } finally {
          ground.sandbox.faults.clear();
          await life.close();
        }
      }),
      { ...runs, examples: rare },
    );
  });
});
