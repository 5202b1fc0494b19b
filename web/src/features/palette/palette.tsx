import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  Activity,
  ArrowLeftRight,
  Boxes,
  LayoutTemplate,
  LifeBuoy,
  type LucideIcon,
  Moon,
  Plug,
  Plus,
  Sun,
  UserSearch,
  Workflow,
} from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Scope } from "#api/principal.ts";
import type { CatalogEntry, ConnectionView, FlowView, RunView, SyncView } from "#api/schemas.ts";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchBox, SearchWindow } from "../../components/ui/search-window.tsx";
import { type Apps, useApps } from "../../lib/apps.ts";
import { findOperations } from "#surfaces/find-operations.ts";
import { keyToPath } from "../../lib/operation-path.ts";
import { operationTitle } from "#surfaces/operation-words.ts";
import { useScopes } from "../../lib/may.ts";
import { type Place, sidePlaces, usePlaces } from "../../lib/places.ts";
import { catalogQuery, connectionsQuery, flowsQuery, latestRunsQuery, syncsQuery } from "../../lib/queries.ts";
import { relativeTime } from "../../lib/time.ts";
import { setTheme } from "../../lib/theme.ts";
import { useListbox } from "../../lib/use-listbox.ts";
import { plural } from "../../lib/words.ts";
import { type Client, clientsFound, isFlowOf } from "./clients.ts";

interface Entry {
  id: string;
  group: string;
  title: string;
  note?: string;
  icon: LucideIcon;
  run: () => void;
}

/** Ctrl K: go anywhere, find a flow or an operation, look up a person's runs. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <SearchWindow title="Search" open={open} onClose={onClose} className="top-[12vh] w-[min(36rem,calc(100vw-2rem))]">
      <Finder onClose={onClose} />
    </SearchWindow>
  );
}

function Finder({ onClose }: { onClose: () => void }) {
  const [words, setWords] = useState("");
  const entries = useEntries(words);
  const list = useListbox(entries.length, (index) => {
    onClose();
    entries[index]?.run();
  });
  return (
    <>
      <SearchBox
        {...list.input}
        aria-label="Search"
        placeholder="Find a client, a person, a run, a flow or a page"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <ul {...list.list} aria-label="Results" className="max-h-[min(24rem,60vh)] overflow-y-auto p-1.5">
        {entries.map((entry, index) => (
          <li key={entry.id} role="presentation">
            {entry.group !== entries[index - 1]?.group && <p className="px-2.5 pt-2 pb-1 text-meta text-ink-3">{entry.group}</p>}
            <div {...list.option(index)} className="flex h-9 items-center gap-2.5 rounded-md px-2.5 aria-selected:bg-hover">
              <Icon of={entry.icon} className="shrink-0 text-ink-3" />
              <span className="min-w-0 flex-1 truncate">
                <bdi>{entry.title}</bdi>
              </span>
              {entry.note !== undefined && <span className="shrink-0 text-meta text-ink-3 max-sm:hidden">{entry.note}</span>}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What can be reached with these words: at most a few of each kind, pages first, then clients with their flows. */
function useEntries(words: string): Entry[] {
  const navigate = useNavigate();
  const flows = useQuery(flowsQuery()).data;
  const syncs = useQuery(syncsQuery()).data;
  const connections = useQuery(connectionsQuery()).data;
  const catalog = useQuery(catalogQuery()).data;
  const people = useRunsOf(words.trim());
  const apps = useApps();
  const pages = usePlaces();
  const scopes = useScopes();
  return useMemo(() => {
    const asked = words.trim();
    const fits = (title: string) => title.toLowerCase().includes(asked.toLowerCase());
    const [places, actions] = fixedEntries(pages, scopes, navigate);
    // Whoever types the name of a command wants the command, not a run or an operation with the same words.
    const meant = asked.length < 3 ? [] : actions.filter(({ title }) => title.toLowerCase().startsWith(asked.toLowerCase()));
    return [
      ...meant,
      ...places.filter((entry) => fits(entry.title)),
      ...clientEntries(clientsFound(asked, flows ?? [], connections ?? []), navigate),
      ...flowEntries((flows ?? []).filter((flow) => isFlowOf(flow, asked)).slice(0, 6), navigate),
      ...syncEntries((syncs ?? []).filter(({ name }) => fits(name)).slice(0, 4), navigate),
      ...(asked === "" ? [] : [...runEntries(asked, people, navigate), personEntry(asked, navigate)]),
      ...(asked.length < 2 ? [] : operationEntries(findOperations(catalog ?? [], asked).slice(0, 8), apps, navigate)),
      ...(asked.length < 2
        ? []
        : connectionEntries(
            (connections ?? [])
              .filter((one) => fits(`${one.title} ${one.name} ${one.locationId ?? ""} ${apps.title(one.app)}`))
              .slice(0, 4),
            apps,
            navigate,
          )),
      ...actions.filter((entry) => fits(entry.title) && !meant.includes(entry)),
    ];
  }, [words, flows, syncs, connections, catalog, people, apps, pages, scopes, navigate]);
}

type Navigate = ReturnType<typeof useNavigate>;

function fixedEntries(pages: readonly Place[], scopes: readonly Scope[], navigate: Navigate): [places: Entry[], actions: Entry[]] {
  const action = (title: string, icon: LucideIcon, run: () => void): Entry => ({ id: title, group: "Do", title, icon, run });
  const writing = (scope: Scope, ...actions: Entry[]) => (scopes.includes(scope) ? actions : []);
  return [
    [...pages, ...sidePlaces].map(({ to, title, icon }) => ({ id: to, group: "Go to", title, icon, run: () => void navigate({ to }) })),
    [
      ...writing(
        "flows:write",
        action("New flow", Plus, () => void navigate({ to: "/flows", search: { new: "1" } })),
        action("New sync", Plus, () => void navigate({ to: "/syncs/new" })),
        action("New flow from a template", LayoutTemplate, () => void navigate({ to: "/templates" })),
      ),
      ...writing(
        "connections:write",
        action("Add connection", Plus, () => void navigate({ to: "/connections", search: { add: "1" } })),
      ),
      ...writing(
        "flows:write",
        action("New look-up table", Plus, () => void navigate({ to: "/rules", search: { new: "table" } })),
      ),
      ...writing(
        "inboxes:write",
        action("Add inbox", Plus, () => void navigate({ to: "/inboxes", search: { add: "1" } })),
      ),
      action("Show recovered runs", LifeBuoy, () => void navigate({ to: "/runs", search: { recovered: true } })),
      action("Use the light theme", Sun, () => setTheme("light")),
      action("Use the dark theme", Moon, () => setTheme("dark")),
    ],
  ];
}

const pauseMs = 200;
const shownRuns = 4;

/** The newest runs of whoever is being typed, or the run whose id it is; once the writer pauses. */
function useRunsOf(words: string): RunView[] | undefined {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(words), pauseMs);
    return () => clearTimeout(timer);
  }, [words]);
  const query = useQuery({ ...latestRunsQuery({ person: asked }, shownRuns), enabled: asked.length >= 3 });
  return asked === words && asked.length >= 3 && !query.isPlaceholderData ? query.data?.runs : undefined;
}

function runEntries(asked: string, runs: RunView[] | undefined, navigate: Navigate): Entry[] {
  return (runs ?? []).map((run) => ({
    id: run.id,
    group: "Runs",
    title: run.id === asked ? `Run ${run.id}` : (run.match?.text ?? run.person ?? run.id),
    note: `${run.label} · ${run.flow.name} · ${relativeTime(run.createdAt, Date.now())}`,
    icon: Activity,
    run: () => void navigate({ to: "/runs/$runId", params: { runId: run.id } }),
  }));
}

function personEntry(person: string, navigate: Navigate): Entry {
  return {
    id: "person",
    group: "Runs",
    title: `Look for ${person} in all runs`,
    icon: UserSearch,
    run: () => void navigate({ to: "/runs", search: { person } }),
  };
}

/** Where a client is worked for: its flows, and what they did. */
function clientEntries(clients: readonly Client[], navigate: Navigate): Entry[] {
  return clients.flatMap(({ locationId, title, flows }) => [
    {
      id: `flows of ${locationId}`,
      group: "Clients",
      title: `Flows of ${title}`,
      note: plural(flows, "flow"),
      icon: Workflow,
      run: () => void navigate({ to: "/flows", search: { account: locationId } }),
    },
    {
      id: `runs of ${locationId}`,
      group: "Clients",
      title: `Runs of ${title}`,
      icon: Activity,
      run: () => void navigate({ to: "/runs", search: { account: locationId } }),
    },
  ]);
}

function flowEntries(flows: readonly FlowView[], navigate: Navigate): Entry[] {
  return flows.map((flow) => ({
    id: flow.id,
    group: "Flows",
    title: flow.name,
    ...noteOfFlow(flow),
    icon: Workflow,
    run: () => void navigate({ to: "/flows/$flowId", params: { flowId: flow.id } }),
  }));
}

function noteOfFlow({ subAccounts: [first, ...others] }: FlowView): Pick<Entry, "note"> {
  if (first === undefined) return {};
  return { note: others.length === 0 ? first.title : plural(others.length + 1, "sub-account") };
}

function syncEntries(syncs: readonly SyncView[], navigate: Navigate): Entry[] {
  return syncs.map(({ id, name }) => ({
    id,
    group: "Syncs",
    title: name,
    icon: ArrowLeftRight,
    run: () => void navigate({ to: "/syncs/$syncId", params: { syncId: id } }),
  }));
}

function operationEntries(entries: readonly CatalogEntry[], apps: Apps, navigate: Navigate): Entry[] {
  return entries.map((entry) => ({
    id: `${entry.app}/${entry.key}`,
    group: "Operations",
    title: operationTitle(entry),
    note: `${apps.title(entry.app)} · ${entry.category}`,
    icon: Boxes,
    run: () => void navigate({ to: "/catalog/$app/$", params: { app: entry.app, _splat: keyToPath(entry.key) } }),
  }));
}

function connectionEntries(connections: readonly ConnectionView[], apps: Apps, navigate: Navigate): Entry[] {
  return connections.map((connection) => ({
    id: connection.id,
    group: "Connections",
    title: connection.title,
    note: apps.title(connection.app),
    icon: Plug,
    run: () => void navigate({ to: "/connections", search: { show: connection.id } }),
  }));
}
