import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Pause, Play } from "lucide-react";
import { toast } from "sonner";
import type { FlowView } from "#api/schemas.ts";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { flowsQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { plural } from "../../../lib/words.ts";
import { turns } from "./use-flow-actions.ts";

/** Pauses or resumes the flows that are ticked. What cannot be switched, a draft say, is left as it is. */
export function SwitchBar({ flows, onClear }: { flows: readonly FlowView[]; onClear: () => void }) {
  const turn = useTurnMany(onClear);
  if (flows.length === 0) return null;
  const on = flows.filter(({ status }) => status === "on");
  const off = flows.filter(({ status, version }) => status === "off" && version !== null);
  return (
    <div
      role="region"
      aria-label="Selected flows"
      className="fixed inset-x-0 bottom-20 z-20 flex justify-center px-4 md:bottom-6 md:left-[220px]"
    >
      <div className="flex flex-wrap items-center gap-2 rounded-lg bg-raised py-1.5 pr-1.5 pl-4 shadow-float animate-rise">
        <span className="tabular">
          {plural(flows.length, "flow")} selected{on.length + off.length === 0 && ": publish a draft on its own page"}
        </span>
        <Button kind="quiet" onClick={onClear}>
          Clear
        </Button>
        {off.length > 0 && (
          <Button icon={<Icon of={Play} size={14} />} busy={turn.isPending} onClick={() => turn.mutate({ way: "resume", flows: off })}>
            Resume {plural(off.length, "flow")}
          </Button>
        )}
        {on.length > 0 && (
          <Button icon={<Icon of={Pause} size={14} />} busy={turn.isPending} onClick={() => turn.mutate({ way: "pause", flows: on })}>
            Pause {plural(on.length, "flow")}
          </Button>
        )}
      </div>
    </div>
  );
}

interface Turn {
  way: keyof typeof turns;
  flows: readonly FlowView[];
}

/** One after the other; those that could not be switched are named. */
function useTurnMany(onDone: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ way, flows }: Turn) => {
      const refused: string[] = [];
      for (const { id, name } of flows) await turns[way].call(id).catch((error: unknown) => refused.push(`${name}: ${messageOf(error)}`));
      return refused;
    },
    onSuccess: (refused, { way, flows }) => {
      const done = flows.length - refused.length;
      if (done > 0) toast.success(`${plural(done, "flow")} ${way === "pause" ? "paused" : "resumed"}`);
      if (refused.length > 0) toast.error(refused.slice(0, 3).join(" "));
      onDone();
    },
    onSettled: () => void cache.invalidateQueries({ queryKey: flowsQuery().queryKey }),
  });
}
