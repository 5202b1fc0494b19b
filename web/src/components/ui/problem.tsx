import type { ReactNode } from "react";
import { cx } from "../../lib/cx.ts";

/** What went wrong, announced to screen readers at once. */
export function Problem({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <p role="alert" className={cx("rounded-md bg-failure-soft px-3 py-2 text-ink", className)}>
      {children}
    </p>
  );
}
