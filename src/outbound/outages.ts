import { momentInWords } from "#kernel/durations.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Transport } from "./transport.ts";

/** A host that failed several times in a row. */
export interface Outage {
  host: string;
  /** The app whose call failed first; empty for a login's own requests. */
  app: string;
  /** When the first of these calls began. */
  since: number;
  /** What is wrong, in words. */
  reason: string;
  /** When it is tried again; null where it answers with errors and calls go on. */
  nextTryAt: number | null;
}

/** Of every host: whether it answers, and when it is asked again if not. */
export interface Outages {
  list(): Outage[];
  /** Why a call would not be sent to the host just now, with a time to come back; null: it would. */
  refusal(host: string): MillraceError | null;
  /** Calls the listener with each host that answers again after calls were kept from it. */
  onBack(listener: (host: string) => void): void;
  /** A transport that asks here first, and tells here what came of it. */
  guard(transport: Transport): Transport;
}

/** After this many failures in a row without an answer, calls to the host pause. */
const failuresInARow = 5;
const firstPauseMs = 1_000;
const longestPauseMs = 60_000;
/** Those who wait come back one after another: each is a run to be loaded and, as long as the host is down, to be put off again. */
const apartMs = 100;
/** Hosts watched at a time. An answer without an error ends the watching, so there are few. */
const mostHosts = 1_000;

interface Trouble {
  app: string;
  since: number;
  reason: string;
  /** Failures in a row without an answer, and answers in a row that were server errors. */
  silent: number;
  errors: number;
  /** Set while calls are kept from it. */
  pause: { ms: number; until: number; probing: boolean; waiting: number } | null;
}

export function createOutages(clock: Clock): Outages {
  return new HostWatch(clock);
}

class HostWatch implements Outages {
  readonly #clock: Clock;
  readonly #troubles = new Map<string, Trouble>();
  #listeners: ((host: string) => void)[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(): Outage[] {
    return [...this.#troubles].flatMap(([host, { app, since, reason, silent, errors, pause }]) =>
      silent >= failuresInARow || errors >= failuresInARow || pause ? [{ host, app, since, reason, nextTryAt: pause?.until ?? null }] : [],
    );
  }

  onBack(listener: (host: string) => void): void {
    this.#listeners.push(listener);
  }

  refusal(host: string): MillraceError | null {
    const trouble = this.#troubles.get(host);
    if (!trouble?.pause) return null;
    const now = this.#clock.now();
    const { ms, until, probing, waiting } = trouble.pause;
    const isOver = now >= until || until - now > longestPauseMs; // no pause is that long: the clock was set back
    if (!probing && isOver) return null;
    trouble.pause.waiting++;
    const retryAt = (probing ? now + ms : until) + (waiting % 10_000) * apartMs;
    const { app, since, reason } = trouble;
    return new MillraceError("HOST_DOWN", {
      details: { host, app, since: momentInWords(since), reason, nextTry: momentInWords(retryAt), retryAt, outcome: "not_sent" },
    });
  }

  guard(transport: Transport): Transport {
    return {
      ...transport,
      send: async (to, request, limits) => {
        const { host } = to.target;
        const refusal = this.#troubles.size > 0 ? this.refusal(host) : null;
        if (refusal) throw refusal;
        const began = this.#clock.now();
        const isProbe = this.#beginProbe(host);
        try {
          const answer = await transport.send(to, request, limits);
          this.#answered(host, answer.status, limits.app ?? "", began);
          return answer;
        } catch (thrown) {
          if (isSilence(thrown, limits.signal))
            this.#failed(host, { app: limits.app ?? "", since: began, reason: reasonOf(thrown) }, isProbe);
          else if (isProbe) this.#endProbe(host);
          throw thrown;
        }
      },
    };
  }

  /** One call at a time finds out whether the host is back. */
  #beginProbe(host: string): boolean {
    const pause = this.#troubles.get(host)?.pause;
    if (pause) pause.probing = true;
    return pause !== null && pause !== undefined;
  }

  /** The call was cancelled, or failed on our side: it says nothing about the host. */
  #endProbe(host: string): void {
    const pause = this.#troubles.get(host)?.pause;
    if (pause) pause.probing = false;
  }

  #answered(host: string, status: number, app: string, began: number): void {
    const trouble = this.#troubles.get(host);
    if (status >= 500) {
      const entry = trouble ?? this.#watch(host, { app, since: began, reason: "" });
      if (entry.errors++ === 0) Object.assign(entry, { app, since: began });
      entry.reason = `it answers with status ${status}`;
      entry.silent = 0;
      this.#isBack(host, entry);
    } else if (trouble) {
      this.#troubles.delete(host);
      this.#isBack(host, trouble);
    }
  }

  #isBack(host: string, trouble: Trouble): void {
    if (!trouble.pause) return;
    trouble.pause = null;
    for (const listener of this.#listeners) listener(host);
  }

  #failed(host: string, what: Pick<Trouble, "app" | "since" | "reason">, isProbe: boolean): void {
    const trouble = this.#troubles.get(host) ?? this.#watch(host, what);
    if (trouble.silent++ === 0) Object.assign(trouble, what);
    trouble.errors = 0;
    trouble.reason = what.reason;
    if (trouble.pause && !isProbe) return; // sent before the host was left alone
    if (trouble.silent < failuresInARow) return;
    const ms = trouble.pause ? Math.min(trouble.pause.ms * 2, longestPauseMs) : firstPauseMs;
    trouble.pause = { ms, until: this.#clock.now() + ms, probing: false, waiting: 0 };
  }

  #watch(host: string, what: Pick<Trouble, "app" | "since" | "reason">): Trouble {
    if (this.#troubles.size >= mostHosts) this.#troubles.delete(this.#troubles.keys().next().value!);
    const trouble = { ...what, silent: 0, errors: 0, pause: null };
    this.#troubles.set(host, trouble);
    return trouble;
  }
}

/** No complete answer arrived, because of the host or the network: neither a person nor Millrace caused it. */
function isSilence(thrown: unknown, signal: AbortSignal | undefined): boolean {
  if (!(thrown instanceof MillraceError) || signal?.aborted) return false;
  return thrown.code === "OUTBOUND_TIMEOUT" || thrown.code === "OUTBOUND_UNREACHABLE";
}

/** `gave no answer within 30 s`, `its name is not known`. */
function reasonOf(thrown: unknown): string {
  const { code, details } = thrown as MillraceError;
  return code === "OUTBOUND_TIMEOUT" ? `no answer within ${String(details["seconds"])} s` : String(details["problem"]);
}
