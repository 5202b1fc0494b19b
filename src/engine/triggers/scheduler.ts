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

export const createScheduler = (parts: SchedulerParts): Scheduler => new TriggerScheduler(parts);

class TriggerScheduler implements Scheduler {
  readonly #parts: SchedulerParts;
  readonly #concurrency: number;
  readonly #working = new Set<string>();
  #running = false;
  #looking: Promise<void> | null = null;
  /** How soon after the current check the next one is wanted. */
  #lookAgainMs = Infinity;
  #lookAt = Infinity;
  #cancelTimer = () => {};

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#concurrency = parts.concurrency ?? 256;
  }

  start(): void {
    this.#running = true;
    this.poke();
  }

  /** At most one look at a time; one asked for meanwhile follows. */
  readonly poke = (): void => {
    this.#cancelTimer();
    if (!this.#running) return;
    if (this.#looking) {
      this.#lookAgainMs = 0;
      return;
    }
    this.#looking = this.#startDue()
      .then((until) => this.#pauseMs(until))
      .catch((error: unknown) => this.#troubled(error))
      .then((ms) => {
        this.#looking = null;
        if (this.#running) this.#lookIn(Math.min(ms, this.#lookAgainMs));
        this.#lookAgainMs = Infinity;
      });
  };

  #lookIn(ms: number): void {
    this.#cancelTimer();
    this.#lookAt = this.#parts.clock.now() + ms;
    this.#cancelTimer = this.#parts.clock.after(ms, this.poke);
  }

  async close(graceMs = 5_000): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#looking;
    await this.#parts.locks.finish(graceMs, this.#parts.clock);
  }

  get #isFull(): boolean {
    return this.#parts.locks.size >= this.#concurrency;
  }

  /** Starts due triggers. Returns the time up to which all are being worked on, so that they need no further check; zero where some are not. */
  async #startDue(): Promise<number> {
    const { triggers, locks, clock } = this.#parts;
    if (this.#isFull) return 0;
    locks.forgetChanges();
    const now = clock.now();
    const due = await triggers.due(now, this.#concurrency); // those at work are still due until they end, and among them
    for (const trigger of due) {
      if (!this.#running || this.#isFull) return 0;
      const { id } = trigger;
      if (!locks.isHeld(id) && !locks.hasChanged(id)) void locks.hold(id, (signal) => this.#work(trigger, signal));
    }
    return due.every(({ id }) => this.#working.has(id)) ? now : 0;
  }

  async #pauseMs(after: number): Promise<number> {
    const { triggers, clock } = this.#parts;
    if (this.#isFull) return fullPauseMs;
    const next = await triggers.nextDue(after);
    return next === null ? longestPauseMs : Math.min(Math.max(next - clock.now(), shortestPauseMs), longestPauseMs);
  }

  #troubled(error: unknown): number {
    this.#parts.log("The store could not tell which triggers are due", error);
    return restMs;
  }

  async #work(trigger: Trigger, signal: AbortSignal): Promise<void> {
    const { triggers, poller, timekeeper, clock, log } = this.#parts;
    this.#working.add(trigger.id);
    try {
      if (trigger.kind === "poll" || isReconciled(trigger)) await poller.poll(trigger, signal);
      else if (trigger.kind === "schedule") await timekeeper.fire(trigger);
      else await triggers.update(trigger.workspaceId, trigger.id, { nextAt: null }); // a webhook is not due; its row is mended
    } catch (error) {
      log(`Trigger ${trigger.id} could not be ended; it stays due`, error);
      await sleep(clock, restMs, signal);
    } finally {
      this.#working.delete(trigger.id);
      this.#ended();
    }
  }

  /** A trigger was finished and has a new due time. */
  #ended(): void {
    if (!this.#running) return;
    if (this.#looking) this.#lookAgainMs = Math.min(this.#lookAgainMs, shortestPauseMs);
    else if (this.#lookAt > this.#parts.clock.now() + shortestPauseMs) this.#lookIn(shortestPauseMs);
  }
}
