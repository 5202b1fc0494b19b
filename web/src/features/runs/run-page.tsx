import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Ban, ChevronDown, ChevronUp, PencilLine, RotateCcw } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { RunDetail } from "#api/schemas.ts";
import { startWords } from "#surfaces/run-who.ts";
import { May } from "../../components/may.tsx";
import { BackLabel, Page, backLinkClass } from "../../components/page.tsx";
import { Person } from "../../components/person.tsx";
import { ReplayDialog, isResumable } from "../../components/replay.tsx";
import { Recovered, RunMark, RunState } from "../../components/status.tsx";
import { SubAccounts } from "../../components/sub-account.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { CopyButton } from "../../components/ui/copy.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useRunChanges } from "../../lib/events.ts";
import { useKeys } from "../../lib/keys.ts";
import { furtherStepsQuery, runQuery } from "../../lib/queries.ts";
import { tookWords } from "../../lib/time.ts";
import { useDismiss } from "../../lib/use-dismiss.ts";
import { isOfData } from "../../lib/fix.ts";
import { neighbours } from "../../lib/walk.ts";
import { plural } from "../../lib/words.ts";
import { Waiting } from "../../components/waiting.tsx";
import { EditAndReplay } from "./edit-and-replay.tsx";
import { itemWords } from "./rounds.ts";
import { EventPanel, StepPanel } from "./panels.tsx";
import { Timeline, eventStep } from "./timeline.tsx";

const route = getRouteApi("/runs/$runId");
const unfinished: readonly RunDetail["state"][] = ["queued", "running", "waiting", "held"];

/** One event's way through a flow: the steps at the left, the chosen one at the right. */
export function RunPage() {
  const { runId } = route.useParams();
  const cache = useQueryClient();
  const query = useQuery(runQuery(runId));
  useRunChanges((changed) => {
    if (changed.length === 0 || changed.some((change) => change.id === runId))
      void cache.invalidateQueries({ queryKey: runQuery(runId).queryKey });
  }, 500);
  const run = query.data;
  return (
    <Page
      title={run === undefined ? "Run" : (run.name ?? run.person ?? run.flow.name)}
      wide
      back={<Top runId={runId} />}
      heading={run && <Person name={run.name ?? run.person} none={`Run of ${run.flow.name}`} />}
      about={run && <Facts run={run} />}
      actions={
        run && (
          <May scope="runs:write">
            <Actions run={run} />
          </May>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonCards cards={4} />}>
        {(loaded) => <Body run={loaded} />}
      </Loaded>
    </Page>
  );
}

function Top({ runId }: { runId: string }) {
  const navigate = useNavigate();
  const { previous, next, place, of } = neighbours(runId);
  const go = (id: string | null) => id !== null && void navigate({ to: "/runs/$runId", params: { runId: id }, replace: true });
  useKeys({ j: () => go(next), k: () => go(previous) });
  return (
    <div className="flex items-start justify-between">
      <Link to="/runs" className={backLinkClass}>
        <BackLabel>Runs</BackLabel>
      </Link>
      {of > 0 && place > 0 && (
        <div className="flex items-center gap-0.5 text-meta text-ink-3 tabular">
          <span className="mr-1.5">
            {place} of {of}
          </span>
          <IconButton small label="Previous run (k)" disabled={previous === null} onClick={() => go(previous)}>
            <Icon of={ChevronUp} />
          </IconButton>
          <IconButton small label="Next run (j)" disabled={next === null} onClick={() => go(next)}>
            <Icon of={ChevronDown} />
          </IconButton>
        </div>
      )}
    </div>
  );
}

function Facts({ run }: { run: RunDetail }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-ui">
      <RunState run={run} className="font-medium text-ink" />
      <span className="min-w-0">
        <Link to="/flows/$flowId" params={{ flowId: run.flow.id }} className="rounded-sm text-ink-2 hover:text-ink hover:underline">
          <bdi>{run.flow.name}</bdi>
        </Link>{" "}
        <span className="text-ink-3">v{run.flow.version}</span>
      </span>
      <SubAccounts accounts={run.subAccounts} className="!text-ui" />
      <Time at={run.createdAt} />
      {run.startedBy !== "event" && <span>{startWords(run)}</span>}
      {run.recovered && <Recovered />}
      {run.name !== null && run.person !== null && <bdi dir="ltr">{run.person}</bdi>}
      {run.merged > 0 && <span title="They came while the record was still changing">{plural(run.merged, "further event")} joined</span>}
      {run.finishedAt !== null && <span className="tabular">{tookWords(run)}</span>}
      {run.waiting !== null && (
        <span className="text-ink">
          <Waiting waiting={run.waiting} />
        </span>
      )}
      <span className="inline-flex items-center gap-0.5 font-mono text-meta text-ink-3">
        {run.id}
        <CopyButton text={run.id} label="Copy the run's id" />
      </span>
      {(run.state === "succeeded" || run.state === "filtered") && run.summary !== null && (
        <p className="w-full text-ink-2">
          <bdi>{run.summary}</bdi>
        </p>
      )}
    </div>
  );
}

/** Calls something about this run and puts the answer in the cache. */
function useChange(run: RunDetail, change: (id: string) => Promise<RunDetail>, said: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => change(run.id),
    onSuccess: async (changed) => {
      cache.setQueryData(runQuery(run.id).queryKey, changed);
      toast.success(said);
      await Promise.all([
        cache.invalidateQueries({ queryKey: ["overview"] }),
        cache.invalidateQueries({ queryKey: ["runs", "attention"] }),
      ]);
    },
  });
}

function Actions({ run }: { run: RunDetail }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const editing = route.useSearch().edit === true;
  const setEditing = (edit: boolean) => void navigate({ to: ".", search: (old) => ({ ...old, edit: edit || undefined }), replace: true });
  const isReplayed = run.replayedBy !== undefined; // its work is done: once more would do it twice
  const cancel = useChange(run, (id) => api.runs.cancel({ id }), "Run cancelled");
  const dismiss = useDismiss([run.id]);
  return (
    <>
      {run.attention && (
        <Button busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
          Dismiss
        </Button>
      )}
      {unfinished.includes(run.state) && (
        <Button icon={<Icon of={Ban} size={14} />} busy={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel run
        </Button>
      )}
      {run.finishedAt !== null && !isReplayed && (
        <Button icon={<Icon of={PencilLine} size={14} />} onClick={() => setEditing(true)}>
          Edit and replay
        </Button>
      )}
      {run.finishedAt !== null && !isReplayed && (
        <Button icon={<Icon of={RotateCcw} size={14} />} onClick={() => setAsking(true)}>
          Replay run
        </Button>
      )}
      {editing && run.finishedAt !== null && <EditAndReplay run={run} onClose={() => setEditing(false)} />}
      <ReplayDialog
        ids={[run.id]}
        resumable={isResumable(run)}
        refused={run.error !== null && isOfData(run.error)}
        open={asking}
        onClose={() => setAsking(false)}
        onDone={({ replayed }) => {
          const made = replayed[0];
          if (made !== undefined) void navigate({ to: "/runs/$runId", params: { runId: made.as } });
        }}
      />
    </>
  );
}

function Body({ run }: { run: RunDetail }) {
  const { steps, gap } = useSteps(run);
  const chosen = route.useSearch().step ?? troubled(run) ?? run.steps.at(-1)?.path ?? eventStep;
  const step = steps.find((one) => one.path === chosen);
  return (
    <>
      <Family run={run} />
      <div className="grid grid-cols-1 gap-6 lg:grid-cols-[minmax(16rem,20rem)_minmax(0,1fr)]">
        <Timeline run={run} steps={steps} chosen={step === undefined ? eventStep : chosen} gap={gap} />
        {step === undefined ? (
          <EventPanel run={run} />
        ) : (
          <StepPanel key={step.path} run={run} step={step} item={itemWords(step.path, steps)} />
        )}
      </div>
    </>
  );
}

/** The steps of a run: those that came with it, and further ones as they are asked for. */
function useSteps(run: RunDetail) {
  const query = useInfiniteQuery({ ...furtherStepsQuery(run), enabled: false });
  const pages = query.data?.pages ?? [];
  const byPath = new Map([...pages.flatMap((page) => page.steps), ...run.steps].map((step) => [step.path, step]));
  const steps = [...byPath.values()].sort((a, b) => a.seq - b.seq);
  const left = run.stepCount - steps.length;
  const next = pages.length === 0 ? run.nextStep : (pages.at(-1)?.next ?? null);
  const more = (
    <Button small busy={query.isFetching} onClick={() => void (pages.length === 0 ? query.refetch() : query.fetchNextPage())}>
      Show more of {plural(left, "further step")}
    </Button>
  );
  return { steps, gap: next === null || left <= 0 ? null : { after: next, more } };
}

/** The step that needs a look: the failed or held one. */
function troubled(run: RunDetail): string | undefined {
  return run.steps.find((step) => step.state === "failed" || step.state === "held")?.path;
}

/** What this run replays, and what replays it. The replay that did its work comes first, and says that nothing is left to do. */
function Family({ run }: { run: RunDetail }) {
  if (run.replayOf === null && run.replays.length === 0) return null;
  const done = run.replays.find(({ id }) => id === run.replayedBy);
  return (
    <p className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-ink-2">
      {done !== undefined && (
        <span className="flex items-baseline gap-x-2">
          <Icon of={RotateCcw} size={14} className="shrink-0 translate-y-0.5 text-ink-3" />
          <span>
            Replayed <Time at={done.createdAt} />
            {done.edited ? " with changed data" : ""}. Nothing is left to do here.{" "}
            <Link to="/runs/$runId" params={{ runId: done.id }} className="rounded-sm font-medium text-accent-ink hover:underline">
              Open the newer run
            </Link>
          </span>
        </span>
      )}
      {run.replayOf !== null && (
        <span>
          This replays{" "}
          <Link to="/runs/$runId" params={{ runId: run.replayOf }} className="rounded-sm font-medium text-accent-ink hover:underline">
            an earlier run
          </Link>
          {run.event.edited ? " with changed data." : "."}
        </span>
      )}
      {run.replays
        .filter((replay) => replay !== done)
        .map((replay) => (
          <span key={replay.id} className="inline-flex items-center gap-1.5">
            <RunMark state={replay.state} />
            <Link to="/runs/$runId" params={{ runId: replay.id }} className="rounded-sm font-medium text-accent-ink hover:underline">
              {replay.edited ? "Replayed with changed data" : "Replayed"} <Time at={replay.createdAt} />
            </Link>
          </span>
        ))}
    </p>
  );
}
