import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Attention, attentionOf, heldBack } from "./causes.ts";
import { type Group, groupByCause } from "./groups.ts";
import {
  approvalsQuery,
  attentionQuery,
  connectionsQuery,
  flowsQuery,
  overviewQuery,
  waitingReplaysQuery,
  webhookEndpointsQuery,
} from "./queries.ts";

/** The entries of Needs attention: for its page, its number in the menu and its tile on Home alike. */
export function useAttention() {
  const query = useInfiniteQuery(attentionQuery());
  const [flows, connections, overview, waiting, approvals, endpoints] = [
    useQuery(flowsQuery()).data,
    useQuery(connectionsQuery()).data,
    useQuery(overviewQuery()).data,
    useQuery(waitingReplaysQuery()).data,
    useQuery(approvalsQuery()).data,
    useQuery(webhookEndpointsQuery()).data,
  ];
  const isKnown = query.data && flows && connections && overview && waiting && approvals && endpoints;
  const outages = overview?.outages ?? [];
  const runs = query.data?.pages.flatMap((page) => page.runs) ?? [];
  const attention = attentionOf({ flows: flows ?? [], connections: connections ?? [], outages, runs });
  const entries = {
    ...attention,
    groups: groupByCause(attention.runs),
    hosts: outages.filter(({ connection }) => connection === undefined),
    waiting: waiting ?? [],
    approvals: approvals ?? [],
    syncs: overview?.syncs ?? [],
    /** Webhook endpoints that Millrace switched off. */
    endpoints: (endpoints ?? []).filter(({ offReason }) => offReason !== null),
  };
  const loaded = countOf(entries);
  // Runs beyond the first page are counted by the server.
  const further = query.hasNextPage ? Math.max(0, (overview?.attention ?? 0) - runs.length) : 0;
  return { query, entries, count: isKnown ? loaded + further : null };
}

interface Entries extends Attention {
  groups: readonly Group[];
  hosts: readonly unknown[];
  waiting: readonly unknown[];
  approvals: readonly unknown[];
  endpoints: readonly unknown[];
  syncs: readonly unknown[];
}

/** Counts as the page does: each run that stopped or waits, and each entry that has stopped none. */
export const countOf = ({ causes, flows, groups, hosts, waiting, approvals, endpoints, syncs }: Omit<Entries, "runs">): number =>
  causes.reduce((sum, cause) => sum + Math.max(1, heldBack(cause)), 0) +
  groups.reduce((sum, group) => sum + group.runs.length, 0) +
  flows.length +
  hosts.length +
  waiting.length +
  approvals.length +
  endpoints.length +
  syncs.length;
