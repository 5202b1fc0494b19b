import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import type { ObservationOutcome } from "#engine/types/observations.ts";
import { type ErrorCode, MillraceError } from "#kernel/errors.ts";

/** An event that an inbox accepted. */
export interface InboxArrival {
  at: number;
  /** The name of the event; null: it was not recognized. */
  type: string | null;
  /** The sub-account or agency it is of; null: it does not say. */
  place: string | null;
  /** How many flows it was for. */
  flows: number;
  repeat: boolean;
  /** The first run it went into; null: none. */
  runId: string | null;
  /** That run was there before, and the event joined it. */
  joined: boolean;
  /** Whom it is about. */
  person: string | null;
  /** The first flow it was for. */
  flowId: string | null;
  /** What a change trigger made of an event that started nothing. */
  outcome: ObservationOutcome | null;
}

/** Requests that an inbox refused for one reason: how many, and what the last was refused for. */
export interface InboxRefusal {
  code: ErrorCode;
  says: string;
  count: number;
  lastAt: number;
}

const keptMs = dayMs;
const mostArrivals = 20;
const mostInboxes = 2_000;

interface Deliveries {
  arrivals: InboxArrival[];
  refusals: Map<ErrorCode, InboxRefusal>;
}

/** What inboxes accepted and refused lately, since this process started. In memory: it is for a person who sets one up. */
export class DeliveryLog {
  readonly #clock: Clock;
  readonly #deliveries = new Map<string, Deliveries>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  accepted(inboxId: string, arrival: Omit<InboxArrival, "at">): void {
    const { arrivals } = this.#of(inboxId);
    arrivals.unshift({ ...arrival, at: this.#clock.now() });
    arrivals.length = Math.min(arrivals.length, mostArrivals);
  }

  /** Notes a refusal for which the sender is to blame. A fault of ours is in the log, and the sender tries again. */
  refused(inboxId: string, error: unknown): void {
    if (!(error instanceof MillraceError) || error.row.kind !== "user") return;
    const { refusals } = this.#of(inboxId);
    const count = (refusals.get(error.code)?.count ?? 0) + 1;
    refusals.set(error.code, { code: error.code, says: error.message, count, lastAt: this.#clock.now() });
  }

  /** Of the last day, the most recent first. */
  readonly read = (inboxId: string): { arrivals: InboxArrival[]; refusals: InboxRefusal[] } => {
    const since = this.#clock.now() - keptMs;
    const { arrivals = [], refusals } = this.#deliveries.get(inboxId) ?? {};
    return {
      arrivals: arrivals.filter(({ at }) => at >= since),
      refusals: [...(refusals?.values() ?? [])].filter(({ lastAt }) => lastAt >= since).sort((a, b) => b.lastAt - a.lastAt),
    };
  };

  #of(inboxId: string): Deliveries {
    const present = this.#deliveries.get(inboxId);
    if (present) return present;
    if (this.#deliveries.size >= mostInboxes) this.#deliveries.clear();
    const empty: Deliveries = { arrivals: [], refusals: new Map() };
    this.#deliveries.set(inboxId, empty);
    return empty;
  }
}
