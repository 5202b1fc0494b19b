import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useMatch, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { toast } from "sonner";
import type { ReplayBody, ReplayCheck, RunDetail } from "#api/schemas.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { type ReplayReply, api } from "../lib/api.ts";
import { count, plural } from "../lib/words.ts";
import { replayWords } from "./replay-words.ts";
import { Button } from "./ui/button.tsx";
import { Checkbox } from "./ui/checkbox.tsx";
import { Choices } from "./ui/choices.tsx";
import { Dialog } from "./ui/dialog.tsx";

type From = NonNullable<ReplayBody["from"]>;
type Version = NonNullable<ReplayBody["version"]>;
type RunState = RunDetail["state"];

/** Whether a run rests at a step that failed, and can go on from there. */
export const isResumable = ({ state }: { state: RunState }): boolean => state === "failed" || state === "held";

/** Replays runs and says what came of it. */
export function useReplay(onDone?: (reply: ReplayReply) => void) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const open = (runId: string | null) =>
    void (runId === null ? navigate({ to: "/runs" }) : navigate({ to: "/runs/$runId", params: { runId } }));
  /** A run's own page goes to the run by itself. */
  const isOnRun = useMatch({ from: "/runs/$runId", shouldThrow: false }) !== undefined;
  return useMutation({
    mutationFn: (body: ReplayBody) => api.runs.replay({ body }),
    onSuccess: async (reply) => {
      announce(reply, isOnRun ? null : open);
      onDone?.(reply);
      await Promise.all([
        cache.invalidateQueries({ queryKey: ["runs", "attention"] }),
        cache.invalidateQueries({ queryKey: ["runs", "waiting-replays"] }),
        cache.invalidateQueries({ queryKey: ["run"] }),
        cache.invalidateQueries({ queryKey: ["overview"] }),
      ]);
    },
  });
}

function announce({ replayed, refused, waiting }: ReplayReply, open: ((runId: string | null) => void) | null): void {
  const words = replayWords(replayed);
  if (words !== null)
    toast.success(words.title, {
      description: words.next,
      duration: 10_000,
      ...(open !== null && { action: { label: words.open, onClick: () => open(words.runId) } }),
    });
  for (const { connection, runs } of waiting)
    toast.success(`${plural(runs, "run")} ${runs === 1 ? "waits" : "wait"} until ${connection.title} works again`);
  const first = refused[0];
  if (first !== undefined) toast.error(`${plural(refused.length, "run")} cannot be replayed. ${saidOfField(first.error)}`);
}

interface ReplayDialogProps {
  ids: readonly string[];
  /** Whether one of them rests at a step that failed. Only such a run can go on from there; any other is replayed from the start. */
  resumable: boolean;
  /** The version of the flow that is advised. */
  by?: Version;
  /** Their data was refused, and would be again. */
  refused?: boolean;
  open: boolean;
  onClose: () => void;
  onDone?: (reply: ReplayReply) => void;
}

/** Asks how to replay: where to begin, and by which version of the flow. */
export function ReplayDialog({ ids, resumable, by = "same", refused = false, open, onClose, onDone }: ReplayDialogProps) {
  const [chosenFrom, setFrom] = useState<From>("failed");
  const from = resumable ? chosenFrom : "start";
  const [chosenVersion, setVersion] = useState<Version | null>(null);
  const version = chosenVersion ?? by;
  const replay = useReplay((reply) => {
    onClose();
    onDone?.(reply);
  });
  const [wait, setWait] = useState(true);
  const check = useQuery({
    queryKey: ["runs", "replay-check", from, version, ids],
    queryFn: () => api.runs.replayCheck({ body: { ids: [...ids], from, version } }),
    enabled: open,
    staleTime: 0,
    gcTime: 0,
  });
  const blocked = check.data?.blocked ?? [];
  const held = blocked.reduce((sum, { runs }) => sum + runs, 0);
  const waits = wait && held > 0;
  const what = plural(ids.length, "run");
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Replay ${what}`}
      about="With the data as the run had it."
      onSubmit={() => replay.mutate({ ids: [...ids], from, version, when: waits ? "connected" : "now" })}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={held > 0 && !wait ? "secondary" : "primary"} type="submit" busy={replay.isPending || check.isLoading}>
            {waits ? "Replay when reconnected" : held > 0 ? `Replay ${what} all the same` : `Replay ${what}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5 pt-1">
        {refused && <SameData ids={ids} onClose={onClose} />}
        {held > 0 && <InTheWay blocked={blocked} of={ids.length} wait={wait} onWait={setWait} />}
        <Choices<From>
          legend="Where to begin"
          name="from"
          value={from}
          onChange={setFrom}
          options={resumable ? [fromFailed, fromStart] : [fromStart]}
        />
        <Choices<Version>
          legend="Which version of the flow"
          name="version"
          value={version}
          onChange={setVersion}
          options={[
            { value: "same", title: "The one it ran on", about: "Choose it if the app had a problem that is over." },
            { value: "published", title: "The published one", about: "Choose it if you have fixed the flow since." },
          ]}
        />
      </div>
    </Dialog>
  );
}

const fromFailed = {
  value: "failed",
  title: "From the step that failed",
  about: "What was done before is kept and not done again.",
} as const;
const fromStart = { value: "start", title: "From the start", about: "Every step is done again, writes included." } as const;

/** Says that the same data by the same version fails again, and leads to correcting it. */
function SameData({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const [only, ...more] = ids;
  return (
    <section aria-label="Same data" className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-md bg-warning-soft px-3 py-3">
      <p className="min-w-0 flex-1 basis-56">
        <span className="block font-medium">The same data would be refused again.</span>
        <span className="mt-0.5 block text-ink-2">
          {more.length === 0 ? "Correct it first, unless" : "Correct the data of each run first, unless"} the published version or the app
          takes it by now.
        </span>
      </p>
      {only !== undefined && more.length === 0 && (
        <Button small asChild>
          <Link to="/runs/$runId" params={{ runId: only }} search={{ edit: true }} onClick={onClose}>
            Correct the data
          </Link>
        </Button>
      )}
    </section>
  );
}

interface InTheWayProps {
  blocked: ReplayCheck["blocked"];
  /** How many runs are to be replayed. */
  of: number;
  wait: boolean;
  onWait: (wait: boolean) => void;
}

/** A run that meets a login like this waits for it; after a test that failed for another reason it would try, and fail. */
const keepsWaiting = (status: string): boolean => status === "broken" || status === "paused";

/** What is in the way of the runs, and the choice to let them wait. */
function InTheWay({ blocked, of, wait, onWait }: InTheWayProps) {
  return (
    <section aria-label="In the way" className="rounded-md bg-failure-soft px-3 py-3">
      <ul className="flex flex-col gap-3">
        {blocked.map(({ connection, runs }) => (
          <li key={connection.id} className="flex flex-wrap items-start gap-x-3 gap-y-2">
            <p className="min-w-0 flex-1 basis-56">
              <span className="block font-medium">
                {runs === of ? (of === 1 ? "This run" : `All ${count(of)} runs`) : `${count(runs)} of ${plural(of, "run")}`}{" "}
                {keepsWaiting(connection.status) ? "would wait" : "would fail again"}: <bdi>{connection.title}</bdi> does not work.
              </span>
              {connection.reason !== undefined && <span className="mt-0.5 block text-ink-2">{connection.reason}</span>}
            </p>
            <Button small asChild>
              <Link to="/connections" search={{ renew: connection.id }}>
                Reconnect first
              </Link>
            </Button>
          </li>
        ))}
      </ul>
      <label className="mt-3 flex items-center gap-2">
        <Checkbox checked={wait} onChange={onWait} label="Replay when reconnected" />
        <span>Replay when reconnected: they start by themselves, once.</span>
      </label>
    </section>
  );
}
