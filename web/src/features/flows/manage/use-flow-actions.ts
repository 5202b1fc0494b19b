import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { toast } from "sonner";
import type { FlowView } from "#api/schemas.ts";
import { api } from "../../../lib/api.ts";
import { downloadJson } from "../../../lib/download.ts";
import { flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { fileName } from "./flow-file.ts";

/** Pausing and resuming, and what is said afterwards. */
export const turns = {
  pause: { call: (id: string) => api.flows.pause({ id }), message: "Paused. Events are kept as samples and start nothing" },
  resume: { call: (id: string) => api.flows.resume({ id }), message: "The flow is on again" },
} as const;

/** What can be done with a flow from its page and from the list. `save`: what is being edited has to be on the server first. */
export function useFlowActions({ id, name }: Pick<FlowView, "id" | "name">, save: () => Promise<unknown> = async () => undefined) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const listChanged = () => cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
  const remove = useMutation({
    mutationFn: () => api.flows.remove({ id }),
    onSuccess: async () => {
      toast.success("Flow deleted");
      await navigate({ to: "/flows" });
      cache.removeQueries({ queryKey: flowQuery(id).queryKey });
      await listChanged();
    },
  });
  const exportFile = useMutation({
    mutationFn: async () => {
      await save();
      return api.flows.exportFile({ id });
    },
    onSuccess: (file) => downloadJson(`${fileName(name)}.json`, file),
  });
  return { remove, exportFile };
}
