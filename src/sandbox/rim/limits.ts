import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";

export interface Quota {
  burst: number;
  windowMs: number;
  daily: number;
}

export const vendorQuota: Quota = { burst: 100, windowMs: 10_000, daily: 200_000 };

interface Count {
  windowEndsAt: number;
  inWindow: number;
  day: number;
  today: number;
}

/** Where the counts rest, so that a restart of the pretend system does not forget them: the vendor's does not either. */
export interface LimitsMemory {
  read(): string | undefined;
  write(text: string): void;
}

const writeEveryMs = 1_000;

/** Requests counted per app and location (or agency), in fixed windows and by the UTC day. */
export class Limits {
  readonly #clock: Clock;
  readonly #quota: Quota;
  readonly #memory: LimitsMemory | undefined;
  readonly #counts: Map<string, Count>;
  #cancelWrite: (() => void) | null = null;

  constructor(clock: Clock, quota: Quota, memory?: LimitsMemory) {
    this.#clock = clock;
    this.#quota = quota;
    this.#memory = memory;
    this.#counts = new Map(JSON.parse(memory?.read() ?? "[]") as [string, Count][]);
  }

  /** Writes what is not written yet. */
  close(): void {
    if (!this.#cancelWrite) return;
    this.#cancelWrite();
    this.#write();
  }

  #write(): void {
    this.#cancelWrite = null;
    this.#memory?.write(JSON.stringify([...this.#counts]));
  }

  /** Counts one request, if there is room for it, and gives the headers the answer carries either way. */
  take(key: string): { allowed: boolean; headers: Record<string, string> } {
    const { burst, windowMs, daily } = this.#quota;
    const count = this.#current(key);
    const allowed = count.inWindow < burst && count.today < daily;
    if (allowed) {
      count.inWindow++;
      count.today++;
    }
    this.#cancelWrite ??= this.#clock.after(writeEveryMs, () => this.#write());
    return {
      allowed,
      headers: {
        "X-RateLimit-Limit-Daily": String(daily),
        "X-RateLimit-Daily-Remaining": String(daily - count.today),
        "X-RateLimit-Daily-Reset": String((count.day + 1) * dayMs - this.#clock.now()),
        "X-RateLimit-Interval-Milliseconds": String(windowMs),
        "X-RateLimit-Max": String(burst),
        "X-RateLimit-Remaining": String(burst - count.inWindow),
      },
    };
  }

  #current(key: string): Count {
    const now = this.#clock.now();
    const day = Math.floor(now / dayMs);
    const last = this.#counts.get(key) ?? { windowEndsAt: 0, inWindow: 0, day, today: 0 };
    const inDay = last.day === day ? last : { ...last, day, today: 0 };
    const count = now < inDay.windowEndsAt ? inDay : { ...inDay, windowEndsAt: now + this.#quota.windowMs, inWindow: 0 };
    this.#counts.set(key, count);
    return count;
  }
}
