import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Activity, Inbox } from "lucide-react";
import type { FlowDetail } from "#api/schemas.ts";
import { JsonView } from "../../components/json-view.tsx";
import { OnlyHere } from "../../components/only-here.tsx";
import { RunTable } from "../../components/run-table.tsx";
import { Person } from "../../components/person.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { latestRunsQuery, samplesQuery } from "../../lib/queries.ts";
import { exactTime } from "../../lib/time.ts";
import { noSample, origins } from "./sample.ts";

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

/** Events kept as samples: what dry runs and mappings are tried with. */
export function Samples({ flow }: { flow: FlowDetail }) {
  const query = useQuery(samplesQuery(flow.id));
  return (
    <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
      {(samples) =>
        samples.length === 0 ? (
          <Empty icon={Inbox} action={<HookLine flow={flow} />}>
            {noSample(flow)}
          </Empty>
        ) : (
          <ol className="divide-y divide-line border-y border-line">
            {samples.map((sample, index) => (
              <li key={index} className="py-1">
                <Disclosure
                  open={index === 0}
                  summary={
                    <span className="flex flex-wrap gap-x-3">
                      <span className="font-medium">
                        <Person name={sample.person} />
                      </span>
                      <span className="text-ink-3">{sample.from === "event" ? <Time at={sample.at} /> : origins[sample.from].word}</span>
                      {sample.from === "event" && <span className="text-ink-3">{exactTime(sample.at)}</span>}
                    </span>
                  }
                >
                  <JsonView value={sample.payload} label="the sample" open={3} />
                </Disclosure>
              </li>
            ))}
          </ol>
        )
      }
    </Loaded>
  );
}
