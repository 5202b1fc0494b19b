/**
 * Any mix of flows, hosts, hangs, failures, cancels and restarts, on a queue that forgets (even seeds) or not: no bound is exceeded at any moment, no place is lost, and every run
 * that nobody cancelled comes to its end with each of its calls answered.
 */
import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { RunQueue } from "#engine/ports/queue.ts";
import type { StepCall } from "#engine/ports/caller.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import type { Db } from "#storage/database.ts";
import { openEngine, workspace } from "../fakes/engine.ts";
import { rest } from "../support/turns.ts";
import { trials } from "../support/trials.ts";

const calls = 8;
const share = 2;
const hosts = ["a", "b", "c", "d"];

/** Numbers that look random and are the same for the same seed. */
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const call = (id: string, host: string): StepDefinition => ({ id, app: "app", operation: "make", input: { host, flow: "{{ flow.id }}" } });
const flowsOf: StepDefinition[][] = [
  [call("one", "{{ trigger.host }}")],
  [{ id: "shape", format: { text: "{{ trigger.text }}" } }, call("one", "{{ trigger.host }}"), call("two", "{{ trigger.next }}")],
  [{ id: "some", filter: "trigger.calls" }, call("one", "{{ trigger.host }}"), call("two", "a"), call("three", "{{ trigger.next }}")],
  [{ id: "each", forEach: "trigger.list", as: "host", do: [call("one", "{{ host }}")] }],
  [{ id: "shape", format: { n: 1 } }],
];

/** The other side: what is in flight, and what was answered. It outlives the processes. */
class World {
  readonly flying = new Set<{ call: StepCall; end: (error?: MillraceError) => void }>();
  readonly answered = new Map<string, number>();
  readonly broken: string[] = [];
  readonly down = new Set<string>();
  most = 0;

  readonly answer = (request: StepCall): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const flight = {
        call: request,
        end: (error?: MillraceError) => {
          if (!this.flying.delete(flight)) return;
          if (error) return reject(error);
          this.answered.set(request.idempotencyKey, (this.answered.get(request.idempotencyKey) ?? 0) + 1);
          resolve({ ok: true });
        },
      };
      this.flying.add(flight);
      request.signal?.addEventListener("abort", () => flight.end(failure("stopped")));
      this.#check();
    });

  #check(): void {
    this.most = Math.max(this.most, this.flying.size);
    const count = (of: (request: StepCall) => unknown) => {
      const counts = new Map<unknown, number>();
      for (const flight of this.flying) counts.set(of(flight.call), (counts.get(of(flight.call)) ?? 0) + 1);
      return Math.max(0, ...counts.values());
    };
    if (this.flying.size > calls) this.broken.push(`${this.flying.size} calls in all`);
    if (count(({ input }) => input.host) > share) this.broken.push("too many calls to a host");
    if (count(({ input }) => input.flow) > share) this.broken.push("too many calls of a flow");
  }
}

const failure = (problem: string) => new MillraceError("OUTBOUND_UNREACHABLE", { details: { host: "host", problem, outcome: "unknown" } });
const down = (host: string, clock: TestClock) =>
  new MillraceError("HOST_DOWN", {
    details: { host, since: "?", reason: "?", nextTry: "?", retryAt: clock.now() + 5000, outcome: "not_sent" },
  });

/** Loses one run in so many on its way to a worker, as a queue may. */
const forgetful =
  (loses: () => boolean) =>
  (queue: RunQueue): RunQueue => ({
    add: (runs) => queue.add(runs.filter(() => !loses())),
    work: (handler, limits) => queue.work(handler, limits),
    wake: () => queue.wake(),
    depth: () => queue.depth(),
    close: () => queue.close(),
  });

function openProcess(world: World, clock: TestClock, loses: () => boolean, db?: Db) {
  const make = {
    effect: "upsert" as const,
    host: ({ input }: StepCall) => String(input.host),
    refusal: ({ input }: StepCall) => (world.down.has(String(input.host)) ? down(String(input.host), clock) : null),
    answer: world.answer,
  };
  return openEngine({ make }, { clock, concurrency: calls, queue: forgetful(loses), ...(db && { db }) });
}

const turns = async (clock: TestClock, n = 1, ms = 0) => {
  for (let i = 0; i < n; i++) {
    await rest(clock);
    await clock.advance(ms);
  }
};

/** Of two neighbours the second has a queue that loses runs. */
const seeds = Array.from({ length: trials(6) }, (_, i) => i + 1);

test.each(seeds)("no run is lost and no place leaks, whatever happens (seed %i)", async (seed) => {
  const random = randomOf(seed * 7919);
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const clock = new TestClock();
  const world = new World();
  const loses = () => seed % 2 === 0 && random(10) === 0;
  let house = await openProcess(world, clock, loses);
  await house.engine.start();
  const flows = await Promise.all(flowsOf.map((steps) => house.published(steps)));
  const runs: string[] = [];
  const cancelled = new Set<string>();

  async function arrive(): Promise<void> {
    for (let i = random(8); i >= 0; i--) {
      const payload = {
        id: `${runs.length}`,
        host: pick(hosts),
        next: pick(hosts),
        calls: random(3) > 0,
        list: [pick(hosts), pick(hosts), pick(hosts)],
        text: "x".repeat(random(8) === 0 ? 3_000_000 : 10),
      };
      runs.push(...(await house.fire(pick(flows).id, payload)).runIds);
    }
  }
  async function answerSome(): Promise<void> {
    for (const flight of world.flying) if (random(2) > 0) flight.end(random(4) === 0 ? failure("broke") : undefined);
  }
  async function cancelOne(): Promise<void> {
    const id = runs.length > 0 ? pick(runs) : null;
    const done =
      id !== null &&
      (await house.engine.cancel(workspace, id).then(
        () => true,
        () => false,
      )); // it may have ended
    if (done) cancelled.add(id);
  }
  async function restart(): Promise<void> {
    const closing = house.engine.close(0);
    await turns(clock, 2, 1);
    await closing;
    [...world.flying].forEach((flight) => flight.end(failure("stopped")));
    house = await openProcess(world, clock, loses, house.db);
    await house.engine.start();
  }
  async function goDown(): Promise<void> {
    const host = pick(hosts);
    if (!world.down.delete(host)) world.down.add(host);
    else house.hostBack(host);
  }

  for (let step = 0; step < 30; step++) {
    await pick([arrive, arrive, arrive, answerSome, answerSome, answerSome, cancelOne, goDown, restart])();
    await turns(clock, 1, pick([0, 0, 500, 5000]));
  }
  world.down.clear();
  hosts.forEach(house.hostBack);
  const isOpen = async () => (await house.engine.runs(workspace, { states: ["queued", "running", "waiting"] }, { limit: 1 })).length > 0;
  for (let i = 0; i < 400 && (await isOpen()); i++) {
    [...world.flying].forEach((flight) => flight.end());
    await turns(clock, 1, 2000);
  }

  expect(world.broken).toEqual([]);
  for (const id of runs) {
    const { run, steps } = await house.engine.run(workspace, id);
    const ends = cancelled.has(id) ? ["cancelled", "succeeded", "filtered"] : ["succeeded", "filtered"];
    expect(ends, `${id}: ${run.state} ${JSON.stringify(run.error)}`).toContain(run.state);
    if (run.state !== "succeeded") continue;
    for (const made of steps.filter((s) => s.app !== null)) expect(world.answered.get(`${id}/${made.path}`)).toBeGreaterThan(0);
  }

  // Every place is free again: as many calls as ever fly together.
  expect(house.engine.stats().running).toBe(0);
  world.most = 0;
  for (const host of hosts)
    for (const { id } of flows.slice(0, 4))
      for (let i = 0; i < 2; i++) await house.fire(id, { id: `last ${host} ${i}`, host, next: host, calls: true, list: [host] });
  await turns(clock, 6, 10_000); // what the queue lost, the sweep finds
  expect(world.most).toBe(calls);
});
