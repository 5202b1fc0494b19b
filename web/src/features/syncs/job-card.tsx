import { Pause, Play, X } from "lucide-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { SyncJobView, SyncView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useNow } from "../../lib/clock.ts";
import { ProgressBar } from "./progress-bar.tsx";
import { isUnderWay, jobTitle, jobWords, shareDone } from "./standing.ts";
import { useSyncActions } from "./use-sync-actions.ts";

/** A long piece of work of a sync: how far it is, and the ways to stop it. It goes on when the page is left. */
export function JobCard({ sync, job }: { sync: SyncView; job: SyncJobView }) {
  const now = useNow();
  const { pause, resume, cancelJob } = useSyncActions(sync);
  const [isAsking, setAsking] = useState(false);
  const isOpen = isUnderWay(job);
  return (
    <section aria-label={jobTitle(job)} className="flex flex-col gap-3 rounded-lg border border-line p-4">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <h2 className="text-body font-semibold">{jobTitle(job)}</h2>
          <p className="text-ink-2 tabular">
            {jobWords(job, now)}
            {job.finishedAt !== null && (
              <>
                {" · "}
                <Time at={job.finishedAt} />
              </>
            )}
          </p>
        </div>
        {isOpen && (
          <May scope="flows:switch">
            {job.state === "paused" ? (
              <Button small icon={<Icon of={Play} size={13} />} busy={resume.isPending} onClick={() => resume.mutate()}>
                Resume
              </Button>
            ) : (
              <Button small icon={<Icon of={Pause} size={13} />} busy={pause.isPending} onClick={() => pause.mutate()}>
                Pause
              </Button>
            )}
            <Button small icon={<Icon of={X} size={13} />} busy={cancelJob.isPending} onClick={() => setAsking(true)}>
              Cancel
            </Button>
          </May>
        )}
        {job.failed > 0 && job.kind !== "undo" && (
          <Button small asChild>
            <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "pairs", show: "problems" }}>
              What failed
            </Link>
          </Button>
        )}
        {!isOpen && job.done > 0 && (
          <Button small asChild>
            <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "changes", batch: job.id }}>
              What it wrote
            </Link>
          </Button>
        )}
      </div>
      {isOpen && <ProgressBar label={jobTitle(job)} share={job.state === "reading" ? null : shareDone(job)} />}
      {job.problem !== null && <p className="rounded-md bg-failure-soft px-3 py-2">{job.problem}</p>}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Cancel this?"
        action="Cancel it"
        busy={cancelJob.isPending}
        onConfirm={() => cancelJob.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        What was written so far stays, and can be undone under Changes. Records that were not reached yet are brought into step when they
        change next.
      </Confirm>
    </section>
  );
}
