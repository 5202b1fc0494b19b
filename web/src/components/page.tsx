import { ChevronLeft } from "lucide-react";
import { type ReactNode, useEffect } from "react";
import { cx } from "../lib/cx.ts";
import { Icon } from "./ui/icon.tsx";

interface PageProps {
  title: string;
  /** Shown instead of the plain title, where the title carries more than text. */
  heading?: ReactNode;
  about?: ReactNode;
  /** A link back to the list this belongs to. */
  back?: ReactNode;
  actions?: ReactNode;
  /** Tables may use all width. */
  wide?: boolean;
  children: ReactNode;
}

/** Title left, actions right, content under it. */
export function Page({ title, heading, about, back, actions, wide = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  return (
    <div className={cx("mx-auto w-full px-4 pt-5 pb-24 sm:px-8 sm:pt-7", wide ? "max-w-[1600px]" : "max-w-[1200px]")}>
      {back}
      <header className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-64">
          {/* It takes the focus where what had it is gone. */}
          <h1 tabIndex={-1} className="text-page leading-8 font-semibold tracking-[-0.014em] text-balance">
            {heading ?? <bdi>{title}</bdi>}
          </h1>
          {about !== undefined && <div className="mt-0.5 max-w-3xl text-body text-ink-2">{about}</div>}
        </div>
        {/* On a phone the words are enough: without their icons the buttons fit on one line. */}
        {actions !== undefined && (
          <div className="flex min-h-8 flex-wrap items-center gap-1.5 max-sm:[&_button:not([aria-label])>svg]:hidden sm:gap-2">
            {actions}
          </div>
        )}
      </header>
      {children}
    </div>
  );
}

/** The clothes of a link back to a list. */
export const backLinkClass = "mb-2 -ml-1 inline-flex items-center gap-0.5 rounded-sm text-ui text-ink-3 transition-colors hover:text-ink";

/** The inside of a link back to a list. */
export function BackLabel({ children }: { children: ReactNode }) {
  return (
    <>
      <Icon of={ChevronLeft} size={15} />
      {children}
    </>
  );
}

/** A part of a page under its own heading. */
export function Section({
  title,
  aside,
  children,
  className,
}: {
  title: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={className}>
      <div className="mb-2 flex min-h-7 items-center justify-between gap-3">
        <h2 className="text-body font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
