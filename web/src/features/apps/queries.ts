import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";

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
