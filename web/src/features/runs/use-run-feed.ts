import { type InfiniteData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import type { RunList } from "#api/schemas.ts";
import { type RunFilter, api } from "../../lib/api.ts";
import { type RunChange, useRunChanges } from "../../lib/events.ts";
import { runsPerPage, runsQuery } from "../../lib/queries.ts";
import { noArrivals, patchStates, reveal, settleHead } from "./feed.ts";

type Pages = InfiniteData<RunList, string | null>;

/** The run list that never moves by itself: new runs wait until they are asked for. */
export function useRunFeed(filter: RunFilter) {
  const cache = useQueryClient();
  const options = runsQuery(filter);
  const query = useInfiniteQuery(options);
  const [arrivals, setArrivals] = useState(noArrivals);

  const put = (change: (pages: RunList[]) => RunList[]) =>
    cache.setQueryData<Pages>(options.queryKey, (data) => data && { ...data, pages: change(data.pages) });

  async function look(changed: RunChange[]): Promise<void> {
    const pages = cache.getQueryData<Pages>(options.queryKey);
    if (pages === undefined) return;
    put((pages) => patchStates(pages, changed));
    const head = await cache.fetchQuery({
      queryKey: ["runs", "head", filter],
      queryFn: () => api.runs.list({ query: { ...filter, limit: runsPerPage } }),
      staleTime: 0,
    });
    const settled = settleHead(cache.getQueryData<Pages>(options.queryKey)?.pages ?? [], head);
    const empty = settled.pages.every((page) => page.runs.length === 0);
    put(() => (empty ? [head] : settled.pages));
    setArrivals(empty ? noArrivals : settled.arrivals);
  }
  // A look that fails is repeated with the next change; signing out is noticed by the cache.
  const lookQuietly = (changed: RunChange[] = []) => void look(changed).catch(() => undefined);

  useRunChanges(lookQuietly, 1_500);
  // Coming back to a list kept in the cache: look at once what it missed.
  const lookAtOnce = useEffectEvent(() => lookQuietly());
  useEffect(() => lookAtOnce(), []);

  function show(): void {
    if (arrivals.gap)
      cache.setQueryData<Pages>(
        options.queryKey,
        (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
      );
    if (arrivals.gap) void query.refetch();
    else put((pages) => reveal(pages, arrivals.runs));
    setArrivals(noArrivals);
  }

  return { query, runs: query.data?.pages.flatMap((page) => page.runs) ?? [], arrivals, show };
}
