import { CircleCheck, CircleDot, CirclePause, GitCompareArrows, Hand, LoaderCircle, PencilLine, TriangleAlert } from "lucide-react";
import type { SyncView } from "#api/schemas.ts";
import { type Look, State } from "../../components/status.tsx";
import { useNow } from "../../lib/clock.ts";
import { type Standing, standingOf, standingWords } from "./standing.ts";

const looks: Record<Standing, Omit<Look, "word">> = {
  draft: { icon: PencilLine, tone: "text-ink-3" },
  first: { icon: LoaderCircle, tone: "text-accent-ink", turns: true },
  asking: { icon: Hand, tone: "text-held" },
  paused: { icon: CirclePause, tone: "text-warning" },
  conflicts: { icon: GitCompareArrows, tone: "text-warning" },
  problems: { icon: TriangleAlert, tone: "text-failure" },
  catching: { icon: CircleDot, tone: "text-waiting" },
  step: { icon: CircleCheck, tone: "text-success" },
};

/** How a sync stands: its word, and a shape. */
export function SyncState({ sync }: { sync: SyncView }) {
  const now = useNow();
  const look = looks[standingOf(sync)];
  const isResting = sync.job?.state === "paused";
  return (
    <State look={{ ...look, turns: look.turns === true && !isResting, word: standingWords(sync, now) }} className="whitespace-normal" />
  );
}
