import { ArrowUpDown, type LucideIcon, Minus, Pencil, Plus } from "lucide-react";
import type { FlowChangeView } from "#api/schemas.ts";
import { Icon } from "./ui/icon.tsx";

const marks: Record<FlowChangeView["kind"], { icon: LucideIcon; look: string }> = {
  added: { icon: Plus, look: "bg-success-soft text-success" },
  removed: { icon: Minus, look: "bg-failure-soft text-failure" },
  moved: { icon: ArrowUpDown, look: "bg-neutral-soft text-ink-2" },
  changed: { icon: Pencil, look: "bg-neutral-soft text-ink-2" },
};

/** The differences between two versions of a flow, a sentence each. */
export function ChangeList({ changes, label }: { changes: readonly FlowChangeView[]; label: string }) {
  if (changes.length === 0) return <p className="text-ink-2">Nothing is different.</p>;
  return (
    <ul aria-label={label} className="flex flex-col gap-3">
      {changes.map((change) => (
        <li key={`${change.kind} ${change.at}`} className="flex items-start gap-2.5">
          <span className={`mt-0.5 grid size-5 shrink-0 place-items-center rounded-sm ${marks[change.kind].look}`}>
            <Icon of={marks[change.kind].icon} size={12} />
          </span>
          <p className="min-w-0 break-words">
            <bdi>{change.text}</bdi>
          </p>
        </li>
      ))}
    </ul>
  );
}
