import { AlertDialog as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will be lost, in a sentence or two. */
  children: ReactNode;
  /** "Remove connection". */
  action: string;
  busy?: boolean;
  /** What is done can be taken back. */
  harmless?: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back, or that one may not expect. */
export function Confirm({ open, onClose, title, children, action, busy = false, harmless = false, onConfirm }: ConfirmProps) {
  return (
    <Parts.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
        <Parts.Content className="fixed top-[20vh] left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg bg-raised p-5 shadow-float outline-none animate-appear">
          <Parts.Title className="text-section font-semibold">{title}</Parts.Title>
          <Parts.Description asChild>
            <div className="mt-1.5 text-body text-ink-2">{children}</div>
          </Parts.Description>
          <div className="mt-5 flex justify-end gap-2">
            <Parts.Cancel asChild>
              <Button>Cancel</Button>
            </Parts.Cancel>
            <Button kind={harmless ? "primary" : "danger"} busy={busy} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
