import { useEffect, useLayoutEffect, useRef } from "react";

/** The first control in a part of the page that takes an entry; undefined where there is none. */
export const firstControl = (part: ParentNode | null | undefined): HTMLElement | undefined =>
  part?.querySelector<HTMLElement>(
    "input, select, textarea, [contenteditable=true], [role=switch], [role=checkbox], [aria-haspopup=dialog]",
  ) ?? undefined;

/** Brings the focus to a control as Tab does: what stands in a box is selected, so that typing replaces it. */
export function enter(control: HTMLElement | undefined, how: FocusOptions = {}): void {
  control?.focus(how);
  if (control instanceof HTMLInputElement) control.select();
}

/** Whether nobody has put the focus anywhere: what had it is gone from the page, and the title of the page may have it in its stead. */
export const isFocusLost = (): boolean => hasNobodyFocus() || document.activeElement === titleOfPage();

const hasNobodyFocus = (): boolean => document.activeElement === null || document.activeElement === document.body;

const titleOfPage = (): HTMLElement | null => document.querySelector("h1");

/** Time for whatever brings the focus to a better place; too short for somebody to press the next key. */
const keptAfterMs = 100;

/**
 * What has the focus may go from the page: a button that has done its work, a page that is left. The browser would begin at the top then, and
 * nobody would know where they are. So the focus goes back to it where it was only moved, else to the tab or the window around it that is still
 * there, else to the title of the page.
 */
export function useFocusKept(): void {
  useEffect(() => {
    let around: readonly HTMLElement[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const remember = (event: FocusEvent) => {
      around = outwards(event.target);
    };
    // Who clicks beside everything wants the focus nowhere.
    const forget = () => {
      around = [];
    };
    const bringBack = () => {
      timer = undefined;
      const [itself, ...outside] = around;
      const parts = outside.filter((one) => one.matches("[role=tabpanel], [role=dialog]"));
      for (const one of [itself, ...parts, titleOfPage()]) {
        if (!hasNobodyFocus()) return;
        one?.focus({ preventScroll: true });
      }
    };
    const look = () => {
      if (timer === undefined && around.length > 0 && hasNobodyFocus()) timer = setTimeout(bringBack, keptAfterMs);
    };
    const changes = new MutationObserver(look);
    changes.observe(document.body, { childList: true, subtree: true });
    document.addEventListener("focusin", remember);
    document.addEventListener("pointerdown", forget);
    return () => {
      clearTimeout(timer);
      changes.disconnect();
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", forget);
    };
  }, []);
}

/** An element, and what it is in, from the inside out. */
function outwards(target: EventTarget | null): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = target instanceof HTMLElement ? target : null; one !== null; one = one.parentElement) found.push(one);
  return found;
}

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
    enter(firstControl(all.at(-1)));
  }, [rows]);
  return {
    list,
    /** A row is about to be added by hand. */
    adding: () => {
      before.current = rows;
    },
  };
}
