import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { ReadOnlyNotice } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Loaded } from "../../components/ui/state.tsx";
import { useMay } from "../../lib/may.ts";
import { membersQuery } from "../../lib/queries.ts";
import { AllowedAddresses } from "./allowed-addresses.tsx";
import { ApiKeys } from "./api-keys.tsx";
import { FirstAccount } from "./first-account.tsx";
import { Invitations } from "./invitations.tsx";
import { Invite } from "./invite.tsx";
import { Members } from "./members.tsx";
import { WorkspaceName } from "./workspace-name.tsx";

/** Who has access, what they may do, and API keys. */
export function PeoplePage() {
  const mayLook = useMay("access:read");
  return mayLook ? <People /> : <NotForYou />;
}

function NotForYou() {
  return (
    <Page title="People">
      <ReadOnlyNotice scope="access:write" />
      <p className="text-ink-2">Owners manage access here.</p>
    </Page>
  );
}

function People() {
  const members = useQuery(membersQuery());
  const [inviting, setInviting] = useState(false);
  const hasPeople = members.data !== undefined && members.data.length > 0;
  return (
    <Page
      title="People"
      about="Who has access to this workspace, and what they may do."
      actions={
        hasPeople && (
          <Button kind="primary" icon={<Icon of={UserPlus} size={14} />} onClick={() => setInviting(true)}>
            Invite somebody
          </Button>
        )
      }
    >
      <Loaded query={members} skeleton={<SkeletonRows rows={3} />}>
        {(all) =>
          all.length === 0 ? (
            <FirstAccount />
          ) : (
            <>
              <Members members={all} />
              <Invitations />
            </>
          )
        }
      </Loaded>
      <ApiKeys />
      <WorkspaceName />
      <AllowedAddresses />
      <Invite open={inviting} onClose={() => setInviting(false)} />
    </Page>
  );
}
