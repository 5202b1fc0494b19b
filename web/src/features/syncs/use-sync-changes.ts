import { useQueryClient } from "@tanstack/react-query";
import { useRecordChanges, useRunChanges } from "../../lib/events.ts";
import { syncsQuery } from "../../lib/queries.ts";

const everyMs = 2_000;

/** Keeps what a page shows of syncs up to date: their work is runs, and what people change of them is a record. */
export function useSyncChanges(): void {
  const cache = useQueryClient();
  const look = () => void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
  useRunChanges(look, everyMs);
  useRecordChanges((kinds) => kinds.has("sync") && look());
}
