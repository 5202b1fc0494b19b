import type { Clock } from "#kernel/clock.ts";
import type { JsonObject } from "#kernel/json.ts";
import { toMillraceError, type MillraceError } from "#kernel/errors.ts";
import type { Acceptance, AcceptedRuns } from "../types/acceptance.ts";
import type { PollFinding, TriggerStore } from "../ports/trigger-store.ts";
import type { Trigger } from "../types/triggers.ts";
import type { WatchedRecord } from "../types/observations.ts";
import type { MakeAcceptance } from "./acceptance.ts";
import type { Finding } from "./diff.ts";
import { pollWatchedList, type ListPoll } from "../watch/list-poll.ts";
import type { Subject, Watching } from "../watch/observation.ts";
import { nextOnGrid, retryAfterFailure } from "./grid.ts";
import { usualEveryMs, type PollPlan } from "./plan.ts";
import { pollStateOf, storedPollState } from "./poll-state.ts";
import type { Page } from "./reading.ts";
import { reconcileSurvey, type Reconciling } from "./reconcile.ts";
import { restMs } from "./whole.ts";
import { surveyLimits, takeSurvey, type Survey, type SurveyLimits } from "./survey.ts";

/** A read under way: what it reads, and its pages as they come. Leaving the loop over `pages` ends the read. */
export interface Reading {
  plan: PollPlan;
  pages: AsyncIterable<Page>;
  /** It looks for what a webhook did not tell. */
  reconciling?: Reconciling;
  /** It is read for a change trigger. */
  watching?: WatchReading;
}

export interface WatchReading extends Watching {
  /** The settings, with names turned into ids. */
  chosen: JsonObject;
  /** What a row comes to is decided in the commit. */
  acceptanceOf(subject: Subject, poll: string, now: number): Acceptance;
}

export interface PollerParts {
  triggers: TriggerStore;
  /** Begins to read what the trigger watches; null when its flow has nothing to poll for. */
  read: (trigger: Trigger, signal: AbortSignal) => Promise<Reading | null>;
  makeAcceptance: MakeAcceptance;
  /** What an event said; null when it is gone. */
  payloadOf?: (trigger: Trigger, eventId: string) => Promise<unknown>;
  /** Told after the commit of what was new, so that its runs reach the queue at once. */
  accepted?: (acceptances: Acceptance[]) => void;
  clock: Clock;
  limits?: Partial<SurveyLimits>;
}

/** `stale`: the flow was switched off, or Millrace is stopping; nothing was kept. */
export type PollOutcome =
  | { kind: "settled"; events: number; baseline: boolean }
  | { kind: "failed"; error: MillraceError }
  | { kind: "stale" };

export interface Poller {
  /**
   * Reads once, compares, and ends the poll in one transaction. A read that fails is a result (told in the trigger's `lastError`);
   * it rejects only when the store does, and the trigger then stays due.
   */
  poll(trigger: Trigger, signal?: AbortSignal): Promise<PollOutcome>;
}

type Look = { reading: Reading; survey: Survey } | { watching: WatchReading; poll: ListPoll };
/** The outcome of a poll. */
type End = Pick<Survey, "remember" | "forget" | "state" | "baseline" | "warning"> & {
  accept: Acceptance[];
  pollFindings?: PollFinding[];
  watched?: WatchedRecord[];
};

export const createPoller = (parts: PollerParts): Poller => new TriggerPoller(parts);

class TriggerPoller implements Poller {
  readonly #parts: PollerParts;
  readonly #limits: SurveyLimits;

  constructor(parts: PollerParts) {
    this.#parts = parts;
    this.#limits = { ...surveyLimits, ...parts.limits };
  }

  async poll(trigger: Trigger, signal: AbortSignal = new AbortController().signal): Promise<PollOutcome> {
    let looked: Look | null;
    try {
      looked = await unlessAborted(this.#look(trigger, signal), signal);
    } catch (error) {
      return signal.aborted ? { kind: "stale" } : this.#fail(trigger, error);
    }
    if (signal.aborted) return { kind: "stale" };
    return looked ? this.#settle(trigger, looked) : this.#step(trigger);
  }

  async #look(trigger: Trigger, signal: AbortSignal): Promise<Look | null> {
    const { read, triggers, clock } = this.#parts;
    const reading = await read(trigger, signal);
    if (!reading) return null;
    const asking = { triggerId: trigger.id, state: pollStateOf(trigger.state), store: triggers, now: clock.now() };
    const { watching } = reading;
    const { maxPages } = this.#limits;
    if (watching) return { watching, poll: await pollWatchedList({ ...asking, ...reading, watching, maxPages }) };
    return { reading, survey: await takeSurvey({ ...asking, limits: this.#limits, ...reading }) };
  }

  async #settle(trigger: Trigger, look: Look): Promise<PollOutcome> {
    const end = await this.#endOf(trigger, look);
    if (!end) return this.#step(trigger);
    const { triggers, clock, accepted = () => {} } = this.#parts;
    const { accept, pollFindings = [], watched = [], remember, forget, state, warning, baseline } = end;
    const runs = await triggers.settle({
      triggerId: trigger.id,
      accept,
      remember,
      forget,
      pollFindings,
      watched,
      patch: {
        state: storedPollState(state),
        nextAt: this.#nextAt(trigger, "reading" in look ? restMs(look.reading.plan, state) : 0),
        lastAt: clock.now(),
        lastError: warning?.toJSON() ?? null,
      },
    });
    const launched = launchable([...accept, ...pollFindings.map((each) => each.accept)], runs);
    if (launched.length) accepted(launched);
    return { kind: "settled", events: launched.length, baseline };
  }

  /** Null: the flow is off. */
  async #endOf(trigger: Trigger, look: Look): Promise<End | null> {
    if ("watching" in look) return this.#watched(look.watching, look.poll);
    const { reading, survey } = look;
    return reading.reconciling ? this.#reconciled(trigger, survey, reading, reading.reconciling) : this.#plain(trigger, survey);
  }

  #watched({ acceptanceOf }: WatchReading, { subjects, state, ...look }: ListPoll): End {
    const accept = subjects.map((subject) => acceptanceOf(subject, `${state.epoch}.${state.polls}`, this.#parts.clock.now()));
    return { ...look, state, accept, remember: [], forget: [] };
  }

  async #plain(trigger: Trigger, survey: Survey): Promise<End | null> {
    const accept = await this.#acceptances(trigger, survey);
    return accept && { ...survey, accept };
  }

  async #reconciled(trigger: Trigger, survey: Survey, { plan }: Reading, reconciling: Reconciling): Promise<End | null> {
    const { triggers, makeAcceptance, clock, payloadOf = async () => null } = this.#parts;
    const asking = { store: triggers, payloadOf, makeAcceptance };
    const end = await reconcileSurvey(asking, { trigger, survey, plan, reconciling, now: clock.now() });
    return end && { ...survey, ...end, accept: [] };
  }

  /** Null as soon as the flow turns out to be off: then nothing may be remembered, or it would be lost when the flow comes back. */
  async #acceptances(trigger: Trigger, survey: Survey): Promise<Acceptance[] | null> {
    const { makeAcceptance, clock } = this.#parts;
    const made: Acceptance[] = [];
    for (const finding of survey.findings) {
      const acceptance = await makeAcceptance(trigger, pollPayload(finding, clock.now()), {
        key: finding.eventKey,
        record: finding.itemKey,
        happenedAt: finding.time,
      });
      if (!acceptance) return null;
      made.push(acceptance);
    }
    return made;
  }

  /** Moves on without having looked; cursor and seen set stay. */
  async #step(trigger: Trigger): Promise<PollOutcome> {
    await this.#parts.triggers.update(trigger.workspaceId, trigger.id, { nextAt: this.#nextAt(trigger) });
    return { kind: "stale" };
  }

  async #fail(trigger: Trigger, thrown: unknown): Promise<PollOutcome> {
    const { triggers, clock } = this.#parts;
    const error = toMillraceError(thrown);
    const state = pollStateOf(trigger.state);
    const failures = state.failures + 1;
    const now = clock.now();
    const next = retryAfterFailure({ id: trigger.id, everyMs: trigger.everyMs ?? usualEveryMs, now, failures, error });
    await triggers.update(trigger.workspaceId, trigger.id, {
      state: storedPollState({ ...state, failures }),
      nextAt: next,
      lastAt: now,
      lastError: error.toJSON(),
    });
    return { kind: "failed", error };
  }

  /** The next place of its grid. `restMs`: where its readings are so long that it has to rest, the first place after that. */
  #nextAt(trigger: Trigger, restMs = 0): number {
    const everyMs = trigger.everyMs ?? usualEveryMs;
    return nextOnGrid(trigger.id, everyMs, this.#parts.clock.now() + Math.max(0, restMs - everyMs));
  }
}

/** The accepted events with their runs. An observation without a change has none. */
export const launchable = (accept: readonly (Acceptance | null)[], committed: AcceptedRuns[]): Acceptance[] =>
  accept.flatMap((acceptance, i) => {
    const runs = committed[i];
    return acceptance && runs && (!acceptance.observation || runs.length > 0) ? { ...acceptance, runs } : [];
  });

/** The promise, or a rejection as soon as the signal aborts: a read that does not listen must not hold up a stop. It writes nothing, so it may run out. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Error("aborted"));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** The record itself, with what happened to it beside its fields under `_change`. A deletion has no fields left. */
export function pollPayload({ kind, itemKey, row }: Finding, readAt: number): unknown {
  const change = { kind, id: itemKey, readAt: new Date(readAt).toISOString() };
  if (row === null) return { id: itemKey, _change: change };
  return typeof row === "object" && !Array.isArray(row) ? { ...row, _change: change } : { value: row, _change: change };
}
