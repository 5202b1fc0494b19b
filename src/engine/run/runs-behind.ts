/** Runs whose rows are behind: how many changes of each are not on the disk yet. */
export class RunsBehind {
  readonly #changes = new Map<string, number>();

  readonly has = (runId: string): boolean => this.#changes.has(runId);

  add(runId: string): void {
    this.#changes.set(runId, (this.#changes.get(runId) ?? 0) + 1);
  }

  /** One of its changes is written. */
  remove(runId: string): void {
    const left = (this.#changes.get(runId) ?? 1) - 1;
    if (left > 0) this.#changes.set(runId, left);
    else this.#changes.delete(runId);
  }
}
