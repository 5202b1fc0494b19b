import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { OpenConnectLink } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { exactTime } from "../../lib/time.ts";
import { connectLinksQuery } from "../../lib/queries.ts";

/** Connect links that customers can still use. */
export function OpenLinks() {
  return (
    <Section title="Open connect links" className="mt-10">
      <Loaded query={useQuery(connectLinksQuery())} skeleton={<SkeletonRows rows={2} />}>
        {({ open, links }) =>
          links.length === 0 ? (
            <p className="text-ink-3">There is none. Your server makes one when a customer wants to connect.</p>
          ) : (
            <>
              {open > links.length && (
                <p className="mb-2 text-ink-2">
                  The newest {links.length} of {open}.
                </p>
              )}
              <ul aria-label="Open connect links" className="rounded-lg border border-line bg-raised">
                {links.map((link) => (
                  <LinkRow key={link.id} link={link} />
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

function LinkRow({ link: { id, title, app, createdAt, expiresAt } }: { link: OpenConnectLink }) {
  const cache = useQueryClient();
  const [asks, setAsks] = useState(false);
  const withdraw = useMutation({
    mutationFn: () => api.connectLinks.withdraw({ id }),
    onSuccess: () => toast.success(`The link for ${title} was withdrawn`),
    onSettled: () => {
      setAsks(false);
      return cache.invalidateQueries({ queryKey: connectLinksQuery().queryKey });
    },
  });
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2.5 last:border-b-0">
      <Icon of={Link2} className="shrink-0 text-ink-3" />
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <bdi>{title}</bdi> <span className="text-ink-3">to {app}</span>
        </p>
        <p className="text-meta text-ink-3">
          Made <Time at={createdAt} />, can be used until {exactTime(expiresAt)}
        </p>
      </div>
      <May scope="connections:write">
        <Button aria-label={`Withdraw the link for ${title}`} onClick={() => setAsks(true)}>
          Withdraw
        </Button>
      </May>
      <Confirm
        open={asks}
        onClose={() => setAsks(false)}
        title="Withdraw this link?"
        action="Withdraw link"
        busy={withdraw.isPending}
        onConfirm={() => withdraw.mutate()}
      >
        Whoever has the link for <bdi>{title}</bdi> can no longer connect with it. You can make a new one.
      </Confirm>
    </li>
  );
}
