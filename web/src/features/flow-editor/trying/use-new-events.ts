import { useEffect, useEffectEvent } from "react";
import { useRunChanges } from "../../../lib/events.ts";

/** Calls `look` when the flow may have received an event: a run of it changed, or somebody comes back to the window after sending one. */
export function useNewEvents(flowId: string, look: () => void): void {
  useRunChanges((changed) => {
    if (changed.length === 0 || changed.some((run) => run.flowId === flowId)) look();
  });
  const onFocus = useEffectEvent(look);
  useEffect(() => {
    const listener = () => onFocus();
    window.addEventListener("focus", listener);
    return () => window.removeEventListener("focus", listener);
  }, []);
}
