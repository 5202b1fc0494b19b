import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import type { InboxView } from "#api/schemas.ts";
import { SenderList } from "../../components/sender-list.tsx";
import { api } from "../../lib/api.ts";
import { inboxesQuery } from "../../lib/queries.ts";

/** From which addresses an inbox accepts events, beside their signature. */
export function InboxSenders({ inbox }: { inbox: InboxView }) {
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (senders: string[]) => api.inboxes.change({ id: inbox.id, body: { senders } }),
    onSuccess: ({ senders }) => {
      toast.success(senders === null ? "Events are accepted from every address" : "Only events of these senders are accepted");
      return cache.invalidateQueries({ queryKey: inboxesQuery().queryKey });
    },
  });
  return (
    <SenderList
      senders={inbox.senders ?? []}
      refused={inbox.refusedSenders}
      busy={change.isPending}
      error={change.error}
      onSave={async (senders) => void (await change.mutateAsync(senders))}
    />
  );
}
