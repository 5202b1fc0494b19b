import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { RepairReply } from "#api/schemas.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { useMay } from "../lib/may.ts";
import { ApiError, api } from "../lib/api.ts";
import type { LostName } from "../lib/lost-name.ts";
import { messageOf } from "../lib/query.ts";
import { plural } from "../lib/words.ts";
import { firstChoice, isConnection, NameChoice, useTitleOf } from "./name-choice.tsx";
import { Button } from "./ui/button.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { Icon } from "./ui/icon.tsx";
import { Problem } from "./ui/problem.tsx";

interface UseInsteadProps {
  lost: LostName;
  /** Runs that stopped for it and are replayed afterwards. */
  replay?: readonly string[];
  /** Done at the first click: nothing but the name changes, and the runs go on as they did. A connection is always asked for. */
  atOnce?: boolean;
  primary?: boolean;
  onDone?: (() => void) | undefined;
}

/** "Use 'NPS score'": writes a name that is there in place of one that is gone, in the flow and where it runs. */
export function UseInstead({ lost, replay = [], atOnce = false, primary = false, onDone }: UseInsteadProps) {
  const [asking, setAsking] = useState(false);
  const titleOf = useTitleOf(lost);
  const mend = useRepair(lost, replay, titleOf, () => {
    setAsking(false);
    onDone?.();
  });
  const mayWrite = useMay("flows:write");
  const [first] = lost.choices;
  if (first === undefined || !mayWrite) return null;
  const connection = isConnection(lost);
  const label = labelFor(lost, titleOf(first));
  return (
    <>
      <Button
        kind={primary && !connection ? "primary" : "secondary"}
        icon={<Icon of={Check} size={14} />}
        busy={mend.isPending && !asking}
        onClick={() => (atOnce && !connection ? mend.mutate({ to: first, force: false }) : setAsking(true))}
      >
        <span className="max-w-44 truncate sm:max-w-64">{label}</span>
      </Button>
      {asking && <Ask lost={lost} replay={replay} mend={mend} onClose={() => setAsking(false)} />}
    </>
  );
}

/** A connection is never named on the button: the only one that is left may be another client's. */
function labelFor(lost: LostName, first: string): string {
  if (isConnection(lost)) return "Use another connection";
  if (lost.near || lost.choices.length === 1) return `Use '${first}'`;
  return lost.reused ? "Choose which is meant" : "Choose another";
}

function useRepair(
  { flowId, step, field, from }: LostName,
  replay: readonly string[],
  titleOf: (name: string) => string,
  onDone: () => void,
) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ to, force }: { to: string; force: boolean }) =>
      api.flows.repair({ id: flowId, body: { step, field, from, to, replay: [...replay], force } }),
    meta: { quiet: true },
    onSuccess: async (done, { to }) => {
      announce(done, titleOf(to));
      onDone();
      await Promise.all(["flows", "runs", "run", "connections", "overview"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
    onError: (error) => void toast.error(messageOf(error)),
  });
}

function announce({ published, kept, replay }: RepairReply, to: string): void {
  if (!published) return void toast.info(kept ?? "The draft is changed.");
  const replayed = replay?.replayed.length ?? 0;
  toast.success(`Published: '${to}' is used from now on${replayed > 0 ? `, and ${plural(replayed, "run")} replayed` : ""}`);
  const [first] = replay?.refused ?? [];
  if (first !== undefined) toast.error(`${plural(replay!.refused.length, "run")} cannot be replayed. ${saidOfField(first.error)}`);
}

interface AskProps {
  lost: LostName;
  replay: readonly string[];
  mend: ReturnType<typeof useRepair>;
  onClose: () => void;
}

function Ask({ lost, replay, mend, onClose }: AskProps) {
  const [to, setTo] = useState(firstChoice(lost));
  const failedDry = mend.error instanceof ApiError && mend.error.details["dryRun"] !== undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      title={titleFor(lost)}
      about={
        lost.reused
          ? "The one used so far has a new name, and another one has taken the old name. Runs wait until you say which is meant."
          : `The flow is tried with its newest event first, and nothing is changed if that fails. A flow that is on is published with the new ${isConnection(lost) ? "connection" : "name"} at once.`
      }
      onSubmit={() => mend.mutate({ to, force: failedDry })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={mend.isPending} disabled={to === ""}>
            {failedDry ? "Use it anyway" : replay.length > 0 ? `Use it and replay ${plural(replay.length, "run")}` : "Use it"}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        <NameChoice lost={lost} value={to} onChange={setTo} />
        {mend.error !== null && <Problem>{messageOf(mend.error)}</Problem>}
      </div>
    </Dialog>
  );
}

function titleFor(lost: LostName): string {
  if (isConnection(lost)) return `Use another connection for '${lost.from}'`;
  if (lost.reused) return `Which one is '${lost.from}'?`;
  return lost.from === "" ? "Choose the missing name" : `Use another name for '${lost.from}'`;
}
