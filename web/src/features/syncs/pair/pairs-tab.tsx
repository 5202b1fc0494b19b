import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, getRouteApi } from "@tanstack/react-router";
import { Ban, CircleCheck, CircleDashed, GitCompareArrows, Link2, type LucideIcon, TriangleAlert, Unlink } from "lucide-react";
import type { SyncLinkView, SyncView } from "#api/schemas.ts";
import { FilterBar } from "../../../components/filter-bar.tsx";
import { May } from "../../../components/may.tsx";
import { Time } from "../../../components/time.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Select } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { SearchInput } from "../../../components/ui/search-input.tsx";
import { SkeletonRows } from "../../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../../components/ui/state.tsx";
import { stepRow, useKeys } from "../../../lib/keys.ts";
import { syncLinksQuery } from "../../../lib/queries.ts";
import { useSettled } from "../../../lib/use-settled.ts";
import { count } from "../../../lib/words.ts";
import { type Shown, shows } from "../search.ts";
import { noneShown, shownWords } from "../texts.ts";
import type { BothWords } from "../types.ts";
import { useSideWords } from "../use-side-words.ts";
import { type PairStanding, pairStanding, pairWords } from "./pair-words.ts";
import { useDecide } from "./use-decide.ts";

const route = getRouteApi("/syncs/$syncId");

/** The pairs of a sync: all, or those that differ, by why. */
export function PairsTab({ sync }: { sync: SyncView }) {
  const { show = "all", q } = route.useSearch();
  const navigate = route.useNavigate();
  const words = useSideWords(sync.definition);
  const asked = useSettled(q ?? "");
  const query = useInfiniteQuery(syncLinksQuery(sync.id, { show, ...(asked !== "" && { q: asked }) }));
  const change = (patch: { show?: Shown | undefined; q?: string | undefined }) =>
    void navigate({ search: (old) => ({ ...old, tab: "pairs", ...patch }), replace: true });
  useKeys({ j: () => stepRow(1), k: () => stepRow(-1) });
  const loaded = { ...query, data: query.data?.pages.flatMap(({ links }) => links) };
  const isNarrowed = show !== "all" || q !== undefined;
  return (
    <>
      <FilterBar
        label="Filter pairs"
        active={show === "all" ? 0 : 1}
        onClear={isNarrowed ? () => change({ show: undefined, q: undefined }) : null}
        search={
          <SearchInput label="Find a record" value={q ?? ""} onChange={(next) => change({ q: next || undefined })} className="w-full" />
        }
      >
        <Select
          aria-label="Which pairs"
          value={show}
          onChange={(event) => change({ show: event.target.value === "all" ? undefined : (event.target.value as Shown) })}
        >
          {shows.map((one) => (
            <option key={one} value={one}>
              {shownWords[one]}
              {one === "all" ? "" : ` (${count(sync.counts[one])})`}
            </option>
          ))}
        </Select>
      </FilterBar>
      <Loaded query={loaded} skeleton={<SkeletonRows rows={8} />}>
        {(pairs) =>
          pairs.length === 0 ? (
            <Empty icon={Link2}>{asked === "" ? noneShown[show] : "No record of this sync is called that."}</Empty>
          ) : (
            <ul aria-label={shownWords[show]} className="flex flex-col border-t border-line">
              {pairs.map((pair) => (
                <PairRow key={pair.id} syncId={sync.id} pair={pair} words={words} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button className="mt-4" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more pairs
        </Button>
      )}
    </>
  );
}

const looks: Record<PairStanding, { icon: LucideIcon; tone: string }> = {
  ignored: { icon: Ban, tone: "text-ink-3" },
  conflict: { icon: GitCompareArrows, tone: "text-warning" },
  problem: { icon: TriangleAlert, tone: "text-failure" },
  gone: { icon: Unlink, tone: "text-ink-3" },
  waiting: { icon: CircleDashed, tone: "text-waiting" },
  new: { icon: CircleDashed, tone: "text-waiting" },
  linked: { icon: CircleCheck, tone: "text-success" },
};

/** How a pair stands: a shape and its words. */
export function PairState({ pair, words }: { pair: SyncLinkView; words: BothWords }) {
  const look = looks[pairStanding(pair)];
  return (
    <span className="inline-flex min-w-0 items-start gap-1.5">
      <Icon of={look.icon} className={`mt-0.5 shrink-0 ${look.tone}`} />
      <span className="min-w-0 [overflow-wrap:anywhere]">{pairWords(pair, words)}</span>
    </span>
  );
}

function PairRow({ syncId, pair, words }: { syncId: string; pair: SyncLinkView; words: BothWords }) {
  return (
    <li className="relative flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-2 py-2 transition-colors hover:bg-hover has-[[data-row]:focus-visible]:bg-hover">
      <Link
        to="/syncs/$syncId/pairs/$pairId"
        params={{ syncId, pairId: pair.id }}
        data-row
        className="stretched min-w-0 flex-1 basis-48 truncate font-medium"
      >
        <bdi>{pair.name}</bdi>
      </Link>
      <span className="min-w-0 flex-[2] basis-64 text-ink-2">
        <PairState pair={pair} words={words} />
      </span>
      <Fix syncId={syncId} pair={pair} />
      <span className="shrink-0 text-meta text-ink-3 tabular">
        <Time at={pair.updatedAt} />
      </span>
    </li>
  );
}

/** What can be done about a pair right in the list. */
function Fix({ syncId, pair }: { syncId: string; pair: SyncLinkView }) {
  const decide = useDecide(syncId, pair.id);
  const standing = pairStanding(pair);
  const act = (title: string, decision: Parameters<typeof decide.mutate>[0]) => (
    <Button small className="z-10" busy={decide.isPending} onClick={() => decide.mutate(decision)} aria-label={`${title}: ${pair.name}`}>
      {title}
    </Button>
  );
  return (
    <May scope="runs:write">
      {standing === "problem" && act("Try again", { repair: true })}
      {standing === "ignored" && act("Take part again", { ignored: false })}
    </May>
  );
}
