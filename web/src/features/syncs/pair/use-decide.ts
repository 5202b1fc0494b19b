import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { api } from "../../../lib/api.ts";
import { syncLinkQuery, syncsQuery } from "../../../lib/queries.ts";

type Decision = Parameters<typeof api.syncs.decide>[0]["body"];

/** Decides of a pair. */
export function useDecide(syncId: string, link: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (decision: Decision) => api.syncs.decide({ id: syncId, link, body: decision }),
    onSuccess: (detail, decision) => {
      cache.setQueryData(syncLinkQuery(syncId, link).queryKey, detail);
      void cache.invalidateQueries({ queryKey: syncsQuery().queryKey });
      toast.success(saidOf(decision));
    },
  });
}

function saidOf(decision: Decision): string {
  if ("choose" in decision) return "Decided. Both sides are being brought into step.";
  if ("ignored" in decision) return decision.ignored ? "The pair takes no part any more" : "The pair takes part again";
  if ("join" in decision) return "Joined. The two are being brought into step.";
  return "repair" in decision ? "The pair is being brought into step" : "The two records are no pair any more. Both stay as they are.";
}
