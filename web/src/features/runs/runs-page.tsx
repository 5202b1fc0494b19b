import { getRouteApi } from "@tanstack/react-router";
import { Activity, ArrowUp } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { RunList, RunView } from "#api/schemas.ts";
import { useMay } from "../../lib/may.ts";
import { LiveDot } from "../../components/live-dot.tsx";
import { Page } from "../../components/page.tsx";
import { ReplayDialog, isResumable } from "../../components/replay.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Failure } from "../../components/ui/state.tsx";
import type { RunFilter } from "../../lib/api.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { rememberWalk } from "../../lib/walk.ts";
import { count, plural } from "../../lib/words.ts";
import { RunFilters } from "./filters.tsx";
import { type RunSearch, filterOf, statesOf } from "./search.ts";
import { useRunFeed } from "./use-run-feed.ts";

const route = getRouteApi("/runs");

/** Every run, newest first. */
export function RunsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const key = JSON.stringify(search);
  const filter = useMemo(() => filterOf(JSON.parse(key) as RunSearch, Date.now()), [key]);
  return (
    <Page title="Runs" about="Every event that went through a flow, and what became of it." wide actions={<LiveDot />}>
      <RunFilters search={search} onChange={(patch) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true })} />
      <RunFeed
        key={key}
        filter={filter}
        filtered={Object.keys(filter).length > 0}
        none={search.recovered ? "No run had to be recovered here." : "No run matches these filters."}
        onClear={() => void navigate({ search: {} })}
      />
    </Page>
  );
}

interface RunFeedProps {
  filter: RunFilter;
  filtered: boolean;
  /** What is said where the filters leave nothing. */
  none: string;
  onClear: () => void;
}

function RunFeed({ filter, filtered, none, onClear }: RunFeedProps) {
  const { query, runs, arrivals, show } = useRunFeed(filter);
  const selection = useSelection(runs);
  const mayReplay = useMay("runs:write");
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1), x: selection.toggleFocused, Escape: selection.clear });
  useEffect(() => rememberWalk(runs.map((run) => run.id)), [runs]);

  if (query.isPending) return <SkeletonRows rows={12} />;
  if (query.isError && runs.length === 0) return <Failure error={query.error} retry={() => void query.refetch()} />;
  if (runs.length === 0) {
    return (
      <>
        <StillReading pages={query.data?.pages} />
        <NoRuns filtered={filtered} none={none} onClear={onClear} />
      </>
    );
  }
  return (
    <>
      <StillReading pages={query.data?.pages} />
      <ReplayedSince runs={runs} filter={filter} />
      {arrivals.runs.length > 0 && <Pill count={arrivals.runs.length} more={arrivals.gap} onClick={show} />}
      <RunTable label="Runs" runs={runs} {...(mayReplay && { selection })} />
      <div className="flex justify-center pt-5 text-ink-3">
        {query.hasNextPage ? (
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load older
          </Button>
        ) : (
          <span className="text-meta">{runs.length > 10 ? `${plural(runs.length, "run")} in all` : ""}</span>
        )}
      </div>
      <SelectionBar
        ids={selection.ids}
        resumable={runs.some((run) => selection.ids.includes(run.id) && isResumable(run))}
        onClear={selection.clear}
      />
    </>
  );
}

/** After an upgrade a search misses the older runs for a while, and says so. */
function StillReading({ pages }: { pages: RunList[] | undefined }) {
  const searching = pages?.[0]?.searching;
  if (searching === undefined) return null;
  return (
    <p role="status" className="mb-3 rounded-md bg-warning-soft px-3 py-2">
      Older runs are still being read for the people in them ({count(searching.done)} of {count(searching.total)}). Until then this search
      may miss some.
    </p>
  );
}

/** Among those that failed, why fewer are counted elsewhere: a replay has done the work of the others. */
function ReplayedSince({ runs, filter }: { runs: readonly RunView[]; filter: RunFilter }) {
  const states = statesOf(filter.state);
  const replayed = runs.filter(({ replayedBy }) => replayedBy !== undefined).length;
  if (replayed === 0 || states.length === 0 || !states.every((state) => state === "failed" || state === "held")) return null;
  return (
    <p className="mb-2 text-ink-2">
      {plural(replayed, "run")} here {replayed === 1 ? "was" : "were"} replayed since. {replayed === 1 ? "It needs" : "They need"} nobody,
      and no longer {replayed === 1 ? "counts" : "count"} as failed on Home.
    </p>
  );
}

function NoRuns({ filtered, none, onClear }: Omit<RunFeedProps, "filter">) {
  if (filtered) {
    return (
      <Empty icon={Activity} action={<Button onClick={onClear}>Clear filters</Button>}>
        {none}
      </Empty>
    );
  }
  return (
    <Empty
      icon={Activity}
      action={
        <Button kind="primary" asChild>
          <a href="/flows">Open flows</a>
        </Button>
      }
    >
      Runs appear here as soon as a flow receives its first event.
    </Empty>
  );
}

/** New runs wait here; nothing moves under the cursor until it is pressed. */
function Pill({ count: waiting, more, onClick }: { count: number; more: boolean; onClick: () => void }) {
  return (
    <div className="pointer-events-none sticky top-14 z-10 -mt-1 flex h-0 justify-center md:top-3">
      <button
        type="button"
        onClick={() => {
          onClick();
          window.scrollTo({ top: 0 });
        }}
        className="pointer-events-auto flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-meta font-medium text-on-accent shadow-float animate-rise hover:bg-accent-hover focus-visible:rounded-full"
      >
        <Icon of={ArrowUp} size={13} />
        <span aria-live="polite">
          {count(waiting)}
          {more ? "+" : ""} new
        </span>
      </button>
    </div>
  );
}

function SelectionBar({ ids, resumable, onClear }: { ids: string[]; resumable: boolean; onClear: () => void }) {
  const [asking, setAsking] = useState(false);
  if (ids.length === 0) return null;
  return (
    <div
      role="region"
      aria-label="Selected runs"
      className="fixed inset-x-0 bottom-20 z-20 flex justify-center px-4 md:bottom-6 md:left-[220px]"
    >
      <div className="flex items-center gap-2 rounded-lg bg-raised py-1.5 pr-1.5 pl-4 shadow-float animate-rise">
        <span className="tabular">{plural(ids.length, "run")} selected</span>
        <Button kind="quiet" onClick={onClear}>
          Clear
        </Button>
        <Button kind="primary" onClick={() => setAsking(true)}>
          Replay {plural(ids.length, "run")}
        </Button>
      </div>
      <ReplayDialog ids={ids} resumable={resumable} open={asking} onClose={() => setAsking(false)} onDone={onClear} />
    </div>
  );
}

/** Which runs are ticked. With shift, all between the last one and this. */
function useSelection(runs: readonly RunView[]) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  const shown = useRef(runs);
  shown.current = runs;

  const set = useRef((id: string, on: boolean, range: boolean) => {
    const ids = range && last.current !== null ? between(shown.current, last.current, id) : [id];
    last.current = id;
    setSelected((old) => {
      const next = new Set(old);
      for (const one of ids)
        if (on) next.add(one);
        else next.delete(one);
      return next;
    });
  }).current;

  const ids = runs.flatMap((run) => (selected.has(run.id) ? [run.id] : []));
  return {
    ids,
    has: (id: string) => selected.has(id),
    set,
    all: ids.length === 0 ? false : ids.length === runs.length ? true : ("some" as const),
    setAll: (on: boolean) => setSelected(on ? new Set(runs.map((run) => run.id)) : new Set()),
    clear: () => setSelected(new Set()),
    toggleFocused: () => document.activeElement?.closest("[role=row]")?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click(),
  };
}

function between(runs: readonly RunView[], a: string, b: string): string[] {
  const places = [runs.findIndex((run) => run.id === a), runs.findIndex((run) => run.id === b)].sort((x, y) => x - y);
  const [first = -1, final = -1] = places;
  return first === -1 ? [b] : runs.slice(first, final + 1).map((run) => run.id);
}
