import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FlowDetail } from "#api/schemas.ts";
import { api } from "../../../lib/api.ts";

/** Starts the published version of a flow that needs no event, for real, and opens the run. */
export function useRunNow({ id }: Pick<FlowDetail, "id">) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.flows.run({ id, body: {} }),
    onSuccess: ({ run }) => run !== null && void navigate({ to: "/runs/$runId", params: { runId: run } }),
  });
}
