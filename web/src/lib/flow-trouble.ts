import type { FlowView } from "#api/schemas.ts";
import { plural } from "./words.ts";

/** What the last check says of a flow that is on; null where all is well. A draft is nobody's trouble yet. */
export function checkTrouble({ status, lint }: Pick<FlowView, "status"> & { lint: { errors: number } | null }): string | null {
  const errors = lint?.errors ?? 0;
  return status === "on" && errors > 0 ? `${plural(errors, "thing")} would make a run fail` : null;
}
