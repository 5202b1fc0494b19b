import { X } from "lucide-react";
import { Dialog as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../../lib/cx.ts";
import { enter, useFocusBack } from "../../lib/focus.ts";
import { Icon } from "./icon.tsx";
import { IconButton } from "./button.tsx";

/** Writing can begin at once: the first control gets the focus, not the button that closes. */
function focusFirstControl(event: globalThis.Event): void {
  const control =
    event.target instanceof Element
      ? event.target.querySelector<HTMLElement>("[autofocus], input:not([type=file]), select, textarea, [type=submit]")
      : null;
  if (control === null) return;
  event.preventDefault();
  enter(control);
}

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What this is about, in a sentence. */
  about?: ReactNode;
  children: ReactNode;
  /** Buttons, the main one last. */
  footer?: ReactNode;
  /** `sheet`: from the right edge, for things that are read beside the page. */
  shape?: "box" | "sheet";
  /** Runs the form of the dialog on Enter. */
  onSubmit?: () => void;
}

const shapes = {
  box: "top-[12vh] left-1/2 max-h-[76vh] w-[min(30rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg animate-appear",
  sheet: "inset-y-0 right-0 w-[min(44rem,100vw)] animate-slide sm:inset-y-2 sm:right-2 sm:w-[min(44rem,calc(100vw-1rem))] sm:rounded-lg",
} as const;

/** A window over the page. Escape and a click beside it close it; focus stays inside and goes back where it came from. */
export function Dialog({ open, onClose, title, about, children, footer, shape = "box", onSubmit }: DialogProps) {
  const focusBack = useFocusBack(open);
  const inside = (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">{children}</div>
      {footer !== undefined && (
        <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
      )}
    </>
  );
  return (
    <Parts.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
        <Parts.Content
          {...(about === undefined ? { "aria-describedby": undefined } : {})}
          onOpenAutoFocus={focusFirstControl}
          {...focusBack}
          className={cx("fixed z-50 flex flex-col bg-raised shadow-float outline-none", shapes[shape])}
        >
          <header className="flex items-start gap-4 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1">
              <Parts.Title className="text-section font-semibold">{title}</Parts.Title>
              {about !== undefined && <Parts.Description className="mt-0.5 text-ui text-ink-2">{about}</Parts.Description>}
            </div>
            <Parts.Close asChild>
              <IconButton label="Close" small className="-mr-1">
                <Icon of={X} />
              </IconButton>
            </Parts.Close>
          </header>
          {onSubmit === undefined ? (
            inside
          ) : (
            <form
              noValidate
              className="flex min-h-0 flex-1 flex-col"
              onSubmit={(event) => {
                event.preventDefault();
                onSubmit();
              }}
            >
              {inside}
            </form>
          )}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
