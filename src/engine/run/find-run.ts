import { MillraceError } from "#kernel/errors.ts";
import type { RunStore } from "../ports/run-store.ts";
import type { RunContext } from "../types/runs.ts";

/** A run with its event and steps, from its rows. Throws NOT_FOUND. */
export async function findRun(store: Pick<RunStore, "get">, workspaceId: string, id: string): Promise<RunContext> {
  const context = await store.get(workspaceId, id);
  if (!context) throw noRun(id);
  return context;
}

/** There is no such run. */
export const noRun = (id: string) => new MillraceError("NOT_FOUND", { details: { what: "run", id } });
