import type { ReactNode } from "react";
import { cx } from "../../lib/cx.ts";

/** A fact of a connection, in a list of them. `code`: an id or an address. */
export function Fact({ title, code = false, children }: { title: string; code?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{title}</dt>
      <dd className={cx("min-w-0 break-words", code && "font-mono text-meta leading-5 break-all")}>{children}</dd>
    </>
  );
}
