import { type KeyboardEvent, useEffect, useId, useState } from "react";

/**
 * A text box that commands a list: arrows move, Enter picks. Gives the ids that tie both together for screen readers. Where what is typed
 * counts by itself (`isFree`), Enter picks only what an arrow has come to.
 */
export function useListbox(length: number, onPick: (index: number) => void, isFree = false) {
  const first = isFree ? -1 : 0;
  const [active, setActive] = useState(first);
  const id = useId();
  useEffect(() => setActive(first), [first, length]);

  function onKeyDown(event: KeyboardEvent): void {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined && length > 0) {
      event.preventDefault();
      setActive((old) => (old < 0 && move < 0 ? length - 1 : (old + move + length) % length));
    }
    if (event.key === "Enter" && length > 0) {
      event.preventDefault();
      onPick(active);
    }
  }
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);

  return {
    active,
    input: {
      role: "combobox",
      "aria-expanded": true,
      "aria-controls": id,
      "aria-activedescendant": length > 0 && active >= 0 ? `${id}-${active}` : undefined,
      onKeyDown,
    } as const,
    list: { role: "listbox", id } as const,
    option: (index: number) =>
      ({
        role: "option",
        id: `${id}-${index}`,
        "aria-selected": index === active,
        onPointerMove: () => setActive(index),
        onClick: () => onPick(index),
      }) as const,
  };
}
