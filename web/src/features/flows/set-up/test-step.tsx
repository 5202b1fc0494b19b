import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { FlaskConical, Rocket } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { toast } from "sonner";
import type { FlowDefinition, FlowDetail, SampleView, SetupView } from "#api/schemas.ts";
import { EventView } from "../../../components/event-view.tsx";
import { Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { api } from "../../../lib/api.ts";
import { useNow } from "../../../lib/clock.ts";
import { messageOf } from "../../../lib/query.ts";
import { catalogQuery, lintQuery, triggerSamplesQuery } from "../../../lib/queries.ts";
import { relativeTime } from "../../../lib/time.ts";
import { useNamesOf } from "../effect-names.tsx";
import { chosenAddresses, waitsWords } from "../../flow-editor/trying/chosen-addresses.ts";
import { DryRunResult } from "../../../components/dry-run-result.tsx";
import { noteAnyway, PublishStop, type Stops, stopsIn } from "../publish-stop.tsx";
import { noSample, origins, sampleTitle } from "../sample.ts";
import { StepEnd } from "./step-end.tsx";
import { isMadeUp, testSamples } from "./test-samples.ts";

interface TestStepProps {
  flow: FlowDetail;
  /** What the template's made-up event has. */
  example: SetupView["example"];
  onBack: () => void;
  onLive: (flow: FlowDetail) => void;
}

/** Step 3: what one event would change, and then the real thing. */
export function TestStep({ flow, example, onBack, onLive }: TestStepProps) {
  const cache = useQueryClient();
  const [stops, setStops] = useState<Stops | null>(null);
  const publish = useMutation({
    mutationFn: (why: string | null) =>
      api.flows.publish({
        id: flow.id,
        body: { revision: flow.revision, ...(why !== null && { force: true, note: noteAnyway("", why) }) },
      }),
    meta: { quiet: true },
    onSuccess: (published) => {
      setStops(null);
      void cache.invalidateQueries({ queryKey: lintQuery(flow.id).queryKey });
      toast.success("The flow is live", { description: startsWith[flow.trigger.kind] });
      onLive(published);
    },
    onError: (error) => {
      const stops = stopsIn(error, flow.definition);
      if (stops === null) toast.error(messageOf(error));
      else setStops(stops);
    },
  });
  return (
    <>
      <Trial flow={flow} example={example} />
      <StepEnd onBack={onBack}>
        <Button kind="primary" icon={<Icon of={Rocket} size={14} />} busy={publish.isPending} onClick={() => publish.mutate(null)}>
          Go live
        </Button>
      </StepEnd>
      <PublishStop
        flowId={flow.id}
        running={false}
        stops={stops}
        busy={publish.isPending}
        onAnyway={publish.mutate}
        onAgain={() => publish.mutate(null)}
        onClose={() => setStops(null)}
      />
    </>
  );
}

const startsWith: Record<FlowDetail["trigger"]["kind"], string> = {
  webhook: "It starts with the next event.",
  poll: "It first reads what is there now. Only what is new after that starts the flow.",
  schedule: "It starts at its next time.",
  manual: "Start it whenever you like.",
};

/** A dry run with a sample: nothing is written, and what would be is shown. */
function Trial({ flow, example }: Pick<TestStepProps, "flow" | "example">) {
  const samples = useTestSamples(flow, example);
  const [picked, setPicked] = useState(0);
  const needsSample = flow.trigger.kind === "webhook" || flow.trigger.kind === "poll";
  const sample = samples?.[picked];
  const namesOf = useNamesOf(flow.definition);
  const dryRun = useMutation({
    mutationFn: (one: SampleView | undefined) =>
      api.flows.dryRun({
        id: flow.id,
        body: one === undefined ? {} : one.event === null ? { payload: one.payload, madeUp: isMadeUp(one) } : { event: one.event },
      }),
    meta: { quiet: true },
  });
  const { mutate } = dryRun;
  const isReady = samples !== undefined && (sample !== undefined || !needsSample);
  const addresses = useChosenAddresses(flow.definition);
  const isByItself = isReady && addresses?.length === 0;
  // At once: who comes here wants to see it. What goes to an address that the template chose waits for a click.
  useEffect(() => {
    if (isByItself) mutate(sample);
  }, [isByItself, sample, mutate]);
  return (
    <Section
      title="What one event would change"
      aside={
        <Button
          small
          icon={<Icon of={FlaskConical} size={13} />}
          disabled={!isReady}
          busy={dryRun.isPending}
          onClick={() => mutate(sample)}
        >
          {dryRun.isIdle ? "Try it" : "Test again"}
        </Button>
      }
    >
      {samples === undefined ? (
        <SkeletonRows rows={3} />
      ) : (
        <Samples flow={flow} samples={samples} picked={picked} needed={needsSample} onPick={setPicked} />
      )}
      <div aria-live="polite" className="pt-5">
        {addresses !== undefined && addresses.length > 0 && dryRun.isIdle && <p className="text-ink-2">{waitsWords(false, addresses)}</p>}
        {dryRun.error && <p className="rounded-md bg-failure-soft px-4 py-3">{messageOf(dryRun.error)}</p>}
        {dryRun.isPending ? <SkeletonRows rows={3} /> : dryRun.data && <DryRunResult result={dryRun.data} namesOf={namesOf} />}
      </div>
    </Section>
  );
}

/** The reads of the flow that go to no connection's address. Undefined as long as the catalog is not there. */
function useChosenAddresses(definition: FlowDefinition) {
  const catalog = useQuery(catalogQuery()).data;
  return useMemo(
    () => catalog && chosenAddresses(definition, (app, key) => catalog.find((entry) => entry.app === app && entry.key === key)),
    [catalog, definition],
  );
}

/** Those that the editor offers too, and the template's own. Undefined as long as they are not there. */
function useTestSamples(flow: FlowDetail, example: SetupView["example"]): readonly SampleView[] | undefined {
  const received = useQuery(triggerSamplesQuery(flow.id, flow.definition, "connected")).data;
  const catalog = useQuery(catalogQuery()).data;
  const { app, operation } = flow.definition.trigger;
  return useMemo(() => {
    if (received === undefined || catalog === undefined) return undefined;
    const entry = catalog.find((one) => one.app === app && one.key === operation);
    return testSamples(received, example, entry?.example, Date.now());
  }, [received, catalog, example, app, operation]);
}

interface SamplesProps {
  flow: FlowDetail;
  samples: readonly SampleView[];
  picked: number;
  needed: boolean;
  onPick: (index: number) => void;
}

function Samples({ flow, samples, picked, needed, onPick }: SamplesProps) {
  const now = useNow();
  const sample = samples[picked];
  if (sample === undefined) return needed ? <p className="text-ink-2">{noSample(flow)}</p> : null;
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4">
      <div className="flex flex-wrap items-center gap-3">
        <span className="font-medium">Sample</span>
        {samples.length > 1 ? (
          <Select aria-label="Which sample" value={picked} onChange={(event) => onPick(Number(event.target.value))}>
            {samples.map((one, index) => (
              <option key={index} value={index}>
                {sampleTitle(one)}, {one.from === "event" ? relativeTime(one.at, now) : origins[one.from].word}
              </option>
            ))}
          </Select>
        ) : (
          <bdi>{sampleTitle(sample)}</bdi>
        )}
        <span className="text-ink-3">{origins[sample.from].about}</span>
      </div>
      <EventView trigger={flow.definition.trigger} value={sample.payload} open={0} short />
    </div>
  );
}
