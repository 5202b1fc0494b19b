import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowView, RepairReply } from "#api/schemas.ts";
import { ApiError, api } from "../lib/api.ts";
import { inTurn } from "../lib/in-turn.ts";
import type { LostName } from "../lib/lost-name.ts";
import { messageOf } from "../lib/query.ts";
import { plural } from "../lib/words.ts";
import { firstChoice, isConnection, NameChoice, useTitleOf } from "./name-choice.tsx";
import { Button } from "./ui/button.tsx";
import { Checkbox } from "./ui/checkbox.tsx";
import { Dialog } from "./ui/dialog.tsx";
import { Icon } from "./ui/icon.tsx";

/** A flow that names what is gone, and its runs that stopped for it. */
export interface ReplaceTarget {
  lost: LostName;
  flow: Pick<FlowView, "id" | "name" | "status" | "changed">;
  /** In how many places it is named. */
  places: number;
  runs: readonly string[];
}

interface UseEverywhereProps {
  /** The same name in each. */
  flows: readonly [ReplaceTarget, ...ReplaceTarget[]];
  /** What people call what is gone. */
  title: string;
}

/** "Use another connection in all 3 flows": asks which, says what will happen to each flow, and does it. */
export function UseEverywhere({ flows, title }: UseEverywhereProps) {
  const [asking, setAsking] = useState(false);
  const what = isConnection(flows[0].lost) ? "connection" : "name";
  return (
    <>
      <Button
        kind={isConnection(flows[0].lost) ? "secondary" : "primary"}
        icon={<Icon of={Check} size={14} />}
        onClick={() => setAsking(true)}
      >
        {labelFor(flows, what)}
      </Button>
      {asking && <Ask flows={flows} title={title} onClose={() => setAsking(false)} />}
    </>
  );
}

/** A name that is near enough to be meant stands on the button; a connection never does, as it may be another client's. */
function labelFor(flows: UseEverywhereProps["flows"], what: "connection" | "name"): string {
  const [{ lost }] = flows;
  const isSure = what === "name" && flows.every((one) => one.lost.near && one.lost.choices[0] === lost.choices[0]);
  const use = isSure ? `Use '${lost.choices[0]}'` : `Use another ${what}`;
  return flows.length === 1 ? use : `${use} in all ${plural(flows.length, "flow")}`;
}

/** What came of one flow. */
type Outcome = { reply: RepairReply } | { error: unknown };

/** Tried dry and failed: a person may still want it. */
const isFailedDry = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && "error" in outcome && outcome.error instanceof ApiError && outcome.error.details["dryRun"] !== undefined;

const isDone = (outcome: Outcome | undefined): boolean => outcome !== undefined && "reply" in outcome;

function useReplaceEverywhere(onDone: (outcomes: ReadonlyMap<string, Outcome>) => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async ({ flows, to, replay, force }: { flows: readonly ReplaceTarget[]; to: string; replay: boolean; force: boolean }) => {
      const outcomes = new Map<string, Outcome>();
      await inTurn(flows, 2, async ({ flow: { id }, lost: { step, field, from }, runs }) => {
        const body = { step, field, from, to, replay: replay ? [...runs] : [], force };
        outcomes.set(
          id,
          await api.flows
            .repair({ id, body })
            .then((reply) => ({ reply }))
            .catch((error: unknown) => ({ error })),
        );
      });
      return outcomes;
    },
    onSuccess: async (outcomes) => {
      onDone(outcomes);
      await Promise.all(["flows", "runs", "run", "connections", "overview"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
    },
  });
}

function Ask({ flows, title, onClose }: UseEverywhereProps & { onClose: () => void }) {
  const [{ lost }] = flows;
  const titleOf = useTitleOf(lost);
  const [to, setTo] = useState(firstChoice(lost));
  const [replay, setReplay] = useState(true);
  const { left, setLeft, outcomes, addOutcomes, chosen, force, runs } = useChosenFlows(flows);
  const replaceAll = useReplaceEverywhere((done) => {
    addOutcomes(done);
    if (![...done.values()].every(isDone)) return;
    toast.success(doneWords(titleOf(to), [...done.values()]));
    onClose();
  });
  const what = isConnection(lost) ? "connection" : "name";
  const label = force ? `Use it anyway in ${plural(chosen.length, "flow")}` : `Use it in ${plural(chosen.length, "flow")}`;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Use another ${what} for ${title}`}
      about="Each flow is tried with its newest event first, without writing anything. A flow where that fails stays as it is."
      onSubmit={() => replaceAll.mutate({ flows: chosen, to, replay, force })}
      footer={
        <>
          <Button onClick={onClose}>{outcomes.size > 0 ? "Close" : "Cancel"}</Button>
          <Button kind="primary" type="submit" busy={replaceAll.isPending} disabled={to === "" || chosen.length === 0}>
            {replay && runs > 0 ? `${label} and replay ${plural(runs, "run")}` : label}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pt-1">
        <NameChoice lost={lost} value={to} onChange={setTo} />
        <ul aria-label="What changes" className="flex flex-col divide-y divide-line rounded-md border border-line">
          {flows.map((one) => (
            <FlowLine
              key={one.flow.id}
              target={one}
              outcome={outcomes.get(one.flow.id)}
              chosen={!left.has(one.flow.id)}
              onChoose={(on) => setLeft(new Set(on ? [...left].filter((id) => id !== one.flow.id) : [...left, one.flow.id]))}
            />
          ))}
        </ul>
        {flows.some((one) => one.runs.length > 0) && (
          <label className="flex items-center gap-2">
            <Checkbox checked={replay} onChange={setReplay} label="Replay the runs that stopped for it" />
            <span>Replay the runs that stopped for it: each goes on from the step where it stopped.</span>
          </label>
        )}
      </div>
    </Dialog>
  );
}

/** Which flows are changed: those that are ticked and not done yet. */
function useChosenFlows(flows: readonly ReplaceTarget[]) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const chosen = flows.filter(({ flow }) => !left.has(flow.id) && !isDone(outcomes.get(flow.id)));
  return {
    left,
    setLeft,
    outcomes,
    addOutcomes: (done: ReadonlyMap<string, Outcome>) => setOutcomes(new Map([...outcomes, ...done])),
    chosen,
    /** Whether all of them failed the dry run: a person may still want the change. */
    force: chosen.length > 0 && chosen.every(({ flow }) => isFailedDry(outcomes.get(flow.id))),
    runs: chosen.reduce((sum, one) => sum + one.runs.length, 0),
  };
}

interface FlowLineProps {
  target: ReplaceTarget;
  outcome: Outcome | undefined;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

/** One flow: what will happen to it, and afterwards what did. */
function FlowLine({ target: { flow, places, runs }, outcome, chosen, onChoose }: FlowLineProps) {
  return (
    <li className="flex items-start gap-3 px-3 py-2">
      {outcome === undefined || isFailedDry(outcome) ? (
        <Checkbox checked={chosen} onChange={onChoose} label={`Change ${flow.name}`} className="mt-0.5" />
      ) : (
        <Icon of={isDone(outcome) ? CircleCheck : CircleX} className={isDone(outcome) ? "mt-0.5 text-success" : "mt-0.5 text-failure"} />
      )}
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          <bdi>{flow.name}</bdi>
        </p>
        {outcome === undefined ? (
          <p className="text-meta text-ink-2">
            {`${plural(places, "place")}. ${willHappen(flow)}`}
            {runs.length > 0 && ` ${plural(runs.length, "run")} stopped for it.`}
          </p>
        ) : (
          <p role="status" className={"error" in outcome ? "text-meta text-failure" : "text-meta text-ink-2"}>
            {"error" in outcome ? messageOf(outcome.error) : (outcome.reply.kept ?? "Published.")}
          </p>
        )}
      </div>
    </li>
  );
}

/** As the server decides it: only a draft that holds nothing else is published. */
function willHappen({ status, changed }: ReplaceTarget["flow"]): string {
  if (status === "draft") return "The draft is changed; it is not published yet.";
  if (changed) return "Only the draft is changed, because it has other changes that are not published. Publish it afterwards.";
  return status === "off" ? "Only the draft is changed, because the flow is paused." : "Published at once as a new version.";
}

function doneWords(title: string, outcomes: readonly Outcome[]): string {
  const replies = outcomes.flatMap((outcome) => ("reply" in outcome ? [outcome.reply] : []));
  const published = replies.filter((reply) => reply.published).length;
  const replayed = replies.reduce((sum, { replay }) => sum + (replay?.replayed.length ?? 0), 0);
  const where =
    published === replies.length
      ? plural(published, "flow")
      : `${plural(published, "flow")}, and in ${plural(replies.length - published, "draft")}`;
  return `${title} is used in ${where}${replayed > 0 ? `; ${plural(replayed, "run")} replayed` : ""}`;
}
