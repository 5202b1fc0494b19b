import { Play } from "lucide-react";
import { useState } from "react";
import type { FlowDetail } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useRunNow } from "../../flows/manage/use-run-now.ts";
import { startWords } from "../trying/start-words.ts";

/** Of a flow that needs no event: what is shown beside its steps, and the button that starts it for real. */
export function StartNow({ flow }: { flow: FlowDetail }) {
  const [asking, setAsking] = useState(false);
  const runNow = useRunNow(flow);
  const { about, runs, blocked } = startWords(flow);
  return (
    <section aria-label="Start it now" className="flex flex-col gap-3">
      <p className="text-ink-2">{about}</p>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button icon={<Icon of={Play} size={14} />} disabled={blocked !== null} onClick={() => setAsking(true)}>
          Run now
        </Button>
        <span className="min-w-0 flex-1 text-meta text-ink-3">{blocked ?? runs}</span>
      </div>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Run this flow now?"
        action="Run now"
        busy={runNow.isPending}
        onConfirm={() => runNow.mutate(undefined, { onSettled: () => setAsking(false) })}
      >
        {runs}
      </Confirm>
    </section>
  );
}
