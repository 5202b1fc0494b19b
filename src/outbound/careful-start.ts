/** Doubled after each step until an answer comes. */
const stepMs = 250;

/**
 * The first requests of a budget of which nothing is known yet: another process may have used it up a moment ago, or the login may
 * be allowed less than most. So they go one, two, four, until the first answer tells.
 */
export class CarefulStart {
  #answeredAt: number | null = null;
  #begunAt = 0;
  #sent = 0;

  /** The time to come back; null where one may go now. `staleMs`: after so long without an answer nothing is known any more. */
  waitUntil(now: number, staleMs: number): number | null {
    if (this.#answeredAt !== null && now - this.#answeredAt <= staleMs) return null;
    if (this.#answeredAt !== null || this.#sent === 0) {
      [this.#answeredAt, this.#begunAt, this.#sent] = [null, now, 0];
      return null;
    }
    const steps = Math.floor((now - this.#begunAt) / stepMs);
    return this.#sent < 2 ** Math.min(steps, 30) ? null : this.#begunAt + (steps + 1) * stepMs;
  }

  sent(): void {
    if (this.#answeredAt === null) this.#sent++;
  }

  answered(now: number): void {
    this.#answeredAt = now;
  }
}
