import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { SyncView } from "#api/schemas.ts";
import { useRecordChanges, useRunChanges } from "../../lib/events.ts";
import { syncQuery, syncsQuery } from "../../lib/queries.ts";

const everyMs = 2_000;

/** Keeps what a page shows of syncs up to date: their work is runs, and what people change of them is a record. */
export function useSyncChanges(): void {
  const cache = useQueryClient();
  const look = () => void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
  useRunChanges(look, everyMs);
  useRecordChanges((kinds) => kinds.has("sync") && look());
}

/** Looks again at the pairs and changes of a sync when its job has done more: an undo is no run, and nothing else tells of it. */
export function useJobChanges({ id, job }: Pick<SyncView, "id" | "job">): void {
  const cache = useQueryClient();
  const stands = JSON.stringify([job?.id, job?.state, job?.done, job?.failed]);
  const seen = useRef(stands);
  useEffect(() => {
    if (seen.current === stands) return;
    seen.current = stands;
    void cache.invalidateQueries({ queryKey: syncQuery(id).queryKey });
  }, [cache, id, stands]);
}
