import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { MoreHorizontal, Pause, Play, Trash2 } from "lucide-react";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { SyncView } from "#api/schemas.ts";
import { LiveDot } from "../../components/live-dot.tsx";
import { May } from "../../components/may.tsx";
import { BackLabel, Page, backLinkClass } from "../../components/page.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Failure, Loaded } from "../../components/ui/state.tsx";
import { Tabs } from "../../components/ui/tabs.tsx";
import { isGone } from "../../lib/query.ts";
import { syncQuery } from "../../lib/queries.ts";
import { count } from "../../lib/words.ts";
import { ChangesTab } from "./changes/changes-tab.tsx";
import { SyncDraftProvider, useDraftPart } from "./edit/draft-context.tsx";
import { SaveWord } from "./edit/save-bar.tsx";
import { Overview } from "./overview.tsx";
import { PairsTab } from "./pair/pairs-tab.tsx";
import { PreviewTab } from "./preview/preview-tab.tsx";
import type { SyncTab } from "./search.ts";
import { isUnderWay } from "./standing.ts";
import { SyncState } from "./sync-state.tsx";
import { useSyncActions } from "./use-sync-actions.ts";
import { useJobChanges, useSyncChanges } from "./use-sync-changes.ts";

const route = getRouteApi("/syncs/$syncId");
/** On demand: how it stands is there before the editor of conditions and templates. */
const SetUpTab = lazy(() => import("./edit/set-up-tab.tsx").then(({ SetUpTab: part }) => ({ default: part })));
const JsonTab = lazy(() => import("./edit/json-tab.tsx").then(({ JsonTab: part }) => ({ default: part })));

/** While a job is under way its numbers change without a record or a run telling so. */
const whileWorkingMs = 2_000;

/** One sync: how it stands, what differs, what it wrote, and how it is set up. */
export function SyncPage() {
  const { syncId } = route.useParams();
  const query = useQuery({
    ...syncQuery(syncId),
    refetchInterval: ({ state }) => (isUnderWay(state.data?.job ?? null) ? whileWorkingMs : false),
  });
  useSyncChanges();
  if (query.data !== undefined && !isGone(query.error))
    return (
      <SyncDraftProvider key={query.data.id} sync={query.data}>
        <LoadedPage sync={query.data} />
      </SyncDraftProvider>
    );
  return (
    <Page title="Sync" back={back}>
      {isGone(query.error) ? (
        <Failure error={query.error} />
      ) : (
        <Loaded query={query} skeleton={<SkeletonCards cards={3} />}>
          {() => null}
        </Loaded>
      )}
    </Page>
  );
}

const back = (
  <Link to="/syncs" className={backLinkClass}>
    <BackLabel>Syncs</BackLabel>
  </Link>
);

function LoadedPage({ sync }: { sync: SyncView }) {
  useJobChanges(sync);
  const name = useDraftPart((view) => view.definition.name);
  return (
    <Page
      title={typeof name === "string" && name.trim() !== "" ? name : sync.name}
      back={back}
      about={
        <span className="flex flex-wrap items-center gap-x-3 text-ui">
          <SyncState sync={sync} />
          {sync.reason !== null && <span>{sync.reason}</span>}
          {sync.status === "draft" ? <SaveWord /> : <LiveDot />}
        </span>
      }
      actions={<Actions sync={sync} />}
    >
      <SyncTabs sync={sync} />
    </Page>
  );
}

function SyncTabs({ sync }: { sync: SyncView }) {
  const { tab: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const isDraft = sync.status === "draft";
  const shown: readonly SyncTab[] = isDraft ? ["setup", "json", "preview"] : ["overview", "pairs", "changes", "setup", "json"];
  const tab = asked !== undefined && shown.includes(asked) ? asked : shown[0]!;
  const contents: Record<SyncTab, { title: ReactNode; content: ReactNode }> = {
    overview: { title: "Overview", content: <Overview sync={sync} /> },
    pairs: { title: <PairsTitle sync={sync} />, content: <PairsTab sync={sync} /> },
    changes: { title: "Changes", content: <ChangesTab sync={sync} /> },
    setup: { title: "Set-up", content: <SetUpTab sync={sync} /> },
    json: { title: "JSON", content: <JsonTab sync={sync} /> },
    preview: { title: "Preview and start", content: <PreviewTab sync={sync} /> },
  };
  return (
    <Suspense fallback={<SkeletonCards cards={3} />}>
      <Tabs
        label="Sync"
        value={tab}
        onChange={(next) => void navigate({ search: { tab: next }, replace: true })}
        tabs={shown.map((value) => ({ value, ...contents[value] }))}
      />
    </Suspense>
  );
}

function PairsTitle({ sync }: { sync: SyncView }) {
  const open = sync.counts.conflicts + sync.counts.problems;
  return (
    <>Pairs {open > 0 && <span className="ml-1 rounded-full bg-warning-soft px-1.5 text-meta text-warning tabular">{count(open)}</span>}</>
  );
}

function Actions({ sync }: { sync: SyncView }) {
  const { pause, resume, remove } = useSyncActions(sync);
  const { tab } = route.useSearch();
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      {sync.status === "draft" && tab !== "preview" && (
        <Button kind="primary" asChild>
          <Link to="/syncs/$syncId" params={{ syncId: sync.id }} search={{ tab: "preview" }} replace>
            Preview and start
          </Link>
        </Button>
      )}
      <May scope="flows:switch">
        {(sync.status === "on" || sync.status === "first") && (
          <Button icon={<Icon of={Pause} size={14} />} busy={pause.isPending} onClick={() => pause.mutate()}>
            Pause sync
          </Button>
        )}
        {sync.status === "paused" && (
          <Button kind="primary" icon={<Icon of={Play} size={14} />} busy={resume.isPending} onClick={() => resume.mutate()}>
            Resume sync
          </Button>
        )}
      </May>
      <May scope="flows:write">
        <Menu
          trigger={
            <IconButton label="More about this sync">
              <Icon of={MoreHorizontal} />
            </IconButton>
          }
        >
          <MenuItem icon={Trash2} danger onSelect={() => setAsking(true)}>
            Delete sync
          </MenuItem>
        </Menu>
      </May>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Delete this sync?"
        action="Delete sync"
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <bdi>{sync.name}</bdi> stops at once, and what it knows of pairs is gone: what it wrote can then no longer be undone. The records
        stay on both sides.
      </Confirm>
    </>
  );
}
