export interface PlaceLimits {
  /** Calls in flight, over all flows. */
  calls: number;
  /** Of these, how many one flow may have, and how many may go to one host. */
  share: number;
  /** Bytes that the runs of these calls may hold together. A larger run goes alone. */
  bytes: number;
}

interface Place {
  flow: string;
  host: string;
  bytes: number;
}

/** Lighter runs are not weighed: even with all calls in flight they take little memory together. */
const lightBytes = 64 * 1024;

/**
 * The calls in flight. A run takes a place before it calls and keeps it until its pass ends, so that neither a flow nor a host that
 * hangs can use all of them. Without a free place the run waits in the queue, which tries again whenever one comes free.
 */
export class Places {
  readonly #limits: PlaceLimits;
  readonly #places = new Map<string, Place>();
  readonly #flows = new Tally();
  readonly #hosts = new Tally();
  /** The bytes of heavy runs, including those that wait for a place. */
  readonly #weights = new Map<string, number>();
  #bytes = 0;

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** Notes how many bytes a run holds. They count from the next time it takes a place. */
  weigh(run: string, bytes: number): void {
    if (bytes > lightBytes) this.#weights.set(run, bytes);
  }

  /** Takes a place for the run's call to the host (`""`: not decided yet), or moves the one it has. False: there is no room, and the run has no place. */
  take(run: string, flow: string, host: string): boolean {
    const held = this.#places.get(run);
    const bytes = this.#weights.get(run) ?? 0;
    if (held?.bytes === bytes && (held.host === host || host === "" || this.#move(held, host))) return true;
    if (held) this.#give(run, held);
    if (!this.#hasRoom(flow, host, bytes)) return false;
    this.#places.set(run, { flow, host, bytes });
    this.#flows.add(flow);
    this.#hosts.add(host);
    this.#bytes += bytes;
    return true;
  }

  #move(held: Place, host: string): boolean {
    if (this.#hosts.of(host) >= this.#limits.share) return false;
    this.#hosts.remove(held.host);
    this.#hosts.add(host);
    held.host = host;
    return true;
  }

  /** Frees the run's place when its pass has ended. `waits`: its weight is kept, because it will take another. */
  leave(run: string, waits: boolean): void {
    const held = this.#places.get(run);
    if (held) this.#give(run, held);
    if (!waits) this.#weights.delete(run);
  }

  get inFlight(): number {
    return this.#places.size;
  }

  #hasRoom(flow: string, host: string, bytes: number): boolean {
    const { calls, share, bytes: mostBytes } = this.#limits;
    if (this.#places.size >= calls || this.#flows.of(flow) >= share) return false;
    if (this.#hosts.of(host) >= share) return false;
    return bytes === 0 || this.#bytes === 0 || this.#bytes + bytes <= mostBytes;
  }

  #give(run: string, { flow, host, bytes }: Place): void {
    this.#places.delete(run);
    this.#flows.remove(flow);
    this.#hosts.remove(host);
    this.#bytes -= bytes;
  }
}

/** Counts by name. `""` is not counted, and a name whose count is 0 is deleted. */
class Tally {
  readonly #counts = new Map<string, number>();
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
  add(name: string): void {
    if (name === "") return;
    this.#counts.set(name, this.of(name) + 1);
  }
  remove(name: string): void {
    if (name === "") return;
    const left = this.of(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }
}
