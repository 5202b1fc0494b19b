import { useState } from "react";
import type { FlowView } from "#api/schemas.ts";

/** Which of the flows on the page are ticked. */
export function useSelection(flows: readonly FlowView[]) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const chosen = flows.filter(({ id }) => ids.has(id));
  return {
    chosen,
    has: (id: string) => ids.has(id),
    set: (id: string, on: boolean) => setIds((old) => new Set(on ? [...old, id] : [...old].filter((one) => one !== id))),
    all: chosen.length === 0 ? false : chosen.length === flows.length ? true : ("some" as const),
    setAll: (on: boolean) => setIds(new Set(on ? flows.map(({ id }) => id) : [])),
    clear: () => setIds(new Set()),
  };
}
