import { Link } from "@tanstack/react-router";
import { ChevronRight, Inbox } from "lucide-react";
import type { RunDetail, StepView } from "#api/schemas.ts";
import { startWords } from "#surfaces/run-who.ts";
import { StepMark, stepWord } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { type Apps, useApps } from "../../lib/apps.ts";
import { cx } from "../../lib/cx.ts";
import { durationWords, stepWork } from "../../lib/time.ts";
import { useOperation } from "../../lib/use-key-labels.ts";
import { stepTitle } from "../../lib/web-address.ts";
import { plural } from "../../lib/words.ts";
import { foldRounds, isRound, type Round, roundTitle, type TimelineEntry, unreachedWords } from "./rounds.ts";

/** The first entry: not a step, but what set the run going. */
export const eventStep = "event";
/** The chosen step, at the right or below. */
export const panelId = "step";

interface TimelineProps {
  run: RunDetail;
  steps: readonly StepView[];
  chosen: string;
  /** After which step some are not shown, and the way to see them. */
  gap: { after: number; more: React.ReactNode } | null;
}

/** The steps in the order they ran, joined by a line. */
export function Timeline({ run, steps, chosen, gap }: TimelineProps) {
  const apps = useApps();
  const [before, behind] = [
    steps.filter(({ seq }) => gap === null || seq <= gap.after),
    steps.filter(({ seq }) => gap !== null && seq > gap.after),
  ];
  const entry = (one: TimelineEntry) =>
    isRound(one) ? (
      <RoundEntry key={one.path} round={one} chosen={chosen} entry={entry} />
    ) : (
      <StepEntry
        key={one.path}
        runId={run.id}
        step={one}
        chosen={one.path === chosen}
        note={stepNote(one, apps, gap === null ? unreachedWords(one, steps, run) : null)}
      />
    );
  return (
    <nav aria-label="Steps of the run">
      <ol className="relative flex flex-col before:absolute before:top-5 before:bottom-5 before:left-[19px] before:w-px before:bg-line">
        <Entry
          runId={run.id}
          path={eventStep}
          chosen={chosen === eventStep}
          mark={<Icon of={Inbox} className="text-ink-2" />}
          title={run.event.edited ? "Event with changed data" : startWords(run)}
          note={<Time at={run.event.receivedAt} />}
        />
        {foldRounds(behind, steps).map(entry)}
        {behind.length > 0 && <li className="px-2.5 pt-3 pb-1 pl-11 text-meta text-ink-3">From the first step</li>}
        {foldRounds(before, steps).map(entry)}
        {gap !== null && <li className="relative z-10 px-2.5 py-2">{gap.more}</li>}
      </ol>
    </nav>
  );
}

/** What tells a step from others of its title: its answer, its app, its tries. Where it stands, its indent says. */
function stepNote(step: StepView, apps: Apps, unreached: string | null): string {
  const app = step.app === null ? "" : apps.title(step.app);
  const tries = step.attempts.length > 1 ? plural(step.attempts.length, "attempt") : "";
  return [branchWord(step), app, tries, unreached].filter(Boolean).join(" · ");
}

/** What a condition came to: its mark alone would look like a yes. */
function branchWord({ kind, output }: StepView): string {
  if (kind !== "branch" || typeof output !== "object" || output === null || !("taken" in output)) return "";
  return output.taken === "then" ? "Yes" : "No";
}

/** Where the panel stands below the steps instead of beside them, choosing a step leads there. */
function showPanel(): void {
  if (!matchMedia("(min-width: 64rem)").matches) requestAnimationFrame(() => document.getElementById(panelId)?.scrollIntoView());
}

function StepEntry({ step, ...rest }: { step: StepView } & Pick<EntryProps, "runId" | "chosen" | "note">) {
  return (
    <Entry
      {...rest}
      path={step.path}
      depth={depthOf(step.path)}
      mark={<StepMark step={step} />}
      title={stepTitle(step, useOperation(step.app, step.operation))}
      took={stepWork(step)}
    />
  );
}

interface RoundEntryProps {
  round: Round;
  chosen: string;
  entry: (one: TimelineEntry) => React.ReactNode;
}

/** An item of a loop with how it went, and its steps on demand: open while one of them is chosen. */
function RoundEntry({ round, chosen, entry }: RoundEntryProps) {
  const { path, decided, entries } = round;
  const title = roundTitle(round);
  return (
    <li>
      <details open={chosen.startsWith(`${path}/`)} className="group/round">
        <summary
          style={{ marginLeft: indent(depthOf(path) + 1) }}
          className="flex list-none items-start gap-3 rounded-md px-2.5 py-2 outline-offset-0 transition-colors hover:bg-hover"
        >
          <span className="relative z-10 mt-0.5 grid size-5 shrink-0 place-items-center rounded-full bg-canvas">
            <StepMark step={decided} />
          </span>
          <span className="min-w-0 flex-1">
            <bdi className="block truncate font-medium" title={title}>
              {title}
            </bdi>
            <span className="block truncate text-meta text-ink-3">
              {stepWord(decided)}
              {decided.state === "failed" || decided.state === "held" ? `: ${decided.title}` : ""}
            </span>
          </span>
          <Icon of={ChevronRight} size={14} className="mt-1 shrink-0 text-ink-3 transition-transform group-open/round:rotate-90" />
        </summary>
        <ol>{entries.map(entry)}</ol>
      </details>
    </li>
  );
}

/** How far in an entry stands: one for each step around it, and one for each item of a loop. */
const depthOf = (path: string): number => path.split("/").length - 1 + (path.match(/\[\d+\]\//g)?.length ?? 0);

const indent = (depth: number): number => Math.min(depth, 4) * 20;

interface EntryProps {
  runId: string;
  path: string;
  chosen: boolean;
  depth?: number;
  mark: React.ReactNode;
  title: string;
  note: React.ReactNode;
  took?: number | null;
}

function Entry({ runId, path, chosen, depth = 0, mark, title, note, took = null }: EntryProps) {
  return (
    <li style={{ paddingLeft: indent(depth) }}>
      <Link
        to="/runs/$runId"
        params={{ runId }}
        search={{ step: path }}
        replace
        resetScroll={false}
        onClick={showPanel}
        aria-current={chosen ? "step" : undefined}
        className={cx(
          "flex items-start gap-3 rounded-md px-2.5 py-2 transition-colors outline-offset-0",
          chosen ? "bg-selected" : "hover:bg-hover",
        )}
      >
        <span className="relative z-10 mt-0.5 grid size-5 shrink-0 place-items-center rounded-full bg-canvas">{mark}</span>
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium" title={title}>
            {title}
          </span>
          <span className="block truncate text-meta text-ink-3">{note}</span>
        </span>
        {took !== null && <span className="shrink-0 text-meta leading-5 text-ink-3 tabular">{durationWords(took)}</span>}
      </Link>
    </li>
  );
}
