import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Field, Select } from "../../components/ui/field.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { samplesQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { isMadeUp, samplesOf, usualSample } from "../flow-editor/data/samples.ts";
import type { Sample } from "../flow-editor/data/types.ts";
import { sampleAge } from "../flow-editor/trying/sample-choice.tsx";
import { noSample, origins, sampleTitle } from "./sample.ts";

interface SendTestProps {
  flow: FlowDetail;
  open: boolean;
  onClose: () => void;
}

/** Runs the published version for real with a sample that a person chooses. */
export const SendTest = ({ open, ...rest }: SendTestProps) => (open ? <SendTestDialog {...rest} /> : null);

function SendTestDialog({ flow, onClose }: Omit<SendTestProps, "open">) {
  const now = useNow();
  const received = useQuery(samplesQuery(flow.id)).data;
  const samples = samplesOf(received ?? [], flow.id);
  const [chosen, setChosen] = useState<string>();
  const sample = samples.find(({ id }) => id === chosen) ?? (samples.length > 0 ? usualSample(samples) : undefined);
  const send = useSendTest(flow.id, onClose);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Run a test event"
      about={aboutTest(flow)}
      onSubmit={() => sample !== undefined && send.mutate(sample)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={send.isPending} disabled={sample === undefined}>
            Run test event
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pt-1">
        {sample !== undefined && (
          <Field label="Event to send" hint={sample.from === "event" || sample.from === "edited" ? undefined : origins[sample.from].about}>
            {(ids) => (
              <Select {...ids} value={sample.id} onChange={(event) => setChosen(event.target.value)}>
                {samples.map((one) => (
                  <option key={one.id} value={one.id}>
                    {sampleTitle(one)}, {sampleAge(one, now)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {received !== undefined && sample === undefined && <p className="text-ink-2">{noSample(flow)}</p>}
        {sample !== undefined && isMadeUp(sample) && (
          <p className="rounded-md bg-warning-soft px-3 py-2">
            A step that looks for this record will not find it. A dry run changes nothing.
          </p>
        )}
        {send.error !== null && <Problem>{messageOf(send.error)}</Problem>}
      </div>
    </Dialog>
  );
}

/** What is started, and where it may write. */
function aboutTest({ version, changed, subAccounts }: FlowDetail): string {
  const where = subAccounts.length === 0 ? "" : ` in ${subAccounts.map(({ title }) => title).join(", ")}`;
  return `This runs version ${version} for real, so it may change records${where}.${changed ? " The changes of the draft are not in it." : ""}`;
}

function useSendTest(id: string, onClose: () => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: ({ values }: Sample) => api.flows.run({ id, body: { payload: values["trigger"] } }),
    meta: { quiet: true },
    onSuccess: ({ run }) => {
      onClose();
      void cache.invalidateQueries({ queryKey: ["runs"] });
      if (run === null) return void toast.success("Test sent");
      const open = () => void navigate({ to: "/runs/$runId", params: { runId: run } });
      toast.success("Test sent. The flow runs with it now", { action: { label: "Open run", onClick: open }, duration: 12_000 });
    },
  });
}
