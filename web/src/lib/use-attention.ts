import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Attention, attentionOf } from "./causes.ts";
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
    /** Webhook endpoints that Millrace switched off. */
    endpoints: (endpoints ?? []).filter(({ offReason }) => offReason !== null),
  };
  return { query, entries, count: isKnown ? countOf(entries) : null };
}

interface Entries extends Attention {
  groups: readonly Group[];
  hosts: readonly unknown[];
  waiting: readonly unknown[];
  approvals: readonly unknown[];
  endpoints: readonly unknown[];
}

/** Runs that stopped for one reason are one entry. */
export const countOf = ({ causes, flows, groups, hosts, waiting, approvals, endpoints }: Omit<Entries, "runs">): number =>
  causes.length + flows.length + groups.length + hosts.length + waiting.length + approvals.length + endpoints.length;
