import { sleep, type Clock } from "#kernel/clock.ts";
import type { Trigger } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Poller } from "./poller.ts";
import type { Timekeeper } from "./timekeeper.ts";

export interface SchedulerParts {
  triggers: Pick<TriggerStore, "due" | "nextDue" | "update">;
  poller: Poller;
  timekeeper: Timekeeper;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  /** Triggers at work at a time. Most of their time is waiting for the other side, so it may be large. */
  concurrency?: number;
}

/** One loop for polls and schedules. */
export interface Scheduler {
  start(): void;
  /** Looks at once: something may have become due. */
  poke(): void;
  /**
   * Runs `change` while the trigger is not at work. A poll of it that is under way is broken off (it has kept nothing yet) or, when
   * it is already being written, waited for. So a change of the trigger's row is not overwritten by the end of an older poll.
   */
  exclusively<T>(triggerId: string, change: () => Promise<T>): Promise<T>;
  /** Starts nothing more; what is at work may finish within `graceMs` and is then broken off. */
  close(graceMs?: number): Promise<void>;
}

interface Work {
  controller: AbortController;
  done: Promise<unknown>;
}

/** Shortest and longest pause of the loop. The first gathers what falls due together; the second finds what another process made due. */
const shortestPauseMs = 50;
const longestPauseMs = 15_000;
const fullPauseMs = 10;
/** How long a trigger rests whose end the store refused; it stays due. */
const restMs = 5_000;

/** A webhook that is polled besides, for what was not delivered. */
const isReconciled = ({ kind, everyMs }: Trigger) => kind === "webhook" && everyMs !== null;

export function createScheduler({ triggers, poller, timekeeper, clock, log, concurrency = 256 }: SchedulerParts): Scheduler {
  const atWork = new Map<string, Work>();
  /** Triggers changed since the last look began: what that look was told of them is old. */
  const changed = new Set<string>();
  let running = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let cancelTimer = () => {};

  /** At most one look at a time; one asked for meanwhile follows. */
  function look(): void {
    cancelTimer();
    if (!running) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = startDue()
      .then(pauseMs)
      .catch(troubled)
      .then((ms) => {
        looking = null;
        if (running) cancelTimer = clock.after(lookAgain ? 0 : ms, look);
        lookAgain = false;
      });
  }

  async function startDue(): Promise<void> {
    if (atWork.size >= concurrency) return;
    changed.clear();
    const due = await triggers.due(clock.now(), concurrency); // those at work are still due until they end, and among them
    for (const trigger of due) {
      if (!running || atWork.size >= concurrency) return;
      if (!atWork.has(trigger.id) && !changed.has(trigger.id)) void begin(trigger.id, (signal) => work(trigger, signal));
    }
  }

  async function pauseMs(): Promise<number> {
    if (atWork.size >= concurrency) return fullPauseMs;
    const next = await triggers.nextDue();
    return next === null ? longestPauseMs : Math.min(Math.max(next - clock.now(), shortestPauseMs), longestPauseMs);
  }

  function troubled(error: unknown): number {
    log("The store could not tell which triggers are due", error);
    return restMs;
  }

  function begin<T>(id: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const result = run(controller.signal);
    const done = result
      .then(
        () => {},
        () => {},
      )
      .then(() => atWork.delete(id));
    atWork.set(id, { controller, done });
    return result;
  }

  async function work(trigger: Trigger, signal: AbortSignal): Promise<void> {
    try {
      if (trigger.kind === "poll" || isReconciled(trigger)) await poller.poll(trigger, signal);
      else if (trigger.kind === "schedule") await timekeeper.fire(trigger);
      else await triggers.update(trigger.workspaceId, trigger.id, { nextAt: null }); // a webhook is not due; its row is mended
    } catch (error) {
      log(`Trigger ${trigger.id} could not be ended; it stays due`, error);
      await sleep(clock, restMs, signal);
    }
  }

  return {
    start() {
      running = true;
      look();
    },
    poke: look,
    async exclusively(triggerId, change) {
      for (let busy = atWork.get(triggerId); busy; busy = atWork.get(triggerId)) {
        busy.controller.abort();
        await busy.done;
      }
      changed.add(triggerId);
      return begin(triggerId, change);
    },
    async close(graceMs = 5_000) {
      running = false;
      cancelTimer();
      await looking;
      const all = [...atWork.values()];
      const finished = Promise.all(all.map((w) => w.done));
      const grace = new AbortController();
      await Promise.race([finished.then(() => grace.abort()), sleep(clock, graceMs, grace.signal)]);
      for (const w of all) w.controller.abort();
      await finished;
    },
  };
}
