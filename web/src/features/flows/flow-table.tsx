import { Link } from "@tanstack/react-router";
import { ArrowDown, ArrowUp, CircleX, FolderClosed } from "lucide-react";
import type { FlowView } from "#api/schemas.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { FlowState, RunMark } from "../../components/status.tsx";
import { SubAccounts } from "../../components/sub-account.tsx";
import { Time } from "../../components/time.tsx";
import { Checkbox } from "../../components/ui/checkbox.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { cx } from "../../lib/cx.ts";
import { checkTrouble } from "../../lib/flow-trouble.ts";
import type { FlowFolder } from "./manage/folders.ts";
import { healthWords } from "./list-health.ts";
import { type FlowSort, keyOf, type SortKey } from "./list-search.ts";
import { RowMenu } from "./manage/row-menu.tsx";
import { ContinueSetUp } from "./set-up/continue.tsx";

/** Which flows are ticked. */
interface Selection {
  has: (id: string) => boolean;
  set: (id: string, on: boolean) => void;
  all: boolean | "some";
  setAll: (on: boolean) => void;
}

interface HeadsProps {
  sort: FlowSort | undefined;
  onSort: (key: SortKey) => void;
  /** Without it flows cannot be ticked. */
  selection?: Selection;
}

interface FlowTableProps extends HeadsProps {
  folders: readonly FlowFolder[];
  hasFolders: boolean;
}

/** Flows by folder, each as a sentence and with how it goes. */
export function FlowTable({ folders, hasFolders, ...heads }: FlowTableProps) {
  return folders.map((folder, index) => (
    <Folder key={folder.name ?? ""} folder={folder} named={hasFolders} isFirst={index === 0} {...heads} />
  ));
}

const sortTitles: Record<SortKey, string> = { name: "Flow", state: "Status", ran: "Last run" };

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
          <FlowRow key={flow.id} flow={flow} selection={heads.selection} />
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

const columns = {
  plain: "sm:grid-cols-[minmax(0,1fr)_5.5rem_9rem_6.5rem_1.5rem]",
  selectable: "sm:grid-cols-[1rem_minmax(0,1fr)_5.5rem_9rem_6.5rem_1.5rem]",
} as const;

const columnsOf = (selection: Selection | undefined): string => (selection === undefined ? columns.plain : columns.selectable);

/** The names of the columns, for wide screens and for those who listen. A press sorts by it. */
function Heads({ isShown, ...heads }: HeadsProps & { isShown: boolean }) {
  return (
    <div
      role="row"
      className={cx(
        "grid h-8 items-center gap-x-4 px-2 text-meta text-ink-3 max-sm:sr-only",
        columnsOf(heads.selection),
        !isShown && "sr-only",
      )}
    >
      {heads.selection !== undefined && (
        <span role="columnheader" className="hidden sm:flex">
          {isShown ? (
            <Checkbox checked={heads.selection.all} onChange={heads.selection.setAll} label="Select all flows shown" />
          ) : (
            <span className="sr-only">Select</span>
          )}
        </span>
      )}
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

function FlowRow({ flow, selection }: { flow: FlowView; selection: Selection | undefined }) {
  return (
    <div
      role="row"
      className={cx(
        "relative grid grid-cols-[minmax(0,1fr)_1.5rem] items-center gap-x-4 gap-y-1.5 border-b border-line px-2 py-2 transition-colors",
        columnsOf(selection),
        selection?.has(flow.id) === true ? "bg-accent-soft" : "hover:bg-hover",
      )}
    >
      {selection !== undefined && (
        <span role="cell" className="relative z-10 hidden sm:flex">
          <Checkbox checked={selection.has(flow.id)} onChange={(on) => selection.set(flow.id, on)} label={`Select ${flow.name}`} />
        </span>
      )}
      <div role="cell" className="flex min-w-0 items-center gap-4">
        <AppMark app={flow.trigger.app} size={32} />
        <div className="min-w-0 flex-1">
          <p className="flex items-baseline gap-x-2.5 max-sm:flex-wrap">
            <Link
              to="/flows/$flowId"
              params={{ flowId: flow.id }}
              data-row
              className="stretched min-w-0 truncate text-body font-medium -outline-offset-1"
              title={flow.name}
            >
              <bdi>{flow.name}</bdi>
            </Link>
            {flow.changed && <span className="shrink-0 rounded-sm bg-warning-soft px-1.5 text-meta text-warning">Unpublished changes</span>}
            <ContinueSetUp flow={flow} className="relative z-10 shrink-0" />
          </p>
          <SecondLine flow={flow} />
        </div>
      </div>
      <div
        role="presentation"
        className="flex flex-wrap items-center gap-x-4 gap-y-1 max-sm:col-span-2 max-sm:row-start-2 max-sm:pl-12 sm:contents"
      >
        <span role="cell" className="flex">
          <FlowState status={flow.status} />
        </span>
        <span role="cell" className="flex">
          <Health flow={flow} />
        </span>
        <span role="cell" className="text-right whitespace-nowrap text-ink-3 tabular max-sm:ml-auto">
          {flow.lastRunAt === null ? "Never ran" : <Time at={flow.lastRunAt} />}
        </span>
      </div>
      <span role="cell" className="relative z-10 max-sm:col-start-2 max-sm:row-start-1">
        <RowMenu flow={flow} />
      </span>
    </div>
  );
}

/** One line below the name: what is wrong with the flow, otherwise where it works and what it does. */
function SecondLine({ flow }: { flow: FlowView }) {
  const trouble = flow.reason ?? flow.trigger.lastError?.message;
  const check = checkTrouble(flow);
  if (trouble !== undefined)
    return (
      <p className="truncate text-failure" title={trouble}>
        {trouble}
      </p>
    );
  if (check !== null)
    return (
      <Link
        to="/flows/$flowId"
        params={{ flowId: flow.id }}
        search={{ tab: "checks" }}
        className="relative z-10 inline-flex max-w-full items-center gap-1.5 rounded-sm text-failure hover:underline"
      >
        <Icon of={CircleX} size={14} className="shrink-0" />
        <span className="truncate">{check}</span>
      </Link>
    );
  return (
    <p className="text-ink-2 max-sm:line-clamp-2 sm:truncate" title={flow.sentence}>
      <SubAccounts accounts={flow.subAccounts} className="mr-2" />
      <bdi>{flow.sentence}</bdi>
    </p>
  );
}

/** How the runs of the last day went, in words. */
function Health({ flow }: { flow: FlowView }) {
  const words = healthWords(flow);
  if (words.length === 0) return <span className="text-ink-3">{flow.status === "draft" ? "Not published" : "No runs today"}</span>;
  return (
    <span className="flex flex-col gap-0.5 text-ink-2 tabular max-sm:flex-row max-sm:flex-wrap max-sm:gap-x-3">
      {words.map(({ state, text }) => (
        <span key={state} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <RunMark state={state} />
          {text}
        </span>
      ))}
    </span>
  );
}
