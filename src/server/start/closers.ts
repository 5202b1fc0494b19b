import type { FastifyBaseLogger } from "fastify";

/** What has been opened, closed in the opposite order. */
export class Closers {
  readonly #log: FastifyBaseLogger;
  #parts: (() => unknown)[] = [];

  constructor(log: FastifyBaseLogger) {
    this.#log = log;
  }

  add(...parts: (() => unknown)[]): void {
    this.#parts.push(...parts);
  }

  /** One part that cannot be closed must not keep the others open. */
  async close(): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) {
      const closing = Promise.resolve().then(part);
      await closing.catch((err: unknown) => this.#log.error({ err }, "A part did not close cleanly"));
    }
  }
}
