import { useEffect, useEffectEvent } from "react";

/** Keys are letters for somebody who is writing, and belong to the window on top while one is open. */
function meantForSomethingElse(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  const target = event.target instanceof Element ? event.target : null;
  return (
    target?.closest("input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]") !=
    null
  );
}

/** Single keys of a page: `{ j: next, k: previous }`. */
export function useKeys(keys: Record<string, () => void>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const act = keys[event.key];
    if (act === undefined || meantForSomethingElse(event)) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** Moves the focus among the elements marked `data-row` by so many. */
export function stepRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const here = rows.findIndex(
    (row) => row.contains(document.activeElement) || row.closest("[role=row]")?.contains(document.activeElement) === true,
  );
  const row = rows[here === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, here + by))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}
