import { cx } from "../../lib/cx.ts";

interface ProgressBarProps {
  label: string;
  /** Between 0 and 1; null: nobody knows yet how much there is. */
  share: number | null;
}

/** How far long work is. */
export function ProgressBar({ label, share }: ProgressBarProps) {
  const percent = share === null ? undefined : Math.floor(share * 100);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className="h-1.5 w-full overflow-hidden rounded-full bg-neutral-soft"
    >
      <div
        className={cx("h-full rounded-full bg-accent transition-[width]", percent === undefined && "animate-skeleton opacity-40")}
        style={{ width: percent === undefined ? "100%" : `${percent}%` }}
      />
    </div>
  );
}
