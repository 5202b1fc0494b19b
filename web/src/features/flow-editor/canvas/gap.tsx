import { Plus } from "lucide-react";
import { memo } from "react";
import { Icon } from "../../../components/ui/icon.tsx";
import { cx } from "../../../lib/cx.ts";
import { type Place, placeKey } from "../document/place.ts";
import { useDropPlace } from "./drag.tsx";
import { useCanvas } from "./context.tsx";

interface GapProps {
  /** The list, as its key. */
  list: string;
  index: number;
  /** Behind the last step of a list: always in sight. */
  last?: boolean;
  /** Where it is, for those who cannot see it: "after step 2". */
  where: string;
}

/** The line between two cards, with the plus that puts a step there; a card that is dragged can be dropped on it. */
export const Gap = memo(function Gap({ list, index, last = false, where }: GapProps) {
  const { add } = useCanvas();
  const place: Place = [...list.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key)), index];
  const drop = useDropPlace(place);
  return (
    <div ref={drop.ref} className={cx("group/gap relative flex justify-center", drop.isDragging ? "h-9" : last ? "h-12" : "h-8")}>
      {(!last || index > 0 || list === "steps") && (
        <span aria-hidden className={cx("absolute left-1/2 w-px -translate-x-1/2 bg-line-strong", last ? "top-0 h-4" : "inset-y-0")} />
      )}
      {drop.isDragging ? (
        <span
          aria-hidden
          className={cx(
            "absolute inset-x-2 top-1/2 h-1.5 -translate-y-1/2 rounded-full transition-colors",
            drop.isOver ? "bg-accent" : drop.isOpen ? "bg-line" : "bg-transparent",
          )}
        />
      ) : (
        <button
          type="button"
          data-gap={placeKey(place)}
          aria-label={`Add a step ${where}`}
          title="Add a step"
          onClick={() => add(place)}
          className={cx(
            "relative z-10 grid place-items-center rounded-full border border-line-strong bg-raised text-ink-3 transition",
            "hover:border-accent hover:bg-accent hover:text-on-accent focus-visible:rounded-full",
            last
              ? "mt-4 size-6"
              : "size-5 self-center border-line text-ink-3 group-hover/gap:border-line-strong group-hover/gap:text-ink-2 pointer-coarse:size-6",
          )}
        >
          <Icon of={Plus} size={14} />
        </button>
      )}
    </div>
  );
});
