import { randomBytes } from "node:crypto";
import { apps, builtIn, findOperation, knowledge, webhookFacts } from "#test/support/built-in.ts";
import type { Engine } from "#engine/api.ts";
import { createEngine } from "#engine/engine.ts";
import type { FlowStore } from "#engine/ports/flow-store.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { RunStore } from "#engine/ports/run-store.ts";
import type { ObservationCount } from "#engine/types/observations.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { TriggerStore } from "#engine/ports/trigger-store.ts";
import { TestClock, type Clock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { createInProcessQueue } from "#queue/in-process.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { openOutboundServices, type OutboundServices } from "#server/connections/outbound-services.ts";
import { openSqlite } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { createVaultStore } from "#storage/vault-store.ts";

export const workspace = "ws";
/** Names of the connections: of a sub-account, of its agency, and of one who asks its addresses without knowing the app. */
export const connections = { location: "acme", agency: "riverside", http: "addresses" } as const;

/** Where webhooks come in. */
const inbox: Inbox = {
  id: "inb",
  workspaceId: workspace,
  app: "highlevel",
  name: "app",
  title: "App",
  token: "inbox",
  registration: null,
  publicKey: null,
  legacy: false,
  legacyKey: null,
  senders: null,
  createdAt: 0,
  flows: null,
};

/** The sandbox behind a port, the way out to it, a store, and a clock that all of them read. */
export interface Ground {
  clock: TestClock;
  sandbox: Sandbox;
  outbound: OutboundServices;
  /** The rows. They keep nothing in memory that outlives a transaction, so all processes may share them. */
  store: { runs: RunStore; flows: FlowStore; triggers: TriggerStore };
  close(): Promise<void>;
}

/** Without the vendor's quota: what is proven here is which news is told, not how fast. */
const quota = { burst: 100_000, windowMs: 1_000, daily: 100_000_000 };

export async function openGround(): Promise<Ground> {
  const clock = new TestClock();
  const sandbox = await openSandbox({ clock, indexLagMs: 0, quota });
  const baseUrl = (await sandbox.listen({ port: 0 })).replace("localhost", "127.0.0.1");
  const db = await openSqlite({ file: ":memory:" });
  const allowPrivateHosts = [new URL(baseUrl).host];
  const parts = {
    catalog: builtIn,
    store: createVaultStore(db),
    keys: [randomBytes(32)],
    allowPrivateHosts,
    clock,
    log: silentLog,
    called() {},
  };
  const outbound = openOutboundServices(parts);
  for (const access of ["location", "agency"] as const) {
    const locationId = access === "location" ? sandboxDefaults.acmeDental : undefined;
    const { accessToken, scopes, companyId } = sandbox.issueToken({ locationId });
    await outbound.vault.connect(workspace, {
      name: connections[access],
      app: "highlevel",
      auth: "token",
      baseUrl,
      ...(locationId && { locationId }),
      companyId,
      access,
      scopes,
      secret: { token: accessToken },
    });
  }
  const { accessToken } = sandbox.issueToken({ locationId: sandboxDefaults.acmeDental });
  await outbound.vault.connect(workspace, { name: connections.http, app: "http", auth: "token", baseUrl, secret: { token: accessToken } });
  return {
    clock,
    sandbox,
    outbound,
    store: { runs: createRunStore(db), flows: createFlowStore(db), triggers: createTriggerStore(db) },
    async close() {
      await outbound.close();
      await sandbox.close();
      await db.close();
    },
  };
}

/** Where a process ends by itself: right before or right after the commit that ends its next poll. */
export type Crash = "before the commit" | "after the commit";

/** One process on the ground: a whole engine. When it is killed nothing it began goes on, and what it wrote stays. */
export interface Process {
  engine: Engine;
  /** Ends as it should. */
  stop(): Promise<void>;
  /** Ends as after a power cut. */
  kill(): void;
  crashAt(crash: Crash): void;
  /** Polls that were begun, and that were ended and not yet looked at. A crash counts as an end. */
  readonly polls: { begun: number; ended: number };
}

export async function startProcess({ store, clock, outbound }: Ground): Promise<Process> {
  const life = { over: false, crash: null as Crash | null };
  const polls = { begun: 0, ended: 0 };
  /** The signal of the last poll that read something: a poll may read several lists, and has begun with the first. */
  let lookedBy: AbortSignal | undefined;
  const die = () => void (life.over = true);
  const own = <T extends object>(part: T): T => mortal(part, () => life.over);
  const unlessDead = (fn: () => void) => () => void (life.over || fn());
  const clockOfIt: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, fn) => clock.after(ms, unlessDead(fn)),
    soon: (ms, fn) => clock.soon(ms, unlessDead(fn)),
  };
  const triggers: TriggerStore = {
    ...own(store.triggers),
    async settle(poll) {
      if (life.crash === "before the commit") {
        polls.ended++;
        die();
      }
      const fresh = await own(store.triggers).settle(poll);
      polls.ended++;
      if (life.crash !== "after the commit") return fresh;
      die();
      return new Promise(() => {});
    },
    async update(workspaceId, id, patch) {
      await own(store.triggers).update(workspaceId, id, patch);
      if (patch.lastError) polls.ended++;
    },
  };
  const engine = createEngine({
    runs: own(store.runs),
    flows: own(store.flows),
    triggers,
    queue: createInProcessQueue({ clock: clockOfIt }),
    caller: outbound.caller,
    knowledge: () => knowledge,
    webhook: webhookFacts,
    clock: clockOfIt,
    random: () => 0.5,
    alone: true,
    log: (message, error) => {
      if (!life.over) throw new Error(message, { cause: error });
    },
    inboxes: {
      rules: (_, app) => apps.get(app)?.inbox ?? null,
      events: (_, app) => apps.get(app)?.triggers ?? [],
      connections: (workspaceId) => outbound.vault.list(workspaceId),
      onConnections: (listener) => outbound.vault.onChange(listener),
    },
    polls: {
      operation: (_, app, id) => findOperation(app, id) ?? null,
      connection: (id, name) => outbound.vault.get(id, name),
      pages: (request) => {
        if (request.signal !== lookedBy) polls.begun++;
        lookedBy = request.signal;
        return outbound.caller.pages(request);
      },
      prepared: (request) => outbound.caller.prepared(request),
    },
  });
  await engine.start();
  return {
    engine,
    stop: async () => {
      await engine.close(1_000);
      die();
    },
    kill: die,
    crashAt: (crash) => void (life.crash = crash),
    polls,
  };
}

/** Calls through while the process lives; afterwards nothing begins and nothing returns. */
function mortal<T extends object>(part: T, over: () => boolean): T {
  return Object.fromEntries(
    Object.entries(part).map(([name, call]) => [
      name,
      typeof call !== "function"
        ? call
        : (...args: unknown[]) => (over() ? new Promise(() => {}) : (call as (...a: unknown[]) => unknown)(...args)),
    ]),
  ) as T;
}

/** Real milliseconds in which an answer comes; after which a look waits for the clock for long; and after which it hangs. */
const answerMs = 5;
const slowMs = 500;
const hangsMs = 60_000;

/** One flow with a trivial step, polled by processes that come and go. */
export class Watch {
  readonly #ground: Ground;
  #process: Process;
  #flowId = "";
  readonly #known = new Set<string>();

  private constructor(ground: Ground, process: Process) {
    this.#ground = ground;
    this.#process = process;
  }

  static async open(
    ground: Ground,
    trigger: { app?: string; operation: string; connection: string; input: object; emit?: string },
  ): Promise<Watch> {
    const watch = new Watch(ground, await startProcess(ground));
    const { flows } = watch.#process.engine;
    const flow = await flows.create(workspace, {
      name: `${trigger.operation} (${trigger.emit ?? "by its changes"})`,
      trigger: { app: "highlevel", every: "1m", ...trigger },
      steps: [{ id: "note", format: { kind: "{{ trigger._change.kind }}" } }],
    });
    watch.#flowId = (await flows.publish(workspace, flow.id)).id;
    return watch;
  }

  async trigger(): Promise<Trigger> {
    return (await this.#ground.store.triggers.byFlow(workspace, this.#flowId))!;
  }

  /** Goes to the time the next look is due and waits for its end. Gives what was told: `new x`, `changed y`. */
  async look(): Promise<string[]> {
    const { clock } = this.#ground;
    const { polls } = this.#process;
    const { begun } = polls;
    if (polls.ended === 0) await clock.advance(Math.max(0, (await this.trigger()).nextAt! - clock.now()));
    const since = performance.now();
    let moved = since;
    for (let turns = 1; polls.ended === 0; turns++) {
      await turn();
      if (turns % 20 !== 0) continue;
      const now = performance.now();
      // A look that has begun may itself wait for the clock: for a quarter of a second where little is known of a budget that others use,
      // for longer after a row of 429s. The clock moves slowly at first, so that a busy machine cannot bring a look to its time limit: the
      // answer to a request takes more turns there, and as much real time as it takes.
      if (polls.begun === begun || (turns % 1_000 === 0 && now - moved > answerMs)) {
        await clock.advance(now - since > slowMs ? 2_000 : 50);
        moved = now;
      }
      if (now - since > hangsMs) throw new Error(polls.begun === begun ? "no look began" : "a look did not end");
    }
    polls.ended--;
    return this.#told();
  }

  /** A look that begins from here on: one that came due while time passed does not count. Gives what both told. */
  async freshLook(): Promise<string[]> {
    const { begun } = this.#process.polls;
    const emissions = await this.look();
    while (this.#process.polls.begun === begun) emissions.push(...(await this.look()));
    return emissions;
  }

  /** A webhook comes to the inbox of the app. Gives what was told. */
  async deliver(payload: Record<string, unknown>): Promise<string[]> {
    await this.#process.engine.deliver(inbox, { payload });
    return this.#told();
  }

  /** What the trigger made of what it saw. */
  observations = (): Promise<ObservationCount[]> => this.trigger().then(({ id }) => this.#ground.store.triggers.observations(id));
  get engine(): Engine {
    return this.#process.engine;
  }
  get flowId(): string {
    return this.#flowId;
  }

  /** A look whose request the other side never answers. */
  async lookInVain(waitMs: number): Promise<string[]> {
    const { clock, sandbox } = this.#ground;
    sandbox.faults.set({ kind: "latency", ms: 10 * waitMs, count: 1 });
    let over = false;
    const looked = this.look().finally(() => (over = true));
    while (sandbox.faults.list().length > 0) await turn();
    await turn();
    for (let turns = 0; !over && turns < 1_000; turns++) {
      await clock.advance(waitMs);
      await turn();
    }
    return looked;
  }

  /** `after` passes while no process runs. */
  async restart(how: "gracefully" | "by a kill", after = 0): Promise<void> {
    if (how === "gracefully") await this.#process.stop();
    else this.#process.kill();
    if (after) await this.#ground.clock.advance(after);
    this.#process = await startProcess(this.#ground);
  }

  crashAt(crash: Crash): void {
    this.#process.crashAt(crash);
  }

  off = (): Promise<unknown> => this.#process.engine.flows.pause(workspace, this.#flowId);
  on = (): Promise<unknown> => this.#process.engine.flows.resume(workspace, this.#flowId);

  /** States of all runs, once none is under way. */
  async runs(): Promise<{ eventId: string; state: string }[]> {
    for (let turns = 0; turns < 1_000; turns++) {
      const runs = await this.#process.engine.runs(workspace, { flowId: this.#flowId }, { limit: 10_000 });
      if (runs.every((run) => run.finishedAt !== null)) return runs;
      await turn();
      if (turns % 10 === 9) await this.#ground.clock.advance(31_000); // by then a sweep has found what a crash left behind
    }
    throw new Error("a run does not end");
  }

  /** Ends the process, whatever state it is in, and takes the flow out of the store. */
  async close(): Promise<void> {
    this.#process.kill();
    await this.#ground.store.flows.delete(workspace, this.#flowId);
  }

  /** Events not given before, oldest first. */
  async #told(): Promise<string[]> {
    const { id } = await this.trigger();
    const events = await this.#ground.store.runs.events(workspace, id, 10_000);
    const fresh = events.filter((event) => !this.#known.has(event.id)).reverse();
    return fresh.map((event) => {
      this.#known.add(event.id);
      const { kind, id: record, tag, from, to } = (event.payload as { _change: Record<string, unknown> })._change;
      const what = tag !== undefined ? [tag] : from !== undefined ? [momentOr(from), "to", momentOr(to)] : [];
      return [kind, record, ...what].map(String).join(" ");
    });
  }
}

/** A time however it is spelled; anything else as it is. */
const momentOr = (value: unknown): unknown => (typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value);

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
