import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api } from "./api.ts";
import { inTurn } from "./in-turn.ts";
import { attentionQuery } from "./queries.ts";
import { plural } from "./words.ts";

/** Takes runs off Needs attention, and offers to put them back. */
export function useDismiss(ids: readonly string[]) {
  const cache = useQueryClient();
  const set = (undo: boolean) => inTurn(ids, 4, (id) => api.runs.dismiss({ id, query: { undo: String(undo) } }));
  const refresh = () =>
    Promise.all([attentionQuery().queryKey, ["overview"], ["run"]].map((queryKey) => cache.invalidateQueries({ queryKey })));
  const undo = useMutation({ mutationFn: () => set(true), onSettled: refresh });
  return useMutation({
    mutationFn: () => set(false),
    onSuccess: () =>
      toast.success(`Dismissed ${plural(ids.length, "run")}`, {
        description: ids.length === 1 ? "It stays in the list of runs." : "They stay in the list of runs.",
        duration: 10_000,
        action: { label: "Undo", onClick: () => undo.mutate() },
      }),
    onSettled: refresh,
  });
}
