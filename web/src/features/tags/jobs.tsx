import { CirclePause, CirclePlay, CircleX, History, Undo2 } from "lucide-react";
import type { TagJobView, TagList } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Empty } from "../../components/ui/state.tsx";
import { count, plural } from "../../lib/words.ts";
import { useJobActions } from "./use-jobs.ts";

interface JobsProps {
  jobs: readonly TagJobView[];
  list: TagList;
}

/** Changes that are under way, above everything else. */
export function RunningJobs({ jobs, list }: JobsProps) {
  if (jobs.length === 0) return null;
  return (
    <ul aria-label="Under way" className="mb-4 flex flex-col gap-2">
      {jobs.map((job) => (
        <li key={job.id} className="rounded-lg border border-line bg-raised p-3">
          <Job job={job} list={list} />
        </li>
      ))}
    </ul>
  );
}

/** What was changed, the newest first, and the way back. */
export function Jobs({ jobs, list }: JobsProps) {
  if (jobs.length === 0)
    return <Empty icon={History}>Merges, new names, archived and deleted tags are listed here, and can be undone.</Empty>;
  return (
    <ul aria-label="Changes" className="border-t border-line">
      {jobs.map((job) => (
        <li key={job.id} className="border-b border-line px-2 py-3">
          <Job job={job} list={list} />
        </li>
      ))}
    </ul>
  );
}

function Job({ job, list }: { job: TagJobView; list: TagList }) {
  const { id, title, state, problem, accounts, by, createdAt, failures, failed } = job;
  const isOpen = state === "running" || state === "paused";
  return (
    <article aria-label={title}>
      <div className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h3 className="font-medium break-words">{title}</h3>
          <p className="text-ink-2">{stateWords(job, list)}</p>
        </div>
        <May scope="flows:write">
          <Actions job={job} />
        </May>
      </div>
      {isOpen && (
        <progress
          aria-label={`Progress of ${title}`}
          className="mt-2 h-1.5 w-full accent-accent"
          value={barOf(job)}
          max={Math.max(job.total, 1)}
        />
      )}
      {problem !== null && <p className="mt-2 rounded-md bg-warning-soft px-3 py-2">{problem}</p>}
      {failed > 0 && (
        <Disclosure summary={`${count(failed)} could not be changed`}>
          <ul className="text-ink-2">
            {failures.map(({ carrier, error }) => (
              <li key={carrier}>{error}</li>
            ))}
          </ul>
        </Disclosure>
      )}
      <p className="mt-1 text-meta text-ink-3" data-job={id}>
        {by === null ? "" : `${by}, `}
        <Time at={createdAt} />
        {accounts.length > 0 && ` · ${accounts.length > 3 ? plural(accounts.length, "sub-account") : accounts.join(", ")}`}
      </p>
    </article>
  );
}

const barOf = ({ stage, done, failed, total }: TagJobView): number | undefined =>
  stage === "collect" ? undefined : stage === "finish" ? Math.max(total, 1) : done + failed;

function stateWords({ state, stage, done, total, kind, undoneBy }: TagJobView, { kinds }: TagList): string {
  const word = kinds.find(({ id }) => id === kind)?.carriers ?? "records";
  const far = `${count(done)} of ${count(total)} ${word}`;
  if (state === "paused") return `Paused at ${far}`;
  if (state === "cancelled") return `Cancelled after ${far}${undoneBy === null ? "" : ", and undone"}`;
  if (state === "done") return `Done: ${count(done)} ${word}${undoneBy === null ? "" : ", undone later"}`;
  if (stage === "collect") return `Looking for what carries it: ${count(total)} ${word} so far`;
  return stage === "apply" ? far : `${far}, then the tags themselves`;
}

function Actions({ job: { id, state, canUndo } }: { job: TagJobView }) {
  const { move, undo } = useJobActions();
  return (
    <div className="flex flex-wrap gap-1.5">
      {state === "running" && (
        <Button small icon={<Icon of={CirclePause} size={14} />} busy={move.isPending} onClick={() => move.mutate({ id, state: "paused" })}>
          Pause
        </Button>
      )}
      {state === "paused" && (
        <Button small icon={<Icon of={CirclePlay} size={14} />} busy={move.isPending} onClick={() => move.mutate({ id, state: "running" })}>
          Resume
        </Button>
      )}
      {(state === "running" || state === "paused") && (
        <Button small icon={<Icon of={CircleX} size={14} />} busy={move.isPending} onClick={() => move.mutate({ id, state: "cancelled" })}>
          Cancel
        </Button>
      )}
      {canUndo && (
        <Button small icon={<Icon of={Undo2} size={14} />} busy={undo.isPending} onClick={() => undo.mutate(id)}>
          Undo
        </Button>
      )}
    </div>
  );
}
