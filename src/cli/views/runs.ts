/** Pure: runs as people read them. */
import { formatDuration } from "#kernel/durations.ts";
import { runWho } from "#surfaces/run-who.ts";
import type { CancelReply, RunDetail, RunList, RunView, StepView } from "#api/schemas.ts";
import { listReadInWords } from "#surfaces/list-read.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { waitingSentence } from "#surfaces/waiting.ts";
import type { ReplayReply } from "../shapes.ts";
import { facts, table } from "../table.ts";
import { ago, brief, clean, count, localTime, paint, type Paper, type Style } from "../text.ts";

const stateStyles: Record<RunView["state"] | StepView["state"], Style | undefined> = {
  queued: "dim",
  running: "dim",
  waiting: "yellow",
  succeeded: "green",
  filtered: "dim",
  skipped: "dim",
  failed: "red",
  held: "red",
  cancelled: "dim",
};

export function runTable({ runs, next, searching }: RunList, paper: Paper): string {
  const partly = searching
    ? `\nOlder runs are still being read for the people in them (${searching.done} of ${searching.total}): the search may miss some.`
    : "";
  if (runs.length === 0) return `No run matches.${partly}`;
  const lines = table(
    runs,
    [
      { title: "when", value: (run) => ago(paper, run.createdAt) },
      { title: "state", value: (run) => run.label, style: (run) => stateStyles[run.state] },
      { title: "flow", value: (run) => run.flow.name },
      { title: "run", value: (run) => run.id, style: () => "dim" },
      { title: "person", value: personOf },
      { title: "what happened", value: (run) => whatHappened(run, paper) },
    ],
    paper,
  );
  return `${lines}${next === null ? "" : `\nThere are more: --before ${next}`}${partly}`;
}

export function runPage(run: RunDetail, paper: Paper): string {
  const lines = facts(
    [
      ["Flow", `${run.flow.name}, v${run.flow.version}`],
      ["Person", run.name === null ? run.person : [run.name, run.person].filter((one) => one !== null).join(", ")],
      ["Record", run.record],
      ["Summary", run.summary],
      ["Waits for", run.waiting ? waitingSentence(run.waiting, paper.now) : null],
      ["Took", took(run)],
      ["Error", run.error && saidOfField(run.error)],
      ["Event", `${brief(run.event.payload)}`],
      ["Changed", run.change ? changes(run.change) : null],
      ["Event key", run.event.key],
      ["Received", `${localTime(run.event.receivedAt)} (${ago(paper, run.event.receivedAt)})`],
      ["Stands for", run.merged > 0 ? `${run.merged + 1} events of the record, the newest of them above` : null],
      ["Recovered", run.recovered ? "yes: its webhook did not come, and the poll beside it found it" : null],
      ["Goes on", run.waiting?.until == null ? null : localTime(run.waiting.until)],
      ["Replays", run.replayOf],
      ["Replayed as", run.replays.map(({ id }) => id).join(", ")],
    ],
    paper,
  );
  const head = `${paint(paper, stateStyles[run.state], run.label)}  ${run.id}${run.attention ? "  needs attention" : ""}`;
  const left = run.stepCount - run.steps.length;
  const more = left > 0 ? `\n${count(left, "further step")} not shown: --all shows each.` : "";
  const steps = run.steps.length === 0 ? "No step was taken." : `${stepTable(run.steps, paper)}${more}`;
  return `${head}\n${lines}\n\n${steps}${noteLines(run.steps)}${errorLines(run.steps)}`;
}

/** `stage: new -> paid`, field by field. */
function changes({ fields, old, new: now, known, late }: NonNullable<RunDetail["change"]>): string {
  if (!known) return "not known: the record was met for the first time";
  const pairs = fields.map((field) => `${field}: ${brief(old[field])} -> ${brief(now[field])}`).join(", ") || "nothing";
  return late ? `${pairs} (came late: something newer was known)` : pairs;
}

export function replayLines({ replayed, refused, waiting }: ReplayReply, paper: Paper): string {
  const again = replayed.map(({ run, as }) => `${run} -> ${as}`);
  const not = refused.map(({ run, error }) => paint(paper, "red", `${run} not: ${clean(saidOfField(error))}`));
  const sum = `${count(replayed.length, "run")} replayed${refused.length > 0 ? `, ${refused.length} refused` : ""}.`;
  const later = waiting.map(
    ({ connection, runs }) =>
      `${count(runs, "run")} ${runs === 1 ? "waits" : "wait"} until '${connection.name}' works again: millrace connect replace-secret ${connection.name}`,
  );
  return [...again, ...not, sum, ...later].join("\n");
}

export function cancelLines({ cancelled, refused }: CancelReply, paper: Paper): string {
  const done = cancelled.map((run) => `Cancelled: ${run}`);
  const not = refused.map(({ run, error }) => paint(paper, "red", `${run} not: ${clean(saidOfField(error))}`));
  const sum = `${count(cancelled.length, "run")} cancelled${refused.length > 0 ? `, ${refused.length} refused` : ""}.`;
  return [...done, ...not, sum].join("\n");
}

function stepTable(steps: readonly StepView[], paper: Paper): string {
  return table(
    steps,
    [
      { title: "step", value: (step) => step.path },
      { title: "what", value: (step) => step.title },
      { title: "state", value: (step) => step.state, style: (step) => stateStyles[step.state] },
      { title: "tries", value: (step) => String(step.attempts.length) },
      { title: "took", value: (step) => (step.finishedAt === null ? "" : formatDuration(workedOn(step))) },
    ],
    paper,
  );
}

/** What a step says beside its result: how far a list was read, what was left out. */
const noteLines = (steps: readonly StepView[]) =>
  steps
    .flatMap(({ path, attempts }) => {
      const { list, note } = attempts.at(-1) ?? {};
      const read = list !== undefined && !list.complete ? [listReadInWords(list)] : [];
      return [...read, ...(note === undefined ? [] : [note])].map((line) => `\n${path}: ${clean(line)}`);
    })
    .join("");

const errorLines = (steps: readonly StepView[]) =>
  steps.flatMap(({ path, error }) => (error ? [`\n${path}: ${clean(saidOfField(error))}`] : [])).join("");

/** The time of its attempts; a step that waited a day in between did not work for a day. */
const workedOn = ({ attempts, startedAt, finishedAt, kind }: StepView): number =>
  attempts.length > 0 || kind === "wait"
    ? attempts.reduce((ms, { durationMs }) => ms + durationMs, 0)
    : Math.max(0, (finishedAt ?? startedAt) - startedAt);

/** `1.2 s, waited 3 min` */
function took({ workedMs, createdAt, finishedAt }: RunView): string | null {
  if (finishedAt === null) return null;
  if (workedMs === null) return formatDuration(finishedAt - createdAt);
  const waited = finishedAt - createdAt - workedMs;
  return `${formatDuration(workedMs)}${waited >= 1000 ? `, waited ${formatDuration(waited)}` : ""}`;
}

/** The person as they are searched for; for a run without a person, what started it, unless that is an event. */
function personOf({ person, match, startedBy, starter }: RunView): string {
  const shown = person ?? (startedBy === "event" ? "" : runWho({ person, name: null, startedBy, starter }));
  return match === undefined || match.text.toLowerCase() === person?.toLowerCase() ? shown : `${shown} (${match.text})`.trim();
}

const whatHappened = ({ error, summary, waiting }: RunView, paper: Paper) =>
  (error && saidOfField(error)) ?? (waiting ? waitingSentence(waiting, paper.now) : (summary ?? ""));
