import type { CallCause } from "#kernel/call-cause.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError, type StoredError } from "#kernel/errors.ts";
import type { Pace } from "#kernel/pace.ts";
import type { DryRun } from "../api.ts";
import { runOf } from "../accept/acceptance.ts";
import { compileFlow, type DraftProblem, type FlowKnowledge } from "../flow/flow.ts";
import { stepOfPlace } from "../flow/place-words.ts";
import type { StepKinds } from "../flow/kinds/table.ts";
import type { Ending, RunnerParts } from "./parts.ts";
import { advance } from "./runner.ts";
import type { Event } from "../types/events.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { StepCaller } from "../ports/caller.ts";
import type { Scripts } from "../ports/scripts.ts";
import type { Lane } from "../types/runs.ts";
import type { StepRecord } from "../types/steps.ts";

/** Somebody waits for the answer of a dry run. */
const longestMs = 60_000;

interface DryRunParts {
  caller: StepCaller;
  messages?: RunnerParts["messages"];
  scripts: Scripts;
  clock: Clock;
  pace: Pace;
  knowledge: FlowKnowledge;
  /** The kinds of steps, where they are not the built-in ones. */
  kinds?: StepKinds;
  /** Steps that are not complete, each with what it lacks: they are passed over. */
  unready?: ReadonlyMap<object, string>;
  lane?: Lane;
  cause?: CallCause;
}

/** Runs a definition on a payload with every write pretended. Reads are real; nothing is stored. */
export async function dryRun(
  { caller, messages, scripts, clock, pace, knowledge, kinds, unready, lane = "live", cause }: DryRunParts,
  workspaceId: string,
  flowId: string,
  definition: FlowDefinition,
  payload: unknown,
): Promise<Omit<DryRun, "definition" | "problems">> {
  const steps = new Map<string, StepRecord>();
  const collected = { effects: [] as DryRun["effects"], skipped: [] as DryRun["skipped"] };
  const now = clock.now();
  const event: Event = {
    id: "evt_dry",
    workspaceId,
    triggerId: "trg_dry",
    key: "dry-run",
    payload,
    person: null,
    receivedAt: now,
    record: null,
    happenedAt: null,
  };
  const overdue = new AbortController();
  const disarm = clock.after(longestMs, () => overdue.abort(tooLong()));
  const ending = await advance(
    { run: { ...runOf(event, flowId, 0, lane, now), id: "run_dry" }, event, steps: [] },
    compileFlow(definition, () => clock.now(), knowledge, defined({ kinds, unready })),
    {
      caller,
      messages,
      scripts,
      clock,
      pace,
      random: Math.random,
      dry: collected,
      cause: cause ?? { purpose: "dry_run" },
      recorder: { put: (step) => void steps.set(step.path, step), begin: async () => {}, written: async () => {} },
      signal: overdue.signal,
      cancelled: () => overdue.signal.aborted,
    },
  ).then((ended): Ending => (overdue.signal.aborted ? { kind: "failed", error: tooLong().toJSON() } : ended));
  disarm();
  const outcome = outcomeOf(ending);
  const records = [...steps.values()]
    .sort((a, b) => a.seq - b.seq)
    .map((step) => (isPutOff(step.error) ? { ...step, state: "waiting" as const } : step));
  for (const effect of collected.effects)
    if (effect.unchanged) collected.skipped.push({ step: effect.step, why: "the record is already as it would be written" });
  return {
    outcome,
    ...collected,
    steps: records,
    calls: records.filter((r) => r.app !== null).reduce((sum, { attempts }) => sum + (attempts.at(-1)?.list?.requests ?? 1), 0),
    error: "error" in ending ? ending.error : null,
    summary:
      "error" in ending && isPutOff(ending.error)
        ? waitSentence(ending.error)
        : sentence(outcome, collected.effects, "error" in ending ? ending.error.message : "reason" in ending ? ending.reason : undefined),
  };
}

const tooLong = () => new MillraceError("DRY_RUN_TOO_LONG", { details: { seconds: longestMs / 1000 } });

function outcomeOf(ending: Ending): DryRun["outcome"] {
  if (ending.kind === "succeeded" || ending.kind === "filtered") return ending.kind;
  return "error" in ending && isPutOff(ending.error) ? "waiting" : "failed";
}

/** The budget of the sub-account does not allow the call just now: a real run waits and goes on by itself. */
const isPutOff = (error: StoredError | null): boolean => error?.code === "QUOTA_WAIT";

const waitSentence = ({ details }: StoredError): string =>
  `It would wait about ${String(details["wait"])}: the request budget of this sub-account is used up. A real run goes on by itself then.`;

function sentence(outcome: DryRun["outcome"], effects: DryRun["effects"], reason?: string): string {
  const writes = effects.filter((e) => !e.unchanged).length;
  const would = writes === 0 ? "It would write nothing" : `It would make ${writes} ${writes === 1 ? "change" : "changes"}`;
  if (outcome === "failed") return `It would fail: ${reason ?? "unknown reason"}`;
  if (outcome === "filtered") return `It would be filtered${reason ? `: ${reason}` : ""}. ${would}.`;
  return `${would}.`;
}

/** A clock that moves once a minute: a time in a request does not make it another one at every keystroke. */
export const toTheMinute = (clock: Clock): Clock => ({
  now: () => Math.floor(clock.now() / 60_000) * 60_000,
  monotonic: () => clock.monotonic(),
  after: (ms, fn) => clock.after(ms, fn),
  soon: (ms, fn) => clock.soon(ms, fn),
});

/** The steps that lack something, each with what that is. */
export function unreadySteps(definition: FlowDefinition, problems: readonly DraftProblem[]): Map<object, string> {
  const steps = new Map<object, string>();
  for (const { at, problem } of problems) {
    const step = stepOfPlace(definition, at);
    if (step) steps.set(step, steps.has(step) ? `${steps.get(step)!}; ${problem}` : `not complete yet: ${problem}`);
  }
  return steps;
}

/** A draft without the settings that cannot be read, and without what only decides which events are new. Its steps are the same. */
export function withoutFaults(definition: FlowDefinition, problems: readonly DraftProblem[]): FlowDefinition {
  const { key: _, record: __, ...trigger } = definition.trigger;
  const wrong = new Set(problems.flatMap(({ at }) => /^settings\.(\w+)/.exec(at)?.[1] ?? []));
  const settings = Object.fromEntries(Object.entries(definition.settings ?? {}).filter(([name]) => !wrong.has(name)));
  return { ...definition, trigger, settings };
}
