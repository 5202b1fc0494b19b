import { useMutation, useQuery } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import type { Catcher } from "#api/schemas.ts";
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

/** An address at which the app can post one event, so that nobody has to copy it. `onCaught`: with the body of the chosen one. */
export function CatchEvent({ onCaught }: { onCaught: (body: string) => void }) {
  const begin = useMutation({ mutationFn: () => api.appDrafts.catch(), meta: { quiet: true } });
  const end = useMutation({
    mutationFn: (id: string) => api.appDrafts.endCatch({ id }),
    meta: { quiet: true },
    onSettled: () => begin.reset(),
  });
  if (begin.data === undefined) {
    return (
      <div className="flex flex-col gap-2">
        <span>
          <Button small icon={<Icon of={Radio} size={14} />} busy={begin.isPending} onClick={() => begin.mutate()}>
            Catch one instead
          </Button>
        </span>
        {begin.error !== null && <Problem>{messageOf(begin.error)}</Problem>}
      </div>
    );
  }
  const { id } = begin.data;
  return (
    <Catching
      begun={begin.data}
      onUse={(body) => {
        onCaught(body);
        end.mutate(id);
      }}
      onEnd={() => end.mutate(id)}
    />
  );
}

interface CatchingProps {
  begun: Catcher;
  onUse: (body: string) => void;
  onEnd: () => void;
}

function Catching({ begun, onUse, onEnd }: CatchingProps) {
  const query = useQuery({
    queryKey: ["app-drafts", "catch", begun.id],
    queryFn: () => api.appDrafts.caught({ id: begun.id }),
    refetchInterval: asksEveryMs,
    initialData: begun,
    retry: false,
  });
  const { url, samples } = query.data;
  return (
    <section aria-label="Catch an event" className="flex flex-col gap-3 rounded-lg border border-line bg-raised p-4">
      <p>Enter this address in the app as the place for its events, then let one happen. The address is there for half an hour.</p>
      <CopyLine text={url} label="Copy the address" />
      {query.error !== null && <Problem>{messageOf(query.error)}</Problem>}
      <p role="status" className="text-ink-2">
        {samples.length === 0 ? "Waiting for an event …" : "What came, the newest first:"}
      </p>
      <ul className="flex flex-col gap-3">
        {samples.map((sample, index) => (
          <li key={`${sample.at} ${index}`} className="flex flex-col gap-2">
            <div className="flex flex-wrap items-center gap-3">
              <span className="min-w-0 flex-1 text-ink-2">
                {sample.method} <Time at={sample.at} />
                {sample.challenge && " · the app made sure of the address, and was answered"}
              </span>
              {!sample.challenge && sample.body !== null && (
                <Button small onClick={() => onUse(JSON.stringify(sample.body))}>
                  Use this one
                </Button>
              )}
            </div>
            {sample.body !== null && <JsonView value={sample.body} label="what came" short />}
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
          Stop catching
        </Button>
      </span>
    </section>
  );
}
