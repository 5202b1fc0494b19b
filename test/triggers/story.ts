import assert from "node:assert/strict";
import type { PollMode } from "#engine/triggers/plan.ts";
import { connections, Watch, type Crash, type Ground } from "./machine.ts";
import type { Watched } from "./watched.ts";

/** What a look must tell, by record. A flow that asks for less is told less. */
interface Emission {
  new?: string[];
  changed?: string[];
  deleted?: string[];
}
const asked: Record<PollMode, readonly (keyof Emission)[]> = {
  new: ["new"],
  changed: ["new", "changed"],
  all: ["new", "changed", "deleted"],
};

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const timeoutMs = 30_000;

/** One trigger row in one mode, from its first look on. */
export class Story {
  readonly #ground: Ground;
  readonly #watch: Watch;
  readonly mode: PollMode;
  /** Moves on with each look: at which of them the engine is ended, and how. */
  #looks: number;
  #made = 0;

  private constructor(ground: Ground, watch: Watch, mode: PollMode, shift: number) {
    this.#ground = ground;
    this.#watch = watch;
    this.mode = mode;
    this.#looks = shift;
  }

  /** `shift` moves the restarts, so that all rows together are restarted between any two looks. */
  static async begin(ground: Ground, operation: string, watched: Watched, mode: PollMode, shift: number): Promise<Story> {
    const { input, http, agency } = watched;
    const connection = http ? connections.http : agency ? connections.agency : connections.location;
    const trigger = { ...(http && { app: "http" }), operation: http ? "get" : operation, connection, input, emit: mode };
    return new Story(ground, await Watch.open(ground, trigger), mode, shift);
  }

  /** The next number: names a record or a content that was not before. */
  next = (): number => ++this.#made;

  async look(title: string, news: Emission = {}): Promise<void> {
    await this.#restartSometimes();
    assert.deepEqual((await this.#watch.look()).sort(), this.#expected(news), title);
    const { lastError } = await this.#watch.trigger();
    assert.ok(lastError === null || lastError.code === "OUTBOUND_NOT_FOUND", `${title}: ${lastError?.message}`);
  }

  /** Told at the next look or, where one absence is no proof, at the one after it. */
  async lookTwice(title: string, news: Emission): Promise<void> {
    await this.#restartSometimes();
    const first = await this.#watch.look();
    await this.#restartSometimes();
    assert.deepEqual([...first, ...(await this.#watch.look())].sort(), this.#expected(news), title);
  }

  /** The process dies as it ends a look, and another takes over. */
  async crash(at: Crash, news: Emission): Promise<void> {
    this.#watch.crashAt(at);
    const first = await this.#watch.look();
    assert.deepEqual(first.sort(), at === "before the commit" ? [] : this.#expected(news), `a crash ${at}`);
    await this.#watch.restart("by a kill");
    assert.deepEqual((await this.#watch.look()).sort(), at === "before the commit" ? this.#expected(news) : [], `after a crash ${at}`);
  }

  /** Looks that fail, each in another way. `between` happens while they do. */
  async fail(between: () => void): Promise<void> {
    const { faults } = this.#ground.sandbox;
    for (const [kind, code] of failures) {
      faults.set({ kind, count: 1 });
      assert.deepEqual(await this.#watch.look(), [], kind);
      assert.equal((await this.#watch.trigger()).lastError?.code, code, kind);
      between();
    }
    assert.deepEqual(await this.#watch.lookInVain(timeoutMs), [], "no answer");
    assert.equal((await this.#watch.trigger()).lastError?.code, "OUTBOUND_TIMEOUT");
    await this.#watch.restart("by a kill");
  }

  /** The machine is off for so long. */
  down = (ms: number): Promise<void> => this.#watch.restart("gracefully", ms);

  /** The flow is off for a while. */
  async away(meanwhile: () => void): Promise<void> {
    await this.#watch.off();
    await this.#ground.clock.advance(20 * 60_000);
    meanwhile();
    await this.#watch.on();
  }

  /** Runs that did not go well. Every event has had exactly one. */
  async end(): Promise<unknown[]> {
    const runs = await this.#watch.runs();
    assert.equal(new Set(runs.map(({ eventId }) => eventId)).size, runs.length, "each event has one run");
    return runs.filter(({ state }) => state !== "succeeded");
  }

  close = (): Promise<void> => this.#watch.close();

  async #restartSometimes(): Promise<void> {
    const how = ([null, "gracefully", "by a kill"] as const)[this.#looks++ % 3];
    if (how) await this.#watch.restart(how);
  }

  #expected = (news: Emission): string[] => asked[this.mode].flatMap((kind) => (news[kind] ?? []).map((key) => `${kind} ${key}`)).sort();
}

const failures = [
  ["rate_limit", "RATE_LIMITED"],
  ["server_error", "OUTBOUND_FAILED"],
  ["drop_before", "OUTBOUND_UNREACHABLE"],
] as const;

/** Begins at one in the morning of a day of its own, so that no figure by day changes under it. */
export async function atDawn({ clock, sandbox }: Ground): Promise<void> {
  sandbox.reset();
  await clock.advance(dayMs + hourMs - (clock.now() % dayMs));
}
