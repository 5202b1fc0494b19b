import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { History, Undo2 } from "lucide-react";
import { useState } from "react";
import type { SyncView, SyncWriteView } from "#api/schemas.ts";
import { May } from "../../../components/may.tsx";
import { Section } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../../components/ui/state.tsx";
import { useMay } from "../../../lib/may.ts";
import { syncWritesQuery } from "../../../lib/queries.ts";
import { plural } from "../../../lib/words.ts";
import type { BothWords } from "../types.ts";
import { useSideWords } from "../use-side-words.ts";
import { UndoDialog, type Undone } from "./undo-dialog.tsx";
import { WriteRow } from "./write-row.tsx";

const route = getRouteApi("/syncs/$syncId");

/** What the sync wrote, the newest first, and the way back. */
export function ChangesTab({ sync }: { sync: SyncView }) {
  const { batch } = route.useSearch();
  const query = useInfiniteQuery(syncWritesQuery(sync.id, batch));
  const words = useSideWords(sync.definition);
  const loaded = { ...query, data: query.data?.pages.flatMap(({ writes }) => writes) };
  return (
    <Loaded query={loaded} skeleton={<SkeletonRows rows={6} />}>
      {(writes) => (
        <>
          {batch !== undefined && <OfOneJob sync={sync} />}
          {writes.length === 0 ? (
            <Empty icon={History}>
              Nothing was written yet. Each value that the sync changes stands here with the one before it, and can be put back.
            </Empty>
          ) : (
            <WriteList key={batch ?? ""} sync={sync} words={words} writes={writes} batch={batch} />
          )}
          {query.hasNextPage && (
            <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              Show older changes
            </Button>
          )}
        </>
      )}
    </Loaded>
  );
}

function OfOneJob({ sync }: { sync: SyncView }) {
  return (
    <p className="mb-3 flex flex-wrap items-center gap-3 rounded-md bg-neutral-soft px-3 py-2">
      <span className="flex-1">What one job wrote.</span>
      <Link
        to="/syncs/$syncId"
        params={{ syncId: sync.id }}
        search={{ tab: "changes" }}
        className="font-medium underline underline-offset-2"
      >
        Show all changes
      </Link>
    </p>
  );
}

interface WriteListProps {
  sync: SyncView;
  words: BothWords;
  writes: readonly SyncWriteView[];
  batch: string | undefined;
}

function WriteList({ sync, words, writes, batch }: WriteListProps) {
  const mayUndo = useMay("runs:write");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [undone, setUndone] = useState<Undone | null>(null);
  const choose = (id: string, on: boolean) => setChosen((old) => new Set(on ? [...old, id] : [...old].filter((one) => one !== id)));
  return (
    <>
      <May scope="runs:write">
        <div className="sticky top-0 z-10 flex min-h-10 flex-wrap items-center gap-2 bg-canvas py-1">
          <p className="min-w-0 flex-1 text-ink-3" role="status">
            {chosen.size === 0 ? "Tick changes to put them back as they were." : `${plural(chosen.size, "change")} chosen`}
          </p>
          {chosen.size > 0 && (
            <>
              <Button small onClick={() => setChosen(new Set())}>
                Choose none
              </Button>
              <Button small icon={<Icon of={Undo2} size={13} />} onClick={() => setUndone({ writes: [...chosen] })}>
                {`Undo ${plural(chosen.size, "change")}`}
              </Button>
            </>
          )}
          {chosen.size === 0 && batch !== undefined && (
            <Button small icon={<Icon of={Undo2} size={13} />} onClick={() => setUndone({ batch })}>
              Undo all of this job
            </Button>
          )}
        </div>
      </May>
      <ul aria-label="Changes" className="flex flex-col border-t border-line">
        {writes.map((write) => (
          <WriteRow
            key={write.id}
            syncId={sync.id}
            write={write}
            words={words}
            selection={mayUndo ? { isChosen: chosen.has(write.id), onChoose: (on) => choose(write.id, on) } : undefined}
          />
        ))}
      </ul>
      <UndoDialog
        sync={sync}
        words={words}
        what={undone}
        onClose={() => setUndone(null)}
        onDone={() => {
          setUndone(null);
          setChosen(new Set());
        }}
      />
    </>
  );
}

const recentAtMost = 5;

/** The last few changes, on the page that says how the sync stands. */
export function RecentChanges({ sync, words }: { sync: SyncView; words: BothWords }) {
  const query = useInfiniteQuery(syncWritesQuery(sync.id));
  const writes = (query.data?.pages[0]?.writes ?? []).slice(0, recentAtMost);
  return (
    <Section
      title="Last changes"
      aside={
        writes.length > 0 && (
          <Link
            to="/syncs/$syncId"
            params={{ syncId: sync.id }}
            search={{ tab: "changes" }}
            className="text-ui font-medium text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            All changes, and undo
          </Link>
        )
      }
    >
      {query.data !== undefined && writes.length === 0 && <p className="text-ink-2">Nothing was written yet.</p>}
      <ul className="flex flex-col">
        {writes.map((write) => (
          <WriteRow key={write.id} syncId={sync.id} write={write} words={words} />
        ))}
      </ul>
    </Section>
  );
}
