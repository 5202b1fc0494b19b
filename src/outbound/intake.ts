/** One answer that is being received. */
export interface Receiver {
  pause(): void;
  resume(): void;
}

/**
 * Limits the bytes of all answers that are being received. Above the limit only the one that began first continues and the others pause
 * until it is complete: no answer is refused, and one always makes progress.
 */
export class Intake {
  readonly #mostBytes: number;
  readonly #held = new Map<Receiver, number>();
  readonly #paused = new Set<Receiver>();
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** A part of an answer has arrived. */
  add(receiver: Receiver, bytes: number): void {
    this.#held.set(receiver, (this.#held.get(receiver) ?? 0) + bytes);
    this.#bytes += bytes;
    if (this.#bytes <= this.#mostBytes || this.#isFirst(receiver)) return;
    this.#paused.add(receiver);
    receiver.pause();
  }

  /** The answer is complete, or given up. */
  end(receiver: Receiver): void {
    const bytes = this.#held.get(receiver);
    if (bytes === undefined) return;
    this.#held.delete(receiver);
    this.#paused.delete(receiver);
    this.#bytes -= bytes;
    const free = [...this.#paused].filter((waiting) => this.#bytes <= this.#mostBytes || this.#isFirst(waiting));
    for (const waiting of free) this.#paused.delete(waiting);
    for (const waiting of free) waiting.resume();
  }

  #isFirst(receiver: Receiver): boolean {
    return this.#held.keys().next().value === receiver;
  }
}
