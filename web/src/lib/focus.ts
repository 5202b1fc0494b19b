import { useEffect, useLayoutEffect, useRef } from "react";

/** The first control in a part of the page that takes an entry; undefined where there is none. */
export const firstControl = (part: ParentNode | null | undefined): HTMLElement | undefined =>
  part?.querySelector<HTMLElement>(
    "input, select, textarea, [contenteditable=true], [role=switch], [role=checkbox], [aria-haspopup=dialog]",
  ) ?? undefined;

/** Whether nothing has the focus: what had it is gone from the page. */
export const isFocusLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

/**
 * For a window that no button of its own opens: when it closes, the focus goes back to where it was, unless something else has taken it.
 * It belongs into the component around the window, which is drawn before what is in the window takes the focus.
 */
export function useFocusBack(open: boolean): { onCloseAutoFocus: (event: Event) => void } {
  const from = useRef<Element | null>(null);
  useLayoutEffect(() => {
    if (open) from.current = document.activeElement;
  }, [open]);
  return {
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      if (from.current instanceof HTMLElement && isFocusLost()) from.current.focus();
    },
  };
}

/** Brings the focus into a row that was just added. The rows are children of `list` that are marked `data-row`. */
export function useNewRow<E extends HTMLElement>(rows: number) {
  const list = useRef<E>(null);
  const before = useRef<number>(null);
  useEffect(() => {
    if (before.current === null || rows <= before.current) return;
    before.current = null;
    const all = [...(list.current?.children ?? [])].filter((child) => child.hasAttribute("data-row"));
    firstControl(all.at(-1))?.focus();
  }, [rows]);
  return {
    list,
    /** A row is about to be added by hand. */
    adding: () => {
      before.current = rows;
    },
  };
}
