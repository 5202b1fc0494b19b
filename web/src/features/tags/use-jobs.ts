import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api } from "../../lib/api.ts";
import { tagJobsQuery, tagsQuery } from "../../lib/queries.ts";

/** Moving a change of tags on, and undoing it. */
export function useJobActions() {
  const cache = useQueryClient();
  const onSettled = () =>
    Promise.all([tagJobsQuery().queryKey, tagsQuery().queryKey].map((queryKey) => cache.invalidateQueries({ queryKey })));
  const move = useMutation({
    mutationFn: ({ id, state }: { id: string; state: "running" | "paused" | "cancelled" }) => api.tags.move({ id, body: { state } }),
    onSettled,
  });
  const undo = useMutation({
    mutationFn: (id: string) => api.tags.undo({ id }),
    onSuccess: ({ title }) => toast.success(`Begun: ${title}`),
    onSettled,
  });
  return { move, undo };
}
