import { Dialog } from "radix-ui";
import { type KeyboardEvent, type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { enter, firstControl } from "../../../lib/focus.ts";

interface PanelShellProps {
  /** Counts openings: each one moves the focus into the panel. */
  opened: number;
  /** Whether the focus still has to move in; true once for each opening. */
  mustEnter: (opened: number) => boolean;
  onClose: () => void;
  children: ReactNode;
}

/**
 * Where the panel stands: beside the column, and on a narrow page over it. What it holds lives in a box that moves between the two, so a
 * tablet that is turned keeps the open tab, what is typed and what was tried.
 */
export function PanelShell({ opened, mustEnter, onClose, children }: PanelShellProps) {
  const isWide = useIsWide();
  const [box] = useState(makeBox);
  // The same function each time: React calls another one anew, and a box that is put in again loses the focus.
  const [holdBox] = useState(() => (place: HTMLElement | null) => place?.append(box));
  useEffect(() => {
    if (mustEnter(opened)) focusFirst(box);
  }, [box, opened, mustEnter]);
  const closeOnEscape = (event: KeyboardEvent) => {
    if (!isWide || event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    // Out of a field it goes to the tab first: who presses it once too often, and then Delete, is not to lose the step.
    const around = event.target instanceof Element ? event.target.closest("[role=tabpanel]") : null;
    const isInside = around !== null && box.contains(around); // the page around has tabs too
    const frame = isInside
      ? (box.querySelector<HTMLElement>("[role=tab][data-state=active]") ?? box.querySelector<HTMLElement>("header button"))
      : null;
    if (frame === null) onClose();
    else frame.focus();
  };
  return (
    <div className="contents" onKeyDown={closeOnEscape}>
      {isWide ? (
        <aside
          ref={holdBox}
          aria-label="What is selected"
          data-part="panel"
          className="sticky top-4 flex max-h-[calc(100dvh-2rem)] min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-raised animate-appear"
        />
      ) : (
        <Dialog.Root open onOpenChange={(next) => !next && onClose()}>
          <Dialog.Portal>
            <Dialog.Overlay className="fixed inset-0 z-40 bg-veil animate-appear" />
            <Dialog.Content
              ref={holdBox}
              aria-describedby={undefined}
              // The box is inside for the browser, and beside it for React, which would take a click in it for one outside.
              onInteractOutside={(event) => box.contains(event.target as Node | null) && event.preventDefault()}
              className="fixed inset-x-0 top-10 bottom-0 z-50 flex flex-col rounded-t-lg bg-raised shadow-float outline-none animate-rise"
            >
              <Dialog.Title className="sr-only">What is selected</Dialog.Title>
            </Dialog.Content>
          </Dialog.Portal>
        </Dialog.Root>
      )}
      {createPortal(children, box)}
    </div>
  );
}

function makeBox(): HTMLElement {
  const box = document.createElement("div");
  box.className = "contents";
  return box;
}

/** The first box that is still to be filled in, else the first of the open tab, else its first button. */
function focusFirst(panel: HTMLElement): void {
  requestAnimationFrame(() => {
    const content = panel.querySelector("[role=tabpanel]:not([hidden])");
    const needed = firstControl(content?.querySelector("[data-needed]"));
    const first =
      needed ??
      firstControl(content?.querySelector("[data-fields]")) ??
      firstControl(content) ??
      content?.querySelector<HTMLElement>("button");
    enter(first ?? panel.querySelector<HTMLElement>("[role=tab][data-state=active]") ?? undefined, { preventScroll: true });
    needed?.scrollIntoView({ block: "nearest" });
  });
}

const wide = window.matchMedia("(min-width: 64rem)");
const useIsWide = (): boolean =>
  useSyncExternalStore(
    (tell) => {
      wide.addEventListener("change", tell);
      return () => wide.removeEventListener("change", tell);
    },
    () => wide.matches,
  );
