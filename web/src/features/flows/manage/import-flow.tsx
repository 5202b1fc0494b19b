import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useRef } from "react";
import { toast } from "sonner";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { api } from "../../../lib/api.ts";
import { flowQuery, flowsQuery } from "../../../lib/queries.ts";
import { messageOf } from "../../../lib/query.ts";
import { readFlowFile } from "./flow-file.ts";

/** Makes a flow of a file that was exported here or elsewhere. It is a draft: nothing runs before somebody publishes it. */
export function ImportFlow() {
  const { input, choose, isPending } = useImport();
  return (
    <>
      <Button asChild className="max-sm:hidden">
        <Link to="/flows/come-over">From n8n, Make or Zapier</Link>
      </Button>
      <Button icon={<Icon of={FileUp} size={14} />} busy={isPending} onClick={choose}>
        Import
      </Button>
      {input}
    </>
  );
}

/** The input that takes a file, to be put on the page, and what opens it. */
export function useImport() {
  const ref = useRef<HTMLInputElement>(null);
  const cache = useQueryClient();
  const navigate = useNavigate();
  const bring = useMutation({
    mutationFn: async (file: File) => api.flows.importFile({ body: { file: await readFlowFile(file) } }),
    meta: { quiet: true },
    onSuccess: ({ flow, missing }) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, flow);
      void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true });
      const names = missing.map(({ name }) => `'${name}'`).join(", ");
      if (missing.length === 0) toast.success("Imported as a draft. Publish it to let it run");
      else toast.warning(`Imported as a draft. Choose another connection where it uses ${names}, which is not here`);
      void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } });
    },
    onError: (error) => void toast.error(messageOf(error)),
  });
  const input = (
    <input
      ref={ref}
      type="file"
      accept="application/json,.json"
      aria-label="A file with a flow"
      className="hidden"
      onChange={(event) => {
        const file = event.target.files?.[0];
        event.target.value = ""; // the same file may be chosen again
        if (file) bring.mutate(file);
      }}
    />
  );
  return { input, choose: () => ref.current?.click(), isPending: bring.isPending };
}
