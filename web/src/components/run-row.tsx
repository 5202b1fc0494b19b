import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { RunView } from "#server/contract.ts";
import { cx } from "../lib/cx.ts";
import { durationWords } from "../lib/time.ts";
import { Person } from "./person.tsx";
import { RunMark, RunState } from "./status.tsx";
import { Time } from "./time.tsx";
import { Checkbox } from "./ui/checkbox.tsx";

interface RunRowProps {
  run: RunView;
  /** Without these the row cannot be selected. */
  selected?: boolean;
  onSelect?: (id: string, selected: boolean, range: boolean) => void;
  /** The flow is told by the page already. */
  hideFlow?: boolean;
}

const columns = {
  plain: "md:grid-cols-[6.5rem_minmax(8rem,12rem)_minmax(10rem,1fr)_minmax(7rem,11rem)_4.5rem_5.5rem]",
  noFlow: "md:grid-cols-[6.5rem_minmax(8rem,14rem)_minmax(10rem,1fr)_4.5rem_5.5rem]",
  selectable: "md:grid-cols-[1.25rem_6.5rem_minmax(8rem,12rem)_minmax(10rem,1fr)_minmax(7rem,11rem)_4.5rem_5.5rem]",
} as const;

const line = "relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-2";

function shapeOf({ selectable, hideFlow }: { selectable: boolean; hideFlow: boolean }): string {
  return selectable ? columns.selectable : hideFlow ? columns.noFlow : columns.plain;
}

/** The names of the columns, for wide screens and for those who listen. */
export function RunHeader({
  selectAll,
  hideFlow = false,
}: {
  selectAll?: { checked: boolean | "some"; onChange: (checked: boolean) => void };
  hideFlow?: boolean;
}) {
  return (
    <div
      role="row"
      className={cx(
        line,
        "h-8 border-b border-line text-meta text-ink-3 max-md:sr-only",
        shapeOf({ selectable: selectAll !== undefined, hideFlow }),
      )}
    >
      {selectAll !== undefined && (
        <span role="columnheader" className="flex">
          <Checkbox checked={selectAll.checked} onChange={selectAll.onChange} label="Select all runs shown" />
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

/** One run. The person's cell is the link; it spans the row. */
export const RunRow = memo(function RunRow({ run, selected = false, onSelect, hideFlow = false }: RunRowProps) {
  return (
    <div
      role="row"
      aria-selected={onSelect === undefined ? undefined : selected}
      className={cx(
        line,
        "min-h-10 gap-y-0.5 border-b border-line py-2 transition-colors [contain-intrinsic-size:auto_40px] [content-visibility:auto] hover:bg-hover md:py-0",
        "has-[[data-row]:focus-visible]:bg-hover",
        selected && "bg-accent-soft hover:bg-accent-soft",
        shapeOf({ selectable: onSelect !== undefined, hideFlow }),
      )}
    >
      {onSelect !== undefined && (
        <span role="cell" className="relative z-10 hidden md:flex">
          <Checkbox
            checked={selected}
            onChange={(next, event) => onSelect(run.id, next, event.shiftKey)}
            label={`Select the run of ${run.person ?? "nobody in particular"}`}
          />
        </span>
      )}
      <span role="cell" className="flex items-center self-start max-md:pt-0.5 md:self-center">
        <RunState run={run} className="max-md:hidden" />
        <span className="md:hidden">
          <RunMark state={run.state} />
        </span>
      </span>
      <span role="cell" className="min-w-0">
        <Link
          to="/runs/$runId"
          params={{ runId: run.id }}
          data-row
          className="stretched block truncate font-medium text-ink -outline-offset-1"
        >
          <Person name={run.person} />
        </Link>
      </span>
      <span
        role="cell"
        className={cx("min-w-0 truncate max-md:col-span-2 max-md:col-start-2 max-md:row-start-2", run.error ? "text-ink" : "text-ink-2")}
        title={happened(run)}
      >
        <bdi>{happened(run)}</bdi>
      </span>
      {!hideFlow && (
        <span
          role="cell"
          className="min-w-0 truncate text-ink-2 max-md:col-span-2 max-md:col-start-2 max-md:row-start-3 max-md:text-meta max-md:text-ink-3"
          title={run.flow.name}
        >
          <bdi>{run.flow.name}</bdi>
        </span>
      )}
      <span role="cell" className="text-right text-ink-3 tabular max-md:hidden">
        {run.finishedAt === null ? "" : durationWords(run.finishedAt - run.createdAt)}
      </span>
      <span role="cell" className="text-right whitespace-nowrap text-ink-3 tabular max-md:col-start-3 max-md:row-start-1">
        <Time at={run.createdAt} />
      </span>
    </div>
  );
});

function happened(run: RunView): string {
  return run.error?.message ?? run.summary ?? (run.finishedAt === null ? "In progress" : "Nothing to do");
}
