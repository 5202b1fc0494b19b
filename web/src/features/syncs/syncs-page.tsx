import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight, Plus } from "lucide-react";
import type { SyncView } from "#api/schemas.ts";
import { AppMark } from "../../components/app-mark.tsx";
import { May } from "../../components/may.tsx";
import { Page } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonRows } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { stepRow, useKeys } from "../../lib/keys.ts";
import { syncsQuery } from "../../lib/queries.ts";
import { count, plural } from "../../lib/words.ts";
import { OfferList } from "./make/offer-list.tsx";
import { SyncState } from "./sync-state.tsx";
import { useSyncChanges } from "./use-sync-changes.ts";
import { useSideWords } from "./use-side-words.ts";

/** All syncs, each with how it stands. */
export function SyncsPage() {
  const query = useQuery(syncsQuery());
  useSyncChanges();
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  return (
    <Page
      title="Syncs"
      about="Records of two apps that stay the same, whichever side they are changed on."
      actions={query.data !== undefined && query.data.length > 0 && <NewSync />}
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={4} />}>
        {(syncs) => (syncs.length === 0 ? <NoSyncs /> : <SyncTable syncs={syncs} />)}
      </Loaded>
    </Page>
  );
}

function NewSync() {
  return (
    <May scope="flows:write">
      <Button kind="primary" asChild>
        <Link to="/syncs/new">
          <Icon of={Plus} size={14} />
          New sync
        </Link>
      </Button>
    </May>
  );
}

function NoSyncs() {
  return (
    <>
      <Empty icon={ArrowLeftRight} action={<NewSync />}>
        A sync keeps records of two apps the same: you change a contact's phone number in one, and a moment later it is changed in the
        other. Before it writes anything you see what it would do.
      </Empty>
      <May scope="flows:write">
        <OfferList />
      </May>
    </>
  );
}

const columns = "wide:grid-cols-[minmax(12rem,1fr)_minmax(10rem,16rem)_7rem_6.5rem]";
const line = "relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 px-2";

function SyncTable({ syncs }: { syncs: readonly SyncView[] }) {
  return (
    <div role="table" aria-label="Syncs" className="@container">
      <div role="rowgroup">
        <div role="row" className={`${line} ${columns} h-8 border-b border-line text-meta text-ink-3 stacked:sr-only`}>
          <span role="columnheader">Sync</span>
          <span role="columnheader">Status</span>
          <span role="columnheader" className="text-right">
            Pairs
          </span>
          <span role="columnheader" className="text-right">
            Last change
          </span>
        </div>
      </div>
      <div role="rowgroup">
        {syncs.map((sync) => (
          <SyncRow key={sync.id} sync={sync} />
        ))}
      </div>
    </div>
  );
}

function SyncRow({ sync }: { sync: SyncView }) {
  const { a, b } = useSideWords(sync.definition);
  return (
    <div
      role="row"
      className={`${line} ${columns} min-h-14 gap-y-1 border-b border-line py-2 transition-colors hover:bg-hover has-[[data-row]:focus-visible]:bg-hover`}
    >
      <span role="cell" className="flex min-w-0 items-center gap-3">
        <span className="flex shrink-0 items-center gap-0.5">
          <AppMark app={a.app} size={26} />
          <AppMark app={b.app} size={26} />
        </span>
        <span className="min-w-0">
          <Link
            to="/syncs/$syncId"
            params={{ syncId: sync.id }}
            data-row
            className="stretched block truncate font-medium text-ink -outline-offset-1"
            title={sync.name}
          >
            <bdi>{sync.name}</bdi>
          </Link>
          <span className="block truncate text-meta text-ink-3">
            <bdi>{a.account}</bdi> and <bdi>{b.account}</bdi>
          </span>
        </span>
      </span>
      <span role="cell" className="min-w-0 stacked:col-span-2 stacked:row-start-2">
        <SyncState sync={sync} />
        {sync.reason !== null && <span className="block text-meta text-ink-2">{sync.reason}</span>}
      </span>
      <span role="cell" title={plural(sync.counts.linked, "pair")} className="text-right text-ink-3 tabular stacked:hidden">
        {count(sync.counts.linked)}
      </span>
      <span role="cell" className="text-right text-ink-3 tabular stacked:col-start-2 stacked:row-start-1">
        <Time at={sync.updatedAt} />
      </span>
    </div>
  );
}
