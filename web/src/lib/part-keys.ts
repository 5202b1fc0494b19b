import { useEffect } from "react";
import { enter, firstControl } from "./focus.ts";

/** The parts of the page of a flow, in the order in which F6 goes through them: the one around, and what in it takes the focus first. */
const parts: readonly { around: string; first: (part: HTMLElement) => HTMLElement | null | undefined }[] = [
  {
    around: "[data-part=steps]",
    first: (part) => part.querySelector<HTMLElement>("[data-card][aria-current]") ?? part.querySelector<HTMLElement>("[data-card]"),
  },
  {
    around: "[data-part=panel]",
    first: (part) => firstControl(part.querySelector("[role=tabpanel]:not([hidden]) [data-fields]")) ?? activeTab(part),
  },
  { around: "[data-part=actions]", first: (part) => part.querySelector<HTMLElement>("[data-main]") ?? part.querySelector("button") },
  { around: "[data-part=tabs]", first: activeTab },
];

function activeTab(part: HTMLElement): HTMLElement | null {
  return part.querySelector<HTMLElement>("[role=tab][data-state=active]");
}

/** Brings the focus to the next part of the page, or the one before, from wherever it is. */
export function goToPart(by: 1 | -1): void {
  const present = parts.flatMap(({ around, first }) => {
    const part = document.querySelector<HTMLElement>(around);
    const target = part && first(part);
    return part && target ? [{ part, target }] : [];
  });
  const inside = document.activeElement?.closest("[data-part]");
  const here = present.findIndex(({ part }) => part === inside);
  const next = present[here < 0 ? (by === 1 ? 0 : present.length - 1) : (here + by + present.length) % present.length];
  enter(next?.target);
  next?.target.scrollIntoView({ block: "nearest" });
}

/** F6 goes from part to part, as between the panes of a window. An open dialog keeps it. */
export function usePartKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "F6" || event.ctrlKey || event.metaKey || event.altKey) return;
      if (document.querySelector("[role=dialog]") !== null) return;
      event.preventDefault();
      goToPart(event.shiftKey ? -1 : 1);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
