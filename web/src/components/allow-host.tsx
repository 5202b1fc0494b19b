import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, ShieldCheck } from "lucide-react";
import { useMay } from "../lib/may.ts";
import { api } from "../lib/api.ts";
import { privateHostsQuery } from "../lib/queries.ts";
import { messageOf } from "../lib/query.ts";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

/** Lets flows call an address on the operator's own network, where one was refused. */
export function AllowHost({ host, onDone }: { host: string; onDone?: (() => void) | undefined }) {
  const cache = useQueryClient();
  const allow = useMutation({
    mutationFn: async () => (await api.privateHosts.add({ body: { host } })).hosts,
    meta: { quiet: true },
    onSuccess: (hosts) => {
      cache.setQueryData(privateHostsQuery().queryKey, hosts);
      onDone?.();
      return cache.invalidateQueries({ queryKey: ["flows"] });
    },
  });
  const mayAllow = useMay("settings:write");
  if (!mayAllow) return null;
  if (allow.isSuccess)
    return (
      // The button that had the focus is gone: the focus goes on.
      <p role="status" tabIndex={-1} ref={(it) => it?.focus()} className="inline-flex items-center gap-1.5 rounded-sm text-success">
        <Icon of={CircleCheck} size={14} />
        Flows may call {host} now.
      </p>
    );
  return (
    <>
      <Button icon={<Icon of={ShieldCheck} size={14} />} busy={allow.isPending} onClick={() => allow.mutate()}>
        <span className="max-w-64 truncate">Allow {host}</span>
      </Button>
      {allow.error !== null && (
        <p role="alert" className="w-full text-failure">
          {messageOf(allow.error)}
        </p>
      )}
    </>
  );
}
