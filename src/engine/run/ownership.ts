import { sleep, type Clock } from "#kernel/clock.ts";
import type { RunStore } from "../ports/run-store.ts";

/** How often a process says that it lives. A run that is executed for longer than this is seen to be so by others. */
export const beatMs = 5_000;
/** A process that has not been heard of for so long owns nothing any more. */
export const leaseMs = 30_000;
/** So long before that it begins nothing: its clock may differ a little from those of others. */
const marginMs = 5_000;

interface Parts {
  store: RunStore;
  clock: Clock;
  log: (message: string, error: unknown) => void;
  /** No other process executes runs of this store: whoever owned one is gone, and nobody has to be told anything. */
  alone: boolean;
  /** Runs that are being executed, and have been for so long. */
  executing(longerThanMs: number): string[];
  /** Other processes have claimed these. */
  lost(runIds: readonly string[]): void;
  /** The leases had run out for a while, so that any run may have been claimed: what is known of runs has to be read again. */
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
          log("The leases of this process could not be renewed; it is tried again shortly", error),
        );
    }
  }

  /** Gives all leases back, so that nobody has to wait for their end. */
  async release(): Promise<void> {
    if (this.#parts.alone) return;
    this.#until = -Infinity;
    await this.#parts.store
      .endLeases("own")
      .catch((error: unknown) => this.#parts.log("Leases could not be given back; they run out by themselves", error));
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
