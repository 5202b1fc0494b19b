import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { RefreshCw, Tag } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { TagList } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { Tabs } from "../../components/ui/tabs.tsx";
import { api } from "../../lib/api.ts";
import { tagJobsQuery, tagsQuery } from "../../lib/queries.ts";
import { count } from "../../lib/words.ts";
import { Archived } from "./archived.tsx";
import { DeedDialog, type Deed } from "./deed-dialog.tsx";
import { Groups } from "./groups.tsx";
import { Jobs, RunningJobs } from "./jobs.tsx";
import { Rules } from "./rules.tsx";
import { kindOf, type TagsSearch, type TagsTab } from "./search.ts";
import { TagTable } from "./tag-table.tsx";

const route = getRouteApi("/tags");
const whileReadingMs = 1_000;
const otherwiseMs = 30_000;

/** Tags of all connected sub-accounts: what they are, and what keeps them clean. */
export function TagsPage() {
  const query = useQuery({ ...tagsQuery(), refetchInterval: ({ state }) => (state.data?.reading ? whileReadingMs : otherwiseMs) });
  const isEmpty = query.data !== undefined && query.data.accounts.length === 0;
  return (
    <Page
      title="Tags"
      about="The tags of all your sub-accounts in one place: how many carry each, which look alike, and which nobody uses."
      actions={query.data && !isEmpty && <ReadTags list={query.data} />}
      wide
    >
      <Loaded query={query} skeleton={<SkeletonRows />}>
        {(list) => (isEmpty ? <NoAccounts /> : <Content list={list} />)}
      </Loaded>
    </Page>
  );
}

const NoAccounts = () => (
  <Empty
    icon={Tag}
    action={
      <Button kind="primary" asChild>
        <Link to="/connections">Go to connections</Link>
      </Button>
    }
  >
    Connect a sub-account whose app has tags, and they are listed here with what carries them.
  </Empty>
);

function useRead() {
  const cache = useQueryClient();
  return useMutation({ mutationFn: () => api.tags.read(), onSettled: () => cache.invalidateQueries({ queryKey: tagsQuery().queryKey }) });
}

function ReadTags({ list: { reading, tags } }: { list: TagList }) {
  const read = useRead();
  const progress = reading?.total ? ` ${count(reading.done)} of ${count(reading.total)}` : "";
  return (
    <May scope="flows:write">
      {tags.length > 0 && (
        <Button icon={<Icon of={RefreshCw} size={14} />} busy={read.isPending || reading !== null} onClick={() => read.mutate()}>
          {reading === null ? "Read tags" : `Reading${progress}`}
        </Button>
      )}
    </May>
  );
}

function Content({ list }: { list: TagList }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const jobs = useQuery(tagJobsQuery()).data ?? [];
  const [deed, setDeed] = useState<Deed | null>(null);
  const running = jobs.filter(({ state }) => state === "running" || state === "paused");
  useListAfter(running.map(({ id }) => id).join(" "));
  const kind = kindOf(list, search);
  const narrow = (patch: TagsSearch) => void navigate({ search: (old) => ({ ...old, ...patch }), replace: true });
  if (list.tags.length === 0 && list.archived.length === 0 && jobs.length === 0) return <NeverRead list={list} />;
  const groups = list.groups.filter((group) => group.kind === kind?.id);
  const tabs: { value: TagsTab | "tags"; title: string; content: React.ReactNode }[] = [
    {
      value: "tags",
      title: `Tags ${count(list.tags.filter((tag) => tag.kind === kind?.id).length)}`,
      content: kind && <TagTable list={list} kind={kind} search={search} onNarrow={narrow} onDeed={setDeed} />,
    },
    { value: "alike", title: `Look alike ${count(groups.length)}`, content: <Groups groups={groups} list={list} onDeed={setDeed} /> },
    { value: "archived", title: `Archived ${count(list.archived.length)}`, content: <Archived list={list} /> },
    { value: "changes", title: "Changes", content: <Jobs jobs={jobs} list={list} /> },
    { value: "rules", title: "Cleaning rules", content: <Rules list={list} /> },
  ];
  return (
    <>
      <Troubles list={list} />
      <RunningJobs jobs={running} list={list} />
      {list.kinds.length > 1 && (
        <Select
          aria-label="Kind of tag"
          className="mb-4"
          value={kind?.id}
          onChange={(event) => narrow({ kind: event.target.value, account: undefined, show: undefined })}
        >
          {list.kinds.map(({ id, title, app }) => (
            <option key={id} value={id}>
              {title} · {app}
            </option>
          ))}
        </Select>
      )}
      <Tabs
        label="Parts of the page"
        value={search.tab ?? "tags"}
        onChange={(tab) => narrow({ tab: tab === "tags" ? undefined : tab })}
        tabs={tabs}
      />
      <DeedDialog deed={deed} list={list} onClose={() => setDeed(null)} />
    </>
  );
}

/** Asks for the tags anew when a change begins or ends: `changes` are those under way. */
function useListAfter(changes: string): void {
  const cache = useQueryClient();
  const last = useRef(changes);
  useEffect(() => {
    if (last.current === changes) return;
    last.current = changes;
    void cache.invalidateQueries({ queryKey: tagsQuery().queryKey });
  }, [cache, changes]);
}

/** Nothing is read before somebody asks for it: it takes calls of the sub-accounts' budgets. */
function NeverRead({ list: { reading, accounts } }: { list: TagList }) {
  const read = useRead();
  return (
    <Empty
      icon={Tag}
      action={
        <May scope="flows:write">
          <Button kind="primary" busy={read.isPending || reading !== null} onClick={() => read.mutate()}>
            {reading === null ? "Read tags" : "Reading tags"}
          </Button>
        </May>
      }
    >
      The tags of {accounts.length === 1 ? <bdi>{accounts[0]!.title}</bdi> : `${count(accounts.length)} sub-accounts`} have not been read
      yet. It takes one call for each tag, behind everything else.
    </Empty>
  );
}

function Troubles({ list: { accounts } }: { list: TagList }) {
  return accounts
    .filter(({ problem }) => problem !== null)
    .map(({ id, title, problem }) => (
      <p key={id} className="mb-3 rounded-md bg-warning-soft px-3 py-2">
        <bdi>{title}</bdi> could not be read the last time: {problem} What is shown of it is from before.
      </p>
    ));
}
