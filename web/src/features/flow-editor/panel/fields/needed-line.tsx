import { CircleCheck, TriangleAlert } from "lucide-react";
import { Icon } from "../../../../components/ui/icon.tsx";
import { plural } from "../../../../lib/words.ts";

/** How many fields are still needed, in one line above them. It is there from the start and stays, so that no field moves. */
export function NeededLine({ missing }: { missing: number }) {
  const isDone = missing === 0;
  return (
    <p role="status" className={`flex items-center gap-1.5 text-meta ${isDone ? "text-ink-3" : "text-warning"}`}>
      <Icon of={isDone ? CircleCheck : TriangleAlert} size={12} className="shrink-0" />
      {isDone ? "All needed fields are filled in" : `${plural(missing, "field")} ${missing === 1 ? "is" : "are"} needed`}
    </p>
  );
}
