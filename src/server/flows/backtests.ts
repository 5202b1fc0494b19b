import type { DryRun, Engine } from "#engine/api.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Event } from "#engine/types/events.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { Backtest, BacktestRow, TrialOutcome } from "#engine/types/trials.ts";
import { personOf } from "#engine/accept/events.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import { countedAs } from "../runs/views.ts";

export interface BacktestParts {
  engine: Pick<Engine, "dryRun" | "eventIds" | "event" | "flows">;
  trials: TrialStore;
  clock: Clock;
  log: Log;
}

interface Request {
  workspaceId: string;
  flowId: string;
  definition?: unknown;
  /** How many of the newest kept events. */
  events: number;
  by: string;
}

/** The longest time a backtest may take, however many events there are and however short the quota is. */
const longestMs = 10 * 60_000;
const longestPauseMs = 60_000;
const shortestPauseMs = 1_000;
const mostAtOnce = 4;

/**
 * Tries drafts on the events that were kept, without a write, beside the published version, which is tried on them in the same way. What its
 * runs did then would compare with records as they were then, and with the writes of that time.
 */
export class Backtests {
  readonly #parts: BacktestParts;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Those that are about to run as well. */
  #places = mostAtOnce;

  constructor(parts: BacktestParts) {
    this.#parts = parts;
  }

  /** Starts a backtest. It runs in the background and writes its progress into the store. */
  async start(request: Request): Promise<Backtest> {
    if (this.#places === 0) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 30 } });
    this.#places--;
    try {
      const { backtest, work } = await this.#begin(request);
      const running = work().finally(() => {
        this.#running.delete(running);
        this.#places++;
      });
      this.#running.add(running);
      return backtest;
    } catch (thrown) {
      this.#places++;
      throw thrown;
    }
  }

  async #begin({ workspaceId, flowId, definition, events: most, by }: Request): Promise<{ backtest: Backtest; work: () => Promise<void> }> {
    const { engine, trials, clock, log } = this.#parts;
    const flow = await engine.flows.get(workspaceId, flowId);
    const draft = definition === undefined ? flow.draft : engine.flows.draft(workspaceId, definition);
    const published = flow.version === null ? null : await engine.flows.version(workspaceId, flowId, flow.version);
    const events = await engine.eventIds(workspaceId, flowId, most);
    const now = clock.now();
    const backtest: Backtest = {
      id: newId("bt", now),
      workspaceId,
      flowId,
      state: events.length === 0 ? "done" : "running",
      done: 0,
      total: events.length,
      startedAt: now,
      updatedAt: now,
      by,
      report: { rows: [], stopped: null, ...(definition === undefined && { revision: flow.revision }) },
    };
    await trials.addBacktest(backtest);
    const stopped = (err: unknown) => log.error({ err, flowId }, "A backtest stopped; start it again");
    const work = () => this.#work(backtest, events, { draft, published }).catch(stopped);
    return { backtest, work: events.length === 0 ? async () => {} : work };
  }

  /** Ends those that are under way. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #work(
    started: Backtest,
    events: readonly string[],
    { draft, published }: { draft: FlowDefinition; published: FlowDefinition | null },
  ): Promise<void> {
    const { trials, clock } = this.#parts;
    const rows: BacktestRow[] = [];
    let stopped: string | null = null;
    const note = (state: Backtest["state"]) =>
      trials.progress({ ...started, state, done: rows.length, updatedAt: clock.now(), report: { ...started.report, rows, stopped } });
    for (const id of events) {
      if (this.#closing.signal.aborted) stopped = "Millrace was stopped";
      else if (clock.now() - started.startedAt > longestMs) stopped = "it took longer than 10 minutes; the request quota may be used up";
      if (stopped !== null) break;
      const event = await this.#parts.engine.event(started.workspaceId, id);
      if (!event) continue; // its time was over meanwhile
      const ofDraft = await this.#tried(started, draft, event);
      const ofPublished = published && (await this.#tried(started, published, event));
      rows.push({
        event: id,
        at: event.receivedAt,
        person: event.person ?? personOf(undefined, event.payload),
        draft: ofDraft,
        published: ofPublished,
      });
      if (!(await note("running"))) return; // cancelled, or the flow is gone
    }
    await note("done");
  }

  /** Runs one event through a definition, dry. Waits while the quota is used up. */
  async #tried({ workspaceId, flowId, startedAt, by }: Backtest, definition: FlowDefinition, event: Event): Promise<TrialOutcome> {
    const { engine, clock } = this.#parts;
    for (;;) {
      try {
        const cause = { purpose: "dry_run", flowId, ...defined({ by: by ?? undefined }) } as const;
        const tried = { definition, cause, triggerId: event.triggerId, remember: `${flowId} backtest`, lane: "backfill" as const };
        const result = await engine.dryRun(workspaceId, tried, event.payload);
        const retryAt = retryAtOf(result.error);
        if (retryAt === null || clock.now() - startedAt > longestMs || this.#closing.signal.aborted) return outcomeOf(result);
        await this.#pause(retryAt - clock.now());
      } catch (thrown) {
        const error = toMillraceError(thrown);
        if (error.code !== "TOO_MANY_REQUESTS" || this.#closing.signal.aborted)
          return {
            outcome: "failed",
            summary: error.message,
            effects: {},
            step: null,
            error: { code: error.code, message: error.message },
          };
        await this.#pause(shortestPauseMs);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return sleep(this.#parts.clock, Math.min(Math.max(ms, shortestPauseMs), longestPauseMs), this.#closing.signal);
  }
}

const retryAtOf = (error: DryRun["error"]): number | null =>
  error?.code === "QUOTA_WAIT" ? (typeof error.details["retryAt"] === "number" ? error.details["retryAt"] : 0) : null;

function outcomeOf({ outcome, problems, summary, effects, steps, error }: DryRun): TrialOutcome {
  const counts: TrialOutcome["effects"] = {};
  for (const { effect, unchanged } of effects) {
    const kind = unchanged ? "unchanged" : countedAs(effect);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return {
    outcome: outcome === "waiting" ? "failed" : outcome === "succeeded" && problems.length > 0 ? "incomplete" : outcome,
    summary,
    effects: counts,
    step: error ? ((steps.find(({ state }) => state === "failed") ?? steps.at(-1))?.path ?? null) : null,
    error: error && { code: error.code, message: error.message },
  };
}
