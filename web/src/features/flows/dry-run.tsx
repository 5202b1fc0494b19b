import { useMutation, useQuery } from "@tanstack/react-query";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import type { FlowDefinition, FlowDetail, SampleView } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Select, Textarea } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { JsonView } from "../../components/json-view.tsx";
import { Segmented } from "../../components/ui/segmented.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { messageOf } from "../../lib/query.ts";
import { samplesQuery } from "../../lib/queries.ts";
import { relativeTime } from "../../lib/time.ts";
import { DryRunResult } from "./dry-run-result.tsx";
import { parseJson } from "./json-text.ts";
import { noSample, origins, sampleTitle } from "./sample.ts";

interface DryRunProps {
  flow: FlowDetail;
  open: boolean;
  onClose: () => void;
  /** A definition that is not saved yet. */
  definition?: FlowDefinition;
}

type Source = "sample" | "paste";

/** Sends an event through the flow without writing anything, and shows what it would have changed. */
export function DryRun({ flow, open, onClose, definition }: DryRunProps) {
  const samples = useQuery({ ...samplesQuery(flow.id), enabled: open }).data ?? [];
  const [source, setSource] = useState<Source>("sample");
  const [picked, setPicked] = useState(0);
  const [pasted, setPasted] = useState("");
  const parsed = parseJson(pasted);
  const payload = source === "paste" ? parsed.value : samples[picked]?.payload;
  const dryRun = useMutation({
    mutationFn: () =>
      api.flows.dryRun({
        id: flow.id,
        body: { ...(payload === undefined ? {} : { payload }), ...(definition === undefined ? {} : { definition }) },
      }),
    meta: { quiet: true },
  });
  const ready = source === "paste" ? parsed.error === null && pasted.trim() !== "" : samples.length > 0 || flow.trigger.kind !== "webhook";

  return (
    <Dialog
      shape="sheet"
      open={open}
      onClose={onClose}
      title="Dry run"
      about="Everything but the writes. Records are looked up for real, so that you see old and new values; nothing is changed."
      onSubmit={() => ready && dryRun.mutate()}
    >
      <div className="flex flex-col gap-3 border-b border-line pb-5">
        <div className="flex flex-wrap items-center gap-3">
          <Segmented<Source>
            label="Event to try"
            value={source}
            onChange={setSource}
            options={[
              { value: "sample", title: "A sample" },
              { value: "paste", title: "Paste JSON" },
            ]}
          />
          {source === "sample" && samples.length > 0 && <SamplePick samples={samples} value={picked} onChange={setPicked} />}
          <Button
            kind="primary"
            type="submit"
            disabled={!ready}
            busy={dryRun.isPending}
            icon={<Icon of={FlaskConical} size={14} />}
            className="ml-auto"
          >
            Run dry
          </Button>
        </div>
        {source === "paste" ? (
          <Field label="Event" error={pasted.trim() === "" ? undefined : (parsed.error ?? undefined)}>
            {(ids) => (
              <Textarea
                {...ids}
                rows={8}
                value={pasted}
                onChange={(event) => setPasted(event.target.value)}
                placeholder='{ "email": "ada@example.com" }'
                className="font-mono text-meta"
              />
            )}
          </Field>
        ) : samples.length === 0 ? (
          <p className="text-ink-2">{noSample(flow)}</p>
        ) : (
          <>
            {samples[picked]!.from !== "event" && <p className="text-ink-2">{origins[samples[picked]!.from].about}</p>}
            <JsonView value={payload} label="the sample" open={0} short />
          </>
        )}
      </div>
      <div aria-live="polite" className="pt-5">
        {dryRun.error && <p className="rounded-md bg-failure-soft px-4 py-3">{messageOf(dryRun.error)}</p>}
        {dryRun.data && <DryRunResult result={dryRun.data} />}
      </div>
    </Dialog>
  );
}

function SamplePick({ samples, value, onChange }: { samples: SampleView[]; value: number; onChange: (index: number) => void }) {
  const now = useNow();
  if (samples.length === 1) return null;
  return (
    <Select aria-label="Which sample" value={value} onChange={(event) => onChange(Number(event.target.value))}>
      {samples.map((sample, index) => (
        <option key={index} value={index}>
          {sampleTitle(sample)}, {sample.from === "list" ? origins.list.word : relativeTime(sample.at, now)}
        </option>
      ))}
    </Select>
  );
}
