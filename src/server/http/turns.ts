import { MillraceError } from "#kernel/errors.ts";

/** Work of one owner is done one piece at a time; that of others goes on beside it. */
export class Turns {
  readonly #most: number;
  readonly #lines = new Map<string, { last: Promise<unknown>; length: number }>();

  /** `most`: how many pieces of one owner may be begun or wait. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Does the work after all that the owner gave before. Throws what the work throws, and TOO_MANY_REQUESTS. */
  async take<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(owner) ?? { last: Promise.resolve(), length: 0 };
    if (line.length >= this.#most) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 1 } });
    line.length++;
    this.#lines.set(owner, line);
    const turn = line.last.then(pause).then(work);
    line.last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      if (--line.length === 0) this.#lines.delete(owner);
    }
  }
}

/** Other requests are read and answered meanwhile. */
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
