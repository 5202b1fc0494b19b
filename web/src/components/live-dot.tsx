import { cx } from "../lib/cx.ts";
import { useLive } from "../lib/events.ts";

/** Tells whether the page follows by itself. */
export function LiveDot() {
  const live = useLive();
  return (
    <span
      role="status"
      title={live ? "New runs show up by themselves" : "The line to Millrace is down; trying again"}
      className="flex items-center gap-1.5 text-meta text-ink-3"
    >
      <span className={cx("size-1.5 rounded-full", live ? "bg-success" : "bg-warning")} />
      {live ? "Live" : "Reconnecting"}
    </span>
  );
}
