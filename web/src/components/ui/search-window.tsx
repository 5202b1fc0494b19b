import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ComponentProps, ReactNode } from "react";
import { cx } from "../../lib/cx.ts";
import { useFocusBack } from "../../lib/focus.ts";
import { Icon } from "./icon.tsx";

interface SearchWindowProps {
  title: string;
  open: boolean;
  onClose: () => void;
  /** Where it stands and how large it may get. */
  className: string;
  children: ReactNode;
}

/** A window over the page in which something is found by typing. */
export function SearchWindow({ title, open, onClose, className, children }: SearchWindowProps) {
  const focusBack = useFocusBack(open);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
        <Dialog.Content
          aria-describedby={undefined}
          {...focusBack}
          className={cx(
            "fixed left-1/2 z-50 -translate-x-1/2 overflow-hidden rounded-lg bg-raised shadow-float outline-none animate-appear",
            className,
          )}
        >
          <Dialog.Title className="sr-only">{title}</Dialog.Title>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The box at the top of such a window. */
export function SearchBox(props: ComponentProps<"input">) {
  return (
    <div className="flex h-12 shrink-0 items-center gap-3 border-b border-line px-4">
      <Icon of={Search} className="text-ink-3" />
      <input {...props} autoFocus className="h-full min-w-0 flex-1 bg-transparent text-body outline-none placeholder:text-ink-3" />
    </div>
  );
}
