import type { Engine } from "#engine/api.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { TrialStore } from "#engine/ports/trial-store.ts";
import type { Backtest, BacktestRow } from "#engine/types/trials.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { BacktestView } from "#api/schemas.ts";
import type { Backtests } from "../flows/backtests.ts";
import { StepSamples, triggerSamples } from "../flows/step-samples.ts";
import { stepTrials, testView } from "../flows/step-trials.ts";
import { type Handlers, refuseAgent } from "../http/serve.ts";

export interface TrialRouteParts {
  engine: Engine;
  catalog: Catalog;
  trials: TrialStore;
  backtests: Pick<Backtests, "start">;
  clock: Clock;
}

type Trying = Pick<
  Handlers<"flows">,
  "samples" | "samplesFor" | "testStep" | "testScript" | "stepTests" | "backtest" | "backtests" | "backtestResult" | "cancelBacktest"
>;

const backtestsShown = 10;

/** What a flow is tried with while it is written: samples, single steps, the events that were kept. */
export function trialHandlers({ engine, catalog, trials, backtests, clock }: TrialRouteParts): Trying {
  const { flows } = engine;
  const testStep = stepTrials({ engine, trials, clock });
  const stepSamples = new StepSamples({ engine, catalog, trials, clock });

  const backtestOf = async (workspaceId: string, flowId: string, id: string): Promise<Backtest> => {
    const backtest = await trials.backtest(workspaceId, flowId, id);
    if (!backtest) throw new MillraceError("NOT_FOUND", { details: { what: "backtest", id } });
    return backtest;
  };

  return {
    samples: async ({ principal: { workspaceId, by }, params }) => ({
      samples: await triggerSamples(engine, workspaceId, params.id, { by, read: "connected" }),
    }),
    samplesFor: async ({ principal: { workspaceId, by }, params, body: { definition, step, read } }) => ({
      samples:
        step === undefined
          ? await triggerSamples(engine, workspaceId, params.id, { definition, by, read })
          : await stepSamples.of(workspaceId, params.id, step, definition),
    }),
    testStep({ principal, params, body }) {
      if (body.write) refuseAgent(principal);
      return testStep(principal.workspaceId, params.id, principal.by, body);
    },
    testScript: async ({ principal: { workspaceId }, params, body }) => {
      await flows.get(workspaceId, params.id);
      return { tests: await engine.testScript(workspaceId, params.id, body) };
    },
    stepTests: async ({ principal: { workspaceId }, params }) => {
      await flows.get(workspaceId, params.id);
      return { tests: (await trials.stepTests(workspaceId, params.id)).map(testView) };
    },
    backtest: async ({ principal: { workspaceId, by }, params, body }) => {
      const { definition, events } = body;
      return backtestView(await backtests.start({ workspaceId, flowId: params.id, definition, events, by }), clock.now());
    },
    backtests: async ({ principal: { workspaceId }, params }) => {
      await flows.get(workspaceId, params.id);
      const all = await trials.backtests(workspaceId, params.id, backtestsShown);
      return { backtests: all.map((each) => ({ ...backtestView(each, clock.now()), rows: [] })) };
    },
    backtestResult: async ({ principal: { workspaceId }, params }) =>
      backtestView(await backtestOf(workspaceId, params.id, params.backtest), clock.now()),
    cancelBacktest: async ({ principal: { workspaceId }, params }) => {
      await backtestOf(workspaceId, params.id, params.backtest);
      await trials.cancelBacktest(workspaceId, params.id, params.backtest, clock.now());
    },
  };
}

/** Nobody has worked on it for so long: the process that did is gone. */
const lostAfterMs = 3 * 60_000;
const mostReasons = 20;

/** A backtest in numbers: what the draft would do, what the published version would, and why any of it fails. */
function backtestView({ workspaceId: _, flowId: __, report, state, ...backtest }: Backtest, now: number): BacktestView {
  const isLost = state === "running" && now - backtest.updatedAt > lostAfterMs;
  const published = report.rows.flatMap((row) => (row.published ? [{ ...row, draft: row.published }] : []));
  return {
    ...backtest,
    state: isLost ? "failed" : state,
    stopped: isLost ? "Millrace was restarted meanwhile; start it again" : report.stopped,
    revision: report.revision ?? null,
    draft: countsOf(report.rows),
    published: published.length === 0 ? null : countsOf(published),
    different: report.rows.filter(({ draft, published: before }) => before !== null && before.outcome !== draft.outcome).length,
    rows: report.rows,
  };
}

function countsOf(rows: readonly BacktestRow[]): BacktestView["draft"] {
  const outcomes = { succeeded: 0, filtered: 0, failed: 0, incomplete: 0, other: 0 };
  const effects = { create: 0, update: 0, unchanged: 0, delete: 0, other: 0 };
  const examples: Record<string, string> = {};
  const failures = new Map<string, BacktestView["draft"]["failures"][number]>();
  for (const { event, person, draft } of rows) {
    outcomes[draft.outcome]++;
    examples[draft.outcome] ??= event;
    for (const [kind, n] of Object.entries(draft.effects)) {
      effects[kind as keyof typeof effects] += n;
      if (n > 0) examples[kind] ??= event;
    }
    if (!draft.error) continue;
    const key = `${draft.step}\n${draft.error.code}\n${draft.error.message}`;
    const existing = failures.get(key);
    if (existing) existing.count++;
    else failures.set(key, { step: draft.step, ...draft.error, count: 1, event, person });
  }
  return { outcomes, effects, examples, failures: [...failures.values()].toSorted((a, b) => b.count - a.count).slice(0, mostReasons) };
}
