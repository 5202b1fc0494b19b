import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { LayoutTemplate, Plus, Workflow } from "lucide-react";
import type { FlowView } from "#api/schemas.ts";
import { FilterBar } from "../../components/filter-bar.tsx";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { SubAccountFilter } from "../../components/sub-account.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { useRunChanges } from "../../lib/events.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { useMay } from "../../lib/may.ts";
import { flowsQuery } from "../../lib/queries.ts";
import { byFolder, foldersOf } from "./manage/folders.ts";
import {
  type FlowSort,
  type FlowsSearch,
  type FlowsShown,
  isNarrowed,
  keyOf,
  nextSort,
  noFilter,
  shownFlows,
  type SortKey,
} from "./list-search.ts";
import { FlowTable } from "./flow-table.tsx";
import { SwitchBar } from "./manage/switch-bar.tsx";
import { useSelection } from "./manage/use-selection.ts";
import { NewFlow } from "./new-flow.tsx";

const route = getRouteApi("/flows");

/** All flows, each as a sentence. */
export function FlowsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(flowsQuery());
  const cache = useQueryClient();
  useRunChanges(() => void cache.invalidateQueries({ queryKey: flowsQuery().queryKey, exact: true }), 3_000);
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  const change = (patch: FlowsSearch) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  const ask = (open: boolean) => change({ new: open ? "1" : undefined });
  const add = (
    <Button kind="primary" icon={<Icon of={Plus} size={14} />} onClick={() => ask(true)}>
      New flow
    </Button>
  );
  return (
    <Page
      title="Flows"
      about="What happens when something happens."
      actions={
        query.data && (
          <>
            <Button asChild className="sm:hidden">
              <Link to="/templates">Templates</Link>
            </Button>
            <May scope="flows:write">
              <Button asChild>
                <Link to="/flows/import">Import</Link>
              </Button>
              {query.data.length > 0 && add}
            </May>
          </>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={6} />}>
        {(flows) =>
          flows.length === 0 ? (
            <Empty
              icon={Workflow}
              action={
                <May scope="flows:write">
                  <span className="flex flex-wrap justify-center gap-2">
                    <Button kind="primary" icon={<Icon of={LayoutTemplate} size={14} />} asChild>
                      <Link to="/templates">Start from a template</Link>
                    </Button>
                    <Button onClick={() => ask(true)}>New flow</Button>
                  </span>
                </May>
              }
            >
              A flow starts with a trigger and does its steps for every event: when an answer comes in, then create a contact.
            </Empty>
          ) : (
            <FlowList flows={flows} search={search} onChange={change} />
          )
        }
      </Loaded>
      <May scope="flows:write">
        <NewFlow open={search.new !== undefined} onClose={() => ask(false)} />
      </May>
    </Page>
  );
}

interface FlowListProps {
  flows: readonly FlowView[];
  search: FlowsSearch;
  onChange: (patch: FlowsSearch) => void;
}

function FlowList({ flows, search, onChange }: FlowListProps) {
  const shown = shownFlows(flows, search);
  const selection = useSelection(shown);
  const maySwitch = useMay("flows:switch");
  const heads = { sort: search.sort, onSort: (key: SortKey) => onChange({ sort: nextSort(key, search.sort) }) };
  const clear = () => onChange(noFilter);
  return (
    <>
      {(flows.length > 1 || isNarrowed(search)) && <Filters flows={flows} search={search} onChange={onChange} onClear={clear} />}
      <FlowTable
        folders={byFolder(shown)}
        hasFolders={foldersOf(flows).length > 0}
        {...heads}
        {...(maySwitch && flows.length > 1 && { selection })}
      />
      {shown.length === 0 && (
        <Empty icon={Workflow} action={<Button onClick={clear}>Show all flows</Button>}>
          No flow fits.
        </Empty>
      )}
      <SwitchBar flows={selection.chosen} onClear={selection.clear} />
    </>
  );
}

function Filters({ flows, search, onChange, onClear }: FlowListProps & { onClear: () => void }) {
  const folders = foldersOf(flows);
  const active = [search.show, search.folder, search.account].filter((value) => value !== undefined).length;
  return (
    <FilterBar
      label="Filter flows"
      active={active}
      onClear={isNarrowed(search) ? onClear : null}
      search={
        <SearchInput label="Find a flow" value={search.q ?? ""} onChange={(q) => onChange({ q: q || undefined })} className="w-full" />
      }
    >
      <Select
        aria-label="Which flows"
        value={search.show ?? ""}
        onChange={(event) => onChange({ show: event.target.value === "" ? undefined : (event.target.value as FlowsShown) })}
      >
        <option value="">All flows</option>
        <option value="on">On</option>
        <option value="off">Paused</option>
        <option value="draft">Drafts</option>
        <option value="trouble">With a problem</option>
      </Select>
      {folders.length > 0 && (
        <Select
          aria-label="Folder"
          className="max-w-48"
          value={search.folder ?? ""}
          onChange={(event) => onChange({ folder: event.target.value || undefined })}
        >
          <option value="">Any folder</option>
          {folders.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <SubAccountFilter value={search.account} onChange={(account) => onChange({ account })} />
      <SortChoice sort={search.sort} onChange={(sort) => onChange({ sort })} />
    </FilterBar>
  );
}

/** On a phone the heads of the columns are not there to be pressed. */
function SortChoice({ sort, onChange }: { sort: FlowSort | undefined; onChange: (sort: FlowSort | undefined) => void }) {
  return (
    <Select
      aria-label="Sort by"
      value={sort === undefined ? "" : keyOf(sort)}
      onChange={(event) => onChange(event.target.value === "" ? undefined : (event.target.value as SortKey))}
      className="sm:!hidden"
    >
      <option value="">As they were made</option>
      <option value="name">By name</option>
      <option value="state">By status</option>
      <option value="ran">By last run</option>
    </Select>
  );
}
