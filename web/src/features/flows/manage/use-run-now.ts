import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { FlowDetail } from "#api/schemas.ts";
import { api } from "../../../lib/api.ts";
import { needsNoEvent } from "../sample.ts";

/** Starts the published version for real, and opens the run: as of now where it needs no event, else with the newest that it received. */
export function useRunNow(flow: FlowDetail) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => {
      if (needsNoEvent(flow.trigger.kind)) return api.flows.run({ id: flow.id, body: {} });
      // Only what the flow itself received: a record of the list or a made-up example must not run for real.
      const { samples } = await api.flows.samples({ id: flow.id });
      const payload = samples.find(({ from }) => from === "event")?.payload;
      return api.flows.run({ id: flow.id, body: payload === undefined ? {} : { payload } });
    },
    onSuccess: ({ run }) => run !== null && void navigate({ to: "/runs/$runId", params: { runId: run } }),
  });
}
