import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "sonner";
import type { SyncView } from "#api/schemas.ts";
import { api } from "../../lib/api.ts";
import { syncQuery, syncsQuery } from "../../lib/queries.ts";

/** What can be done with a sync as a whole. */
export function useSyncActions(sync: SyncView) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const took = (said?: string) => ({
    onSuccess: (changed: SyncView) => {
      cache.setQueryData(syncQuery(sync.id).queryKey, changed);
      void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
      if (said !== undefined) toast.success(said);
    },
  });
  const { id } = sync;
  return {
    pause: useMutation({
      mutationFn: () => api.syncs.pause({ id }),
      ...took("The sync is paused. What happens meanwhile is caught up with."),
    }),
    resume: useMutation({ mutationFn: () => api.syncs.resume({ id }), ...took("The sync goes on") }),
    cancelJob: useMutation({
      mutationFn: () => api.syncs.cancelJob({ id }),
      ...took("Cancelled. What was written stays, and can be undone."),
    }),
    answer: useMutation({ mutationFn: (allow: boolean) => api.syncs.answer({ id, body: { allow } }), ...took() }),
    start: useMutation({
      mutationFn: (first: boolean) => api.syncs.start({ id, body: { first } }),
      onSuccess: (changed: SyncView) => {
        took().onSuccess(changed);
        void navigate({ to: "/syncs/$syncId", params: { syncId: id }, search: { tab: "overview" } });
      },
    }),
    remove: useMutation({
      mutationFn: () => api.syncs.remove({ id }),
      onSuccess: async () => {
        await navigate({ to: "/syncs", ignoreBlocker: true });
        cache.removeQueries({ queryKey: syncQuery(id).queryKey });
        void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
        toast.success(`${sync.name} is deleted. The records stay on both sides.`);
      },
    }),
  };
}
