import { CircleAlert, CircleCheck, LoaderCircle, type LucideIcon, RotateCw, TriangleAlert } from "lucide-react";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { useDraftPart } from "./context.tsx";
import type { SaveState } from "./saver.ts";

const looks: Record<SaveState["kind"], { word: string; icon: LucideIcon; tone: string; turns?: true }> = {
  saved: { word: "Saved", icon: CircleCheck, tone: "text-ink-3" },
  saving: { word: "Saving", icon: LoaderCircle, tone: "text-ink-3", turns: true },
  retrying: { word: "Not saved, trying again", icon: RotateCw, tone: "text-warning" },
  refused: { word: "Not saved", icon: CircleAlert, tone: "text-failure" },
  conflict: { word: "Not saved: changed elsewhere", icon: TriangleAlert, tone: "text-warning" },
};

/** Says whether the draft is saved. */
export function SaveStatus() {
  const save = useDraftPart((view) => view.save);
  const look = looks[save.kind];
  return (
    <span role="status" title={"message" in save ? save.message : undefined} className={cx("inline-flex items-center gap-1.5", look.tone)}>
      <Icon of={look.icon} size={14} className={look.turns ? "animate-turn" : ""} />
      {look.word}
    </span>
  );
}
