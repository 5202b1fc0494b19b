import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, CircleX, FolderClosed, LayoutTemplate, Plus, Workflow } from "lucide-react";
import type { FlowView, RunView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { Page } from "../../components/page.tsx";
import { FlowState, RunMark } from "../../components/status.tsx";
import { SubAccountFilter, SubAccounts } from "../../components/sub-account.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SearchInput } from "../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { cx } from "../../lib/cx.ts";
import { useRunChanges } from "../../lib/events.ts";
import { checkTrouble } from "../../lib/flow-trouble.ts";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { flowsQuery } from "../../lib/queries.ts";
import { count } from "../../lib/words.ts";
import { byFolder, foldersOf, type FlowFolder } from "./manage/folders.ts";
import { keyOf, nextSort, shownFlows, type FlowSort, type FlowsSearch, type SortKey } from "./list-search.ts";
import { ImportFlow } from "./manage/import-flow.tsx";
import { RowMenu } from "./manage/row-menu.tsx";
import { NewFlow } from "./new-flow.tsx";
import { ContinueSetUp } from "./set-up/continue.tsx";

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
              <ImportFlow />
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

const searchFrom = 8;

interface FlowListProps {
  flows: readonly FlowView[];
  search: FlowsSearch;
  onChange: (patch: FlowsSearch) => void;
}

function FlowList({ flows, search, onChange }: FlowListProps) {
  const folders = byFolder(shownFlows(flows, search));
  const hasFolders = foldersOf(flows).length > 0;
  const heads = { sort: search.sort, onSort: (key: SortKey) => onChange({ sort: nextSort(key, search.sort) }) };
  const isNarrowed = search.q !== undefined || search.account !== undefined;
  return (
    <>
      <div role="search" aria-label="Filter flows" className="mb-3 flex flex-wrap items-center gap-2 empty:hidden">
        {(flows.length >= searchFrom || search.q !== undefined) && (
          <SearchInput
            label="Find a flow"
            value={search.q ?? ""}
            onChange={(q) => onChange({ q: q || undefined })}
            className="w-full sm:w-64"
          />
        )}
        <SubAccountFilter value={search.account} onChange={(account) => onChange({ account })} />
        {flows.length >= searchFrom && <SortChoice sort={search.sort} onChange={(sort) => onChange({ sort })} />}
      </div>
      {folders.map((folder, index) => (
        <Folder key={folder.name ?? ""} folder={folder} named={hasFolders} isFirst={index === 0} {...heads} />
      ))}
      {folders.length === 0 && isNarrowed && (
        <Empty icon={Workflow} action={<Button onClick={() => onChange({ q: undefined, account: undefined })}>Show all flows</Button>}>
          No flow fits.
        </Empty>
      )}
    </>
  );
}

const sortTitles: Record<SortKey, string> = { name: "Flow", state: "Status", ran: "Last run" };

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

interface HeadsProps {
  sort: FlowSort | undefined;
  onSort: (key: SortKey) => void;
}

interface FolderProps extends HeadsProps {
  folder: FlowFolder;
  named: boolean;
  /** The heads of the columns are seen once. */
  isFirst: boolean;
}

function Folder({ folder: { name, flows }, named, isFirst, ...heads }: FolderProps) {
  const title = name ?? "In no folder";
  const list = (
    <div role="table" aria-label={named ? title : "Flows"}>
      <div role="rowgroup">
        <Heads isShown={isFirst} {...heads} />
      </div>
      <div role="rowgroup" className="border-t border-line">
        {flows.map((flow) => (
          <FlowRow key={flow.id} flow={flow} />
        ))}
      </div>
    </div>
  );
  if (!named) return list;
  return (
    <section aria-label={title} className="mb-6">
      <h2 className="mb-1.5 flex items-center gap-2 text-ui font-medium text-ink-2">
        {name !== null && <Icon of={FolderClosed} size={14} />}
        <bdi>{title}</bdi>
        <span className="font-normal text-ink-3 tabular">{flows.length}</span>
      </h2>
      {list}
    </section>
  );
}

const columns = "sm:grid-cols-[minmax(0,1fr)_5.5rem_9rem_6.5rem_1.5rem]";

/** The names of the columns, for wide screens and for those who listen. A press sorts by it. */
function Heads({ isShown, ...heads }: HeadsProps & { isShown: boolean }) {
  return (
    <div
      role="row"
      className={cx("grid h-8 items-center gap-x-4 px-2 text-meta text-ink-3 max-sm:sr-only", columns, !isShown && "sr-only")}
    >
      <Head of="name" isShown={isShown} {...heads} />
      <Head of="state" isShown={isShown} {...heads} />
      <span role="columnheader">Last 24 hours</span>
      <Head of="ran" isShown={isShown} {...heads} className="justify-end" />
      <span role="columnheader">
        <span className="sr-only">Actions</span>
      </span>
    </div>
  );
}

function Head({ of, isShown, sort, onSort, className }: HeadsProps & { of: SortKey; isShown: boolean; className?: string }) {
  const isSorted = sort !== undefined && keyOf(sort) === of;
  const order = isSorted ? (sort.startsWith("-") ? "descending" : "ascending") : "none";
  if (!isShown) return <span role="columnheader">{sortTitles[of]}</span>;
  return (
    <span role="columnheader" aria-sort={order} className={cx("flex", className)}>
      <button type="button" onClick={() => onSort(of)} className="-mx-1 flex h-7 items-center gap-1 rounded-sm px-1 hover:text-ink">
        {sortTitles[of]}
        {isSorted && <Icon of={order === "ascending" ? ArrowDown : ArrowUp} size={12} />}
      </button>
    </span>
  );
}

function FlowRow({ flow }: { flow: FlowView }) {
  const trouble = flow.reason ?? flow.trigger.lastError?.message;
  const check = checkTrouble(flow);
  return (
    <div
      role="row"
      className={cx(
        "relative grid grid-cols-[minmax(0,1fr)_1.5rem] items-center gap-x-4 gap-y-2 border-b border-line px-2 py-3 transition-colors hover:bg-hover",
        columns,
      )}
    >
      <div role="cell" className="flex min-w-0 items-center gap-4">
        <AppMark app={flow.trigger.app} size={32} />
        <div className="min-w-0">
          <Link
            to="/flows/$flowId"
            params={{ flowId: flow.id }}
            data-row
            className="stretched block truncate text-body font-medium -outline-offset-1"
          >
            <bdi>{flow.name}</bdi>
          </Link>
          <SubAccounts accounts={flow.subAccounts} className="block truncate" />
          <p className="truncate text-ink-2" title={flow.sentence}>
            <bdi>{flow.sentence}</bdi>
          </p>
          {flow.changed && (
            <span className="mt-0.5 inline-block rounded-sm bg-warning-soft px-1.5 text-meta text-warning">Unpublished changes</span>
          )}
          <ContinueSetUp flow={flow} className="relative z-10 mt-0.5" />
          {trouble !== undefined && (
            <p className="mt-0.5 truncate text-failure" title={trouble}>
              {trouble}
            </p>
          )}
          {check !== null && (
            <Link
              to="/flows/$flowId"
              params={{ flowId: flow.id }}
              search={{ tab: "checks" }}
              className="relative z-10 mt-0.5 inline-flex max-w-full items-center gap-1.5 rounded-sm text-failure hover:underline"
            >
              <Icon of={CircleX} size={14} className="shrink-0" />
              <span className="truncate">{check}</span>
            </Link>
          )}
        </div>
      </div>
      <div role="presentation" className="flex items-center gap-4 max-sm:row-start-2 max-sm:pl-12 sm:contents">
        <span role="cell" className="flex">
          <FlowState status={flow.status} />
        </span>
        <span role="cell" className="flex">
          <Counts counts={flow.counts} />
        </span>
        <span role="cell" className="text-right text-ink-3 tabular max-sm:ml-auto">
          {flow.lastRunAt === null ? "Never ran" : <Time at={flow.lastRunAt} />}
        </span>
      </div>
      <span role="cell" className="relative z-10 max-sm:col-start-2 max-sm:row-start-1">
        <RowMenu flow={flow} />
      </span>
    </div>
  );
}

const counted: RunView["state"][] = ["succeeded", "failed", "held"];

function Counts({ counts }: { counts: FlowView["counts"] }) {
  const some = counted.filter((state) => (counts[state] ?? 0) > 0);
  return (
    <span className="flex items-center gap-3 text-ink-2 tabular" title="Runs of the last 24 hours">
      {some.length === 0 && <span className="text-ink-3">No runs today</span>}
      {some.map((state) => (
        <span key={state} className="inline-flex items-center gap-1">
          <RunMark state={state} />
          {count(counts[state] ?? 0)}
        </span>
      ))}
    </span>
  );
}
