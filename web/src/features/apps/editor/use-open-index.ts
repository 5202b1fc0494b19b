import { useRef } from "react";

/**
 * Where in a list the thing is whose id the address names; -1: nowhere. While its id is being changed the address comes a moment later, and
 * the form must not be taken away from under the writer: then it is where it was.
 */
export function useOpenIndex(list: readonly { id: string }[], open: string | undefined): number {
  const last = useRef(-1);
  const found = list.findIndex(({ id }) => id === open);
  const index = found < 0 && open !== undefined && last.current < list.length ? last.current : found;
  last.current = index;
  return index;
}
