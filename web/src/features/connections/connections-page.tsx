import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Plug, Plus } from "lucide-react";
import type { ConnectionView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { AddConnection } from "./add-connection.tsx";
import { ConnectionCard } from "./connection-card.tsx";
import { EditConnection } from "./edit-connection.tsx";
import { PrivateHosts } from "./private-hosts.tsx";
import { SubAccounts } from "./sub-accounts.tsx";
import { RenewConnection } from "./renew-connection.tsx";

const route = getRouteApi("/connections");

/** One login each. */
export function ConnectionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const apps = useApps();
  const query = useQuery({ ...connectionsQuery(), refetchInterval: 15_000 });
  const show = (next: { add?: string; renew?: string; edit?: string; agency?: string }) => void navigate({ search: next, replace: true });
  const add = (
    <May scope="connections:write">
      <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => show({ add: "1" })}>
        Add connection
      </Button>
    </May>
  );
  return (
    <Page
      title="Connections"
      about="The logins that flows use. Secrets are sealed when they are saved and are never shown again."
      actions={query.data && query.data.length > 0 && add}
    >
      <Loaded query={query} skeleton={<SkeletonCards />}>
        {(connections) =>
          connections.length === 0 ? (
            <Empty icon={Plug} action={add}>
              Connect {apps.main?.title ?? "an app"} or another app, so that flows can read and write there.
            </Empty>
          ) : (
            <ul className="grid grid-cols-1 gap-4 lg:grid-cols-2">
              {byTrouble(connections).map((connection) => (
                <li key={connection.id}>
                  <ConnectionCard
                    connection={connection}
                    onRenew={() => show({ renew: connection.id })}
                    onEdit={() => show({ edit: connection.id })}
                    onSubAccounts={() => show({ agency: connection.id })}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <May scope="connections:write">
        <AddConnection open={search.add !== undefined} onClose={() => show({})} />
        <RenewConnection connection={named(query.data, search.renew)} onClose={() => show({})} />
        <EditConnection connection={named(query.data, search.edit)} onClose={() => show({})} />
        <SubAccounts agency={named(query.data, search.agency)} onClose={() => show({})} />
      </May>
      <May scope="settings:read">
        <PrivateHosts key={search.allow ?? ""} asked={search.allow} />
      </May>
    </Page>
  );
}

/** By id, by name, or by a name it had before. */
function named(connections: readonly ConnectionView[] | undefined, wanted: string | undefined): ConnectionView | null {
  if (wanted === undefined) return null;
  const current = connections?.find(({ id, name }) => id === wanted || name === wanted);
  return current ?? connections?.find(({ formerNames }) => formerNames?.includes(wanted)) ?? null;
}

const trouble: Record<ConnectionView["status"], number> = { broken: 0, failed: 1, expiring: 2, paused: 3, untested: 4, connected: 5 };

/** What needs a hand comes first. */
function byTrouble(connections: readonly ConnectionView[]): ConnectionView[] {
  return connections.toSorted((a, b) => trouble[a.status] - trouble[b.status] || a.title.localeCompare(b.title));
}
