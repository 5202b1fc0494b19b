import { Ban, CircleAlert, CircleMinus, FlaskConical, type LucideIcon } from "lucide-react";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { useDryIsOld, useWouldDo } from "./dry-context.tsx";
import type { WouldDo } from "./outline-words.ts";

const looks: Record<WouldDo["tone"], { icon: LucideIcon; tone: string }> = {
  does: { icon: FlaskConical, tone: "text-success" },
  rests: { icon: CircleMinus, tone: "text-ink-3" },
  ends: { icon: Ban, tone: "text-ink-2" },
  fails: { icon: CircleAlert, tone: "text-failure" },
};

/** On a card: what the step would do with the chosen sample. */
export function WouldDoLine({ step }: { step: string }) {
  const found = useWouldDo(step);
  const isOld = useDryIsOld();
  if (found === undefined) return null;
  const { icon, tone } = looks[found.tone];
  return (
    <span className={cx("mt-0.5 flex items-center gap-1.5 text-meta", tone, isOld && "grayscale")}>
      <Icon of={icon} size={13} className="shrink-0" />
      <bdi className="min-w-0 truncate" title={found.words}>
        {found.words}
      </bdi>
    </span>
  );
}
