/** A script that waits for a worker. */
export interface QueuedScript {
  workspace: string;
  flow: string;
  /** A person tries it; no run needs it. */
  isTrial: boolean;
}

/**
 * Whose turn it is: that of the workspace which has been served least recently and has not all that it may have, and of its flows the one that has
 * been served least recently. Trials wait behind the runs of their workspace.
 */
export class FairQueue<W extends QueuedScript> {
  readonly #waiting: W[] = [];
  readonly #running = new Map<string, number>();
  /** When a workspace, or one of its flows, was last served. Only those that wait or run are kept. */
  readonly #served = new Map<string, number>();
  #count = 0;

  get size(): number {
    return this.#waiting.length;
  }

  /** How many of a workspace wait, or how many trials of it. */
  sizeOf(workspace: string, isTrial?: true): number {
    return this.#waiting.filter((one) => one.workspace === workspace && (isTrial === undefined || one.isTrial)).length;
  }

  add(one: W): void {
    this.#waiting.push(one);
  }

  remove(one: W): void {
    const at = this.#waiting.indexOf(one);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Takes the next one, where a workspace may have `share` at a time. */
  next(share: number): W | undefined {
    let best: W | undefined;
    for (const one of this.#waiting) {
      if ((this.#running.get(one.workspace) ?? 0) >= share) continue;
      if (!best || this.#isBefore(one, best)) best = one;
    }
    if (!best) return undefined;
    this.remove(best);
    this.#served.set(best.workspace, ++this.#count);
    this.#served.set(flowKey(best), this.#count);
    this.#running.set(best.workspace, (this.#running.get(best.workspace) ?? 0) + 1);
    return best;
  }

  /** One that was taken is done. */
  done({ workspace }: W): void {
    const left = (this.#running.get(workspace) ?? 1) - 1;
    if (left > 0) this.#running.set(workspace, left);
    else this.#running.delete(workspace);
    if (this.#running.size === 0 && this.#waiting.length === 0) this.#served.clear();
  }

  #isBefore(a: W, b: W): boolean {
    if (a.workspace !== b.workspace) return this.#last(a.workspace) < this.#last(b.workspace);
    if (a.isTrial !== b.isTrial) return b.isTrial;
    return this.#last(flowKey(a)) < this.#last(flowKey(b));
  }

  #last(key: string): number {
    return this.#served.get(key) ?? 0;
  }
}

const flowKey = ({ workspace, flow }: QueuedScript): string => `${workspace}\n${flow}`;
