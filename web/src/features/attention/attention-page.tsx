import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleCheck, RotateCcw } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "sonner";
import type { ConnectionView, FlowView, Overview, RunView } from "#api/schemas.ts";
import { outageSentence } from "#surfaces/waiting.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { Outages } from "../../components/outages.tsx";
import { Page, Section } from "../../components/page.tsx";
import { Person } from "../../components/person.tsx";
import { ReplayDialog } from "../../components/replay.tsx";
import { ConnectionState, RunMark } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { SkeletonCards } from "../../components/ui/skeleton.tsx";
import { Empty, Loaded } from "../../components/ui/state.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { remedyOf } from "../../lib/connection-remedy.ts";
import { inTurn } from "../../lib/in-turn.ts";
import { useRunChanges } from "../../lib/events.ts";
import { blamedConnection, blamedHost, fixFor, vendorSentence } from "../../lib/fix.ts";
import { Offers, offersOf } from "../../components/offers.tsx";
import { UseInstead } from "../../components/use-instead.tsx";
import { checkTrouble } from "../../lib/flow-trouble.ts";
import { lostInError } from "../../lib/lost-name.ts";
import { attentionQuery, connectionsQuery, flowsQuery, overviewQuery, waitingReplaysQuery } from "../../lib/queries.ts";
import { rememberWalk } from "../../lib/walk.ts";
import { count, plural } from "../../lib/words.ts";
import { type Group, groupByCause } from "./groups.ts";
import { WaitingReplays } from "./waiting-replays.tsx";

/** Everything a person must see: broken connections, triggers in trouble, flows that would fail, runs that failed or are held. */
export function AttentionPage() {
  const cache = useQueryClient();
  const query = useInfiniteQuery(attentionQuery());
  const connections = useQuery(connectionsQuery()).data ?? [];
  const flows = useQuery(flowsQuery()).data ?? [];
  const outages = useQuery(overviewQuery()).data?.outages ?? [];
  const waiting = useQuery(waitingReplaysQuery()).data ?? [];
  useRunChanges(() => {
    void cache.invalidateQueries({ queryKey: attentionQuery().queryKey });
    void cache.invalidateQueries({ queryKey: waitingReplaysQuery().queryKey });
  }, 3_000);
  const ill = connections.filter(({ status }) => status === "broken" || status === "failed" || status === "expiring");
  const stuck = flows.filter(
    (flow) => flow.reason !== undefined || flow.trigger.lastError !== null || checkTrouble(flow) !== null || offersOf(flow).length > 0,
  );
  return (
    <Page title="Needs attention" about="Nothing here is lost: each entry rests until you replay it or put it aside.">
      <Outages outages={outages.filter(({ connection }) => !ill.some(({ id }) => id === connection?.id))} />
      <div className="flex flex-col gap-8">
        {ill.length > 0 && <Connections ill={ill} outages={outages} />}
        {stuck.length > 0 && <Flows stuck={stuck} />}
        {waiting.length > 0 && <WaitingReplays waiting={waiting} />}
        <Loaded query={{ ...query, data: query.data?.pages.flatMap((page) => page.runs) }} skeleton={<SkeletonCards />}>
          {(runs) =>
            runs.length > 0 ? (
              <Groups runs={runs} more={query.hasNextPage} loading={query.isFetchingNextPage} onMore={() => void query.fetchNextPage()} />
            ) : (
              ill.length + stuck.length + outages.length === 0 && (
                <Empty
                  icon={CircleCheck}
                  action={
                    <Button asChild>
                      <Link to="/runs">Open runs</Link>
                    </Button>
                  }
                >
                  All is well. Runs that fail or are held, flows that would fail, and connections that break, wait here for you.
                </Empty>
              )
            )
          }
        </Loaded>
      </div>
    </Page>
  );
}

const card = "rounded-lg border border-line bg-raised";

/** With the runs that wait for each: a connection is named once. */
function Connections({ ill, outages }: { ill: ConnectionView[]; outages: Overview["outages"] }) {
  const now = useNow();
  return (
    <Section title="Connections">
      <ul className="flex flex-col gap-3">
        {ill.map((connection) => (
          <li key={connection.id} className={`${card} flex flex-wrap items-start gap-x-4 gap-y-3 p-4`}>
            <AppMark app={connection.app} size={32} />
            <div className="min-w-0 flex-1 basis-56">
              <p className="flex flex-wrap items-center gap-x-3 text-body font-medium">
                <bdi>{connection.title}</bdi>
                <span className="text-ui font-normal">
                  <ConnectionState status={connection.status} />
                </span>
              </p>
              {connection.reason !== undefined && <p className="mt-0.5 text-ink-2">{connection.reason}</p>}
              {outages
                .filter((outage) => outage.connection?.id === connection.id)
                .map((outage) => (
                  <p key={connection.id} className="mt-0.5 text-ink-2">
                    {outageSentence(outage, now)}.{" "}
                    <Link to="/runs" search={{ state: "waiting" }} className="rounded-sm font-medium text-accent-ink hover:underline">
                      See them
                    </Link>
                  </p>
                ))}
            </div>
            <May scope="connections:write">
              <Button asChild>
                <Link to="/connections" search={remedyOf(connection)?.search ?? {}}>
                  {remedyOf(connection)?.action ?? "Open connections"}
                </Link>
              </Button>
            </May>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Flows({ stuck }: { stuck: FlowView[] }) {
  return (
    <Section title="Flows">
      <ul className="flex flex-col gap-3">
        {stuck.map((flow) => (
          <li key={flow.id} className={`${card} flex flex-wrap items-start gap-x-4 gap-y-3 p-4`}>
            <AppMark app={flow.trigger.app} size={32} />
            <div className="min-w-0 flex-1 basis-56">
              <p className="truncate text-body font-medium">
                <bdi>{flow.name}</bdi>
              </p>
              <p className="mt-0.5 text-ink-2">{flow.reason ?? flow.trigger.lastError?.message}</p>
              {checkTrouble(flow) !== null && <p className="mt-0.5 text-ink-2">{checkTrouble(flow)}.</p>}
              <Offers flow={flow} />
            </div>
            <Button asChild>
              {checkTrouble(flow) === null && offersOf(flow).length === 0 ? (
                <Link to="/flows/$flowId" params={{ flowId: flow.id }}>
                  Open the flow
                </Link>
              ) : (
                <Link to="/flows/$flowId" params={{ flowId: flow.id }} search={{ tab: "checks" }}>
                  Open its checks
                </Link>
              )}
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Groups({ runs, more, loading, onMore }: { runs: RunView[]; more: boolean; loading: boolean; onMore: () => void }) {
  const groups = groupByCause(runs);
  useEffect(() => rememberWalk(groups.flatMap((group) => group.runs.map((run) => run.id))), [groups]);
  return (
    <Section
      title="Runs"
      aside={
        <span className="text-meta text-ink-3 tabular">
          {plural(runs.length, "run")}
          {more ? " and older ones" : ""}
        </span>
      }
    >
      <ul className="flex flex-col gap-3">
        {groups.map((group) => (
          <GroupCard key={group.key} group={group} />
        ))}
      </ul>
      {more && (
        <div className="flex justify-center pt-5">
          <Button busy={loading} onClick={onMore}>
            Load older
          </Button>
        </div>
      )}
    </Section>
  );
}

function GroupCard({ group }: { group: Group }) {
  const { error, flow, runs } = group;
  const first = runs[0];
  const vendor = error === null ? null : vendorSentence(error);
  return (
    <li className={card}>
      <div className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4">
        <div className="min-w-0 flex-1 basis-72">
          <p className="flex items-center gap-2 text-meta text-ink-3">
            {first && <RunMark state={first.state} />}
            <Link to="/flows/$flowId" params={{ flowId: flow.id }} className="min-w-0 truncate rounded-sm hover:text-ink hover:underline">
              <bdi>{flow.name}</bdi>
            </Link>
          </p>
          <h3 className="mt-1 text-body font-medium">{error?.message ?? first?.summary ?? "Held: somebody has to decide."}</h3>
          {vendor !== null && <blockquote className="mt-1.5 border-l-2 border-line-strong pl-3 text-ink-2">{vendor}</blockquote>}
          {error !== null && <p className="mt-1 text-ink-2">{fixFor(error).explain}</p>}
        </div>
        <May scope="runs:write">
          <Fixes group={group} />
        </May>
      </div>
      <People runs={runs} />
    </li>
  );
}

function Fixes({ group }: { group: Group }) {
  const [asking, setAsking] = useState(false);
  const ids = group.runs.map((run) => run.id);
  const dismiss = useDismiss(ids);
  const connection = group.error === null ? null : blamedConnection(group.error);
  const remedy = group.error === null ? "replay" : fixFor(group.error).remedy;
  const lost = group.error === null ? null : lostInError(group.flow.id, group.error);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button kind="quiet" busy={dismiss.isPending} onClick={() => dismiss.mutate()}>
        Dismiss {ids.length > 1 ? count(ids.length) : ""}
      </Button>
      {remedy === "connection" && (
        <Button asChild>
          <Link to="/connections" search={connection === null ? {} : { renew: connection }}>
            {connection === null ? "Open connections" : `Reconnect ${connection}`}
          </Link>
        </Button>
      )}
      {remedy === "address" && group.error !== null && (
        <May scope="settings:write">
          <Button asChild>
            <Link to="/connections" search={{ allow: blamedHost(group.error) ?? undefined }}>
              Allow this address
            </Link>
          </Button>
        </May>
      )}
      {lost !== null && <UseInstead lost={lost} replay={ids} primary />}
      {remedy === "flow" && (
        <Button asChild>
          <Link to="/flows/$flowId" params={{ flowId: group.flow.id }} {...(lost !== null && { search: { tab: "checks" as const } })}>
            Open the flow
          </Link>
        </Button>
      )}
      <Button icon={<Icon of={RotateCcw} size={14} />} onClick={() => setAsking(true)}>
        Replay {plural(ids.length, "run")}
      </Button>
      <ReplayDialog ids={ids} resumable open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}

function useDismiss(ids: readonly string[]) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => inTurn(ids, 4, (id) => api.runs.dismiss({ id })),
    onSuccess: () => toast.success(`Dismissed ${plural(ids.length, "run")}. They stay in the list of runs`),
    onSettled: () =>
      Promise.all([cache.invalidateQueries({ queryKey: attentionQuery().queryKey }), cache.invalidateQueries({ queryKey: ["overview"] })]),
  });
}

const peopleAtFirst = 3;

function People({ runs }: { runs: RunView[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? runs : runs.slice(0, peopleAtFirst);
  return (
    <ul className="border-t border-line">
      {shown.map((run) => (
        <li key={run.id} className="relative flex h-9 items-center gap-3 px-4 transition-colors hover:bg-hover">
          <Link to="/runs/$runId" params={{ runId: run.id }} className="stretched min-w-0 flex-1 truncate -outline-offset-1">
            <Person name={run.person} />
          </Link>
          <span className="shrink-0 text-ink-3 tabular">
            <Time at={run.createdAt} />
          </span>
        </li>
      ))}
      {runs.length > peopleAtFirst && (
        <li className="px-2 py-1">
          <Button small kind="quiet" onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${count(runs.length)}`}
          </Button>
        </li>
      )}
    </ul>
  );
}
