import { SlidersHorizontal, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { cx } from "../lib/cx.ts";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

interface FilterBarProps {
  /** What is filtered: "Filter runs". */
  label: string;
  /** The search field, which is always there. */
  search: ReactNode;
  /** How many of the other filters narrow the list. */
  active: number;
  /** Takes all filters away; null where there is none. */
  onClear: (() => void) | null;
  /** The other filters. On a phone they are behind a button. */
  children: ReactNode;
}

/** The filters over a list. */
export function FilterBar({ label, search, active, onClear, children }: FilterBarProps) {
  const [open, setOpen] = useState(false);
  return (
    <div role="search" aria-label={label} className="mb-4 flex flex-wrap items-center gap-2">
      <div className="min-w-0 flex-1 sm:w-64 sm:flex-none">{search}</div>
      <Button
        className={cx("sm:hidden", active > 0 && "!bg-accent-soft")}
        aria-expanded={open}
        icon={<Icon of={SlidersHorizontal} size={14} />}
        onClick={() => setOpen(!open)}
      >
        Filters{active > 0 && ` (${active})`}
      </Button>
      <div className={cx("flex flex-wrap items-center gap-2 max-sm:w-full", !open && "max-sm:hidden")}>{children}</div>
      {onClear && (
        <Button kind="quiet" icon={<Icon of={X} size={14} />} onClick={onClear}>
          Clear
        </Button>
      )}
    </div>
  );
}
