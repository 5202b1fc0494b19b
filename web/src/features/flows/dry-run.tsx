import { useMutation, useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { DryRunResult } from "../../components/dry-run-result.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Select, Textarea } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { EventView } from "../../components/event-view.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { messageOf } from "../../lib/query.ts";
import { triggerSamplesQuery } from "../../lib/queries.ts";
import { relativeTime } from "../../lib/time.ts";
import { eventToTry, isMadeUp, originWords, samplesOf } from "../flow-editor/data/samples.ts";
import type { Sample } from "../flow-editor/data/types.ts";
import { useChosenSample } from "../flow-editor/trying/chosen-sample.tsx";
import { useNamesOf } from "./effect-names.tsx";
import { parseJson } from "../../lib/json-text.ts";
import { SendSample } from "./send-sample.tsx";
import { noSample, origins, sampleTitle } from "./sample.ts";

interface TryProps {
  flow: FlowDetail;
  /** What is tried: the draft as it is on the page, saved or not. */
  definition: FlowDefinition;
}

type Source = "sample" | "paste";

const sources = [
  { value: "sample" as const, title: "A sample" },
  { value: "paste" as const, title: "Paste JSON" },
];

/** Sends an event through the flow without writing anything, and shows what it would have changed. */
export function DryRun({ open, onClose, ...tried }: TryProps & { open: boolean; onClose: () => void }) {
  return (
    <Dialog
      shape="sheet"
      open={open}
      onClose={onClose}
      title="Dry run"
      about="Everything but the writes. Records are looked up for real, so that you see old and new values; nothing is changed."
    >
      <DryRunForm {...tried} />
    </Dialog>
  );
}

/** The event to try with, and what came of it. */
function DryRunForm({ flow, definition }: TryProps) {
  const { edited, chosen, choose } = useChosenSample();
  const received = useQuery(triggerSamplesQuery(flow.id, definition, "connected")).data ?? [];
  const samples = [...edited, ...samplesOf(received, flow.id)];
  const sample = samples.find(({ id }) => id === chosen) ?? samples[edited.length];
  const [source, setSource] = useState<Source>("sample");
  const [pasted, setPasted] = useState("");
  const parsed = parseJson(pasted);
  const dryRun = useMutation({
    mutationFn: (asItIs: FlowDefinition) =>
      api.flows.dryRun({
        id: flow.id,
        body: {
          definition: asItIs,
          ...(source === "paste" ? { payload: parsed.value } : sample && { ...eventToTry(sample), madeUp: isMadeUp(sample) }),
        },
      }),
    meta: { quiet: true },
  });
  const event = source === "paste" ? parsed.value : sample?.values["trigger"];
  const namesOf = useNamesOf(dryRun.variables);
  // A result says nothing of another event.
  const tried = source === "paste" ? pasted : sample?.id;
  const { reset } = dryRun;
  const begin = useEffectEvent(() => dryRun.mutate(definition));
  useEffect(() => {
    reset();
    if (source === "sample" && tried !== undefined) begin();
  }, [reset, tried, source]);
  const isOld = dryRun.data !== undefined && dryRun.variables !== definition;
  const ready = source === "paste" ? parsed.error === null && pasted.trim() !== "" : samples.length > 0 || flow.trigger.kind !== "webhook";

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) dryRun.mutate(definition);
      }}
    >
      <div className="flex flex-col gap-3 border-b border-line pb-5">
        <div className="flex flex-wrap items-center gap-3">
          <Segmented<Source> label="Event to try" value={source} onChange={setSource} options={sources} />
          {source === "sample" && sample !== undefined && <SamplePick samples={samples} value={sample.id} onChange={choose} />}
          <Button
            kind="primary"
            type="submit"
            disabled={!ready}
            busy={dryRun.isPending}
            icon={<Icon of={FlaskConical} size={14} />}
            className="ml-auto"
          >
            {dryRun.data ? "Run dry again" : "Run dry"}
          </Button>
        </div>
        {source === "paste" ? (
          <PastedEvent value={pasted} onChange={setPasted} error={parsed.error} />
        ) : sample === undefined ? (
          <p className="text-ink-2">{noSample(flow)}</p>
        ) : (
          <ShownSample sample={sample} trigger={definition.trigger} />
        )}
      </div>
      <div aria-live="polite" className="pt-5">
        {dryRun.error && <p className="rounded-md bg-failure-soft px-4 py-3">{messageOf(dryRun.error)}</p>}
        {isOld && (
          <p className="mb-4 rounded-md bg-warning-soft px-4 py-3">
            The draft has changed since. Run it dry again to see what it does now.
          </p>
        )}
        {dryRun.data && (
          <div className={isOld ? "outdated" : ""}>
            <DryRunResult result={dryRun.data} namesOf={namesOf} />
            {!isOld && event !== undefined && (
              <SendSample
                flow={flow}
                payload={event}
                madeUp={source === "sample" && sample !== undefined && isMadeUp(sample)}
                result={dryRun.data}
              />
            )}
          </div>
        )}
      </div>
    </form>
  );
}

function PastedEvent({ value, onChange, error }: { value: string; onChange: (value: string) => void; error: string | null }) {
  return (
    <Field label="Event" error={value.trim() === "" ? undefined : (error ?? undefined)}>
      {(ids) => (
        <Textarea
          {...ids}
          rows={8}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          placeholder='{ "email": "ada@example.com" }'
          className="font-mono text-meta"
        />
      )}
    </Field>
  );
}

function ShownSample({ sample, trigger }: { sample: Sample; trigger: FlowDefinition["trigger"] }) {
  return (
    <>
      {sample.from !== "event" && sample.from !== "edited" && <p className="text-ink-2">{origins[sample.from].about}</p>}
      <EventView trigger={trigger} value={sample.values["trigger"]} open={0} short />
    </>
  );
}

function SamplePick({ samples, value, onChange }: { samples: readonly Sample[]; value: string; onChange: (id: string) => void }) {
  const now = useNow();
  if (samples.length === 1) return null;
  return (
    <Select aria-label="Which sample" value={value} onChange={(event) => onChange(event.target.value)}>
      {samples.map((sample) => (
        <option key={sample.id} value={sample.id}>
          {sampleTitle(sample)}, {sample.from === "event" ? relativeTime(sample.at, now) : originWords[sample.from]}
        </option>
      ))}
    </Select>
  );
}
