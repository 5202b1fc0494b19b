import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { InboxView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { FormEnd } from "../../components/form-end.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/words.ts";
import { FlowTicks, useUnboundFlows } from "./flow-ticks.tsx";

/** Which flows start from an inbox that is not the first of its app. */
export function InboxFlows({ inbox, chosen }: { inbox: InboxView; chosen: readonly string[] }) {
  const [changing, setChanging] = useState(false);
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-ink-2">
      <span className="min-w-0 flex-1 basis-60">
        {chosen.length === 0
          ? "Only flows that name this inbox start from it."
          : `${plural(chosen.length, "flow")} chosen for it ${chosen.length === 1 ? "starts" : "start"} from it, and those that name it.`}
      </span>
      <May scope="inboxes:write">
        <Button small onClick={() => setChanging(true)}>
          Choose flows
        </Button>
      </May>
      {changing && <Choose inbox={inbox} before={chosen} onClose={() => setChanging(false)} />}
    </p>
  );
}

function Choose({ inbox, before, onClose }: { inbox: InboxView; before: readonly string[]; onClose: () => void }) {
  const flows = useUnboundFlows(inbox.app);
  const [chosen, setChosen] = useState<string[]>([...before]);
  const cache = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.inboxes.change({ id: inbox.id, body: { flows: chosen } }),
    meta: { quiet: true },
    onSuccess: () => {
      toast.success(
        chosen.length === 0 ? "No flow starts from it unless it names it" : `${plural(chosen.length, "flow")} also start from it`,
      );
      onClose();
    },
    onSettled: () => Promise.all(["inboxes", "flows"].map((key) => cache.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <Dialog open onClose={onClose} title={`What starts from ${inbox.title}`}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <FlowTicks flows={flows} chosen={chosen} onChange={setChosen} />
        <FormEnd error={save.error} action="Save" ready busy={save.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
