import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { appsQuery } from "../../lib/queries.ts";
import type { AppDetail, Definition } from "./definition/types.ts";

/** An app with its definition. */
export const appQuery = (id: string) => queryOptions({ queryKey: ["apps", id], queryFn: () => api.apps.get({ id }) });
/** What it was before, newest first. `revision`: of the app as it is, since another one makes another list. */
export const appVersionsQuery = (id: string, revision: number) =>
  queryOptions({ queryKey: ["apps", id, "versions", revision], queryFn: async () => (await api.apps.versions({ id })).versions });
/** What putting an earlier version back would change. */
export const restoreQuery = (id: string, revision: number, current: number) =>
  queryOptions({
    queryKey: ["apps", id, "restore", revision, current],
    queryFn: async () => {
      const { definition } = await api.apps.version({ id, revision: String(revision) });
      return { definition, comparison: await api.apps.compare({ id, body: { definition } }) };
    },
    staleTime: Infinity,
  });
/** What another definition would change of the saved app. */
export const comparisonQuery = (id: string, definition: Definition) =>
  queryOptions({
    queryKey: ["apps", id, "compare", definition],
    queryFn: () => api.apps.compare({ id, body: { definition: { ...definition } } }),
    staleTime: 0,
    gcTime: 0,
  });

/** An app that was saved just now: its page shows it at once, and lists ask again. */
export function keepSaved(cache: QueryClient, saved: AppDetail): void {
  cache.setQueryData(appQuery(saved.id).queryKey, saved);
  void cache.invalidateQueries({ queryKey: appsQuery().queryKey, exact: true });
  void cache.invalidateQueries({ queryKey: ["catalog"] });
}
