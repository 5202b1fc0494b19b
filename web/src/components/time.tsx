import { useNow } from "../lib/clock.ts";
import { cx } from "../lib/cx.ts";
import { exactTime, relativeTime } from "../lib/time.ts";

/** "4 min ago", the exact time with its zone on hover. */
export function Time({ at, className }: { at: number; className?: string }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className={cx("whitespace-nowrap", className)}>
      {relativeTime(at, now)}
    </time>
  );
}
