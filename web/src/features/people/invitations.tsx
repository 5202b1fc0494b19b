import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import type { InvitationView } from "../../lib/api.ts";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { invitationsQuery } from "../../lib/queries.ts";
import { roleWords } from "#surfaces/role-words.ts";
import { useSubAccounts } from "../../lib/sub-accounts.ts";

/** Invitations that were not accepted yet. */
export function Invitations() {
  const query = useQuery(invitationsQuery());
  if (query.data?.length === 0) return null;
  return (
    <Section title="Invitations" className="mt-8">
      <Loaded query={query} skeleton={<SkeletonRows rows={1} />}>
        {(invitations) => (
          <ul className="rounded-lg border border-line bg-raised">
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} />
            ))}
          </ul>
        )}
      </Loaded>
    </Section>
  );
}

function InvitationRow({ invitation: { id, email, role, locationId, expiresAt } }: { invitation: InvitationView }) {
  const [asking, setAsking] = useState(false);
  const now = useNow();
  const subAccount = useSubAccounts()?.find(({ value }) => value === locationId)?.label;
  const cache = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => api.invitations.withdraw({ id }),
    onSuccess: () => {
      toast.success(`Invitation for ${email} withdrawn`);
      setAsking(false);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: invitationsQuery().queryKey }),
  });
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium">
          <bdi>{email}</bdi>
        </p>
        <p className="truncate text-meta text-ink-3">
          {roleWords[role].title}
          {subAccount !== undefined && (
            <>
              {" "}
              of <bdi>{subAccount}</bdi>
            </>
          )}
        </p>
      </div>
      <span className="text-meta text-ink-3">
        {expiresAt > now ? "Expires" : "Expired"} <Time at={expiresAt} />
      </span>
      <Button small onClick={() => setAsking(true)}>
        Withdraw
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Withdraw this invitation?"
        action="Withdraw invitation"
        busy={withdraw.isPending}
        onConfirm={() => withdraw.mutate()}
      >
        The link sent to <bdi className="break-all">{email}</bdi> stops working at once.
      </Confirm>
    </li>
  );
}
