/** A run that is being executed. */
export interface ActiveRun {
  /** When its steps began; null while it is read, or asks for its turn. */
  began: number | null;
  /** A person cancelled it, or another process has claimed it: this pass writes no end. */
  cancelled: boolean;
  /** Another process has claimed it: nothing more may be sent for it. */
  lost?: boolean;
  /** What it holds: its event, and the results of its steps so far. */
  bytes: number;
  /** The host of its last call. */
  host?: string;
  /** Set when it goes back to the queue to wait for a place. */
  parked?: boolean;
  /** Called when its pass has ended. */
  onEnd: (() => void)[];
}

/** The runs that are being executed, and those that a cancellation keeps from being executed. */
export class ActiveRuns {
  readonly #runs = new Map<string, ActiveRun>();
  readonly #cancelling = new Set<string>();

  get size(): number {
    return this.#runs.size;
  }

  has(runId: string): boolean {
    return this.#runs.has(runId);
  }

  begin(runId: string, run: ActiveRun): void {
    this.#runs.set(runId, run);
  }

  end(runId: string): void {
    const run = this.#runs.get(runId);
    this.#runs.delete(runId);
    for (const ended of run?.onEnd ?? []) ended();
  }

  /** Keeps a run from being executed until `endCancel`. Resolves when the pass that is executing it has ended. */
  cancel(runId: string): Promise<void> {
    this.#cancelling.add(runId);
    const run = this.#runs.get(runId);
    if (!run) return Promise.resolve();
    run.cancelled = true;
    return new Promise((resolve) => run.onEnd.push(resolve));
  }

  /** Another process has claimed the run. */
  lose(runId: string): void {
    const run = this.#runs.get(runId);
    if (run) run.cancelled = run.lost = true;
  }

  /** The runs whose steps began at this time or before. */
  begunBefore(time: number): string[] {
    return [...this.#runs].filter(([, { began }]) => began !== null && began <= time).map(([id]) => id);
  }

  isCancelling(runId: string): boolean {
    return this.#cancelling.has(runId);
  }

  endCancel(runId: string): void {
    this.#cancelling.delete(runId);
  }
}
