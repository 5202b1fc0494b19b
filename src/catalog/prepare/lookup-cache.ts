import type { Clock } from "#kernel/clock.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { Call, CallResult } from "../types.ts";
import type { LookupCall } from "./types.ts";

interface Kept {
  result: Promise<CallResult>;
  until: number;
  /** Until when it counts as fresh: it was asked for anew. */
  freshUntil: number;
}

/** A list that was just asked for anew is not asked again for the next unknown name: a loop may have a thousand of them. */
const freshMs = 5_000;

/** Remembers look-ups (custom fields, users) for a while, so that naming a field does not cost a request a run. */
export class LookupCache {
  readonly #clock: Clock;
  readonly #ttlMs: number;
  readonly #most: number;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock, { ttlMs = 60_000, most = 500 }: { ttlMs?: number; most?: number } = {}) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#most = most;
  }

  /** A call that answers from memory, for one connection. `fresh` asks again, if it has not just done so, and remembers. */
  wrap(connectionId: string, call: Call): LookupCall {
    const keyOf = (...[operation, input, next = ""]: Parameters<Call>) => `${connectionId}\n${operation}\n${canonicalJson(input)}\n${next}`;
    const fresh: Call = (...asked) => {
      const key = keyOf(...asked);
      const kept = this.#kept.get(key);
      const now = this.#clock.now();
      return kept && kept.freshUntil > now ? kept.result : this.#keep(key, call(...asked), now + freshMs);
    };
    const remembered: Call = (...asked) => {
      const key = keyOf(...asked);
      return this.#cached(key) ?? this.#keep(key, call(...asked), 0);
    };
    return Object.assign(remembered, { fresh });
  }

  /** Forgets what was read over a connection, say because it was changed. */
  forget(connectionId: string): void {
    for (const key of this.#kept.keys()) if (key.startsWith(`${connectionId}\n`)) this.#kept.delete(key);
  }

  #cached(key: string): Promise<CallResult> | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.until > this.#clock.now() ? kept.result : undefined;
  }

  #keep(key: string, result: Promise<CallResult>, freshUntil: number): Promise<CallResult> {
    if (this.#kept.size >= this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    this.#kept.set(key, { result, until: this.#clock.now() + this.#ttlMs, freshUntil });
    result.catch(() => this.#kept.delete(key)); // a failure is not worth remembering
    return result;
  }
}
