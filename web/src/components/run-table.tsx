import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { RunView } from "#api/schemas.ts";
import { runWho } from "#surfaces/run-who.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { cx } from "../lib/cx.ts";
import { durationWords, tookWords } from "../lib/time.ts";
import { MatchedKey, Person } from "./person.tsx";
import { Recovered, RunMark, RunState } from "./status.tsx";
import { SubAccounts } from "./sub-account.tsx";
import { Time } from "./time.tsx";
import { Checkbox } from "./ui/checkbox.tsx";
import { Waiting } from "./waiting.tsx";

interface Selection {
  has: (id: string) => boolean;
  set: (id: string, selected: boolean, range: boolean) => void;
  all: boolean | "some";
  setAll: (selected: boolean) => void;
}

interface RunTableProps {
  label: string;
  runs: readonly RunView[];
  /** Without it rows cannot be selected. */
  selection?: Selection;
  /** The flow is told by the page already. */
  hideFlow?: boolean;
}

/** Runs one under the other. Each row is a link to its run. */
export function RunTable({ label, runs, selection, hideFlow = false }: RunTableProps) {
  return (
    <div role="table" aria-label={label} className="@container">
      <div role="rowgroup">
        <RunHeader selection={selection} hideFlow={hideFlow} />
      </div>
      <div role="rowgroup">
        {runs.map((run) => (
          <RunRow
            key={run.id}
            run={run}
            hideFlow={hideFlow}
            {...(selection && { selected: selection.has(run.id), onSelect: selection.set })}
          />
        ))}
      </div>
    </div>
  );
}

const columns = {
  plain: "wide:grid-cols-[6.5rem_minmax(7rem,12rem)_minmax(8rem,1fr)_minmax(6rem,11rem)_4.5rem_5.5rem]",
  noFlow: "wide:grid-cols-[6.5rem_minmax(7rem,14rem)_minmax(8rem,1fr)_4.5rem_5.5rem]",
  selectable: "wide:grid-cols-[1.25rem_6.5rem_minmax(7rem,12rem)_minmax(8rem,1fr)_minmax(6rem,11rem)_4.5rem_5.5rem]",
} as const;

const line = "relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-2";

function shapeOf({ selectable, hideFlow }: { selectable: boolean; hideFlow: boolean }): string {
  return selectable ? columns.selectable : hideFlow ? columns.noFlow : columns.plain;
}

/** The names of the columns, for wide screens and for those who listen. */
function RunHeader({ selection, hideFlow }: { selection: Selection | undefined; hideFlow: boolean }) {
  return (
    <div
      role="row"
      className={cx(
        line,
        "h-8 border-b border-line text-meta text-ink-3 stacked:sr-only",
        shapeOf({ selectable: selection !== undefined, hideFlow }),
      )}
    >
      {selection !== undefined && (
        <span role="columnheader" className="hidden wide:flex">
          <Checkbox checked={selection.all} onChange={selection.setAll} label="Select all runs shown" />
        </span>
      )}
      <span role="columnheader">Status</span>
      <span role="columnheader">Person</span>
      <span role="columnheader">What happened</span>
      {!hideFlow && <span role="columnheader">Flow</span>}
      <span role="columnheader" className="text-right">
        Took
      </span>
      <span role="columnheader" className="text-right">
        Received
      </span>
    </div>
  );
}

interface RunRowProps {
  run: RunView;
  selected?: boolean;
  onSelect?: Selection["set"];
  hideFlow: boolean;
}

/** One run. The person's cell is the link; it spans the row. */
const RunRow = memo(function RunRow({ run, selected = false, onSelect, hideFlow }: RunRowProps) {
  return (
    <div
      role="row"
      aria-selected={onSelect === undefined ? undefined : selected}
      className={cx(
        line,
        "min-h-11 gap-y-0.5 border-b border-line py-2 transition-colors [contain-intrinsic-size:auto_44px] [content-visibility:auto] hover:bg-hover wide:py-0",
        "has-[[data-row]:focus-visible]:bg-hover",
        selected && "bg-accent-soft hover:bg-accent-soft",
        shapeOf({ selectable: onSelect !== undefined, hideFlow }),
      )}
    >
      {onSelect !== undefined && (
        <span role="cell" className="relative z-10 hidden wide:flex">
          <Checkbox
            checked={selected}
            onChange={(next, event) => onSelect(run.id, next, event.shiftKey)}
            label={`Select the run of ${runWho(run)}`}
          />
        </span>
      )}
      <span role="cell" className="flex items-center self-start stacked:pt-0.5 wide:self-center">
        <RunState run={run} className="stacked:hidden" />
        <span className="wide:hidden">
          <RunMark state={run.state} replayedBy={run.replayedBy} />
        </span>
      </span>
      <span role="cell" className="min-w-0">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          data-row
          className="stretched block truncate font-medium text-ink -outline-offset-1"
        >
          <Person name={run.name ?? run.person} none={runWho(run)} />
          {run.name !== null && run.person !== null && (
            <bdi dir="ltr" className="block truncate text-meta font-normal text-ink-3">
              {run.person}
            </bdi>
          )}
        </Link>
        <MatchedKey run={run} />
      </span>
      <span
        role="cell"
        className={cx(
          "line-clamp-2 min-w-0 stacked:col-span-2 stacked:col-start-2 stacked:row-start-2 wide:my-0.5 wide:leading-[1.125rem]",
          run.error !== null && run.replayedBy === undefined ? "text-ink" : "text-ink-2",
        )}
        title={run.waiting === null || run.error !== null ? happened(run) : undefined}
      >
        {run.recovered && <Recovered className="mr-2" />}
        {run.waiting === null || run.error !== null ? <bdi>{happened(run)}</bdi> : <Waiting waiting={run.waiting} />}
      </span>
      {!hideFlow && (
        <span
          role="cell"
          className="min-w-0 text-ink-2 wide:my-0.5 wide:leading-[1.125rem] stacked:col-span-2 stacked:col-start-2 stacked:row-start-3 stacked:text-meta stacked:text-ink-3"
          title={run.flow.name}
        >
          <bdi className="line-clamp-2 [overflow-wrap:anywhere]">{run.flow.name}</bdi>
          <SubAccounts accounts={run.subAccounts} className="block truncate" />
        </span>
      )}
      <span role="cell" title={tookWords(run) ?? undefined} className="text-right text-ink-3 tabular stacked:hidden">
        {tookOf(run)}
      </span>
      <span role="cell" className="text-right whitespace-nowrap text-ink-3 tabular stacked:col-start-3 stacked:row-start-1">
        <Time at={run.createdAt} />
      </span>
    </div>
  );
});

/** Nothing for a run that ended before it did anything. */
function tookOf({ finishedAt, createdAt, workedMs }: RunView): string {
  if (finishedAt === null) return "";
  const ms = workedMs ?? finishedAt - createdAt;
  return ms < 1 ? "" : durationWords(ms);
}

function happened(run: RunView): string {
  if (run.error !== null) return saidOfField(run.error);
  return run.summary ?? (run.finishedAt === null ? "In progress" : "Nothing to do");
}
