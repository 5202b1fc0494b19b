import { useMutation, useQuery } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import type { Capture } from "#api/schemas.ts";
import { JsonView } from "../../../components/json-view.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { CopyLine } from "../../../components/ui/copy.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Problem } from "../../../components/ui/problem.tsx";
import { api } from "../../../lib/api.ts";
import { messageOf } from "../../../lib/query.ts";
import { CheckedSignatures } from "./checked-signatures.tsx";

const asksEveryMs = 2_000;

/** A URL to which the app can post an event, so that its example need not be copied. `onChosen`: with the body of the chosen one. */
export function CaptureEvent({ onChosen }: { onChosen: (body: string) => void }) {
  const begin = useMutation({ mutationFn: () => api.appDrafts.startCapture(), meta: { quiet: true } });
  const end = useMutation({
    mutationFn: (id: string) => api.appDrafts.endCapture({ id }),
    meta: { quiet: true },
    onSettled: () => begin.reset(),
  });
  if (begin.data === undefined) {
    return (
      <div className="flex flex-col gap-2">
        <span>
          <Button small icon={<Icon of={Radio} size={14} />} busy={begin.isPending} onClick={() => begin.mutate()}>
            Receive one from the app
          </Button>
        </span>
        {begin.error !== null && <Problem>{messageOf(begin.error)}</Problem>}
      </div>
    );
  }
  const { id } = begin.data;
  return (
    <Capturing
      begun={begin.data}
      onUse={(body) => {
        onChosen(body);
        end.mutate(id);
      }}
      onEnd={() => end.mutate(id)}
    />
  );
}

interface CapturingProps {
  begun: Capture;
  onUse: (body: string) => void;
  onEnd: () => void;
}

function Capturing({ begun, onUse, onEnd }: CapturingProps) {
  const query = useQuery({
    queryKey: ["app-drafts", "capture", begun.id],
    queryFn: () => api.appDrafts.capture({ id: begun.id }),
    refetchInterval: asksEveryMs,
    initialData: begun,
    retry: false,
  });
  const { url, samples } = query.data;
  return (
    <section aria-label="Receive an event" className="flex flex-col gap-3 rounded-lg border border-line bg-raised p-4">
      <p>Enter this webhook URL in the app and cause an event. The URL works for 30 minutes.</p>
      <CopyLine text={url} label="Copy the address" />
      {query.error !== null && <Problem>{messageOf(query.error)}</Problem>}
      <p role="status" className="text-ink-2">
        {samples.length === 0 ? "Waiting for an event …" : "Received, newest first:"}
      </p>
      <ul className="flex flex-col gap-3">
        {samples.map((sample, index) => (
          <li key={`${sample.at} ${index}`} className="flex flex-col gap-2">
            <div className="flex flex-wrap items-center gap-3">
              <span className="min-w-0 flex-1 text-ink-2">
                {sample.method} <Time at={sample.at} />
                {sample.challenge && " · the app tested the URL; Millrace answered"}
              </span>
              {!sample.challenge && sample.body !== null && (
                <Button small onClick={() => onUse(JSON.stringify(sample.body))}>
                  Use this one
                </Button>
              )}
            </div>
            {sample.body !== null && <JsonView value={sample.body} label="what was received" short />}
            {sample.signatures.map(({ header, says }) => (
              <p key={header} className="text-meta text-ink-2">
                {says}
              </p>
            ))}
            <CheckedSignatures signatures={sample.signatures} />
          </li>
        ))}
      </ul>
      <span>
        <Button small kind="quiet" onClick={onEnd}>
          Stop
        </Button>
      </span>
    </section>
  );
}
