import { isFocusLost } from "../../../lib/focus.ts";
import { type Place, placeKey } from "../document/place.ts";

const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>("[data-card]")];

/** Moves the focus to the next or the previous card. */
export function stepFocus(by: 1 | -1): void {
  const all = cards();
  const here = all.findIndex((card) => card === document.activeElement);
  const card = all[Math.min(all.length - 1, Math.max(0, here + by))];
  card?.focus();
  card?.scrollIntoView({ block: "nearest" });
}

/** Focuses the card of a place, once it is on the page. */
export function focusCard(place: Place): void {
  requestAnimationFrame(() => {
    const card = document.querySelector<HTMLElement>(`[data-card="${placeKey(place)}"]`);
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  });
}

/** In a flow that was just begun: the first step it has, or the plus that adds one. What somebody has entered meanwhile keeps the focus. */
export function focusFirstStep(): void {
  requestAnimationFrame(() => {
    if (!isFocusLost()) return;
    const first = document.querySelector<HTMLElement>('[data-card="steps.0"]') ?? document.querySelector<HTMLElement>("[data-gap]");
    first?.focus({ preventScroll: true });
  });
}
