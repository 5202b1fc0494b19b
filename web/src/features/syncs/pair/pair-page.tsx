import { useQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Ban, RefreshCw, Unlink } from "lucide-react";
import { useState } from "react";
import type { SyncView } from "#api/schemas.ts";
import { May } from "../../../components/may.tsx";
import { BackLabel, Page, Section, backLinkClass } from "../../../components/page.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Confirm } from "../../../components/ui/confirm.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SkeletonCards } from "../../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../../components/ui/state.tsx";
import { isGone } from "../../../lib/query.ts";
import { syncLinkQuery, syncQuery } from "../../../lib/queries.ts";
import { WriteRow } from "../changes/write-row.tsx";
import type { BothWords } from "../types.ts";
import { useSideWords } from "../use-side-words.ts";
import { useSyncChanges } from "../use-sync-changes.ts";
import { Compare, type PairDetail } from "./compare.tsx";
import { PairState } from "./pairs-tab.tsx";
import { useDecide } from "./use-decide.ts";

const route = getRouteApi("/syncs/$syncId/pairs/$pairId");

/** Two records that are the same thing, side by side. */
export function PairPage() {
  const { syncId, pairId } = route.useParams();
  const sync = useQuery(syncQuery(syncId));
  const detail = useQuery(syncLinkQuery(syncId, pairId));
  useSyncChanges();
  if (isGone(detail.error)) return <Gone syncId={syncId} />;
  if (sync.data !== undefined && detail.data !== undefined) return <LoadedPage key={pairId} sync={sync.data} detail={detail.data} />;
  return (
    <Page title="Pair" back={<Back syncId={syncId} name="Pairs" />}>
      <Loaded query={sync.data === undefined ? sync : detail} skeleton={<SkeletonCards cards={2} />}>
        {() => null}
      </Loaded>
    </Page>
  );
}

/** It was separated, or deleted on both sides, while somebody looked at it. */
function Gone({ syncId }: { syncId: string }) {
  return (
    <Page title="Pair" back={<Back syncId={syncId} name="Pairs" />}>
      <Empty icon={Unlink}>These two records are no pair any more: they were separated, or deleted.</Empty>
    </Page>
  );
}

function Back({ syncId, name }: { syncId: string; name: string }) {
  return (
    <Link to="/syncs/$syncId" params={{ syncId }} search={{ tab: "pairs" }} className={backLinkClass}>
      <BackLabel>
        <bdi>{name}</bdi>
      </BackLabel>
    </Link>
  );
}

function LoadedPage({ sync, detail }: { sync: SyncView; detail: PairDetail }) {
  const words = useSideWords(sync.definition);
  const { link } = detail;
  return (
    <Page
      title={link.name}
      back={<Back syncId={sync.id} name={sync.name} />}
      about={<PairState pair={link} words={words} />}
      actions={
        <May scope="runs:write">
          <Actions sync={sync} detail={detail} words={words} />
        </May>
      }
    >
      <div className="flex flex-col gap-8">
        {detail.candidates.length > 0 && (
          <May scope="runs:write">
            <Candidates syncId={sync.id} detail={detail} words={words} />
          </May>
        )}
        <Compare syncId={sync.id} detail={detail} words={words} />
        <Section title="What was written">
          {detail.writes.length === 0 ? (
            <p className="text-ink-2">The sync has written nothing to these two records yet.</p>
          ) : (
            <ul aria-label="What was written" className="flex flex-col">
              {detail.writes.map((write) => (
                <WriteRow key={write.id} syncId={sync.id} write={write} words={words} hidesPair />
              ))}
            </ul>
          )}
        </Section>
      </div>
    </Page>
  );
}

/** Several records could be the counterpart: a person says which. */
function Candidates({ syncId, detail: { link, candidates }, words }: { syncId: string; detail: PairDetail; words: BothWords }) {
  const decide = useDecide(syncId, link.id);
  const [first] = candidates;
  return (
    <Section title="Which one is the same?">
      <p className="mb-2 text-ink-2">
        These records in <bdi>{first && words[first.side].account}</bdi> could be it. Choose one, and the two are kept in step from then on.
        If it is none of them, ignore this pair.
      </p>
      <ul aria-label="Records that could be the same" className="flex flex-col gap-2">
        {candidates.map(({ side, id, name }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line px-3 py-2">
            <span className="min-w-0 break-words">
              <bdi>{name}</bdi> <span className="text-ink-3">{id}</span>
            </span>
            <Button busy={decide.isPending} onClick={() => decide.mutate({ join: { side, id } })}>
              This one
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Actions({ sync, detail: { link }, words }: { sync: SyncView; detail: PairDetail; words: BothWords }) {
  const decide = useDecide(sync.id, link.id);
  const [isAsking, setAsking] = useState(false);
  const isPair = link.a !== null && link.b !== null;
  return (
    <>
      {!link.ignored && (
        <Button
          icon={<Icon of={RefreshCw} size={14} />}
          busy={decide.isPending && decide.variables !== undefined && "repair" in decide.variables}
          onClick={() => decide.mutate({ repair: true })}
        >
          Bring into step now
        </Button>
      )}
      <Button icon={<Icon of={Ban} size={14} />} onClick={() => decide.mutate({ ignored: !link.ignored })}>
        {link.ignored ? "Take part again" : "Ignore this pair"}
      </Button>
      {isPair && (
        <Button icon={<Icon of={Unlink} size={14} />} onClick={() => setAsking(true)}>
          Separate
        </Button>
      )}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Separate these two records?"
        action="Separate"
        busy={decide.isPending}
        onConfirm={() => decide.mutate({ separate: true }, { onSettled: () => setAsking(false) })}
      >
        Both stay as they are, in <bdi>{words.a.account}</bdi> and in <bdi>{words.b.account}</bdi>. Changes of one no longer reach the
        other.
      </Confirm>
    </>
  );
}
