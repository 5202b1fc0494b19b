import { setTimeout as sleep } from "node:timers/promises";
import { post } from "#test/support/millrace.ts";

/** Sends events like a good sender: one that was not acknowledged is sent again until it is, or until the sender is told to give up. */
export class Sender {
  readonly acknowledged = new Set<string>();
  readonly #open: Promise<void>[] = [];
  readonly #hookUrl: string;
  readonly #payload: (id: string) => unknown;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(hookUrl: string, payload: (id: string) => unknown = (id) => ({ id })) {
    this.#hookUrl = hookUrl;
    this.#payload = payload;
  }

  /** Starts sending at a steady pace. */
  start(perSecond: number): this {
    this.#timer = setInterval(() => this.#open.push(this.#deliver(`e${this.#open.length}`)), 1000 / perSecond);
    return this;
  }

  /** Sends `count` events as fast as `connections` senders can. */
  async burst(count: number, connections: number): Promise<void> {
    let next = 0;
    const one = async () => {
      while (next < count && !this.#stopped) await this.#deliver(`b${next++}`);
    };
    await Promise.all(Array.from({ length: connections }, one));
  }

  /** Ends the sending and waits until each event that was begun is acknowledged. */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#open);
  }

  giveUp(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  async #deliver(id: string): Promise<void> {
    while (!this.#stopped) {
      if ((await post(this.#hookUrl, this.#payload(id))).status === 202) return void this.acknowledged.add(id);
      await sleep(100 + Math.random() * 200);
    }
  }
}

/** Events that were acknowledged and never arrived, and those that arrived more than once. */
export function compare(acknowledged: ReadonlySet<string>, created: ReadonlyMap<string, number>): { lost: number; doubled: number } {
  return {
    lost: [...acknowledged].filter((id) => !created.has(id)).length,
    doubled: [...created.values()].filter((times) => times > 1).length,
  };
}
