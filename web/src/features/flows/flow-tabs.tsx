import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, FlaskConical, Inbox } from "lucide-react";
import { useState } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { EventView } from "../../components/event-view.tsx";
import { OnlyHere } from "../../components/only-here.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { Person } from "../../components/person.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { latestRunsQuery, samplesQuery } from "../../lib/queries.ts";
import { exactTime } from "../../lib/time.ts";
import { useDraftPart } from "../flow-editor/draft/context.tsx";
import { originWords, samplesOf } from "../flow-editor/data/samples.ts";
import type { Sample } from "../flow-editor/data/types.ts";
import { useChosenSample } from "../flow-editor/trying/chosen-sample.tsx";
import { DryRun } from "./dry-run.tsx";
import { noSample } from "./sample.ts";

/** The flow's last runs. */
export function FlowRuns({ flow }: { flow: FlowDetail }) {
  const cache = useQueryClient();
  const options = latestRunsQuery({ flow: flow.id }, 20);
  const query = useQuery(options);
  useRunChanges((changed) => {
    if (changed.length === 0 || changed.some((change) => change.flowId === flow.id))
      void cache.invalidateQueries({ queryKey: options.queryKey });
  });
  return (
    <Loaded query={query} skeleton={<SkeletonRows />}>
      {({ runs }) =>
        runs.length === 0 ? (
          <Empty icon={Activity} action={<HookLine flow={flow} />}>
            This flow has not run yet.
          </Empty>
        ) : (
          <>
            <RunTable label="Last runs of this flow" runs={runs} hideFlow />
            <Button asChild className="mt-4">
              <Link to="/runs" search={{ flow: flow.id }}>
                All runs of this flow
              </Link>
            </Button>
          </>
        )
      }
    </Loaded>
  );
}

/** Where a sender posts the flow's events; nothing where they come in another way. */
function HookLine({ flow: { trigger } }: { flow: FlowDetail }) {
  if (trigger.hookUrl === null) return null;
  return (
    <div className="flex w-full max-w-md flex-col gap-1.5 text-left">
      <p className="text-meta text-ink-3">Whoever sends its events posts them to this address:</p>
      <CopyLine text={trigger.hookUrl} label="Copy the address" />
      <OnlyHere url={trigger.hookUrl} of="events" />
    </div>
  );
}

/** Events kept as samples: what dry runs and mappings are tried with. Each can be tried, and sent for real. */
export function Samples({ flow }: { flow: FlowDetail }) {
  const query = useQuery(samplesQuery(flow.id));
  const definition = useDraftPart((view) => view.definition);
  const { choose } = useChosenSample();
  const [trying, setTrying] = useState(false);
  const tryWith = (id: string) => {
    choose(id);
    setTrying(true);
  };
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
      {(samples) =>
        samples.length === 0 ? (
          <Empty icon={Inbox} action={<HookLine flow={flow} />}>
            {noSample(flow)}
          </Empty>
        ) : (
          <>
            <p className="mb-3 text-ink-2">
              Events to try the flow with. A dry run writes nothing, and shows what would be written; after it you can send the sample for
              real.
            </p>
            <ol className="divide-y divide-line border-y border-line">
              {samplesOf(samples, flow.id).map((sample, index) => (
                <li key={sample.id} className="py-1">
                  <SampleEntry sample={sample} trigger={definition.trigger} open={index === 0} onTry={() => tryWith(sample.id)} />
                </li>
              ))}
            </ol>
            <DryRun flow={flow} definition={definition} open={trying} onClose={() => setTrying(false)} />
          </>
        )
      }
    </Loaded>
  );
}

interface SampleEntryProps {
  sample: Sample;
  trigger: FlowDetail["definition"]["trigger"];
  open: boolean;
  onTry: () => void;
}

function SampleEntry({ sample, trigger, open, onTry }: SampleEntryProps) {
  const { person, from, at, values } = sample;
  return (
    <Disclosure
      open={open}
      summary={
        <span className="flex flex-wrap gap-x-3">
          <span className="font-medium">
            <Person name={person} />
          </span>
          <span className="text-ink-3">{from === "event" ? <Time at={at} /> : originWords[from]}</span>
          {from === "event" && <span className="text-ink-3">{exactTime(at)}</span>}
        </span>
      }
    >
      <Button small className="mb-2" icon={<Icon of={FlaskConical} size={14} />} onClick={onTry}>
        Try this sample
      </Button>
      <EventView trigger={trigger} value={values["trigger"]} open={3} />
    </Disclosure>
  );
}
