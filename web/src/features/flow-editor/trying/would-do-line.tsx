import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleMinus,
  Clock,
  CornerDownRight,
  Equal,
  FlaskConical,
  type LucideIcon,
  Search,
} from "lucide-react";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { useDryIsOld, useWouldDo } from "./dry-context.tsx";
import type { WouldDo } from "./outline-words.ts";

const looks: Record<WouldDo["tone"], { icon: LucideIcon; tone: string }> = {
  does: { icon: FlaskConical, tone: "text-success" },
  same: { icon: Equal, tone: "text-ink-3" },
  passes: { icon: CircleCheck, tone: "text-success" },
  turns: { icon: CornerDownRight, tone: "text-ink-2" },
  waits: { icon: Clock, tone: "text-ink-2" },
  reads: { icon: Search, tone: "text-ink-2" },
  rests: { icon: CircleMinus, tone: "text-ink-3" },
  ends: { icon: Ban, tone: "text-ink-2" },
  fails: { icon: CircleAlert, tone: "text-failure" },
};

/** On a card: what the step would do with the chosen sample. */
export function WouldDoLine({ step }: { step: string }) {
  const wouldDo = useWouldDo(step);
  const isOld = useDryIsOld();
  if (wouldDo === undefined) return null;
  const { icon, tone } = looks[wouldDo.tone];
  return (
    <span className={cx("mt-0.5 flex items-center gap-1.5 text-meta", tone, isOld && "outdated")}>
      <Icon of={icon} size={13} className="shrink-0" />
      <bdi className="min-w-0 truncate" title={wouldDo.words}>
        {wouldDo.words}
      </bdi>
    </span>
  );
}
