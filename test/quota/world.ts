import type { QuotaRules } from "#catalog/types.ts";
import { Agenda, randomFrom } from "#outbound/governor.simulation.ts";
import { createGovernor } from "#outbound/governor.ts";
import type { Lane } from "#outbound/types.ts";

/** How the other side counts: over the last window at any moment, in windows that begin with a request, or in windows of its own clock. */
export type Windows = "sliding" | "from the first request" | "by its own clock";

export interface Scene {
  /** What the catalog says. */
  limit: number;
  windowMs: number;
  /** What the other side really allows, where it is less. */
  serverLimit?: number;
  daily?: number;
  windows: Windows;
  durationMs: number;
  /** Budgets, each with callers of its own. */
  accounts: number;
  /** Processes that share the budgets and know nothing of each other. */
  processes: number;
  /** In each process and for each account: so many of each lane ask again as soon as they were let in. */
  callers: Partial<Record<Lane, number>>;
  /** Requests a second that other clients of the same app make on each account. */
  othersPerSecond?: number;
  /** When a process ends and another takes its place, which remembers nothing. */
  restartEveryMs?: number;
  headers: boolean;
  retryAfter?: boolean;
  baseMs: number;
  jitterMs: number;
  seed: number;
}
export interface Outcome {
  sent: number;
  refused: number;
  /** Requests that left although a Retry-After was still running for their process. */
  impatient: number;
  /** The most of ours that the other side saw in one of its windows, and in one of its days. */
  mostInWindow: number;
  mostInDay: number;
  /** What was let in of ours and of others, as a share of what the other side would have taken. */
  share: number;
}

const dayMs = 86_400_000;

/** Callers, a network that delays each request differently, and a server that refuses what is too much. */
export function play(scene: Scene): Outcome {
  const random = randomFrom(scene.seed);
  const agenda = new Agenda();
  const rules = rulesOf(scene);
  const limit = scene.serverLimit ?? scene.limit;
  const counters = Array.from({ length: scene.accounts }, () => new Counter(limit, scene, random));
  const processes = Array.from({ length: scene.processes }, () => ({ governor: createGovernor(), quietUntil: new Map<string, number>() }));
  const outcome = { sent: 0, refused: 0, impatient: 0, admitted: 0, claims: 0 };
  const trip = () => scene.baseMs / 2 + random() * scene.jitterMs;
  const lateMs = scene.windowMs / 400; // nobody comes back on the dot

  const ask = (nth: number, account: number, lane: Lane, claim: string): void => {
    const process = processes[nth]!;
    const { governor } = process;
    const key = `account ${account}`;
    const slot = governor.take(key, rules, lane, agenda.now, claim);
    if (!slot.granted) return agenda.at(slot.retryAt + random() * lateMs, () => ask(nth, account, lane, claim));
    outcome.sent++;
    if (agenda.now < (process.quietUntil.get(key) ?? 0)) outcome.impatient++;
    agenda.at(agenda.now + trip(), () => {
      const { allowed, headers } = counters[account]!.take(agenda.now, true);
      if (!allowed) outcome.refused++;
      else outcome.admitted++;
      agenda.at(agenda.now + trip(), () => {
        const back = governor.onAnswer(key, slot.seq, allowed ? 200 : 429, headers, agenda.now);
        if (allowed) return;
        if (headers["retry-after"]) process.quietUntil.set(key, agenda.now + Number(headers["retry-after"]) * 1000);
        agenda.at((back ?? agenda.now) + random() * lateMs, () => ask(nth, account, lane, claim));
      });
    });
    ask(nth, account, lane, `c${outcome.claims++}`);
  };
  const others = (account: number): void => {
    agenda.at(agenda.now + (-Math.log(1 - random()) * 1000) / scene.othersPerSecond!, () => {
      if (counters[account]!.take(agenda.now, false).allowed) outcome.admitted++;
      others(account);
    });
  };
  const restart = (nth: number): void => {
    agenda.at(agenda.now + scene.restartEveryMs! * (0.5 + random()), () => {
      processes[nth] = { governor: createGovernor(), quietUntil: new Map() };
      restart(nth);
    });
  };
  for (let nth = 0; nth < scene.processes; nth++) {
    if (scene.restartEveryMs) restart(nth);
    for (let account = 0; account < scene.accounts; account++)
      for (const [lane, count] of Object.entries(scene.callers) as [Lane, number][])
        for (let i = 0; i < count; i++) agenda.at(random() * 1000, () => ask(nth, account, lane, `c${outcome.claims++}`));
  }
  if (scene.othersPerSecond) for (let account = 0; account < scene.accounts; account++) others(account);
  agenda.run(scene.durationMs);
  const room =
    scene.accounts * Math.min((limit * scene.durationMs) / scene.windowMs, (scene.daily ?? Infinity) * Math.ceil(scene.durationMs / dayMs));
  return {
    ...outcome,
    mostInWindow: Math.max(...counters.map((c) => c.mostInWindow)),
    mostInDay: Math.max(...counters.map((c) => c.mostInDay)),
    share: outcome.admitted / room,
  };
}

const names = {
  limit: "x-max",
  remaining: "x-remaining",
  windowMs: "x-interval",
  dailyLimit: "x-daily",
  dailyRemaining: "x-daily-remaining",
  dailyResetMs: "x-daily-reset",
};
const rulesOf = ({ limit, windowMs, daily, headers }: Scene): QuotaRules => ({
  burst: { limit, windowMs },
  ...(daily && { daily }),
  ...(headers && { headers: names }),
});

/** One budget as the other side counts it. What is refused is not counted. */
class Counter {
  mostInWindow = 0;
  mostInDay = 0;
  readonly #limit: number;
  readonly #scene: Scene;
  /** Its clock is not ours. */
  readonly #offsetMs: number;
  readonly #daily: number;
  #times: number[] = [];
  #first = 0;
  #windowAt = -Infinity;
  #ours = 0;
  #inWindow = 0;
  #day = -1;
  #today = 0;
  #oursToday = 0;

  constructor(limit: number, scene: Scene, random: () => number) {
    this.#limit = limit;
    this.#scene = scene;
    this.#offsetMs = random() * scene.windowMs;
    this.#daily = scene.daily ?? Infinity;
  }

  take(now: number, ours: boolean): { allowed: boolean; headers: Record<string, string> } {
    this.#turn(now);
    const allowed = this.#inWindow < this.#limit && this.#today < this.#daily;
    if (ours) {
      this.mostInWindow = Math.max(this.mostInWindow, ++this.#ours);
      this.mostInDay = Math.max(this.mostInDay, ++this.#oursToday);
    }
    if (allowed) this.#count(now);
    return { allowed, headers: this.#scene.headers ? this.#tell(now, allowed) : this.#wait(now, allowed) };
  }

  #turn(now: number): void {
    const { windows, windowMs } = this.#scene;
    const day = Math.floor(now / dayMs);
    if (day !== this.#day) [this.#day, this.#today, this.#oursToday] = [day, 0, 0];
    if (windows === "sliding") {
      while (this.#times[this.#first]! <= now - windowMs) this.#first++;
      this.#inWindow = this.#times.length - this.#first;
      this.#ours = this.#inWindow; // its callers ask alone in this case, or the figure is not looked at
      return;
    }
    const over = now >= this.#windowAt + windowMs;
    if (!over) return;
    this.#windowAt = windows === "from the first request" ? now : now - ((now + this.#offsetMs) % windowMs);
    [this.#inWindow, this.#ours] = [0, 0];
  }

  #count(now: number): void {
    this.#inWindow++;
    this.#today++;
    if (this.#scene.windows === "sliding") this.#times.push(now);
  }

  #tell(now: number, allowed: boolean): Record<string, string> {
    return {
      [names.limit]: String(this.#limit),
      [names.remaining]: String(this.#limit - this.#inWindow),
      [names.windowMs]: String(this.#scene.windowMs),
      ...(Number.isFinite(this.#daily) && {
        [names.dailyLimit]: String(this.#daily),
        [names.dailyRemaining]: String(this.#daily - this.#today),
        [names.dailyResetMs]: String(Math.ceil((this.#day + 1) * dayMs - now)),
      }),
      ...this.#wait(now, allowed),
    };
  }

  /** Asks for more than a window, as an overloaded system does: nobody would wait so long by himself. */
  #wait(now: number, allowed: boolean): Record<string, string> {
    if (allowed || !this.#scene.retryAfter) return {};
    const dayEndMs = this.#today >= this.#daily ? (this.#day + 1) * dayMs - now : 0;
    return { "retry-after": String(Math.ceil(Math.max(dayEndMs, 3 * this.#scene.windowMs) / 1000)) };
  }
}
