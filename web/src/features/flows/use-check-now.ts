import { useQueryClient } from "@tanstack/react-query";
import type { LintView } from "#api/schemas.ts";
import { api } from "../../lib/api.ts";
import { flowsQuery, lintQuery } from "../../lib/queries.ts";

/** Looks now, and shows it wherever it is told. */
export function useCheckNow(flowId: string) {
  const cache = useQueryClient();
  return {
    mutationFn: () => api.flows.lintNow({ id: flowId }),
    onSuccess: (view: LintView) => {
      cache.setQueryData(lintQuery(flowId).queryKey, view);
      return cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
    },
  };
}
