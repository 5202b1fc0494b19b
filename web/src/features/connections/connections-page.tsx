import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Plug, Plus } from "lucide-react";
import type { ConnectionView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useApps } from "../../lib/apps.ts";
import { connectionsQuery } from "../../lib/queries.ts";
import { count, plural } from "../../lib/words.ts";
import { AddConnection } from "./add-connection.tsx";
import { ConnectionCard, ConnectionRow } from "./connection-card.tsx";
import { ConnectionDetails } from "./connection-details.tsx";
import { EditConnection } from "./edit-connection.tsx";
import { type ConnectionsFilter, type StateFilter, fittingConnections, states } from "./list-search.ts";
import { PrivateHosts } from "./private-hosts.tsx";
import { SendLink } from "./send-link.tsx";
import { SubAccounts } from "./sub-accounts.tsx";
import { RenewConnection } from "./renew-connection.tsx";

const route = getRouteApi("/connections");

/** One login each. */
export function ConnectionsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const apps = useApps();
  const query = useQuery({ ...connectionsQuery(), refetchInterval: 15_000 });
  const narrow = (patch: ConnectionsFilter) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  const show = (next: Dialogs) => void navigate({ search: ({ q, app, state }) => ({ q, app, state, ...next }), replace: true });
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
            <>
              <Filters connections={connections} filter={search} onChange={narrow} />
              <List
                connections={byTrouble(fittingConnections(connections, search, (app) => apps.title(app)))}
                of={connections.length}
                onClear={() => narrow({ q: undefined, app: undefined, state: undefined })}
                show={show}
              />
            </>
          )
        }
      </Loaded>
      <May scope="connections:write">
        <AddConnection app={search.add === "1" ? undefined : search.add} open={search.add !== undefined} onClose={() => show({})} />
        <RenewConnection connection={named(query.data, search.renew)} onClose={() => show({})} />
        <EditConnection connection={named(query.data, search.edit)} onClose={() => show({})} />
        <SendLink connection={named(query.data, search.link)} onClose={() => show({})} />
        <SubAccounts agency={named(query.data, search.agency)} onClose={() => show({})} />
      </May>
      <ConnectionDetails connection={named(query.data, search.show)} onClose={() => show({})} />
      <May scope="settings:read">
        <PrivateHosts key={search.allow ?? ""} asked={search.allow} />
      </May>
    </Page>
  );
}

interface ListProps {
  connections: readonly ConnectionView[];
  /** How many there are without a filter. */
  of: number;
  onClear: () => void;
  show: (next: Dialogs) => void;
}

/** What is open beside the list, by the connection it is about. */
type Dialogs = { add?: string; renew?: string; edit?: string; agency?: string; link?: string; show?: string };

function List({ connections, of, onClear, show }: ListProps) {
  if (connections.length === 0) {
    return (
      <Empty icon={Plug} action={<Button onClick={onClear}>Show all connections</Button>}>
        No connection fits.
      </Empty>
    );
  }
  const isLong = of >= rowsFrom;
  const One = isLong ? ConnectionRow : ConnectionCard;
  return (
    <>
      {connections.length < of && (
        <p className="mb-3 text-ink-3">
          {count(connections.length)} of {plural(of, "connection")}
        </p>
      )}
      <ul className={isLong ? "border-t border-line" : "grid grid-cols-1 gap-4 lg:grid-cols-2"}>
        {connections.map((connection) => (
          <li key={connection.id}>
            <One
              connection={connection}
              onRenew={() => show({ renew: connection.id })}
              onEdit={() => show({ edit: connection.id })}
              onShow={() => show({ show: connection.id })}
              onSendLink={() => show({ link: connection.id })}
              onSubAccounts={() => show({ agency: connection.id })}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

/** More than a screen of cards is a list of lines. */
const rowsFrom = 13;

/** A few are seen at a glance. */
const filtersFrom = 6;

interface FiltersProps {
  connections: readonly ConnectionView[];
  filter: ConnectionsFilter;
  onChange: (patch: ConnectionsFilter) => void;
}

/** What the list shows; all of it stands in the address. */
function Filters({ connections, filter: { q, app, state }, onChange }: FiltersProps) {
  const apps = useApps();
  const used = [...new Set(connections.map((one) => one.app))].toSorted((a, b) => apps.title(a).localeCompare(apps.title(b)));
  if (connections.length < filtersFrom && q === undefined && app === undefined && state === undefined) return null;
  return (
    <div role="search" aria-label="Filter connections" className="mb-4 flex flex-wrap items-center gap-2">
      <SearchInput
        label="Find a connection"
        placeholder="Name, app or sub-account"
        value={q ?? ""}
        onChange={(words) => onChange({ q: words || undefined })}
        className="w-full sm:w-64"
      />
      {used.length > 1 && (
        <Select
          aria-label="App"
          value={app ?? ""}
          onChange={(event) => onChange({ app: event.target.value || undefined })}
          className="max-w-56"
        >
          <option value="">Any app</option>
          {used.map((id) => (
            <option key={id} value={id}>
              {apps.title(id)}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label="State"
        value={state ?? ""}
        onChange={(event) => onChange({ state: event.target.value === "" ? undefined : (event.target.value as StateFilter) })}
      >
        <option value="">Any state</option>
        {Object.entries(states).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </Select>
    </div>
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
  return connections.toSorted(
    (a, b) => trouble[a.status] - trouble[b.status] || a.title.localeCompare(b.title, undefined, { numeric: true }),
  );
}
