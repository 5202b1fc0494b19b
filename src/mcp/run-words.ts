/** Pure: what happened in a run, and what became of a person, in words. */
import type { RunDetail, RunView, StepView } from "#api/schemas.ts";
import { formatDuration } from "#kernel/durations.ts";
import { runWho, startWords } from "#surfaces/run-who.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { waitingSentence } from "#surfaces/waiting.ts";
import { iso, isoOrNull } from "./time.ts";

/** A line of a list of runs. */
export const runLine = (run: RunView, now: number) => ({
  run: run.id,
  at: iso(run.createdAt),
  flow: { id: run.flow.id, name: run.flow.name },
  who: runWho(run),
  state: run.label,
  why: whyOf(run, now),
  ...(run.attention && { needsAttention: true }),
  ...(run.replayedBy !== undefined && { replayedBy: run.replayedBy }),
});

/** In a sentence: the error, what it waits for, or what it did. */
export const whyOf = ({ error, waiting, summary }: RunView, now: number): string =>
  error !== null ? saidOfField(error) : waiting !== null ? waitingSentence(waiting, now, "UTC") : (summary ?? "");

const stepStates: Record<StepView["state"], string> = {
  running: "is running",
  waiting: "waits",
  succeeded: "done",
  skipped: "passed over",
  failed: "failed",
  held: "is held: nobody can tell whether it took effect",
};

/** A run as a story, line by line, and what to do about it. */
export function runStory(run: RunDetail, now: number): string[] {
  const { flow, event, steps, stepCount, finishedAt, createdAt, merged, recovered, replayOf, replays } = run;
  const facts = [
    `'${flow.name}' (version ${flow.version}) began at ${iso(createdAt)}: ${startWords(run)}, about ${runWho(run)}.`,
    merged > 0 && `It stands for ${merged + 1} events of the record; the newest is shown.`,
    recovered && "Its webhook never came; the poll beside it found the event.",
    event.edited && "A person changed its data before a replay.",
    replayOf !== null && `It replays ${replayOf}.`,
  ];
  const ends = [
    stepCount > steps.length && `${stepCount - steps.length} further steps are not listed.`,
    `It ${finishedAt === null ? "has not ended" : `ended after ${formatDuration(finishedAt - createdAt)}`}: ${run.label}. ${whyOf(run, now)}`,
    replays.length > 0 && `It was replayed as ${replays.map(({ id, state }) => `${id} (${state})`).join(", ")}.`,
    whatToDo(run),
  ];
  return [...facts, ...steps.map(stepLine), ...ends].filter((line) => typeof line === "string");
}

function stepLine({ path, title, state, attempts, error }: StepView): string {
  const tries = attempts.length > 1 ? ` after ${attempts.length} attempts` : "";
  return `Step ${path}, '${title}': ${stepStates[state]}${tries}${error === null ? "" : `: ${saidOfField(error)}`}`;
}

function whatToDo({ state, replayedBy, attention }: RunDetail): string | false {
  if (replayedBy !== undefined) return `A replay (${replayedBy}) has done its work since.`;
  if (state === "held") return "A person has to look in the app whether it took effect, then replay or dismiss it.";
  if (state === "failed" && attention) return "It rests in Needs attention until it is replayed or dismissed. Correct the cause first.";
  return false;
}

/** What an agent needs of a step: what went in, what came out, and of a failure the exchange with the app. */
export const stepFacts = ({
  path,
  title,
  kind,
  state,
  app,
  operation,
  input,
  output,
  error,
  attempts,
  startedAt,
  finishedAt,
}: StepView) => ({
  path,
  title,
  kind,
  state,
  ...(operation !== null && { app, operation }),
  input,
  output,
  ...(error !== null && { error, exchanges: attempts.at(-1)?.exchanges ?? [] }),
  startedAt: iso(startedAt),
  finishedAt: isoOrNull(finishedAt),
});

/** Runs that failed for the same reason, together. */
export function grouped(runs: readonly RunView[], now: number) {
  const groups = new Map<string, RunView[]>();
  for (const run of runs) {
    const key = [run.flow.id, run.error?.code ?? run.state, run.error?.message ?? ""].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((all) => ({
      flow: all[0]!.flow,
      state: all[0]!.label,
      why: whyOf(all[0]!, now),
      runs: all.length,
      newest: iso(all[0]!.createdAt),
      examples: all.slice(0, 5).map(({ id }) => id),
    }));
}
