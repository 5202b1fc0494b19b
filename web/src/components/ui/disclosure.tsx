import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

/** Something that opens on demand; the browser's own, so that find-in-page and keyboards know it. */
export function Disclosure({ summary, open = false, children }: { summary: ReactNode; open?: boolean; children: ReactNode }) {
  return (
    <details open={open}>
      <summary className="flex min-h-8 list-none items-center gap-1.5 rounded-md text-ui outline-offset-0 hover:text-ink">
        <Icon of={ChevronRight} size={14} className="shrink-0 text-ink-3 transition-transform [details[open]>summary>&]:rotate-90" />
        {summary}
      </summary>
      <div className="pb-2 pl-5">{children}</div>
    </details>
  );
}
