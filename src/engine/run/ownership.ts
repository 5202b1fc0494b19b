import { sleep, type Clock } from "#kernel/clock.ts";
import type { RunStore } from "../ports/run-store.ts";

/** How often a process renews its leases. A run that executes for longer than this is shown as running by other processes too. */
export const beatMs = 5_000;
/** A process that has not renewed its leases for so long owns nothing any more. */
export const leaseMs = 30_000;
/** It begins nothing in the last seconds of its leases, because its clock may differ a little from those of others. */
const marginMs = 5_000;

interface Parts {
  store: RunStore;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  /** No other process executes runs of this store: every earlier owner is gone, and no lease has to be renewed. */
  alone: boolean;
  /** Runs that have been executing for longer than this. */
  executing(longerThanMs: number): string[];
  /** Other processes have claimed these. */
  lost(runIds: readonly string[]): void;
  /** The leases had run out for a while, so any run may have been claimed: what is in memory of runs has to be read again. */
  lapsed(): void;
  /** Others asked for these to be cancelled. */
  cancel(runs: readonly { id: string }[]): void;
  /** Another process has ended: what it owned can be claimed. */
  ownerGone(): Promise<void>;
}

/** Keeps the leases of this process, and notices when other processes end theirs. */
export class Ownership {
  readonly #parts: Parts;
  #until = -Infinity;
  /** Since when the leases have not run out. */
  #since = -Infinity;
  #others = new Set<string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Must be awaited before anything is executed. */
  async start(): Promise<void> {
    if (this.#parts.alone) return this.#parts.store.endLeases("others");
    await this.#beat();
  }

  /** Whether the runs of this process are certainly still its own. If not, nothing must begin. */
  isCurrent(): boolean {
    return this.#parts.alone || this.#parts.clock.now() < this.#until - marginMs;
  }

  /** Whether a run that was made at this time has been this process's own ever since, so that its row need not be read. */
  hasOwnedSince(createdAt: number): boolean {
    return this.#parts.alone || createdAt > this.#since;
  }

  /** Whether another process lives that may execute the runs of this owner. */
  isAlive(owner: string | null): boolean {
    return owner !== null && this.#others.has(owner);
  }

  async keep(signal: AbortSignal): Promise<void> {
    const { alone, clock, log } = this.#parts;
    while (!alone && !signal.aborted) {
      await sleep(clock, beatMs, signal);
      if (!signal.aborted)
        await this.#beat().catch((error: unknown) =>
          log("The leases of this process could not be renewed; Millrace tries again shortly", error),
        );
    }
  }

  /** Ends all leases of this process, so that others need not wait for them to run out. */
  async release(): Promise<void> {
    if (this.#parts.alone) return;
    this.#until = -Infinity;
    await this.#parts.store
      .endLeases("own")
      .catch((error: unknown) => this.#parts.log("Leases could not be ended; they run out by themselves", error));
  }

  async #beat(): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const renewed = await store.renew({ now, until: now + leaseMs, executing: this.#parts.executing(beatMs) });
    if (!this.isCurrent()) {
      this.#since = clock.now();
      this.#parts.lapsed();
    }
    this.#until = now + leaseMs;
    this.#parts.lost(renewed.lost);
    this.#parts.cancel(renewed.toCancel); // it may wait for a call to end, and the next beat must not
    const others = new Set(renewed.owners.filter((owner) => owner !== store.owner));
    const isGone = [...this.#others].some((owner) => !others.has(owner));
    this.#others = others;
    if (isGone) await this.#parts.ownerGone();
  }
}
