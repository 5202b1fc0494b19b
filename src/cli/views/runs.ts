/** Pure: runs as people read them. */
import { formatDuration } from "#kernel/durations.ts";
import type { RunDetail, RunList, RunView, StepView } from "#server/contract.ts";
import type { ReplayReply } from "../shapes.ts";
import { facts, table } from "../table.ts";
import { ago, brief, clean, count, paint, type Paper, type Style } from "../text.ts";

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

export function runTable({ runs, next }: RunList, paper: Paper): string {
  if (runs.length === 0) return "No run fits.";
  const lines = table(
    runs,
    [
      { title: "when", value: (run) => ago(paper, run.createdAt) },
      { title: "state", value: (run) => run.label, style: (run) => stateStyles[run.state] },
      { title: "flow", value: (run) => run.flow.name },
      { title: "run", value: (run) => run.id, style: () => "dim" },
      { title: "person", value: (run) => run.person ?? "" },
      { title: "what happened", value: whatHappened },
    ],
    paper,
  );
  return next === null ? lines : `${lines}\nThere are more: --before ${next}`;
}

export function runPage(run: RunDetail, paper: Paper): string {
  const lines = facts(
    [
      ["Flow", `${run.flow.name}, v${run.flow.version}`],
      ["Person", run.person],
      ["Record", run.record],
      ["Summary", run.summary],
      ["Error", run.error?.message],
      ["Event", `${brief(run.event.payload)}`],
      ["Changed", run.change ? changes(run.change) : null],
      ["Event key", run.event.key],
      ["Received", `${new Date(run.event.receivedAt).toISOString()} (${ago(paper, run.event.receivedAt)})`],
      ["Stands for", run.merged > 0 ? `${run.merged + 1} events of the record, the newest of them above` : null],
      ["Recovered", run.recovered ? "yes: its webhook did not come, and the poll beside it found it" : null],
      ["Goes on", run.state === "waiting" ? new Date(run.dueAt).toISOString() : null],
      ["Replays", run.replayOf],
      ["Replayed as", run.replays.map(({ id }) => id).join(", ")],
    ],
    paper,
  );
  const head = `${paint(paper, stateStyles[run.state], run.label)}  ${run.id}${run.attention ? "  needs attention" : ""}`;
  const steps = run.steps.length === 0 ? "No step was taken." : stepTable(run.steps, paper);
  return `${head}\n${lines}\n\n${steps}${errorLines(run.steps)}`;
}

/** `stage: new -> paid`, field by field. */
function changes({ fields, old, new: now, known, late }: NonNullable<RunDetail["change"]>): string {
  if (!known) return "not known: the record was met for the first time";
  const told = fields.map((field) => `${field}: ${brief(old[field])} -> ${brief(now[field])}`).join(", ") || "nothing";
  return late ? `${told} (came late: something newer was known)` : told;
}

export function replayLines({ replayed, refused, waiting }: ReplayReply, paper: Paper): string {
  const again = replayed.map(({ run, as }) => `${run} -> ${as}`);
  const not = refused.map(({ run, error }) => paint(paper, "red", `${run} not: ${clean(error.message)}`));
  const sum = `${count(replayed.length, "run")} replayed${refused.length > 0 ? `, ${refused.length} refused` : ""}.`;
  const later = waiting.map(
    ({ connection, runs }) =>
      `${count(runs, "run")} ${runs === 1 ? "waits" : "wait"} until '${connection.name}' works again: millrace connect replace-secret ${connection.name}`,
  );
  return [...again, ...not, sum, ...later].join("\n");
}

function stepTable(steps: readonly StepView[], paper: Paper): string {
  return table(
    steps,
    [
      { title: "step", value: (step) => step.path },
      { title: "what", value: (step) => step.title },
      { title: "state", value: (step) => step.state, style: (step) => stateStyles[step.state] },
      { title: "tries", value: (step) => String(step.attempts.length) },
      { title: "took", value: (step) => (step.finishedAt === null ? "" : formatDuration(step.finishedAt - step.startedAt)) },
    ],
    paper,
  );
}

const errorLines = (steps: readonly StepView[]) =>
  steps.flatMap(({ path, error }) => (error ? [`\n${path}: ${clean(error.message)}`] : [])).join("");
const whatHappened = ({ error, summary }: RunView) => error?.message ?? summary ?? "";
