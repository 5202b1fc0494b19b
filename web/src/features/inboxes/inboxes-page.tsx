import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Plus, Webhook } from "lucide-react";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { inboxesQuery } from "../../lib/queries.ts";
import { AddInbox } from "./add-inbox.tsx";
import { InboxCard } from "./inbox-card.tsx";

const route = getRouteApi("/inboxes");

/** The addresses at which marketplace apps post their events. */
export function InboxesPage() {
  const adding = route.useSearch().add !== undefined;
  const navigate = route.useNavigate();
  const apps = useApps();
  const query = useQuery({ ...inboxesQuery(), refetchInterval: 15_000 });
  const show = (search: { add?: string }) => void navigate({ search, replace: true });
  const add = (
    <May scope="inboxes:write">
      <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => show({ add: "1" })}>
        Add inbox
      </Button>
    </May>
  );
  return (
    <Page
      title="Inboxes"
      about={`An inbox is the address to which ${apps.withInbox?.title ?? "an app"} reports what happens, a new contact for example, so that your flows start at once. You need one for each marketplace app.`}
      actions={query.data && query.data.length > 0 && add}
    >
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {(inboxes) =>
          inboxes.length === 0 ? (
            <Empty icon={Webhook} action={add}>
              Add an inbox, and it shows what to enter in {apps.withInbox?.title} and which events to tick. Flows with other triggers need
              none.
            </Empty>
          ) : (
            <ul className="flex flex-col gap-6">
              {inboxes.map((inbox) => (
                <li key={inbox.id}>
                  <InboxCard inbox={inbox} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <May scope="inboxes:write">
        <AddInbox open={adding} onClose={() => show({})} />
      </May>
    </Page>
  );
}
