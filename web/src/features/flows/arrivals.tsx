import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { FlowDetail, RunView } from "#api/schemas.ts";
import { runWho } from "#surfaces/run-who.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { May } from "../../components/may.tsx";
import { OnlyHere } from "../../components/only-here.tsx";
import { Person } from "../../components/person.tsx";
import { RunState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { useNow } from "../../lib/clock.ts";
import { durationWords } from "../../lib/time.ts";
import { activityTitle, isToBeEntered, whenNothingArrives } from "./arrival-words.ts";
import { needsNoEvent } from "./sample.ts";
import { SendTest } from "./send-test.tsx";
import { lastRunQuery } from "./use-flow-activity.ts";

interface ArrivalsProps {
  flow: FlowDetail;
  /** The address of the flow is shown elsewhere on the screen. */
  hideAddress?: boolean;
}

/** What a published flow listens for, what arrived last and what came of it, when it looks or starts next, and what to do when nothing arrives. */
export function Arrivals(props: ArrivalsProps) {
  return props.flow.version === null ? null : <Activity {...props} />;
}

function Activity({ flow, hideAddress = false }: ArrivalsProps) {
  const last = useLastRun(flow.id);
  const { trigger, versions, version } = flow;
  const publishedAt = versions.find((one) => one.version === version)?.publishedAt;
  const isOn = flow.status === "on";
  const title = activityTitle(flow);
  return (
    <section aria-label={title}>
      <h2 className="mb-2 font-semibold">{title}</h2>
      <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-ink-2">
        {publishedAt !== undefined && (
          <Row title="Published">
            <Time at={publishedAt} />, version {version}
          </Row>
        )}
        <Row title={needsNoEvent(trigger.kind) ? "Last run" : "Last event"}>
          {last === undefined ? "" : last === null ? <None flow={flow} /> : <LastRun run={last} />}
        </Row>
        {isOn && trigger.everyMs !== null && (
          <Row title="Last check">
            {trigger.lastAt === null ? "Not checked yet" : <Time at={trigger.lastAt} />}, every {durationWords(trigger.everyMs)}
          </Row>
        )}
        {isOn && trigger.nextAt !== null && (
          <Row title={trigger.kind === "schedule" ? "Next run" : "Next check"}>
            <DueAt at={trigger.nextAt} />
            {isSooner(trigger) && (
              <span className="block text-meta text-ink-3">Sooner than usual: the checks of all flows take turns.</span>
            )}
          </Row>
        )}
      </dl>
      {isOn && isToBeEntered(flow) && trigger.hookUrl !== null && !hideAddress && (
        <div className="mt-3 flex flex-col gap-2 text-ink-2">
          <p>This flow starts once its app posts events to this address. Enter it in the app.</p>
          <CopyLine text={trigger.hookUrl} label="Copy the address" />
          <OnlyHere url={trigger.hookUrl} of="events" />
        </div>
      )}
      {isOn && !needsNoEvent(trigger.kind) && last !== undefined && (
        <>
          <WhenNothingArrives key={String(last === null)} flow={flow} open={last === null} />
          <SendTestButton flow={flow} />
        </>
      )}
    </section>
  );
}

/** Whether the next check comes well before the interval is over, as the first ones of a flow do. */
const isSooner = ({ kind, everyMs, lastAt, nextAt }: FlowDetail["trigger"]): boolean =>
  kind !== "schedule" && everyMs !== null && lastAt !== null && nextAt !== null && nextAt - lastAt < everyMs * 0.8;

/** The newest run of a flow; null: it never ran. */
function useLastRun(flowId: string): RunView | null | undefined {
  const { data } = useQuery(lastRunQuery(flowId));
  return data === undefined ? undefined : (data.runs[0] ?? null);
}

function None({ flow: { trigger, status } }: { flow: FlowDetail }) {
  if (status !== "on" || needsNoEvent(trigger.kind)) return "None yet";
  return <span className="font-medium text-ink">Nothing has arrived yet</span>;
}

function LastRun({ run }: { run: RunView }) {
  const what = run.error === null ? run.summary : saidOfField(run.error);
  return (
    <>
      <Link to="/runs/$runId" params={{ runId: run.id }} className="rounded-sm font-medium break-words text-accent-ink hover:underline">
        <Person name={run.name ?? run.person} none={runWho(run)} />
      </Link>
      , <Time at={run.createdAt} />
      <div className="mt-1">
        <RunState run={run} />
      </div>
      {what !== null && (
        <bdi className="line-clamp-2 text-meta text-ink-3" title={what}>
          {what}
        </bdi>
      )}
    </>
  );
}

function WhenNothingArrives({ flow, open }: { flow: FlowDetail; open: boolean }) {
  return (
    <div className="mt-2">
      <Disclosure summary="If nothing arrives" open={open}>
        <ul className="list-disc space-y-1 pl-4 text-ink-2">
          {whenNothingArrives(flow).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </Disclosure>
    </div>
  );
}

function SendTestButton({ flow }: { flow: FlowDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <May scope="runs:write">
      <Button small className="mt-2" icon={<Icon of={Send} size={14} />} onClick={() => setOpen(true)}>
        Run a test event
      </Button>
      <SendTest flow={flow} open={open} onClose={() => setOpen(false)} />
    </May>
  );
}

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{title}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** What is due is said so: an interval goes by while somebody reads. */
export function DueAt({ at }: { at: number }) {
  return at - useNow() < 10_000 ? "at any moment" : <Time at={at} />;
}
