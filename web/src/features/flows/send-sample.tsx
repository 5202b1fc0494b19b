import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { DryRunReply, FlowDetail } from "#api/schemas.ts";
import { useMay } from "../../lib/may.ts";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { api } from "../../lib/api.ts";
import { needsNoEvent } from "./sample.ts";
import { notYet, writes, writesInWords } from "./send-words.ts";

interface SendSampleProps {
  flow: FlowDetail;
  /** The event that was run dry. */
  payload: unknown;
  /** It stands for no real event. */
  madeUp: boolean;
  /** What the dry run found that it would do. */
  result: DryRunReply;
}

/** Sends what was run dry through the live flow, after a question that says what it writes. */
export function SendSample({ flow, payload, madeUp, result }: SendSampleProps) {
  const [asking, setAsking] = useState(false);
  const send = useSend(flow, payload, () => setAsking(false));
  if (!useMay("runs:write") || needsNoEvent(flow.trigger.kind)) return null;
  const obstacle = notYet(flow, result);
  return (
    <section aria-label="For real" className="mt-5 flex flex-wrap items-center gap-3 border-t border-line pt-4">
      <p className="min-w-0 flex-1 basis-64 text-ink-2">
        {obstacle ?? "Nothing was written. To see it happen, send the sample through the live flow."}
      </p>
      {obstacle === null && (
        <Button icon={<Icon of={Send} size={14} />} onClick={() => setAsking(true)}>
          Send this sample now
        </Button>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Send this sample now?"
        action="Send sample"
        harmless={!writes(result)}
        busy={send.isPending}
        onConfirm={() => send.mutate()}
      >
        <p>The live flow runs with it once, as if it had just arrived. {writesInWords(result)}</p>
        {madeUp && writes(result) && (
          <p className="mt-2 font-medium text-ink">This sample is made up: what it creates is about somebody who does not exist.</p>
        )}
      </Confirm>
    </section>
  );
}

function useSend(flow: FlowDetail, payload: unknown, onDone: () => void) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.flows.run({ id: flow.id, body: { payload } }),
    onSettled: onDone,
    onSuccess: ({ run }) => {
      toast.success("The sample is on its way", { description: "This is its run. It is marked as started by hand." });
      if (run !== null) void navigate({ to: "/runs/$runId", params: { runId: run } });
    },
  });
}
