import { cx } from "../../lib/cx.ts";

/** A grey bar where text will be. */
export function Bar({ className }: { className?: string }) {
  return <span className={cx("block h-3 rounded-sm bg-neutral-soft animate-skeleton", className)} />;
}

/** The shape of a list while its rows are on their way. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-11 items-center gap-6 border-b border-line px-2 animate-late">
          <Bar className="w-20" />
          <Bar className={row % 2 === 0 ? "w-44" : "w-36"} />
          <Bar className="hidden flex-1 sm:block" />
          <Bar className="ml-auto w-16" />
        </div>
      ))}
    </div>
  );
}

/** The shape of a page with cards. */
export function SkeletonCards({ cards = 3 }: { cards?: number }) {
  return (
    <div role="status" aria-label="Loading" className="flex flex-col gap-3">
      {Array.from({ length: cards }, (_, card) => (
        <div key={card} className="flex flex-col gap-3 rounded-lg border border-line p-4 animate-late">
          <Bar className="w-40" />
          <Bar className="w-3/5" />
        </div>
      ))}
    </div>
  );
}
