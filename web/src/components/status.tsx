import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CircleMinus,
  CirclePause,
  CircleX,
  Clock,
  Hand,
  LifeBuoy,
  LoaderCircle,
  type LucideIcon,
  PencilLine,
  RotateCcw,
  TriangleAlert,
  Unplug,
} from "lucide-react";
import type { ConnectionView, FlowView, RunView, StepView } from "#api/schemas.ts";
import { connectionWord, isInUse } from "#surfaces/connection-words.ts";
import { cx } from "../lib/cx.ts";

/** A state as people meet it: a word, a shape and a colour, never the colour alone. */
export interface Look {
  word: string;
  icon: LucideIcon;
  tone: string;
  turns?: boolean;
}

export const runLooks: Record<RunView["state"], Look> = {
  succeeded: { word: "Success", icon: CircleCheck, tone: "text-success" },
  failed: { word: "Failed", icon: CircleX, tone: "text-failure" },
  held: { word: "Held", icon: Hand, tone: "text-held" },
  waiting: { word: "Waiting", icon: Clock, tone: "text-waiting" },
  running: { word: "Running", icon: LoaderCircle, tone: "text-accent-ink", turns: true },
  queued: { word: "Queued", icon: CircleDashed, tone: "text-ink-3" },
  filtered: { word: "Filtered", icon: CircleMinus, tone: "text-ink-3" },
  cancelled: { word: "Cancelled", icon: Ban, tone: "text-ink-3" },
};

/** A run that failed or was held, and whose work a replay has done since. */
const replayedLook: Look = { word: "Replayed", icon: RotateCcw, tone: "text-ink-3" };

interface RunStatus {
  state: RunView["state"];
  replayedBy?: string | undefined;
}

const lookOfRun = ({ state, replayedBy }: RunStatus): Look => (replayedBy === undefined ? runLooks[state] : replayedLook);

const stepLooks: Record<StepView["state"], Look> = {
  succeeded: runLooks.succeeded,
  failed: runLooks.failed,
  held: runLooks.held,
  waiting: runLooks.waiting,
  running: runLooks.running,
  skipped: { word: "Skipped", icon: CircleMinus, tone: "text-ink-3" },
};

const flowLooks: Record<FlowView["status"], Look> = {
  on: { word: "On", icon: CircleDot, tone: "text-success" },
  off: { word: "Paused", icon: CirclePause, tone: "text-warning" },
  draft: { word: "Draft", icon: PencilLine, tone: "text-ink-3" },
};

const connectionLooks: Record<ConnectionView["status"], Omit<Look, "word">> = {
  untested: { icon: CircleDashed, tone: "text-ink-3" },
  failed: { icon: CircleX, tone: "text-failure" },
  connected: { icon: CircleCheck, tone: "text-success" },
  expiring: { icon: TriangleAlert, tone: "text-warning" },
  broken: { icon: Unplug, tone: "text-failure" },
  paused: { icon: CirclePause, tone: "text-warning" },
};

function Shape({ look, size = 16 }: { look: Look; size?: number }) {
  return (
    <look.icon aria-hidden size={size} strokeWidth={1.8} className={cx("shrink-0", look.tone, look.turns === true && "animate-turn")} />
  );
}

/** A state by its shape and its word. */
export function State({ look, word = look.word, className }: { look: Look; word?: string; className?: string | undefined }) {
  return (
    <span className={cx("inline-flex items-center gap-1.5 whitespace-nowrap", className)}>
      <Shape look={look} />
      {word}
    </span>
  );
}

/** The state of a run, by the label the server gives it. */
export function RunState({ run, className }: { run: RunStatus & Pick<RunView, "label">; className?: string }) {
  return <State look={lookOfRun(run)} word={run.label} className={className} />;
}

/** Marks a run whose webhook never arrived: the poll for lost webhooks found it. */
export function Recovered({ className }: { className?: string }) {
  return (
    <span
      title="The webhook never arrived; the poll for lost webhooks found it"
      className={cx("inline-flex items-center gap-1 rounded-sm bg-accent-soft px-1.5 text-meta font-medium text-accent-ink", className)}
    >
      <LifeBuoy aria-hidden size={12} strokeWidth={1.8} />
      Recovered
    </span>
  );
}

/** Only the shape, named for those who do not see it. */
export function RunMark(run: RunStatus) {
  const look = lookOfRun(run);
  return (
    <span role="img" aria-label={look.word} title={look.word} className="inline-flex">
      <Shape look={look} />
    </span>
  );
}

type StepOutcome = Pick<StepView, "state" | "kind" | "output">;

/** A filter that was worked out and does not hold ended the run: a tick would look like a yes. */
const lookOf = ({ state, kind, output }: StepOutcome): Look =>
  kind === "filter" && typeof output === "object" && output !== null && "passed" in output && output.passed === false
    ? runLooks.filtered
    : stepLooks[state];

export function StepMark({ step }: { step: StepOutcome }) {
  const look = lookOf(step);
  return (
    <span role="img" aria-label={look.word} title={look.word} className="inline-flex">
      <Shape look={look} />
    </span>
  );
}

/** How a step ended, in a word. */
export const stepWord = (step: StepOutcome): string => lookOf(step).word;

export function StepState({ step }: { step: StepOutcome }) {
  return <State look={lookOf(step)} />;
}

export function FlowState({ status }: { status: FlowView["status"] }) {
  return <State look={flowLooks[status]} />;
}

export function ConnectionState({ of }: { of: Pick<ConnectionView, "status" | "lastUsedAt" | "loginAt"> }) {
  const look = isInUse(of) ? { icon: CircleDot, tone: "text-ink-2" } : connectionLooks[of.status];
  return <State look={{ ...look, word: connectionWord(of) }} />;
}
