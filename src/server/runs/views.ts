import { plainHttp } from "#catalog/plain-http.ts";
import { isObject } from "#kernel/json.ts";
import type { PersonSearch } from "#kernel/person-key.ts";
import type { DryRun } from "#engine/api.ts";
import type { Change } from "#engine/run/change.ts";
import { isEdited } from "#engine/accept/edited-event.ts";
import { personMatch } from "#engine/people/search.ts";
import { doesTheSame } from "#engine/flow/compare.ts";
import { nameIn } from "#engine/people/name.ts";
import { standInNote } from "#engine/run/stand-ins.ts";
import { flowSentence, stepTitle, type Titles } from "#engine/flow/sentence.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { listReadInWords } from "#surfaces/list-read.ts";
import { outlineOf } from "./outline.ts";
import { sentReads } from "./sent-reads.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { LintFinding } from "#engine/types/lint.ts";
import type { Run, RunPage, RunState } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import type { DryRunReply, FlowView, InboxRef, LintFinding as LintFindingView, RunDetail, RunView, StepView } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";

/** Pure: records of the engine as the API shows them. */

export const stateLabels: Record<RunState, string> = {
  queued: "Queued",
  running: "Running",
  waiting: "Waiting",
  succeeded: "Success",
  filtered: "Filtered",
  failed: "Failed",
  held: "Held",
  cancelled: "Cancelled",
};

export interface FlowParts {
  flow: Flow;
  trigger: Trigger;
  published: FlowDefinition | null;
  counts: Record<RunState, number>;
  lastRunAt: number | null;
  /** Where its events come in; null where the trigger has an address of its own, or none. */
  inboxes: InboxRef[] | null;
  lint: FlowView["lint"];
  setup: FlowView["setup"];
  subAccounts: FlowView["subAccounts"];
  hookSubscription: FlowView["trigger"]["hookSubscription"];
}

export function toFlowView(parts: FlowParts, titles: Titles, publicUrl: string): FlowView {
  const { flow, trigger, published, counts, lastRunAt, inboxes, lint, setup, subAccounts, hookSubscription } = parts;
  const { app, operation } = flow.draft.trigger;
  const draftSentence = flowSentence(flow.draft, titles);
  const sentence = published === null ? draftSentence : flowSentence(published, titles);
  return {
    id: flow.id,
    name: flow.name,
    status: flow.status,
    ...(flow.reason !== undefined && { reason: flow.reason }),
    version: flow.version,
    folder: flow.folder ?? null,
    changed: published !== null && !doesTheSame(published, flow.draft),
    sentence,
    draftSentence: draftSentence === sentence ? null : draftSentence,
    trigger: {
      kind: trigger.kind,
      signable: app === plainHttp.app && trigger.kind === "webhook",
      title: titles.trigger(app, operation)?.title ?? (operation || "No trigger yet"),
      app,
      hookUrl: hookUrlOf(trigger, inboxes, publicUrl),
      inboxes,
      inbox: flow.draft.trigger.inbox ?? null,
      everyMs: trigger.everyMs,
      nextAt: trigger.nextAt,
      lastAt: trigger.lastAt,
      lastError: saidError(trigger.lastError),
      hookSubscription,
    },
    subAccounts,
    counts,
    lastRunAt,
    lint,
    setup,
    createdAt: flow.createdAt,
    updatedAt: flow.updatedAt,
  };
}

function hookUrlOf({ token }: Trigger, inboxes: InboxRef[] | null, publicUrl: string): string | null {
  if (inboxes) return inboxes.length === 1 ? inboxes[0]!.url : null;
  return token === null ? null : `${publicUrl}/hooks/${token}`;
}

/** What a list of runs has to know of their flow. */
export interface FlowOfRun {
  name: string;
  subAccounts: RunView["subAccounts"];
  startedBy: RunView["startedBy"];
  /** What people call those who started runs by hand. */
  starters: (by: string) => string;
  /** The replay that did the work of a run which came to rest, by that run's id. */
  doneBy: ReadonlyMap<string, string>;
}

/** What starts the runs of a flow. */
export function startOf({ app, operation }: FlowDefinition["trigger"], titles: Titles): RunView["startedBy"] {
  const kind = titles.trigger(app, operation)?.kind;
  return kind === "schedule" ? "schedule" : kind === "manual" ? "hand" : "event";
}

export function toRunView(run: Run, flow: FlowOfRun, searches?: readonly PersonSearch[]): RunView {
  const name = nameIn(run.people);
  const replayedBy = flow.doneBy.get(run.id);
  const match = searches && personMatch(run.people, searches);
  return {
    id: run.id,
    flow: { id: run.flowId, name: flow.name, version: run.version },
    subAccounts: flow.subAccounts,
    state: run.state,
    label: replayedBy === undefined ? stateLabels[run.state] : "Replayed",
    person: run.person,
    name: name === run.person ? null : name,
    startedBy: run.starter === undefined ? flow.startedBy : "hand",
    starter: run.starter === undefined ? null : flow.starters(run.starter),
    summary: run.summary,
    error: storedError(run.error),
    attention: run.attention,
    replayOf: run.replayOf,
    ...defined({ replayedBy }),
    createdAt: run.createdAt,
    finishedAt: run.finishedAt,
    dueAt: run.dueAt,
    record: run.record,
    merged: run.merged,
    recovered: run.recovered,
    waiting: toWaitingView(run),
    workedMs: run.workedMs ?? null,
    ...(match && { match: { kind: match.kind, text: match.text ?? match.key } }),
  };
}

function toWaitingView({ waiting, state, dueAt }: Run): RunView["waiting"] {
  if (!waiting) return state === "waiting" ? { kind: "wait", reason: "Waits", until: dueAt } : null;
  const { kind, reason, step, attempts, connection } = waiting;
  const open = kind === "behind" || kind === "place" || kind === "connection"; // nobody can tell when the others are through
  const since = kind === "connection" ? waiting.since : undefined;
  return { kind, reason, until: open ? null : dueAt, ...defined({ step, attempts, connection, since }) };
}

export interface RunParts {
  context: RunPage;
  flow: FlowOfRun;
  /** The version it ran on; null when the flow is gone. */
  definition: FlowDefinition | null;
  replays: Run[];
  /** What changed of its record; null where its flow does not ask. */
  change: Change | null;
}

export function toRunDetail(
  { context: { run, event, steps, stepCount, next }, flow, definition, replays, change }: RunParts,
  titles: Titles,
): RunDetail {
  return {
    ...toRunView(run, flow),
    event: { id: event.id, key: event.key, receivedAt: event.receivedAt, payload: event.payload, edited: isEdited(event, run) },
    steps: toStepViews(steps, definition, titles),
    stepCount,
    nextStep: next,
    replays: replays.map(({ id, state, createdAt, eventId }) => ({ id, state, createdAt, edited: eventId !== event.id })),
    ...(change && { change }),
  };
}

export function toStepViews(steps: readonly StepRecord[], definition: FlowDefinition | null, titles: Titles): StepView[] {
  const defined = definition ? stepsByPath(definition.steps) : new Map<string, AnyStep>();
  return steps
    .toSorted((a, b) => a.seq - b.seq)
    .map((step) => {
      const definition = defined.get(step.path.replace(/\[\d+\]/g, "")); // each[3]/note -> each/note
      return {
        path: step.path,
        seq: step.seq,
        title: definition ? stepTitle(definition, titles) : guessTitle(step, titles),
        kind: (definition && stepKinds.nameOf(definition)) ?? (step.operation === null ? "format" : "action"),
        state: step.state,
        app: step.app,
        operation: step.operation,
        effect: step.effect,
        input: step.input,
        output: step.output,
        attempts: step.attempts.map(toAttemptView),
        error: storedError(step.error),
        startedAt: step.startedAt,
        finishedAt: step.finishedAt,
      };
    });
}

/** Every step of a flow by its path, without the rounds of loops. */
function stepsByPath(steps: readonly AnyStep[], prefix = "", byPath = new Map<string, AnyStep>()): Map<string, AnyStep> {
  for (const step of steps) {
    byPath.set(prefix + step.id, step);
    for (const [, inner] of stepKinds.listsOf(step)) stepsByPath(inner, `${prefix}${step.id}/`, byPath);
  }
  return byPath;
}

export function toDryRunReply(result: DryRun, titles: Titles, notices: string[]): Omit<DryRunReply, "sample"> {
  const { definition } = result;
  return {
    outcome: result.outcome,
    summary: result.outcome === "failed" && result.error ? `It would fail: ${saidOfField(result.error)}` : result.summary,
    counts: countEffects(result),
    effects: result.effects.map((effect) => ({ ...effect, changes: [...effect.changes] })),
    skipped: result.skipped,
    steps: toStepViews(result.steps, definition, titles),
    outline: outlineOf(result, titles),
    problems: result.problems.slice(0, mostProblems),
    calls: result.calls,
    notices: [
      ...notices,
      ...leftOut(result.steps, definition, titles),
      ...readLists(result.steps, definition, titles),
      ...sentReads(result.steps.flatMap(({ attempts }) => attempts.flatMap(({ exchanges = [] }) => exchanges))),
    ],
    error: result.outcome === "waiting" ? null : storedError(result.error),
  };
}

const mostProblems = 100;
const mostListsNamed = 5;

/** Look-ups that were not tried with a made-up event, a sentence each. */
function leftOut(steps: readonly StepRecord[], definition: FlowDefinition, titles: Titles): string[] {
  const defined = stepsByPath(definition.steps);
  const names = steps
    .filter(({ attempts }) => attempts.at(-1)?.note === standInNote)
    .map(({ path }) => defined.get(path.replace(/\[\d+\]/g, "")))
    .flatMap((step) => (step ? [stepTitle(step, titles)] : []));
  return [...new Set(names)].map(
    (name) =>
      `'${name}' was not tried: the record in this made-up event does not exist. An example stands in for it until a real event arrives.`,
  );
}

/** How far its lists were read, a sentence each: those that were cut first, for a real run would leave the same out. */
function readLists(steps: readonly StepRecord[], definition: FlowDefinition, titles: Titles): string[] {
  const defined = stepsByPath(definition.steps);
  const read = steps.flatMap(({ path, attempts }) => {
    const list = attempts.at(-1)?.list;
    return list && (!list.complete || list.requests > 1) ? [{ path, list }] : [];
  });
  return read
    .toSorted((a, b) => Number(a.list.complete) - Number(b.list.complete))
    .slice(0, mostListsNamed)
    .map(({ path, list }) => {
      const step = defined.get(path.replace(/\[\d+\]/g, ""));
      return `${step ? stepTitle(step, titles) : path}: ${listReadInWords(list)}`;
    });
}

/** A tag that is added to a contact, or taken from it, changes that contact. */
export const countedAs = (effect: DryRun["effects"][number]["effect"]): "create" | "update" | "delete" | "other" =>
  effect === "link" || effect === "unlink"
    ? "update"
    : effect === "create" || effect === "update" || effect === "delete"
      ? effect
      : "other";

function countEffects({ effects, skipped }: DryRun): DryRunReply["counts"] {
  const counts = { create: 0, update: 0, unchanged: 0, skipped: skipped.length, delete: 0, other: 0 };
  for (const { effect, unchanged } of effects) {
    if (unchanged) counts.unchanged++;
    else counts[countedAs(effect)]++;
  }
  return counts;
}

function toAttemptView({ error, exchanges, ...attempt }: StepRecord["attempts"][number]): StepView["attempts"][number] {
  return {
    ...attempt,
    ...(error && { error: storedError(error)! }),
    ...(exchanges && { exchanges: exchanges.filter(isObject) as unknown as NonNullable<StepView["attempts"][number]["exchanges"]> }),
  };
}

/** A check of an earlier Millrace kept no words for its places. */
export const toFindingView = (finding: LintFinding): LintFindingView => ({ ...finding, where: finding.where ?? finding.at });

/** For a step whose definition is gone. */
const guessTitle = ({ app, operation, path }: StepRecord, titles: Titles): string =>
  (app !== null && operation !== null && titles.operation(app, operation)?.title) || path;

/** An error that is shown beside a flow, in the words that people know. */
export const saidError = (error: Run["error"]) => error && { ...storedError(error)!, message: saidOfField(error) };

/** Details are a record over the wire. */
const storedError = (error: Run["error"]) => error && { ...error, details: { ...error.details } };
