import type { Clock } from "#kernel/clock.ts";
import { toMillraceError, type MillraceError } from "#kernel/errors.ts";
import type { Acceptance, Taken, Trigger, TriggerStore } from "../types.ts";
import type { Finding } from "./diff.ts";
import { nextOnGrid, retryAfterFailure } from "./grid.ts";
import { usualEveryMs, type PollPlan } from "./plan.ts";
import { pollStateOf, storedPollState } from "./poll-state.ts";
import type { Page } from "./reading.ts";
import { surveyLimits, takeSurvey, type Survey, type SurveyLimits } from "./survey.ts";

/** A read under way: what it reads, and its pages as they come. Leaving the loop over `pages` ends the read. */
export interface Reading {
  plan: PollPlan;
  pages: AsyncIterable<Page>;
}

/** What is known of an event beside its payload. */
export interface Found {
  key: string;
  /** The id of the record it is of. */
  record?: string;
  /** When it happened, epoch ms. */
  happenedAt?: number | null;
}

/** Makes the event and the runs of the flow's published version; null when the flow is off. */
export type MakeAcceptance = (trigger: Trigger, payload: unknown, found: Found) => Promise<Acceptance | null>;

export interface PollerParts {
  triggers: TriggerStore;
  /** Begins to read what the trigger watches; null when its flow has nothing to poll for. */
  read: (trigger: Trigger, signal: AbortSignal) => Promise<Reading | null>;
  makeAcceptance: MakeAcceptance;
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

export function createPoller({ triggers, read, makeAcceptance, accepted = () => {}, clock, limits }: PollerParts): Poller {
  const bounds = { ...surveyLimits, ...limits };

  async function look(trigger: Trigger, signal: AbortSignal): Promise<Survey | null> {
    const reading = await read(trigger, signal);
    return (
      reading &&
      takeSurvey({
        triggerId: trigger.id,
        state: pollStateOf(trigger.state),
        store: triggers,
        now: clock.now(),
        limits: bounds,
        ...reading,
      })
    );
  }

  async function settle(trigger: Trigger, survey: Survey): Promise<PollOutcome> {
    const accept = await acceptances(trigger, survey);
    if (!accept) return step(trigger);
    const taken = await triggers.settle({
      triggerId: trigger.id,
      accept,
      remember: survey.remember,
      forget: survey.forget,
      patch: {
        state: storedPollState(survey.state),
        nextAt: nextAt(trigger),
        lastAt: clock.now(),
        lastError: survey.warning?.toJSON() ?? null,
      },
    });
    const news = launchable(accept, taken);
    if (news.length) accepted(news);
    return { kind: "settled", events: news.length, baseline: survey.baseline };
  }

  /** Null as soon as the flow turns out to be off: then nothing may be remembered, or it would be lost when the flow comes back. */
  async function acceptances(trigger: Trigger, survey: Survey): Promise<Acceptance[] | null> {
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
  async function step(trigger: Trigger): Promise<PollOutcome> {
    await triggers.update(trigger.id, { nextAt: nextAt(trigger) });
    return { kind: "stale" };
  }

  async function fail(trigger: Trigger, thrown: unknown): Promise<PollOutcome> {
    const error = toMillraceError(thrown);
    const state = pollStateOf(trigger.state);
    const failures = state.failures + 1;
    const now = clock.now();
    const next = retryAfterFailure({ id: trigger.id, everyMs: trigger.everyMs ?? usualEveryMs, now, failures, error });
    await triggers.update(trigger.id, {
      state: storedPollState({ ...state, failures }),
      nextAt: next,
      lastAt: now,
      lastError: error.toJSON(),
    });
    return { kind: "failed", error };
  }

  const nextAt = (trigger: Trigger) => nextOnGrid(trigger.id, trigger.everyMs ?? usualEveryMs, clock.now());

  return {
    async poll(trigger, signal = new AbortController().signal) {
      let survey: Survey | null;
      try {
        survey = await unlessAborted(look(trigger, signal), signal);
      } catch (error) {
        return signal.aborted ? { kind: "stale" } : fail(trigger, error);
      }
      if (signal.aborted) return { kind: "stale" };
      return survey ? settle(trigger, survey) : step(trigger);
    },
  };
}

/** What was new, with the runs it went into. */
export const launchable = (accept: Acceptance[], taken: Taken[]): Acceptance[] =>
  accept.flatMap((acceptance, i) => (taken[i] ? { ...acceptance, runs: taken[i] } : []));

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
function pollPayload({ kind, itemKey, row }: Finding, readAt: number): unknown {
  const change = { kind, id: itemKey, readAt: new Date(readAt).toISOString() };
  if (row === null) return { id: itemKey, _change: change };
  return typeof row === "object" && !Array.isArray(row) ? { ...row, _change: change } : { value: row, _change: change };
}
