import { ArrowLeft, ArrowLeftRight, ArrowRight, Lock, type LucideIcon } from "lucide-react";
import type { KeyboardEvent } from "react";
import { capital } from "#kernel/words.ts";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { wayWords } from "../texts.ts";
import type { BothWords, Way } from "../types.ts";
import { nextWay, wayOfKey } from "./edits.ts";

export const wayIcons: Record<Way, LucideIcon> = { both: ArrowLeftRight, toB: ArrowRight, toA: ArrowLeft };

interface WayButtonProps {
  /** What the row is called. */
  row: string;
  way: Way;
  /** The ways that there are for it. */
  allowed: readonly Way[];
  words: BothWords;
  onChange: (way: Way) => void;
}

/** Which way a row goes: a click goes to the next way, the arrow keys to the side at which they point. A lock says that there is no other. */
export function WayButton({ row, way, allowed, words, onChange }: WayButtonProps) {
  const isFixed = allowed.length < 2 && allowed.includes(way);
  const says = wayWords(way, words.a.account, words.b.account);
  const onKeyDown = (event: KeyboardEvent) => {
    const wanted = wayOfKey(event.key);
    if (wanted === undefined) return;
    event.preventDefault();
    if (allowed.includes(wanted)) onChange(wanted);
  };
  return (
    <button
      type="button"
      aria-label={`${row}: ${says}${isFixed ? ", the only way there is" : ". Change the direction"}`}
      title={`${capital(says)}${isFixed ? ": the other side can only be read" : ""}`}
      aria-disabled={isFixed || undefined}
      onClick={() => onChange(nextWay(way, allowed))}
      onKeyDown={onKeyDown}
      className={cx(
        "inline-flex h-8 w-12 shrink-0 items-center justify-center gap-0.5 rounded-md transition-colors",
        isFixed ? "text-ink-3" : "bg-accent-soft text-accent-ink hover:bg-selected",
      )}
    >
      {isFixed && way === "toB" && <Icon of={Lock} size={11} />}
      <Icon of={wayIcons[way]} />
      {isFixed && way === "toA" && <Icon of={Lock} size={11} />}
    </button>
  );
}
