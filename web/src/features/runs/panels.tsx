import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { RunDetail, StepView } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { replacedBy } from "#surfaces/effect-words.ts";
import { listed } from "../../lib/words.ts";
import { listReadInWords } from "#surfaces/list-read.ts";
import { startWords } from "#surfaces/run-who.ts";
import { useMay } from "../../lib/may.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { JsonView } from "../../components/json-view.tsx";
import { StepState } from "../../components/status.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { exactTime, durationWords, stepWork } from "../../lib/time.ts";
import { ErrorPanel } from "./error-panel.tsx";
import { ScriptLog } from "../../components/script-log.tsx";
import { Attempts } from "./attempts.tsx";
import { Changed } from "./changed.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { panelId } from "./timeline.tsx";
import { useApps } from "../../lib/apps.ts";
import { isOfData } from "../../lib/fix.ts";
import { furtherNames } from "../../lib/further-names.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { useKeyLabels, useOperation } from "../../lib/use-key-labels.ts";
import { stepTitle } from "../../lib/web-address.ts";
import { ReplayDialog, isResumable, useReplay } from "../../components/replay.tsx";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { type ReplayReply, api } from "../../lib/api.ts";

/** What set the run going, as it was received. */
export function EventPanel({ run }: { run: RunDetail }) {
  return (
    <Panel
      mark={<Icon of={Inbox} className="text-ink-2" />}
      title={run.event.edited ? "Event with changed data" : startWords(run)}
      facts={exactTime(run.event.receivedAt)}
    >
      {run.error !== null && run.steps.length === 0 && <ErrorPanel error={run.error} run={run} />}
      {run.change && (
        <Part title="What changed">
          <Changed change={run.change} />
        </Part>
      )}
      <Part title={run.event.edited ? "As it was changed for the replay" : "As received"}>
        <JsonView value={run.event.payload} label="the event" open={3} />
      </Part>
      {!run.event.edited && (
        <p className="text-meta text-ink-3">
          A second event with the key <code className="font-mono">{run.event.key}</code> makes no second run.
        </p>
      )}
    </Panel>
  );
}

/** Goes on from the step that failed, by the version the run is of. */
const again = { from: "failed", version: "same" } as const;

/** One step: what went in, what came out, and each attempt. `item`: the item of a loop that it is of. */
export function StepPanel({ run, step, item }: { run: RunDetail; step: StepView; item: string | null }) {
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const follow = ({ replayed }: ReplayReply) => {
    const made = replayed[0];
    if (made !== undefined) void navigate({ to: "/runs/$runId", params: { runId: made.as } });
  };
  const replay = useReplay(follow);
  const isRefused = step.error !== null && isOfData(step.error);
  /** At once, unless a broken connection is in the way or the same data would be refused again: then the dialog says so. */
  const begin = useMutation({
    mutationFn: () => api.runs.replayCheck({ body: { ...again, ids: [run.id] } }),
    onSuccess: ({ blocked }) => (blocked.length > 0 || isRefused ? setAsking(true) : replay.mutate({ ...again, ids: [run.id] })),
  });
  const mayReplay = useMay("runs:write");
  const troubled = step.state === "failed" || step.state === "held";
  const { list, log } = step.attempts.at(-1) ?? {};
  const work = stepWork(step);
  const labels = useKeyLabels(step.app, step.operation);
  const rest = step.finishedAt === null ? 0 : step.finishedAt - step.startedAt - (work ?? 0);
  return (
    <Panel
      mark={step.app === null ? null : <AppMark app={step.app} />}
      title={stepTitle(step, useOperation(step.app, step.operation))}
      facts={
        <>
          <StepState step={step} />
          {item !== null && <bdi className="min-w-0 truncate">{item}</bdi>}
          <OperationName step={step} />
          {work !== null && <span className="tabular">{durationWords(work)}</span>}
          {rest >= 1_000 && <span className="tabular">waited {durationWords(rest)}</span>}
        </>
      }
    >
      {run.waiting !== null && step.state === "waiting" && (
        <div role="group" aria-label="What it waits for" className="rounded-md bg-sunken px-4 py-3">
          <p className="font-medium">
            <Waiting waiting={run.waiting} />
          </p>
          {step.error !== null && <p className="mt-1 text-ink-2">{saidOfField(step.error)}</p>}
        </div>
      )}
      {step.error !== null && step.state !== "waiting" && (
        <ErrorPanel
          error={step.error}
          run={run}
          replaying={begin.isPending || replay.isPending}
          {...(troubled && mayReplay ? { onReplay: () => begin.mutate() } : {})}
        />
      )}
      <ReplayDialog
        ids={[run.id]}
        resumable={isResumable(run)}
        refused={isRefused}
        open={asking}
        onClose={() => setAsking(false)}
        onDone={follow}
      />
      {step.input != null && (
        <Part title="Input">
          <JsonView value={step.input} label="the input" labels={labels.input} />
          <Replaced step={step} />
          <FurtherNames step={step} />
        </Part>
      )}
      {list !== undefined && <p className={list.complete ? "text-ink-2" : "font-medium"}>{listReadInWords(list)}</p>}
      {step.output != null && (
        <Part title="Result">
          <JsonView value={step.output} label="the result" labels={labels.result} />
        </Part>
      )}
      {log !== undefined && (
        <Part title="Written by the script">
          <ScriptLog lines={log} />
        </Part>
      )}
      {step.attempts.length > 0 && step.kind === "action" && <Attempts attempts={step.attempts} />}
    </Panel>
  );
}

/** Which lists of the record the step replaced: there is often another operation of that name which adds to them. */
function Replaced({ step }: { step: StepView }) {
  const operation = useOperation(step.app, step.operation);
  const lists = operation && isObject(step.input) ? replacedBy(operation, step.input) : [];
  if (lists.length === 0) return null;
  return <p className="mt-1 text-meta text-ink-3">The record's {listed(lists)} are replaced by these, not added to.</p>;
}

/** The app of a step, and what its operation is called unless the step is called the same. */
function OperationName({ step }: { step: StepView }) {
  const apps = useApps();
  const title = useOperation(step.app, step.operation)?.title;
  if (step.app === null || step.operation === null) return null;
  const words = title === undefined ? null : operationTitle({ title });
  return (
    <span title={step.operation}>{[apps.title(step.app), ...(words === null || words === step.title ? [] : [words])].join(" · ")}</span>
  );
}

/** What was sent beside the fields that are described. */
function FurtherNames({ step }: { step: StepView }) {
  const apps = useApps();
  const names = furtherNames(step.input);
  if (names.length === 0) return null;
  return (
    <p className="mt-1.5 text-meta text-warning">
      Further fields, not documented by {apps.title(step.app ?? "")} so they may be ignored: <bdi>{names.join(", ")}</bdi>
    </p>
  );
}

function Panel({ mark, title, facts, children }: { mark: ReactNode; title: string; facts: ReactNode; children: ReactNode }) {
  return (
    <section id={panelId} aria-label={title} className="flex min-w-0 scroll-mt-16 flex-col gap-5 rounded-lg border border-line p-4 sm:p-5">
      <header className="flex items-start gap-3">
        {mark}
        <div className="min-w-0">
          <h2 className="text-section font-semibold">{title}</h2>
          <div className="mt-0.5 flex flex-wrap items-center gap-x-3 text-ink-2">{facts}</div>
        </div>
      </header>
      {children}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {children}
    </div>
  );
}
