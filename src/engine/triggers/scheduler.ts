import { sleep, type Clock } from "#kernel/clock.ts";
import type { Trigger } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import type { Poller } from "./poller.ts";
import type { Timekeeper } from "./timekeeper.ts";
import type { TriggerLocks } from "./trigger-locks.ts";

export interface SchedulerParts {
  triggers: Pick<TriggerStore, "due" | "nextDue" | "update">;
  poller: Poller;
  timekeeper: Timekeeper;
  /** Shared with whoever changes triggers. */
  locks: TriggerLocks;
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
  /** Starts nothing more; what is at work may finish within `graceMs` and is then broken off. */
  close(graceMs?: number): Promise<void>;
}

/** Shortest and longest pause of the loop. The first gathers what falls due together; the second finds what another process made due. */
const shortestPauseMs = 50;
const longestPauseMs = 15_000;
const fullPauseMs = 10;
/** How long a trigger rests whose end the store refused; it stays due. */
const restMs = 5_000;

/** A webhook that is polled besides, for what was not delivered. */
const isReconciled = ({ kind, everyMs }: Trigger) => kind === "webhook" && everyMs !== null;

export function createScheduler(parts: SchedulerParts): Scheduler {
  const { triggers, poller, timekeeper, locks, clock, log, concurrency = 256 } = parts;
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
    if (locks.size >= concurrency) return;
    locks.forgetChanges();
    const due = await triggers.due(clock.now(), concurrency); // those at work are still due until they end, and among them
    for (const trigger of due) {
      if (!running || locks.size >= concurrency) return;
      const { id } = trigger;
      if (!locks.isHeld(id) && !locks.hasChanged(id)) void locks.hold(id, (signal) => work(trigger, signal));
    }
  }

  async function pauseMs(): Promise<number> {
    if (locks.size >= concurrency) return fullPauseMs;
    const next = await triggers.nextDue();
    return next === null ? longestPauseMs : Math.min(Math.max(next - clock.now(), shortestPauseMs), longestPauseMs);
  }

  function troubled(error: unknown): number {
    log("The store could not tell which triggers are due", error);
    return restMs;
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
    async close(graceMs = 5_000) {
      running = false;
      cancelTimer();
      await looking;
      await locks.finish(graceMs, clock);
    },
  };
}
