import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { type RunFilter, api } from "./api.ts";

/** How many runs a page of the list holds. */
export const runsPerPage = 50;

export const overviewQuery = () => queryOptions({ queryKey: ["overview"], queryFn: () => api.overview.get(), refetchInterval: 30_000 });
export const flowsQuery = () => queryOptions({ queryKey: ["flows"], queryFn: async () => (await api.flows.list()).flows });
export const flowQuery = (id: string) => queryOptions({ queryKey: ["flows", id], queryFn: () => api.flows.get({ id }) });
export const samplesQuery = (id: string) =>
  queryOptions({ queryKey: ["flows", id, "samples"], queryFn: async () => (await api.flows.samples({ id })).samples });
export const connectionsQuery = () =>
  queryOptions({ queryKey: ["connections"], queryFn: async () => (await api.connections.list()).connections });
export const privateHostsQuery = () =>
  queryOptions({ queryKey: ["private-hosts"], queryFn: async () => (await api.privateHosts.list()).hosts });
/** Replays that wait for a connection. */
export const waitingReplaysQuery = () =>
  queryOptions({ queryKey: ["runs", "waiting-replays"], queryFn: async () => (await api.runs.waitingReplays()).waiting });
export const inboxesQuery = () => queryOptions({ queryKey: ["inboxes"], queryFn: async () => (await api.inboxes.list()).inboxes });
export const ledgerQuery = (id: string) => queryOptions({ queryKey: ["flows", id, "ledger"], queryFn: () => api.flows.ledger({ id }) });
export const lintQuery = (id: string) => queryOptions({ queryKey: ["flows", id, "lint"], queryFn: () => api.flows.lint({ id }) });
/** The apps, with their logins and marks. */
export const appsQuery = () => queryOptions({ queryKey: ["apps"], queryFn: () => api.apps.list() });
/** The catalog changes with the server's version, and with the workspace's own apps (see `useFreshCatalog`). */
export const catalogQuery = () =>
  queryOptions({
    queryKey: ["catalog"],
    queryFn: async () => (await api.catalog.search()).operations,
    staleTime: Infinity,
    gcTime: Infinity,
  });
/** The same with every endpoint of the apps that have them under keys of their own: more than a megabyte, so only where it is asked for. */
export const endpointsQuery = () =>
  queryOptions({
    queryKey: ["catalog", "endpoints"],
    queryFn: async () => (await api.catalog.search({ query: { endpoints: "true" } })).operations,
    staleTime: Infinity,
  });
/** One operation by its key; also an endpoint's, and one of the newer API. */
export const operationQuery = (app: string, key: string) =>
  queryOptions({
    queryKey: ["catalog", "operation", app, key],
    queryFn: async () => (await api.catalog.search({ query: { app, key } })).operations[0] ?? null,
    staleTime: Infinity,
  });
export const runQuery = (id: string) => queryOptions({ queryKey: ["run", id], queryFn: () => api.runs.get({ id }) });

/** The steps of a long run beyond those that come with it. */
export const furtherStepsQuery = (run: { id: string; nextStep: number | null }) =>
  infiniteQueryOptions({
    queryKey: ["run", run.id, "steps"],
    queryFn: ({ pageParam }) => api.runs.steps({ id: run.id, query: { after: pageParam ?? -1, limit: 200 } }),
    initialPageParam: run.nextStep,
    getNextPageParam: (last) => last.next,
  });

/** A short list that simply follows what happens: the home page, a flow's last runs. */
export const latestRunsQuery = (filter: RunFilter, limit: number) =>
  queryOptions({
    queryKey: ["runs", "latest", filter, limit],
    queryFn: () => api.runs.list({ query: { ...filter, limit } }),
    placeholderData: keepPreviousData,
  });

/**
 * The run list. Never refetched behind the reader's back: what is new is looked up apart and waits behind the pill.
 */
export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", filter],
    queryFn: ({ pageParam }) =>
      api.runs.list({ query: { ...filter, limit: runsPerPage, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: Infinity,
  });

export const attentionQuery = () =>
  infiniteQueryOptions({
    queryKey: ["runs", "attention"],
    queryFn: ({ pageParam }) =>
      api.runs.list({ query: { attention: "true", limit: 200, ...(pageParam === null ? {} : { before: pageParam }) } }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
